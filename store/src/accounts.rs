//! Accounts: people who can sign in.

use crate::entities::accounts::{ActiveModel, Column, Entity, Model};
use crate::{Error, Result, bulk};
use domain::members::ShownColumns;
use domain::{AccountId, Email, PersonName, Timestamp, ZoneName};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

/// An account as it is stored.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its address, as its owner writes it.
    pub email: String,
    /// Its owner's name.
    pub name: String,
    /// The argon2id hash of the password, in PHC form. None where there is no password.
    pub password_hash: Option<String>,
    /// The zone that its owner chose or that the browser guessed.
    pub time_zone: Option<ZoneName>,
    /// The columns of the members table that its owner wants to see (spec M9).
    pub member_columns: ShownColumns,
    /// When it was proved that whoever has the account reads what is mailed to its address, or never (spec L8).
    pub email_proved_at: Timestamp,
}

/// An account that is to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its id.
    pub id: AccountId,
    /// Its address.
    pub email: Email,
    /// Its owner's name.
    pub name: PersonName,
    /// The hash of its password.
    pub password_hash: Option<String>,
    /// The time zone, where one is known.
    pub time_zone: Option<ZoneName>,
    /// When it is made.
    pub created_at: Timestamp,
}

impl From<NewAccount> for ActiveModel {
    fn from(new: NewAccount) -> Self {
        Self {
            id: Set(new.id.uuid()),
            email_identity: Set(new.email.identity()),
            email: Set(new.email.into()),
            name: Set(new.name.into()),
            password_hash: Set(new.password_hash),
            time_zone: Set(new.time_zone.map(Into::into)),
            created_at: Set(new.created_at.millis()),
            member_columns: Set(ShownColumns::default().into()),
            version: Set(1),
            email_proved_at: Set(Timestamp::NEVER.millis()),
        }
    }
}

impl From<Model> for Account {
    fn from(row: Model) -> Self {
        Self {
            id: AccountId::from_uuid(row.id),
            email: row.email,
            name: row.name,
            password_hash: row.password_hash,
            time_zone: row.time_zone.and_then(|zone| ZoneName::parse(&zone).ok()),
            member_columns: row.member_columns.into(),
            email_proved_at: Timestamp::from_millis(row.email_proved_at),
        }
    }
}

/// The account of an address.
pub async fn find_by_email(db: &impl ConnectionTrait, email: &Email) -> Result<Option<Account>> {
    Ok(Entity::find().filter(Column::EmailIdentity.eq(email.identity())).one(db).await?.map(Into::into))
}

/// An account by its id.
pub async fn find(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<Account>> {
    Ok(Entity::find_by_id(id.uuid()).one(db).await?.map(Into::into))
}

/// Makes accounts.
///
/// # Errors
/// [`Error::Duplicate`] where an address has an account already; then none is made by that statement.
pub async fn insert(db: &impl ConnectionTrait, accounts: Vec<NewAccount>) -> Result<(), Error> {
    bulk::insert(db, accounts.into_iter().map(ActiveModel::from)).await
}

/// Remembers the browser's zone for an account that has none (spec M1).
pub async fn guess_time_zone(db: &impl ConnectionTrait, id: AccountId, zone: &ZoneName) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::TimeZone, Expr::value(zone.as_str()))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::TimeZone.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Sets the zone in which an account reads times. None is kept as an empty word: nobody guesses one any more.
pub async fn set_time_zone(db: &impl ConnectionTrait, id: AccountId, zone: Option<&ZoneName>) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::TimeZone, Expr::value(zone.map(|zone| zone.as_str()).unwrap_or_default()))
        .filter(Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Remembers which columns of the members table an account wants to see (spec M9).
pub async fn set_member_columns(db: &impl ConnectionTrait, id: AccountId, columns: ShownColumns) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::MemberColumns, Expr::value(String::from(columns)))
        .filter(Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Gives an account another password.
pub async fn set_password(db: &impl ConnectionTrait, id: AccountId, hash: String) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(hash))
        .filter(Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Remembers that an account's address was proved, where it was not before (spec L8).
pub async fn prove_email(db: &impl ConnectionTrait, id: AccountId, now: Timestamp) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::EmailProvedAt, Expr::value(now.millis()))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::EmailProvedAt.eq(Timestamp::NEVER.millis()))
        .exec(db)
        .await?;
    Ok(())
}

/// Gives an account another name.
pub async fn set_name(db: &impl ConnectionTrait, id: AccountId, name: &PersonName) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Name, Expr::value(name.as_str()))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// Holds an account's row until the transaction ends, and gives the hash of its password. SQLite has one writer at a
/// time anyway.
pub async fn lock(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<String>> {
    Ok(hold(db, id).await?.and_then(|account| account.password_hash))
}

/// The same, and gives the account as it is now.
pub async fn hold(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<Account>> {
    let mut row = Entity::find_by_id(id.uuid());
    if db.get_database_backend() == sea_orm::DbBackend::Postgres {
        row = row.lock(sea_orm::sea_query::LockType::NoKeyUpdate);
    }
    Ok(row.one(db).await?.map(Into::into))
}
