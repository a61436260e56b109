//! Checks a file that a browser sent: a dry run whose outcome is stored row by row.

use super::abandoned::empty;
use super::apply::let_go;
use super::head::Head;
use super::jobs::SILENCE;
use super::plan::Plan;
use super::rows::{Batch, Held, Rows};
use super::write::dry;
use super::{Job, Overlay, Report, room};
use crate::{Error, Result};
use domain::ImportId;
use domain::text::grouped;
use std::collections::HashMap;
use std::fs::File;
use store::imports::{self, Judged, Row};
use tokio::sync::mpsc;

/// How reading ended.
enum End {
    /// At the end of the file, or where nobody wants to know any more.
    Read,
    /// Before it, with a sentence: too many rows are refused. What was read is kept, to see why.
    GaveUp(String),
    /// Before it, with a sentence: there is no room. Nothing is kept.
    NoRoom(String),
    /// The server stops, and the file goes with it.
    Stopping,
}

/// Judges the whole file. What is thrown away meanwhile is left at that.
pub(super) async fn all(job: Job, import: ImportId, file: File) -> Result<()> {
    let organization = job.organization;
    let services = job.services.clone();
    let outcome = rows(&job, import, file).await;
    services.inner.database.analyze(store::Grown::Imports).await?;
    let why = match &outcome {
        Ok(End::Read) => None,
        // Whoever reads a file has the run of its own id.
        Ok(End::Stopping) => return let_go(&job, import, import.uuid()).await,
        Ok(End::GaveUp(why) | End::NoRoom(why)) => Some(why.clone()),
        Err(Error::Invalid(errors)) => errors.first().map(|error| error.message.clone()),
        Err(_) => Some("The server failed while it read the file. Nothing was changed; try again.".into()),
    };
    services
        .write(move |tx| {
            Box::pin(async move {
                match why {
                    None => imports::ready(tx.connection(), organization, import).await?,
                    Some(why) => imports::failed(tx.connection(), organization, import, &why).await?,
                };
                Ok(())
            })
        })
        .await?;
    match outcome {
        Ok(End::NoRoom(_)) => empty(&services, organization, import).await,
        // Told on the page, to whom it concerns.
        Ok(_) | Err(Error::Invalid(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

async fn rows(job: &Job, import: ImportId, file: File) -> Result<End> {
    let (to_checker, mut batches) = mpsc::channel(2);
    let size = job.batch;
    let reading = tokio::task::spawn_blocking(move || read(file, size, &to_checker));
    let mut end = End::Read;
    let (mut overlay, mut report) = (Overlay::default(), Report::default());
    while let Some(batch) = batches.recv().await {
        let (head, batch) = batch?;
        let plan = dry(job, &batch, &mut overlay).await?;
        report.add(&plan.report);
        let (line, read) = (batch.line, batch.read);
        if job.services.is_ending() {
            end = End::Stopping;
            break;
        }
        match keep(job, import, head, batch, plan).await? {
            Keeping::Kept if report.gives_up() => {
                end = End::GaveUp(gave_up(line, read, report.refused));
                break;
            }
            Keeping::Kept => {}
            Keeping::Unwanted => break,
            Keeping::NoRoom(why) => {
                end = End::NoRoom(why);
                break;
            }
        }
    }
    drop(batches);
    reading.await.map_err(|error| Error::Internal(error.to_string()))?;
    Ok(end)
}

/// Why the rest of a file is not read.
fn gave_up(line: u64, read: u64, refused: u64) -> String {
    format!(
        "Reading ended at line {}: of {} rows up to there, {} were refused. Nothing was changed. See below why, correct the file, and choose it again.",
        grouped(line),
        grouped(read),
        grouped(refused)
    )
}

/// What came of keeping a batch.
enum Keeping {
    Kept,
    /// Nobody wants to know any more.
    Unwanted,
    /// There is no room for it, for a reason.
    NoRoom(String),
}

/// Keeps what a batch would come to.
async fn keep(job: &Job, import: ImportId, head: String, batch: Batch, plan: Plan) -> Result<Keeping> {
    let (organization, now, bytes) = (job.organization, job.services.now(), batch.bytes);
    let groups_made = plan.report.groups_made;
    let counts = imports::counts(plan.judged.iter().map(|(_, judged)| judged.outcome));
    let rows = told(batch, plan);
    let write = job.services.write(move |tx| {
        Box::pin(async move {
            let db = tx.connection();
            let stale = now.plus_seconds(-SILENCE);
            if let Some(why) = room::for_rows(db, organization, import, rows.len() as u64, stale).await? {
                return Ok(Keeping::NoRoom(why));
            }
            let (far, came_to) = ((head.as_str(), bytes), (counts, groups_made));
            if !imports::checked_some(db, organization, import, far, came_to, now).await? {
                return Ok(Keeping::Unwanted);
            }
            imports::add(db, organization, import, rows.into_iter()).await?;
            Ok(Keeping::Kept)
        })
    });
    write.await
}

/// The rows of a batch as they are kept.
fn told(batch: Batch, plan: Plan) -> Vec<Row> {
    let mut emails: HashMap<u64, String> =
        batch.rows.iter().map(|row| (row.line, row.says.email.to_string())).collect();
    emails.extend(plan.refused.into_iter().map(|row| (row.line, row.email)));
    // Both are in the order of the file.
    let rows = batch.records.into_iter().zip(plan.judged);
    rows.map(|(held, (line, judged))| row(held, emails.remove(&line).unwrap_or_default(), judged)).collect()
}

fn row(held: Held, email: String, judged: Judged) -> Row {
    let cells = serde_json::Value::from(held.cells).to_string();
    Row { line: held.line, email, name: held.name, cells, judged }
}

/// Reads batches, and what they hold, until the file ends or nobody wants another.
fn read(file: File, batch: usize, to_checker: &mpsc::Sender<Result<(String, Batch)>>) {
    let mut rows = match Rows::open(file) {
        Ok(rows) => rows.holding(),
        Err(error) => {
            let _ = to_checker.blocking_send(Err(error.into()));
            return;
        }
    };
    let names = rows.header().to_vec();
    while let Some(batch) = rows.next(batch).map_err(Error::from).transpose() {
        let broken = batch.is_err();
        let with_head = |batch: Batch| (Head { names: names.clone(), read_as: batch.read_as.clone() }.to_json(), batch);
        if to_checker.blocking_send(batch.map(with_head)).is_err() || broken {
            return;
        }
    }
}
