//! Applies an import that has been checked. Each batch of rows is checked again and written in one transaction together
//! with the import's progress, so that the import continues from wherever it stopped.

use super::Job;
use super::head::Head;
use super::rows::{Batch, Row};
use super::write::{is_overtaken, write};
use crate::grant::holds_still;
use crate::{Error, Result};
use domain::ImportId;
use domain::import::{Column, Headings, ImportRow, ImportState, Outcome};
use domain::permission::{ManageMembers, Permission};
use store::imports::{self, Judged};
use store::{ConnectionTrait, organizations};
use uuid::Uuid;

/// How it went as far as it did.
enum End {
    /// Every row is in.
    Done,
    /// Somebody stopped it, or has taken it over.
    Elsewhere,
    /// The server stops: another one goes on.
    Stopping,
}

/// Applies the rows that are left, until the last one, or until it is stopped.
pub(super) async fn all(job: Job, import: ImportId, run: Uuid) -> Result<()> {
    let outcome = rows(&job, import, run).await;
    let organization = job.organization;
    let state = match &outcome {
        Ok(End::Done) => ImportState::Done,
        Ok(End::Elsewhere) => return Ok(()),
        Ok(End::Stopping) => return let_go(&job, import, run).await,
        Err(_) => ImportState::Stopped,
    };
    job.services
        .write(move |tx| {
            Box::pin(async move {
                imports::ended(tx.connection(), organization, import, run, state).await?;
                Ok(())
            })
        })
        .await?;
    if state == ImportState::Done {
        job.services.inner.database.analyze(store::Grown::Members).await?;
    }
    match outcome {
        // Whoever began it may not do this any more; what is in stays.
        Err(Error::NotFound | Error::Invalid(_)) => Ok(()),
        outcome => outcome.map(drop),
    }
}

/// Leaves it to another server, which need not wait for a sign of life.
pub(super) async fn let_go(job: &Job, import: ImportId, run: Uuid) -> Result<()> {
    let organization = job.organization;
    job.services
        .write(move |tx| {
            Box::pin(async move {
                imports::let_go(tx.connection(), organization, (import, run)).await?;
                Ok(())
            })
        })
        .await
}

async fn rows(job: &Job, import: ImportId, run: Uuid) -> Result<End> {
    let mut tries = 0;
    loop {
        if job.services.is_ending() {
            return Ok(End::Stopping);
        }
        let mine = job.clone();
        let some = job.services.write_members(job.organization, move |tx| {
            Box::pin(async move { batch(tx.connection(), &mine, import, run).await })
        });
        match some.await {
            Ok(Some(0)) => return Ok(End::Done),
            Ok(Some(_)) => tries = 0,
            Ok(None) | Err(Error::AlreadyDone) => return Ok(End::Elsewhere),
            Err(error) if is_overtaken(&error, &mut tries) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Writes the next rows; gives how many. An error takes all of it back.
async fn batch(db: &impl ConnectionTrait, job: &Job, import: ImportId, run: Uuid) -> Result<Option<usize>> {
    let organization = job.organization;
    organizations::lock(db, organization).await?;
    let Some(stored) = imports::find(db, organization, import).await? else { return Ok(None) };
    let rows = imports::next(db, organization, import, stored.last_line, job.batch as u64).await?;
    let Some(last_line) = rows.last().map(|row| row.line) else { return Ok(Some(0)) };
    if let Some(member) = job.actor.id() {
        holds_still(db, organization, member, ManageMembers::held_by).await?;
    }
    let batch = read(&stored.header, &rows)?;
    let plan = write(db, job, &batch).await?;
    let before = imports::counts(rows.iter().map(|row| row.judged.outcome));
    let after = imports::counts(plan.judged.iter().map(|(_, judged)| judged.outcome));
    let moved = std::array::from_fn(|place| after[place] - before[place]);
    let brought_in = plan.judged.iter().filter(|(_, judged)| judged.outcome != Outcome::Refused).count();
    let far = (brought_in as u64, last_line, moved);
    if !imports::applied_some(db, organization, import, run, far, job.services.now()).await? {
        return Err(Error::AlreadyDone);
    }
    let otherwise = |(row, (line, now)): (&imports::Row, (u64, Judged))| (row.judged != now).then_some((line, now));
    let changed = rows.iter().zip(plan.judged).filter_map(otherwise).collect();
    imports::change(db, organization, import, changed).await?;
    Ok(Some(rows.len()))
}

/// The rows as they were read from the file.
fn read(header: &str, rows: &[imports::Row]) -> Result<Batch> {
    let unreadable = |_| Error::Internal("an import's cells are not JSON".into());
    let names = Head::parse(header)?.names;
    let headings =
        Headings::parse(names.iter().map(String::as_str)).map_err(|error| Error::Internal(error.to_string()))?;
    let mut batch = Batch { read: rows.len() as u64, ..Batch::default() };
    for row in rows {
        let cells: Vec<String> = serde_json::from_str(&row.cells).map_err(unreadable)?;
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        match ImportRow::parse(&headings, &cells) {
            Ok(says) => batch.rows.push(Row { line: row.line, lines: 1, identity: says.email.identity(), says }),
            // The program may have learned another rule since.
            Err(fault) => {
                batch.refused.push(super::rows::refused((row.line, 1), &headings.cell(Column::Email, &cells), fault))
            }
        }
    }
    Ok(batch)
}
