//! A constraint: no change may leave an organization without an active administrator (spec R7).

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0006_administrators"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sqlite = include_str!("m0006_administrators.sqlite.sql");
        let postgres = include_str!("m0006_administrators.postgres.sql");
        super::run(manager, "", sqlite, postgres).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
