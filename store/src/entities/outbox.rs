//! The table `outbox`.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Option<Uuid>,
    pub invitation_id: Option<Uuid>,
    pub recipient: String,
    pub kind: String,
    pub state: String,
    pub sealed: Vec<u8>,
    pub attempts: i64,
    pub next_at: i64,
    pub claim: Option<Uuid>,
    pub problem: String,
    pub created_at: i64,
    pub ended_at: i64,
    pub turn: i64,
    pub tried_at: i64,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
