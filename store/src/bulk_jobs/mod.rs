//! Bulk actions on members (spec M11). Every change names, in the statement itself, the state that it expects; of two
//! concurrent changes, the second changes nothing and reports it.

mod rows;

pub use rows::{Found, RowOutcome, add, last, list, next, told_after, write_outcomes};

use crate::entities::bulk_jobs::{ActiveModel, Column, Entity, Model};
use crate::entities::bulk_rows;
use crate::ip::{ip_bytes, ip_of};
use crate::silence::silent;
use crate::{Error, Result};
use domain::bulk::{BulkAction, BulkOutcome, BulkState};
use domain::{BulkId, MemberId, OrganizationId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::net::IpAddr;
use uuid::Uuid;

/// What an action is until its rows are gone: nobody sees it any more.
const DISCARDED: &str = "discarded";

/// An action for many.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id.
    pub id: BulkId,
    /// Who began it.
    pub member: MemberId,
    /// Their address.
    pub by: String,
    /// From where.
    pub ip: Option<IpAddr>,
    /// The id of the request in the logs.
    pub request_id: String,
    /// What is done.
    pub action: BulkAction,
    /// The view all of whose members are meant; empty where they were chosen one by one.
    pub matching: Option<String>,
    /// How far it is.
    pub state: BulkState,
    /// Why it could not go on.
    pub problem: String,
    /// How many members have which outcome, in the order of [`BulkOutcome::ALL`].
    pub counts: [u64; 4],
    /// When it began.
    pub created_at: Timestamp,
}

/// Begins one, with the run that may work on it.
///
/// # Errors
/// [`Error::Duplicate`] where it was begun before.
pub async fn insert(db: &impl ConnectionTrait, organization: OrganizationId, job: Job, run: Uuid) -> Result<()> {
    let [done, unchanged, refused, waiting] = job.counts.map(signed);
    let row = ActiveModel {
        organization_id: Set(organization.uuid()),
        id: Set(job.id.uuid()),
        member_id: Set(job.member.uuid()),
        started_by: Set(job.by),
        ip: Set(ip_bytes(job.ip)),
        request_id: Set(job.request_id),
        action: Set(job.action.to_string()),
        matching: Set(job.matching.map(|view| format!("?{view}")).unwrap_or_default()),
        state: Set(job.state.word().into()),
        problem: Set(job.problem),
        run: Set(run),
        done: Set(done),
        unchanged: Set(unchanged),
        refused: Set(refused),
        waiting: Set(waiting),
        created_at: Set(job.created_at.millis()),
        beat_at: Set(job.created_at.millis()),
    };
    row.insert(db).await?;
    Ok(())
}

/// One that is not thrown away.
pub async fn find(db: &impl ConnectionTrait, organization: OrganizationId, id: BulkId) -> Result<Option<Job>> {
    let row = Entity::find_by_id((organization.uuid(), id.uuid())).filter(Column::State.ne(DISCARDED)).one(db).await?;
    row.map(TryInto::try_into).transpose()
}

