//! SQLite's search index is merged by the server's upkeep, not inside a change of members.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0011_search_merges"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sqlite = include_str!("m0011_search_merges.sqlite.sql");
        super::run(manager, "", sqlite, "").await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
