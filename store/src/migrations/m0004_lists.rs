//! Indexes and a counter for the lists beside a page, such as the sidebar.

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0004_lists"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, include_str!("m0004_lists.sql"), include_str!("m0004_lists.sqlite.sql"), "").await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