impl TryFrom<Model> for Job {
    type Error = Error;
    fn try_from(row: Model) -> Result<Self> {
        let unreadable = |what: domain::Refused| Error::Unreadable(what.to_string());
        Ok(Self {
            id: BulkId::from_uuid(row.id),
            member: MemberId::from_uuid(row.member_id),
            by: row.started_by,
            ip: ip_of(&row.ip),
            request_id: row.request_id,
            action: row.action.parse().map_err(unreadable)?,
            matching: row.matching.strip_prefix('?').map(str::to_owned),
            state: BulkState::parse(&row.state).map_err(unreadable)?,
            problem: row.problem,
            counts: [row.done, row.unchanged, row.refused, row.waiting].map(unsigned),
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}

/// Says whether one is under way in an organization.
pub async fn is_one_under_way(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<bool> {
    let one = Entity::find()
        // In the words of their index: there are few.
        .filter(Expr::cust("state IN ('collecting', 'running')"))
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .one(db)
        .await?;
    Ok(one.is_some())
}

/// What a change sets.
type Changes = Vec<(Column, SimpleExpr)>;

/// Changes one that is as expected; says whether it was.
async fn change_where(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: BulkId,
    expected: SimpleExpr,
    changes: Changes,
) -> Result<bool> {
    let mut update = Query::update();
    update
        .table(Entity)
        .and_where(Column::OrganizationId.eq(organization.uuid()))
        .and_where(Column::Id.eq(id.uuid()))
        .and_where(expected);
    for (column, value) in changes {
        update.value(column, value);
    }
    Ok(db.execute(&update).await?.rows_affected() == 1)
}

fn is_of(run: Uuid, state: BulkState) -> SimpleExpr {
    Column::State.eq(state.word()).and(Column::Run.eq(run))
}

fn moved(column: Column, by: i64) -> (Column, SimpleExpr) {
    (column, Expr::col(column).add(by))
}

/// So many more were looked up.
pub async fn collected(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    (id, run): (BulkId, Uuid),
    more: u64,
    now: Timestamp,
) -> Result<bool> {
    let changes = vec![moved(Column::Waiting, signed(more)), (Column::BeatAt, now.millis().into())];
    change_where(db, organization, id, is_of(run, BulkState::Collecting), changes).await
}

/// Everybody was looked up.
pub async fn collected_all(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    (id, run): (BulkId, Uuid),
) -> Result<bool> {
    let changes = vec![(Column::State, BulkState::Running.word().into())];
    change_where(db, organization, id, is_of(run, BulkState::Collecting), changes).await
}

/// For some more it was tried. Nothing where it was stopped, or somebody else took it over: then what was done must not
/// last.
pub async fn done_some(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    (id, run): (BulkId, Uuid),
    outcomes: impl IntoIterator<Item = BulkOutcome>,
    now: Timestamp,
) -> Result<bool> {
    let mut by = [0_i64; 4];
    for outcome in outcomes {
        by[outcome.place()] += 1;
        by[BulkOutcome::Waiting.place()] -= 1;
    }
    let columns = [Column::Done, Column::Unchanged, Column::Refused, Column::Waiting];
    let mut changes: Changes = columns.into_iter().zip(by).map(|(column, by)| moved(column, by)).collect();
    changes.push((Column::BeatAt, now.millis().into()));
    change_where(db, organization, id, is_of(run, BulkState::Running), changes).await
}

/// It was tried for everybody, or could not go on.
pub async fn ended(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    (id, run): (BulkId, Uuid),
    state: BulkState,
    problem: &str,
) -> Result<bool> {
    let changes = vec![(Column::State, state.word().into()), (Column::Problem, problem.into())];
    let moving = Column::State.is_in([BulkState::Collecting.word(), BulkState::Running.word()]);
    change_where(db, organization, id, moving.and(Column::Run.eq(run)), changes).await
}

/// Stops it after those under way. Whoever was only being looked up is left alone.
pub async fn stop(db: &impl ConnectionTrait, organization: OrganizationId, id: BulkId) -> Result<bool> {
    let changes = vec![(Column::State, BulkState::Stopped.word().into())];
    let moving = Column::State.is_in([BulkState::Collecting.word(), BulkState::Running.word()]);
    change_where(db, organization, id, moving, changes).await
}

/// Lets others take it over at once, because whoever works on it ceases to.
pub async fn let_go(db: &impl ConnectionTrait, organization: OrganizationId, (id, run): (BulkId, Uuid)) -> Result<()> {
    let changes = vec![(Column::BeatAt, Timestamp::NEVER.millis().into())];
    change_where(db, organization, id, Column::Run.eq(run), changes).await?;
    Ok(())
}

/// What gave no sign of life: now and since when, as everywhere where that is asked.
pub async fn abandoned(
    db: &impl ConnectionTrait,
    instants: (Timestamp, Timestamp),
) -> Result<Vec<(OrganizationId, BulkId)>> {
    let rows: Vec<(Uuid, Uuid)> = Entity::find()
        .select_only()
        .columns([Column::OrganizationId, Column::Id])
        // In the words of their index.
        .filter(Expr::cust("state IN ('collecting', 'running')"))
        .filter(silent(Column::BeatAt, instants))
        .order_by_asc(Column::BeatAt)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(o, id)| (OrganizationId::from_uuid(o), BulkId::from_uuid(id))).collect())
}

/// Takes one over that gave no sign of life since `stale`: once, whoever tries.
pub async fn take_over(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    (id, run): (BulkId, Uuid),
    (now, stale): (Timestamp, Timestamp),
) -> Result<bool> {
    let moving = Column::State.is_in([BulkState::Collecting.word(), BulkState::Running.word()]);
    let changes = vec![(Column::Run, run.into()), (Column::BeatAt, now.millis().into())];
    change_where(db, organization, id, moving.and(silent(Column::BeatAt, (now, stale))), changes).await
}

/// Forgets what began before an instant and is not under way: nobody finds it from now on.
pub async fn discard_old(db: &impl ConnectionTrait, before: Timestamp) -> Result<()> {
    let moving = [BulkState::Collecting.word(), BulkState::Running.word()];
    let mut update = Query::update();
    update
        .table(Entity)
        .value(Column::State, DISCARDED)
        .and_where(Column::CreatedAt.lt(before.millis()))
        .and_where(Column::State.is_not_in(moving));
    db.execute(&update).await?;
    Ok(())
}

/// What was forgotten and still has rows.
pub async fn discarded(db: &impl ConnectionTrait) -> Result<Vec<(OrganizationId, BulkId)>> {
    let rows: Vec<(Uuid, Uuid)> = Entity::find()
        .select_only()
        .columns([Column::OrganizationId, Column::Id])
        .filter(Column::State.eq(DISCARDED))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(o, id)| (OrganizationId::from_uuid(o), BulkId::from_uuid(id))).collect())
}

