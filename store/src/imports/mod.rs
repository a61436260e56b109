//! Imports that were started in a browser (spec A2). Every change names, in the statement itself, the state that it
//! expects; of two concurrent changes, the second changes nothing and reports it.

mod room;
mod rows;
mod runs;

pub use room::{Kept, empty_some, kept};
pub use rows::{Judged, Mentions, Row, add, change, forget, list, look_for, next, of_outcome};
pub use runs::{Abandoned, Applier, abandoned, begin, forget_applier, give_up, let_go, take_over};

use crate::entities::imports::{ActiveModel, Column, Entity, Model};
use crate::{Error, Result};
use domain::import::{ImportState, Outcome};
use domain::{ImportId, MemberId, OrganizationId, Timestamp};
use room::delete_rows;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

/// What an import is until its rows are gone: nobody sees it any more.
const DISCARDED: &str = "discarded";

/// A file that is to be judged.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// Its id.
    pub id: ImportId,
    /// Who began it.
    pub member: MemberId,
    /// Their address.
    pub by: String,
    /// The file's name.
    pub file: String,
    /// Its length.
    pub bytes: u64,
    /// When.
    pub at: Timestamp,
}

/// An import.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its id.
    pub id: ImportId,
    /// The address of whoever began it.
    pub by: String,
    /// The file's name.
    pub file: String,
    /// The first line's cells, as JSON.
    pub header: String,
    /// How far it is.
    pub state: ImportState,
    /// Why the file could not be read.
    pub problem: String,
    /// The file's length.
    pub bytes: u64,
    /// How much of it is judged.
    pub bytes_done: u64,
    /// How many rows are brought in.
    pub rows_done: u64,
    /// The line of the last row that is.
    pub last_line: u64,
    /// How many rows have which outcome, in the order of [`Outcome::ALL`].
    pub counts: [u64; 4],
    /// How many groups are made with them.
    pub groups_made: u64,
    /// When it began.
    pub created_at: Timestamp,
    /// When whoever works on it last gave a sign of life.
    pub beat_at: Timestamp,
}

/// Begins one.
pub async fn insert(db: &impl ConnectionTrait, organization: OrganizationId, new: NewImport) -> Result<()> {
    let row = ActiveModel {
        organization_id: Set(organization.uuid()),
        id: Set(new.id.uuid()),
        member_id: Set(new.member.uuid()),
        started_by: Set(new.by),
        file: Set(new.file),
        header: Set(String::new()),
        state: Set(ImportState::Checking.word().into()),
        problem: Set(String::new()),
        run: Set(new.id.uuid()),
        bytes: Set(signed(new.bytes)),
        bytes_done: Set(0),
        rows_done: Set(0),
        last_line: Set(0),
        added: Set(0),
        changed: Set(0),
        unchanged: Set(0),
        refused: Set(0),
        groups_made: Set(0),
        created_at: Set(new.at.millis()),
        beat_at: Set(new.at.millis()),
        applier_id: Set(None),
        applied_by: Set(String::new()),
        applier_ip: Set(None),
        applier_request_id: Set(String::new()),
    };
    row.insert(db).await?;
    Ok(())
}

/// One that is not thrown away.
pub async fn find(db: &impl ConnectionTrait, organization: OrganizationId, id: ImportId) -> Result<Option<Stored>> {
    let row = Entity::find_by_id((organization.uuid(), id.uuid())).filter(Column::State.ne(DISCARDED)).one(db).await?;
    row.map(stored).transpose()
}

/// The last ones, newest first.
pub async fn recent(db: &impl ConnectionTrait, organization: OrganizationId, most: u64) -> Result<Vec<Stored>> {
    // Their ids are in the order in which they began.
    let rows = Entity::find()
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::State.ne(DISCARDED))
        .order_by_desc(Column::Id)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(stored).collect()
}

fn stored(row: Model) -> Result<Stored> {
    let state = ImportState::parse(&row.state)
        .ok_or_else(|| Error::Unreadable(format!("an import is in the state {}", row.state)))?;
    Ok(Stored {
        id: ImportId::from_uuid(row.id),
        by: row.started_by,
        file: row.file,
        header: row.header,
        state,
        problem: row.problem,
        bytes: unsigned(row.bytes),
        bytes_done: unsigned(row.bytes_done),
        rows_done: unsigned(row.rows_done),
        last_line: unsigned(row.last_line),
        counts: [row.added, row.changed, row.unchanged, row.refused].map(unsigned),
        groups_made: unsigned(row.groups_made),
        created_at: Timestamp::from_millis(row.created_at),
        beat_at: Timestamp::from_millis(row.beat_at),
    })
}

/// What a change sets.
type Changes = Vec<(Column, SimpleExpr)>;

