//! The table `bulk_jobs`.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub member_id: Uuid,
    pub started_by: String,
    pub ip: Vec<u8>,
    pub request_id: String,
    pub action: String,
    pub matching: String,
    pub state: String,
    pub problem: String,
    pub run: Uuid,
    pub done: i64,
    pub unchanged: i64,
    pub refused: i64,
    pub waiting: i64,
    pub created_at: i64,
    pub beat_at: i64,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
