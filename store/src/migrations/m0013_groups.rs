//! The default group, reservations, and memberships that end (spec G).

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0013_groups"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sqlite = include_str!("m0013_groups.sqlite.sql");
        let postgres = include_str!("m0013_groups.postgres.sql");
        super::run(manager, include_str!("m0013_groups.sql"), sqlite, postgres).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
