//! Counts wrong passwords in a row, and the lockouts that they cause (spec L2).

use crate::Result;
use crate::entities::lockouts::{ActiveModel, Column, Entity, Model};
use domain::lockout::WrongPasswords;
use domain::{AccountId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

/// By what wrong passwords are counted: a hash under the installation's key.
pub type Id = [u8; 32];

impl From<Model> for WrongPasswords {
    fn from(row: Model) -> Self {
        let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            wrong: count(row.wrong),
            locks: count(row.locks),
            locked_until: Timestamp::from_millis(row.locked_until),
            forgotten_at: Timestamp::from_millis(row.forgotten_at),
        }
    }
}

fn row(id: &Id, account: Option<AccountId>, so_far: WrongPasswords) -> ActiveModel {
    ActiveModel {
        id: Set(id.to_vec()),
        account_id: Set(account.map(AccountId::uuid)),
        wrong: Set(so_far.wrong.into()),
        locks: Set(so_far.locks.into()),
        locked_until: Set(so_far.locked_until.millis()),
        forgotten_at: Set(so_far.forgotten_at.millis()),
    }
}

/// How many there are of all that is counted.
pub async fn count_all(db: &impl ConnectionTrait) -> Result<u64> {
    Ok(Entity::find().count(db).await?)
}

/// Forgets all that was counted.
pub async fn forget_all(db: &impl ConnectionTrait) -> Result<()> {
    Entity::delete_many().exec(db).await?;
    Ok(())
}

/// What was counted so far.
pub async fn find(db: &impl ConnectionTrait, id: &Id) -> Result<Option<WrongPasswords>> {
    Ok(Entity::find_by_id(id.to_vec()).one(db).await?.map(Into::into))
}

/// Counts one wrong password more; gives what was counted before and what is now. Whoever counts the same at the same
/// moment waits until the transaction ends, so that none is lost.
pub async fn count(
    db: &impl ConnectionTrait,
    id: &Id,
    account: Option<AccountId>,
    now: Timestamp,
) -> Result<(WrongPasswords, WrongPasswords)> {
    // The first statement writes what is there already, and holds the row by that; what is new counts nothing yet.
    let there =
        OnConflict::column(Column::Id).value(Column::AccountId, Expr::value(account.map(AccountId::uuid))).to_owned();
    let fresh = WrongPasswords { forgotten_at: now, ..WrongPasswords::default() };
    Entity::insert(row(id, account, fresh)).on_conflict(there).exec_without_returning(db).await?;
    let before = find(db, id).await?.unwrap_or(fresh);
    let after = before.and_one_more(now);
    Entity::update_many()
        .col_expr(Column::Wrong, Expr::value(i64::from(after.wrong)))
        .col_expr(Column::Locks, Expr::value(i64::from(after.locks)))
        .col_expr(Column::LockedUntil, Expr::value(after.locked_until.millis()))
        .col_expr(Column::ForgottenAt, Expr::value(after.forgotten_at.millis()))
        .filter(Column::Id.eq(id.to_vec()))
        .exec(db)
        .await?;
    Ok((before, after))
}

/// Forgets what was counted, unless it locks now: the right password came. Gives the lock that others brought about in
/// the meantime.
pub async fn forgive(db: &impl ConnectionTrait, id: &Id, now: Timestamp) -> Result<Option<WrongPasswords>> {
    Entity::delete_many()
        .filter(Column::Id.eq(id.to_vec()))
        .filter(Column::LockedUntil.lte(now.millis()))
        .exec(db)
        .await?;
    find(db, id).await
}

/// Forgets all that was counted of an account, from whichever browser, and of its address before it had one. Says
/// whether anything of it was locked; where nothing was, it stays as it is.
pub async fn unlock(db: &impl ConnectionTrait, account: AccountId, address: &Id, now: Timestamp) -> Result<bool> {
    let theirs = || Condition::any().add(Column::AccountId.eq(account.uuid())).add(Column::Id.eq(address.to_vec()));
    let locked = Column::LockedUntil.gt(now.millis());
    if Entity::delete_many().filter(theirs()).filter(locked).exec(db).await?.rows_affected == 0 {
        return Ok(false);
    }
    Entity::delete_many().filter(theirs()).exec(db).await?;
    Ok(true)
}

/// Asks whether the account that a column names is locked at an instant.
pub(crate) fn is_locked(account: impl IntoColumnRef, now: Timestamp) -> Expr {
    let locks = Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .and_where(Expr::col((Entity, Column::AccountId)).eq(Expr::col(account)))
        .and_where(Expr::col((Entity, Column::LockedUntil)).gt(now.millis()))
        .to_owned();
    Expr::exists(locks)
}

/// Asks for those of some accounts whose sign-in is locked, with nothing selected yet; nothing where there are none.
pub(crate) fn locked_among(accounts: Vec<AccountId>, now: Timestamp) -> Option<SelectStatement> {
    let of = |column: Column| Expr::col((Entity, column));
    (!accounts.is_empty()).then(|| {
        Query::select()
            .from(Entity)
            .and_where(of(Column::AccountId).is_in(accounts.into_iter().map(AccountId::uuid)))
            .and_where(of(Column::LockedUntil).gt(now.millis()))
            .to_owned()
    })
}

/// Forgets what counts no more; and where there are more than `most`, those that would be forgotten first.
pub async fn tidy(db: &impl ConnectionTrait, now: Timestamp, most: u64) -> Result<()> {
    Entity::delete_many().filter(Column::ForgottenAt.lte(now.millis())).exec(db).await?;
    let last: Option<i64> = Entity::find()
        .select_only()
        .column(Column::ForgottenAt)
        .order_by_desc(Column::ForgottenAt)
        .offset(most)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    if let Some(last) = last {
        Entity::delete_many().filter(Column::ForgottenAt.lte(last)).exec(db).await?;
    }
    Ok(())
}
