//! Statistics about the search index's tables for SQLite's planner.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0014_search_plans"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sqlite = include_str!("m0014_search_plans.sqlite.sql");
        super::run(manager, "", sqlite, "").await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
