//! Links for resetting a forgotten password (spec L4). Only hashes of their tokens are stored.

use crate::Result;
use crate::entities::password_resets::{ActiveModel, Column, Entity};
use domain::{AccountId, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
};

/// A link.
#[derive(Clone, Copy, Debug)]
pub struct Reset {
    /// Whose password it replaces.
    pub account: AccountId,
    /// When it runs out.
    pub expires_at: Timestamp,
    /// Whether it was used, or a newer one took its place.
    pub ended: bool,
}

/// Makes a link.
pub async fn insert(
    db: &impl ConnectionTrait,
    account: AccountId,
    token_hash: [u8; 32],
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<()> {
    let row = ActiveModel {
        token_hash: Set(token_hash.to_vec()),
        account_id: Set(account.uuid()),
        created_at: Set(now.millis()),
        expires_at: Set(expires_at.millis()),
        ended_at: Set(Timestamp::NEVER.millis()),
    };
    row.insert(db).await?;
    Ok(())
}

/// Ends the links of an account.
pub async fn end(db: &impl ConnectionTrait, account: AccountId, now: Timestamp) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now.millis()))
        .filter(Column::AccountId.eq(account.uuid()))
        .filter(Column::EndedAt.eq(Timestamp::NEVER.millis()))
        .exec(db)
        .await?;
    Ok(())
}

/// The link that holds something.
pub async fn find(db: &impl ConnectionTrait, token_hash: &[u8; 32]) -> Result<Option<Reset>> {
    let row = Entity::find_by_id(token_hash.to_vec()).one(db).await?;
    Ok(row.map(|row| Reset {
        account: AccountId::from_uuid(row.account_id),
        expires_at: Timestamp::from_millis(row.expires_at),
        ended: row.ended_at != Timestamp::NEVER.millis(),
    }))
}

/// How many links of an account were made since an instant.
pub async fn made_since(db: &impl ConnectionTrait, account: AccountId, since: Timestamp) -> Result<u64> {
    let theirs = Entity::find().filter(Column::AccountId.eq(account.uuid()));
    Ok(theirs.filter(Column::CreatedAt.gt(since.millis())).count(db).await?)
}

/// Uses a link up. Of several at once one is told that it did (DESIGN 4).
pub async fn consume(db: &impl ConnectionTrait, token_hash: &[u8; 32], now: Timestamp) -> Result<bool> {
    let done = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now.millis()))
        .filter(Column::TokenHash.eq(token_hash.to_vec()))
        .filter(Column::EndedAt.eq(Timestamp::NEVER.millis()))
        .filter(Column::ExpiresAt.gt(now.millis()))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Forgets links that ran out before an instant.
pub async fn forget(db: &impl ConnectionTrait, before: Timestamp) -> Result<()> {
    Entity::delete_many().filter(Column::ExpiresAt.lt(before.millis())).exec(db).await?;
    Ok(())
}
