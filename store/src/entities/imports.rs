//! The table `imports`.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "imports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub member_id: Uuid,
    pub started_by: String,
    pub file: String,
    pub header: String,
    pub state: String,
    pub problem: String,
    pub run: Uuid,
    pub bytes: i64,
    pub bytes_done: i64,
    pub rows_done: i64,
    pub last_line: i64,
    pub added: i64,
    pub changed: i64,
    pub unchanged: i64,
    pub refused: i64,
    pub groups_made: i64,
    pub created_at: i64,
    pub beat_at: i64,
    pub applier_id: Option<Uuid>,
    pub applied_by: String,
    pub applier_ip: Option<Vec<u8>>,
    pub applier_request_id: String,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