/// Deletes some rows of what was forgotten, and it itself with the last of them; says whether it is gone.
pub async fn delete_some(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: BulkId,
    most: u64,
) -> Result<bool> {
    use bulk_rows::Column as Of;
    let its = || Of::OrganizationId.eq(organization.uuid()).and(Of::JobId.eq(id.uuid()));
    let last = bulk_rows::Entity::find()
        .select_only()
        .column(Of::Place)
        .filter(its())
        .order_by_asc(Of::Place)
        .offset(most)
        .limit(1)
        .into_tuple::<i64>()
        .one(db)
        .await?;
    let some = last.map_or_else(its, |place| its().and(Of::Place.lt(place)));
    bulk_rows::Entity::delete_many().filter(some).exec(db).await?;
    if last.is_none() {
        Entity::delete_by_id((organization.uuid(), id.uuid())).filter(Column::State.eq(DISCARDED)).exec(db).await?;
    }
    Ok(last.is_none())
}

/// Takes a person's address out of what they began, and what was searched out of what is over (spec E6).
pub async fn forget_member(db: &impl ConnectionTrait, organization: OrganizationId, member: MemberId) -> Result<()> {
    let mut searched = Query::update();
    searched
        .table(Entity)
        .value(Column::Matching, "")
        .and_where(Column::OrganizationId.eq(organization.uuid()))
        .and_where(Column::State.ne(BulkState::Collecting.word()));
    db.execute(&searched).await?;
    let mut update = Query::update();
    update
        .table(Entity)
        .value(Column::StartedBy, "")
        .value(Column::Ip, ip_bytes(None))
        .and_where(Column::OrganizationId.eq(organization.uuid()))
        .and_where(Column::MemberId.eq(member.uuid()));
    db.execute(&update).await?;
    Ok(())
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
