//! The table `members`.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "members")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Option<Uuid>,
    pub email: String,
    pub email_identity: String,
    pub email_key: String,
    pub name: String,
    pub name_key: String,
    pub kind: String,
    pub role: String,
    pub state: String,
    pub invite_expires_at: i64,
    pub created_at: i64,
    pub last_active_at: i64,
    pub logins_count: i64,
    pub last_login_at: i64,
    pub last_login_ip: Vec<u8>,
    pub version: i64,
    pub role_given_by: Option<Uuid>,
    pub role_given_at: i64,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
