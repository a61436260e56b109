//! Wrong passwords lock sign-in, except for browsers that have signed in before (spec L2).

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0009_lockouts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, include_str!("m0009_lockouts.sql"), "", "").await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
