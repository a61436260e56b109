//! Takes letters that are due, for a worker to send.

use super::Mail;
use crate::Result;
use crate::entities::outbox::{Column, Entity};
use domain::mail::{MailState, Turn};
use domain::{MailId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, LockBehavior, LockType, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// The number of a turn in the database.
pub(super) fn number(turn: Turn) -> i64 {
    match turn {
        Turn::First => 0,
        Turn::Later => 1,
    }
}

/// By how much the clocks of servers may differ, in milliseconds, and one be set back without being noticed.
const APART: i64 = 10_000;

/// Which letters are looked for.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Those of this turn.
    pub turn: Turn,
    /// None of these.
    pub mine: Vec<MailId>,
    /// None to these domains, in lower case.
    pub without: Vec<String>,
    /// Only those that were not tried yet.
    pub untried: bool,
    /// At most so many.
    pub most: u64,
}

/// A letter that is due.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its id.
    pub id: MailId,
    /// To whom.
    pub recipient: String,
    /// Whether it was tried before.
    pub tried: bool,
}

/// Letters that are due, the longest waiting first. Among them are those whose sender went away without a word, and
/// those that were queued or tried at an instant that is still to come: the clock was set back, and what it said then
/// holds nothing up.
pub async fn due(db: &impl ConnectionTrait, now: Timestamp, ask: &Ask) -> Result<Vec<Waiting>> {
    let mut all = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Recipient, Column::Attempts])
        .filter(is_waiting())
        .filter(Column::Turn.eq(number(ask.turn)))
        .filter(Column::Id.is_not_in(ask.mine.iter().map(|id| id.uuid())));
    for domain in &ask.without {
        let to = Expr::expr(Func::lower(Expr::col(Column::Recipient)));
        all = all.filter(to.not_like(LikeExpr::new(format!("%@{}", escaped(domain))).escape('!')));
    }
    if ask.untried {
        all = all.filter(Column::Attempts.eq(0));
    }
    let in_time = all.clone().filter(Column::NextAt.lte(now.millis())).order_by_asc(Column::NextAt);
    // Each has an index of its own; with OR, a database would read all of one.
    let ahead = all.filter(Column::NextAt.gt(now.millis())).filter(Column::TriedAt.gt(now.millis() + APART));
    let mut found: Vec<(Uuid, String, i64)> = Vec::new();
    for some in [in_time, ahead.order_by_asc(Column::TriedAt)] {
        let left = ask.most.saturating_sub(found.len() as u64);
        found.extend(some.order_by_asc(Column::Id).limit(left).into_tuple::<(Uuid, String, i64)>().all(db).await?);
    }
    let waiting = |(id, recipient, attempts)| Waiting { id: MailId::from_uuid(id), recipient, tried: attempts > 0 };
    Ok(found.into_iter().map(waiting).collect())
}

/// In the words of the indexes.
fn is_waiting() -> Expr {
    Expr::cust("state IN ('queued', 'sending')")
}

/// A text in which no sign stands for others where it is searched for.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| ['%', '_', '!'].contains(&c).then_some('!').into_iter().chain([c])).collect()
}

/// Takes those of these letters that are still due, for whoever bears `claim` alone until `until`.
pub async fn claim(
    db: &impl ConnectionTrait,
    claim: Uuid,
    (now, until): (Timestamp, Timestamp),
    letters: &[MailId],
) -> Result<Vec<Mail>> {
    let mut due = Query::select();
    due.column(Column::Id)
        .from(Entity)
        .and_where(is_waiting())
        .and_where(Expr::col(Column::Id).is_in(letters.iter().map(|id| id.uuid())))
        .cond_where(
            Condition::any()
                .add(Expr::col(Column::NextAt).lte(now.millis()))
                .add(Expr::col(Column::TriedAt).gt(now.millis() + APART)),
        )
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    let taken = Entity::update_many()
        .col_expr(Column::State, Expr::value(MailState::Sending.word()))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::NextAt, Expr::value(until.millis()))
        .col_expr(Column::TriedAt, Expr::value(now.millis()))
        .col_expr(Column::Claim, Expr::value(claim))
        .filter(Column::Id.in_subquery(due))
        .exec(db)
        .await?;
    if taken.rows_affected == 0 {
        return Ok(Vec::new());
    }
    let rows = Entity::find().filter(Column::Claim.eq(claim)).order_by_asc(Column::Id).all(db).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Keeps what is being sent from others for longer.
pub async fn renew(db: &impl ConnectionTrait, claims: &[Uuid], (now, until): (Timestamp, Timestamp)) -> Result<()> {
    let mine = Column::Claim.is_in(claims.iter().copied()).and(Column::State.eq(MailState::Sending.word()));
    Entity::update_many()
        .col_expr(Column::NextAt, Expr::value(until.millis()))
        .col_expr(Column::TriedAt, Expr::value(now.millis()))
        .filter(mine)
        .exec(db)
        .await?;
    Ok(())
}
