//! Importing people from a CSV file (spec A2).
//!
//! Three steps work side by side: reading the file and checking rows by themselves ([`rows`]), judging
//! them against the organization ([`verdict`], [`plan`]), writing ([`write`]). A batch of rows is one
//! transaction, so that an interrupted import leaves whole rows behind and can be run again: what is there
//! already is found unchanged. The memory holds a few batches, and 16 bytes and a line's number of each
//! address, whatever the file's size. The dry run does everything but the last step.

mod abandoned;
mod apply;
mod check;
mod encoding;
#[cfg(test)]
mod files;
mod first_line;
mod format;
mod grammar;
mod head;
mod jobs;
mod plan;
mod records;
mod room;
mod rows;
#[cfg(test)]
mod tests;
mod utf16;
mod verdict;
mod words;
mod write;

pub use abandoned::abandoned;
pub(crate) use jobs::tidy;
pub use jobs::{Upload, apply, begin, discard, recent, refused_rows, refused_rows_heading, show, stop};

use crate::audit::AuditActor;
use crate::{Error, Operator, Result, Services};
use domain::import::{Column, MOST_REFUSED};
use domain::setup::FieldError;
use domain::{OrganizationId, Slug};
use format::NoCsv;
use rows::{Batch, Rows};
use std::collections::HashSet;
use std::io::{Read, Seek};
use tokio::sync::mpsc;

/// How an import is done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Only says what would happen.
    pub dry_run: bool,
    /// Brings in nobody where a single row is refused.
    pub all_or_nothing: bool,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the file that are done with.
    pub bytes: u64,
    /// Rows that are done with, refused ones included.
    pub rows: u64,
}

/// A row that was not brought in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRow {
    /// The line of the file where the row starts, from 1.
    pub line: u64,
    /// How many lines it has.
    pub lines: u64,
    /// The column at fault; the whole row where there is none.
    pub column: Option<Column>,
    /// The reason, as a sentence.
    pub reason: String,
    /// What stands in the row as its address, to find it by.
    pub email: String,
}

/// What an import did, or would have done where nothing was to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Members that were added.
    pub added: u64,
    /// Members that were changed.
    pub changed: u64,
    /// Rows that say what is so already.
    pub unchanged: u64,
    /// Rows that were refused.
    pub refused: u64,
    /// Groups that were made.
    pub groups_made: u64,
    /// Rows that name an active member otherwise: the name stays.
    pub names_stay: u64,
    /// The line up to which the file was read, where the rest was not: [`MOST_REFUSED`] rows were refused.
    pub gave_up_at: Option<u64>,
    /// How the file was read: encoding, separator, columns that were passed over.
    pub read_as: String,
}

impl Report {
    fn add(&mut self, more: &Self) {
        self.added += more.added;
        self.changed += more.changed;
        self.unchanged += more.unchanged;
        self.refused += more.refused;
        self.groups_made += more.groups_made;
        self.names_stay += more.names_stay;
    }

    /// Says whether reading goes no further: so many rows are refused that something is wrong with all of them.
    fn gives_up(&self) -> bool {
        self.refused >= MOST_REFUSED
    }
}

/// What earlier batches would have changed, had they been written: carried along in the dry run alone.
/// Members need no place in it, because the file names each of them at most once.
#[derive(Debug, Default)]
struct Overlay {
    /// Groups that would have been made.
    groups: HashSet<[u8; 16]>,
    /// By how much the number of active administrators would have moved.
    active_administrators: i64,
}

/// How many rows a transaction writes, and the memory holds three times: enough that an index's page is
/// written for many of them at once, few enough that others who write do not wait long.
const BATCH: usize = 16_384;

/// What becomes of what is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Nothing is written.
    Dry,
    /// Each batch lasts.
    Batches,
    /// All of them last, or none.
    Whole,
}

/// What the steps of one pass over the file share.
#[derive(Clone)]
struct Job {
    services: Services,
    actor: AuditActor,
    organization: OrganizationId,
    mode: Mode,
    batch: usize,
    /// Whether each row is told of in words.
    in_words: bool,
}

