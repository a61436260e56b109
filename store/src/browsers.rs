//! Browsers that have signed in to an account before, so that strangers do not lock them out (spec L2). Only hashes of
//! the cookies that identify them are stored.

use crate::Result;
use crate::entities::known_browsers::{ActiveModel, Column, Entity};
use domain::{AccountId, Timestamp};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// A browser that signed in to an account.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The same as long as the browser is known to the account, whatever its cookie is by now.
    pub id: Uuid,
    /// The account.
    pub account: AccountId,
}

/// The accounts to which the browser of a cookie signed in before.
pub async fn find(db: &impl ConnectionTrait, token_hash: &[u8; 32], now: Timestamp) -> Result<Vec<Known>> {
    let rows = Entity::find()
        .filter(Column::TokenHash.eq(token_hash.to_vec()))
        .filter(Column::ExpiresAt.gt(now.millis()))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| Known { id: row.id, account: AccountId::from_uuid(row.account_id) }).collect())
}

/// A browser that has just signed in, and the cookie that it gets.
#[derive(Clone, Copy, Debug)]
pub struct SigningIn {
    /// The id that it gets where the account did not know it.
    pub id: Uuid,
    /// To which account.
    pub account: AccountId,
    /// The hash of its new cookie.
    pub token_hash: [u8; 32],
    /// Until when it is known.
    pub expires_at: Timestamp,
}

/// Remembers that a browser signed in. The cookie that it had before, if any, is worth nothing any more: the new one
/// stands for what that stood for. An account knows the `most` browsers that signed in last.
pub async fn remember(
    db: &impl ConnectionTrait,
    browser: &SigningIn,
    before: Option<&[u8; 32]>,
    most: u64,
) -> Result<()> {
    if let Some(before) = before {
        Entity::update_many()
            .col_expr(Column::TokenHash, Expr::value(browser.token_hash.to_vec()))
            .filter(Column::TokenHash.eq(before.to_vec()))
            .exec(db)
            .await?;
    }
    let row = ActiveModel {
        id: Set(browser.id),
        account_id: Set(browser.account.uuid()),
        token_hash: Set(browser.token_hash.to_vec()),
        expires_at: Set(browser.expires_at.millis()),
    };
    let there = OnConflict::columns([Column::TokenHash, Column::AccountId]).update_column(Column::ExpiresAt).to_owned();
    Entity::insert(row).on_conflict(there).exec_without_returning(db).await?;
    let kept: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::AccountId.eq(browser.account.uuid()))
        .order_by_desc(Column::ExpiresAt)
        .limit(most)
        .into_tuple()
        .all(db)
        .await?;
    Entity::delete_many()
        .filter(Column::AccountId.eq(browser.account.uuid()))
        .filter(Column::TokenHash.ne(browser.token_hash.to_vec()))
        .filter(Column::Id.is_not_in(kept))
        .exec(db)
        .await?;
    Ok(())
}

/// Knows none of an account's browsers any more.
pub async fn forget_all(db: &impl ConnectionTrait, account: AccountId) -> Result<()> {
    Entity::delete_many().filter(Column::AccountId.eq(account.uuid())).exec(db).await?;
    Ok(())
}

/// Knows of an account's browsers only the one of a cookie, if it is one of them.
pub async fn forget_others(db: &impl ConnectionTrait, account: AccountId, but: Option<&[u8; 32]>) -> Result<()> {
    let others = Entity::delete_many().filter(Column::AccountId.eq(account.uuid()));
    let others = match but {
        Some(token_hash) => others.filter(Column::TokenHash.ne(token_hash.to_vec())),
        None => others,
    };
    others.exec(db).await?;
    Ok(())
}

/// Forgets those whose time is over.
pub async fn tidy(db: &impl ConnectionTrait, now: Timestamp) -> Result<()> {
    Entity::delete_many().filter(Column::ExpiresAt.lte(now.millis())).exec(db).await?;
    Ok(())
}