/// Changes an import that is in one of these states; says whether it was.
async fn change_where(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ImportId,
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

fn is(state: ImportState) -> SimpleExpr {
    Column::State.eq(state.word())
}

/// Moves a number by so much.
fn moved(column: Column, by: i64) -> (Column, SimpleExpr) {
    (column, Expr::col(column).add(by))
}

/// By how much the counts of the outcomes move.
fn moved_counts(by: [i64; 4]) -> impl Iterator<Item = (Column, SimpleExpr)> {
    [Column::Added, Column::Changed, Column::Unchanged, Column::Refused].into_iter().zip(by).map(|(c, by)| moved(c, by))
}

/// How far reading the file is, after another batch.
pub async fn checked_some(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ImportId,
    (header, bytes_done): (&str, u64),
    (counts, groups_made): ([i64; 4], u64),
    now: Timestamp,
) -> Result<bool> {
    let mut changes: Changes = moved_counts(counts).collect();
    changes.push(moved(Column::GroupsMade, signed(groups_made)));
    changes.push((Column::Header, header.into()));
    changes.push((Column::BytesDone, signed(bytes_done).into()));
    changes.push((Column::BeatAt, now.millis().into()));
    change_where(db, organization, id, is(ImportState::Checking), changes).await
}

/// The whole file is judged.
pub async fn ready(db: &impl ConnectionTrait, organization: OrganizationId, id: ImportId) -> Result<bool> {
    let changes = vec![(Column::State, ImportState::Ready.word().into())];
    change_where(db, organization, id, is(ImportState::Checking), changes).await
}

/// The file cannot be read.
pub async fn failed(db: &impl ConnectionTrait, organization: OrganizationId, id: ImportId, why: &str) -> Result<bool> {
    let changes = vec![(Column::State, ImportState::Failed.word().into()), (Column::Problem, why.into())];
    change_where(db, organization, id, is(ImportState::Checking), changes).await
}

/// How far applying is, after another batch. Nothing where it was stopped or somebody else took it over: then
/// the batch must not last.
pub async fn applied_some(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ImportId,
    run: Uuid,
    (rows, last_line, counts): (u64, u64, [i64; 4]),
    now: Timestamp,
) -> Result<bool> {
    let mut changes: Changes = moved_counts(counts).collect();
    changes.push(moved(Column::RowsDone, signed(rows)));
    changes.push((Column::LastLine, signed(last_line).into()));
    changes.push((Column::BeatAt, now.millis().into()));
    let expected = is(ImportState::Applying).and(Column::Run.eq(run));
    change_where(db, organization, id, expected, changes).await
}

/// Every row is applied, or it cannot go on.
pub async fn ended(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ImportId,
    run: Uuid,
    state: ImportState,
) -> Result<bool> {
    let expected = is(ImportState::Applying).and(Column::Run.eq(run));
    change_where(db, organization, id, expected, vec![(Column::State, state.word().into())]).await
}

/// Stops applying after the batch under way.
pub async fn stop(db: &impl ConnectionTrait, organization: OrganizationId, id: ImportId) -> Result<bool> {
    let changes = vec![(Column::State, ImportState::Stopped.word().into())];
    change_where(db, organization, id, is(ImportState::Applying), changes).await
}

/// Throws away what is not being applied.
pub async fn discard(db: &impl ConnectionTrait, organization: OrganizationId, id: ImportId) -> Result<bool> {
    let expected = Column::State.is_not_in([ImportState::Applying.word(), DISCARDED]);
    change_where(db, organization, id, expected, vec![(Column::State, DISCARDED.into())]).await
}

/// Throws away what began before an instant.
pub async fn discard_old(db: &impl ConnectionTrait, before: Timestamp) -> Result<()> {
    let old = Column::CreatedAt.lt(before.millis()).and(Column::State.ne(ImportState::Applying.word()));
    let mut update = Query::update();
    update.table(Entity).value(Column::State, DISCARDED).and_where(old);
    db.execute(&update).await?;
    Ok(())
}

/// What was thrown away and still has rows.
pub async fn discarded(db: &impl ConnectionTrait) -> Result<Vec<(OrganizationId, ImportId)>> {
    let rows: Vec<(Uuid, Uuid)> = Entity::find()
        .select_only()
        .columns([Column::OrganizationId, Column::Id])
        .filter(Column::State.eq(DISCARDED))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(o, id)| (OrganizationId::from_uuid(o), ImportId::from_uuid(id))).collect())
}

/// Deletes some rows of what was thrown away, and the import with the last of them; says whether it is gone.
pub async fn delete_some(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ImportId,
    most: u64,
) -> Result<bool> {
    let none_left = delete_rows(db, organization, id, most).await?;
    if none_left {
        Entity::delete_by_id((organization.uuid(), id.uuid())).filter(Column::State.eq(DISCARDED)).exec(db).await?;
    }
    Ok(none_left)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// The counts of outcomes, in the order of [`Outcome::ALL`].
pub fn counts(outcomes: impl IntoIterator<Item = Outcome>) -> [i64; 4] {
    let mut counts = [0; 4];
    for outcome in outcomes {
        counts[outcome.place()] += 1;
    }
    counts
}
