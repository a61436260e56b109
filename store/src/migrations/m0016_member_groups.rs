//! Reads a member's groups from an index alone.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0016_member_groups"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sqlite = include_str!("m0016_member_groups.sqlite.sql");
        super::run(manager, include_str!("m0016_member_groups.sql"), sqlite, "").await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
