//! Judging a file that a browser sent: the dry run, kept row by row.

use super::plan::Plan;
use super::rows::{Batch, Held, Rows};
use super::write::dry;
use super::{Job, Overlay};
use crate::{Error, Result};
use domain::ImportId;
use std::collections::HashMap;
use std::fs::File;
use store::imports::{self, Judged, Row};
use tokio::sync::mpsc;

/// Judges the whole file. What is thrown away meanwhile is left at that.
pub(super) async fn all(job: Job, import: ImportId, file: File) -> Result<()> {
    let organization = job.organization;
    let services = job.services.clone();
    let outcome = rows(job, import, file).await;
    services.inner.database.analyze(store::Grown::Imports).await?;
    let why = match &outcome {
        Ok(()) => None,
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
        // Told on the page, to whom it concerns.
        Err(Error::Invalid(_)) => Ok(()),
        outcome => outcome,
    }
}

async fn rows(job: Job, import: ImportId, file: File) -> Result<()> {
    let (to_checker, mut batches) = mpsc::channel(2);
    let size = job.batch;
    let reading = tokio::task::spawn_blocking(move || read(file, size, &to_checker));
    let mut overlay = Overlay::default();
    while let Some(batch) = batches.recv().await {
        let (header, batch) = batch?;
        let plan = dry(&job, &batch, &mut overlay).await?;
        if job.services.is_ending() || !keep(&job, import, header, batch, plan).await? {
            break;
        }
    }
    drop(batches);
    reading.await.map_err(|error| Error::Internal(error.to_string()))
}

/// Keeps what a batch would come to; says whether anybody still wants to know.
async fn keep(job: &Job, import: ImportId, header: String, batch: Batch, plan: Plan) -> Result<bool> {
    let (organization, now, bytes) = (job.organization, job.services.now(), batch.bytes);
    let groups_made = plan.report.groups_made;
    let counts = imports::counts(plan.judged.iter().map(|(_, judged)| judged.outcome));
    let rows = told(batch, plan);
    let write = job.services.write(move |tx| {
        Box::pin(async move {
            let db = tx.connection();
            let (far, came_to) = ((header.as_str(), bytes), (counts, groups_made));
            let wanted = imports::checked_some(db, organization, import, far, came_to, now).await?;
            if wanted {
                imports::add(db, organization, import, rows.into_iter()).await?;
            }
            Ok(wanted)
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
    Row { line: held.line, email, name: held.name, cells: json(&held.cells), judged }
}

fn json(cells: &[String]) -> String {
    serde_json::Value::from(cells).to_string()
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
    let header = json(rows.header());
    while let Some(batch) = rows.next(batch).map_err(Error::from).transpose() {
        let broken = batch.is_err();
        if to_checker.blocking_send(batch.map(|batch| (header.clone(), batch))).is_err() || broken {
            return;
        }
    }
}