/// What a batch came to.
struct Step {
    progress: Progress,
    refused: Vec<RefusedRow>,
}

/// Brings the people of a file into an organization. `refused` hears of each bad row, in the order of the
/// file; the good ones go in, or none where all-or-nothing is asked for and one is bad.
///
/// Rows judged and written while this runs are not taken back when its caller goes away; no row is ever
/// written in part.
///
/// # Errors
/// [`Error::NotFound`] where the organization is not there; [`Error::Invalid`] at `file` where the file
/// cannot be read or is no CSV file.
pub async fn run(
    services: &Services,
    operator: &Operator,
    organization: &Slug,
    file: impl Read + Seek + Send + 'static,
    options: Options,
    mut progress: impl FnMut(Progress),
    mut refused: impl FnMut(RefusedRow),
) -> Result<Report> {
    let found = store::organizations::find_by_slug(services.reader(), organization).await?.ok_or(Error::NotFound)?;
    let mut hear = |step: Step| {
        step.refused.into_iter().for_each(&mut refused);
        progress(step.progress);
    };
    let job = |mode| Job {
        services: services.clone(),
        actor: AuditActor::operator(operator),
        organization: found.id,
        mode,
        batch: BATCH,
        in_words: false,
    };
    if options.dry_run {
        return Ok(pass(job(Mode::Dry), file, &mut hear).await?.0);
    }
    let report = if options.all_or_nothing {
        // The dry run first, so that a bad row costs no long transaction: everybody else who writes waits
        // for one. What changes between the two is still seen, because the second is one transaction.
        let (report, file) = pass(job(Mode::Dry), file, &mut hear).await?;
        if report.refused > 0 {
            return Ok(report);
        }
        pass(job(Mode::Whole), file, &mut hear).await?.0
    } else {
        pass(job(Mode::Batches), file, &mut hear).await?.0
    };
    services.inner.database.analyze(store::Grown::Members).await?;
    Ok(report)
}

/// Goes through the file once, and gives it back.
async fn pass<F>(job: Job, mut file: F, hear: &mut impl FnMut(Step)) -> Result<(Report, F)>
where
    F: Read + Seek + Send + 'static,
{
    let (to_writer, batches) = mpsc::channel(2);
    let reading = tokio::task::spawn_blocking({
        let batch = job.batch;
        move || {
            read(&mut file, batch, &to_writer);
            file
        }
    });
    let (to_caller, mut steps) = mpsc::channel(2);
    // A task of its own: a caller that goes away ends it between two batches, not inside one (DESIGN 4).
    let writing = tokio::spawn(write::all(job, batches, to_caller));
    while let Some(step) = steps.recv().await {
        hear(step);
    }
    let report = writing.await.map_err(|error| Error::Internal(error.to_string()))??;
    let file = reading.await.map_err(|error| Error::Internal(error.to_string()))?;
    Ok((report, file))
}

/// Reads batches until the file ends or nobody wants another.
fn read(file: impl Read + Seek, batch: usize, to_writer: &mpsc::Sender<Result<Batch>>) {
    let mut rows = match Rows::open(file) {
        Ok(rows) => rows,
        Err(error) => {
            let _ = to_writer.blocking_send(Err(error.into()));
            return;
        }
    };
    while let Some(batch) = rows.next(batch).map_err(Error::from).transpose() {
        let broken = batch.is_err();
        if to_writer.blocking_send(batch).is_err() || broken {
            return;
        }
    }
}

impl From<NoCsv> for Error {
    fn from(error: NoCsv) -> Self {
        match error {
            NoCsv::Because(why) => Self::Invalid(vec![FieldError::at("file", why)]),
            NoCsv::Unreadable(error) => unreadable(error),
        }
    }
}

fn unreadable(error: std::io::Error) -> Error {
    Error::Invalid(vec![FieldError::at("file", format!("The file cannot be read: {error}."))])
}
