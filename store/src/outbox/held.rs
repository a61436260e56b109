//! An organization's letters that failed but were not refused for good: they are waiting, or were given up after
//! waiting.

use super::of;
use crate::Result;
use crate::entities::outbox::{Column, Entity};
use domain::mail::MailState;
use domain::{OrganizationId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Those that failed and wait for another try.
    pub waiting: u64,
    /// Those of them whose sender the mail server refuses.
    pub sender: u64,
    /// Those that waited for too long.
    pub over: u64,
}

/// Counts them: by what the problem of one begins with whose sender is refused, and ends with where one waited too long.
pub async fn held(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    (sender, waited): (&str, &str),
) -> Result<Held> {
    // Read through their indexes: most letters are sent, and none of these.
    let sum = |which: Condition| {
        let counted: Expr = Expr::case(which, 1_i64).finally(0_i64).into();
        Expr::expr(Func::sum(counted)).cast_as("bigint")
    };
    let found: Option<(Option<i64>, Option<i64>, Option<i64>)> = Entity::find()
        .select_only()
        .expr(sum(waiting()))
        .expr(sum(waiting().add(Column::Problem.starts_with(sender))))
        .expr(sum(over(waited)))
        .filter(of(organization))
        .filter(Condition::any().add(waiting()).add(over(waited)))
        .into_tuple()
        .one(db)
        .await?;
    let number = |sum: Option<i64>| u64::try_from(sum.unwrap_or(0)).unwrap_or(0);
    let (waiting, sender, over) = found.unwrap_or_default();
    Ok(Held { waiting: number(waiting), sender: number(sender), over: number(over) })
}

/// Has all of them tried at once, and says how many.
pub async fn send_all_again(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    waited: &str,
    now: Timestamp,
) -> Result<u64> {
    let all = Condition::any().add(waiting()).add(over(waited));
    let done = super::due_at_once(now).filter(of(organization)).filter(all).exec(db).await?;
    Ok(done.rows_affected)
}

/// Failed, and not just being tried.
fn waiting() -> Condition {
    Condition::all().add(Column::State.eq(MailState::Queued.word())).add(Column::Problem.ne(""))
}

/// A letter that is not there any more cannot be sent.
fn over(waited: &str) -> Condition {
    Condition::all()
        .add(Column::State.eq(MailState::GivenUp.word()))
        .add(Column::Problem.ends_with(waited))
        .add(Expr::cust("length(sealed) > 0"))
}
