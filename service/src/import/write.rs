//! Writes planned batches.

use super::plan::{Plan, look, plan};
use super::rows::Batch;
use super::{Job, Mode, Overlay, Progress, Report, Step};
use crate::groups::close_ended;
use crate::{Error, Result, audit};
use store::{ConnectionTrait, Transaction};
use store::{groups, members, organizations};
use tokio::sync::mpsc;

/// How often a batch is tried whose groups or people somebody else made at the same moment.
const MOST_TRIES: u32 = 5;

/// Judges and writes batches as they come.
pub(super) async fn all(
    job: Job,
    mut batches: mpsc::Receiver<Result<Batch>>,
    to_caller: mpsc::Sender<Step>,
) -> Result<Report> {
    let mut report = Report::default();
    let mut overlay = Overlay::default();
    let mut whole = match job.mode {
        Mode::Whole => Some(begin(&job).await?),
        Mode::Dry | Mode::Batches => None,
    };
    while let Some(batch) = batches.recv().await {
        let batch = batch?;
        let plan = match (&mut whole, job.mode) {
            (Some(transaction), _) => write(transaction.connection(), &job, &batch).await?,
            (None, Mode::Dry) => dry(&job, &batch, &mut overlay).await?,
            (None, _) => lasting(&job, &batch).await?,
        };
        report.add(&plan.report);
        report.read_as.clone_from(&batch.read_as);
        let progress = Progress { bytes: batch.bytes, rows: batch.read };
        if to_caller.send(Step { progress, refused: plan.refused }).await.is_err() {
            return Err(Error::Internal("nobody waits for the import any more".into()));
        }
        if report.gives_up() {
            report.gave_up_at = Some(batch.line);
            break;
        }
    }
    match whole {
        Some(transaction) if report.refused == 0 => transaction.commit().await?,
        // Rolled back where it was begun.
        _ => {}
    }
    Ok(report)
}

/// What a batch would come to, those before it included.
pub(super) async fn dry(job: &Job, batch: &Batch, overlay: &mut Overlay) -> Result<Plan> {
    let mut scene = look(job.services.reader(), job.organization, batch, overlay).await?;
    let mut plan = plan(job, batch, &mut scene, overlay)?;
    overlay.groups.extend(plan.overlay.groups.drain());
    overlay.active_administrators += plan.overlay.active_administrators;
    Ok(plan)
}

/// Writes a batch in a transaction of its own.
async fn lasting(job: &Job, batch: &Batch) -> Result<Plan> {
    let mut tries = 0;
    loop {
        let transaction = begin(job).await?;
        match write(transaction.connection(), job, batch).await {
            Ok(plan) => {
                transaction.commit().await?;
                return Ok(plan);
            }
            Err(error) if is_overtaken(&error, &mut tries) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Says whether somebody else made the same groups or people at the same moment, so that another try helps.
pub(super) fn is_overtaken(error: &Error, tries: &mut u32) -> bool {
    *tries += 1;
    matches!(error, Error::Store(store::Error::Duplicate(_))) && *tries <= MOST_TRIES
}

/// Begins a transaction that may change who administers (spec R7, DESIGN 4).
async fn begin(job: &Job) -> Result<Transaction> {
    let transaction = job.services.inner.database.begin().await?;
    organizations::lock(transaction.connection(), job.organization).await?;
    Ok(transaction)
}

/// Judges a batch and writes what it comes to.
pub(super) async fn write(db: &impl ConnectionTrait, job: &Job, batch: &Batch) -> Result<Plan> {
    close_ended(&job.services, db, job.organization, None).await?;
    let overlay = Overlay::default();
    let mut scene = look(db, job.organization, batch, &overlay).await?;
    let mut plan = plan(job, batch, &mut scene, &overlay)?;
    groups::insert(db, job.organization, std::mem::take(&mut plan.groups)).await?;
    members::insert(db, job.organization, std::mem::take(&mut plan.members)).await?;
    members::update_many(db, job.organization, std::mem::take(&mut plan.updates)).await?;
    // Whoever is in the file is not deleted, so each of them counts.
    groups::add_members(db, job.organization, std::mem::take(&mut plan.joins), |_| true).await?;
    for (group, member) in std::mem::take(&mut plan.leaves) {
        groups::remove_member(db, job.organization, group, member, true).await?;
    }
    audit::write(&job.services, db, job.organization, std::mem::take(&mut plan.audit)).await?;
    Ok(plan)
}
