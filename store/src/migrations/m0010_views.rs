//! Saved views of the members table, and each account's choice of columns (spec M9).

use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0010_views"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sqlite = include_str!("m0010_views.sqlite.sql");
        let postgres = include_str!("m0010_views.postgres.sql");
        super::run(manager, include_str!("m0010_views.sql"), sqlite, postgres).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
