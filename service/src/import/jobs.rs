//! Imports that are started in a browser: sent, checked, viewed, applied, discarded (spec A2).

use super::head::Head;
use super::{Job, Mode, apply as applying, check, room};
use crate::audit::AuditActor;
use crate::change::Done;
use crate::sheet::{MARK, line};
use crate::zone::Zone;
use crate::{Error, Grant, Result, Services, Work};
use domain::import::{
    Column, Import, ImportQuery, ImportRowSeen, ImportShown, ImportState, Imports, Outcome, REASON, check_size,
};
use domain::permission::ManageMembers;
use domain::setup::FieldError;
use domain::table::{Page, Total};
use domain::text::visible;
use domain::{ImportId, Timestamp};
use std::fs::File;
use store::imports::{self, Applier, NewImport, Row, Stored};

/// How many rows a transaction writes: few enough that others who write wait a fraction of a second, and that
/// one sees it move.
pub(super) const BATCH: usize = 4_096;
/// After how many seconds without a sign of life nobody works on an import any more.
pub(super) const SILENCE: i64 = 30;
/// How long an import is kept, with what its rows hold.
const KEPT_SECONDS: i64 = 7 * 86_400;
/// How many imports a list shows.
const MOST_RECENT: u64 = 100;
/// Why an import ended whose server was gone before the file was read.
pub(super) const LOST: &str =
    "The server was restarted while it read the file. Nothing was changed; choose the file again.";
/// How many rows are written into a file at once: others want the cores too.
const AT_ONCE: u64 = 1_000;
/// How many rows are deleted in one transaction.
pub(super) const SOME: u64 = 5_000;
/// The most characters of a file's name that are kept.
const LONGEST_FILE_NAME: usize = 120;

/// A file that came from a browser.
pub struct Upload {
    /// Its name there.
    pub name: String,
    /// What it holds, to be read from the beginning.
    pub file: File,
    /// Its length in bytes.
    pub bytes: u64,
}

/// Takes a file; the work judges its rows and writes none of them.
///
/// # Errors
/// [`Error::Invalid`] at `file` where it is empty or larger than [`domain::import::LARGEST_FILE`], where
/// [`domain::import::MOST_CHECKED`] are being read or [`domain::import::MOST_KEPT`] rows are kept already; and at `member`
/// where whoever asks lost the right a moment ago, or [`Error::NotFound`] where they were removed (spec R8).
pub async fn begin(services: &Services, may: &Grant<ManageMembers>, upload: Upload) -> Result<(ImportId, Work)> {
    let at_file = |why: String| Error::Invalid(vec![FieldError::at("file", why)]);
    if upload.bytes == 0 {
        return Err(at_file("Choose a CSV file that is not empty.".into()));
    }
    check_size(upload.bytes).map_err(|refused| at_file(refused.0))?;
    let id = ImportId::from_uuid(services.uuid());
    let new = NewImport {
        id,
        member: may.actor().member(),
        by: may.actor().email().into(),
        file: file_name(&upload.name),
        bytes: upload.bytes,
        at: services.now(),
    };
    services
        .change(may, move |change| {
            Box::pin(async move {
                let (db, organization) = (change.db(), change.organization());
                room::for_another(db, organization, new.at.plus_seconds(-SILENCE)).await?;
                imports::insert(db, organization, new).await?;
                // Nobody is changed before the rows are applied, each with a row of its own.
                Ok(Done::unchanged(()))
            })
        })
        .await?;
    let job = job(services, may, Mode::Dry);
    Ok((id, Box::pin(check::all(job, id, upload.file))))
}

fn job(services: &Services, may: &Grant<ManageMembers>, mode: Mode) -> Job {
    Job {
        services: services.clone(),
        actor: AuditActor::from(may.actor()),
        organization: may.organization(),
        mode,
        batch: BATCH,
        in_words: true,
    }
}

/// The last part of a path, fit for a page.
fn file_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let name: String = visible(name).chars().take(LONGEST_FILE_NAME).collect();
    if name.is_empty() { "people.csv".into() } else { name }
}

/// Begins to bring in what was judged, or goes on where it was stopped. Nothing where it is under way or over.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn apply(services: &Services, may: &Grant<ManageMembers>, id: ImportId) -> Result<Option<Work>> {
    let (organization, run, now) = (may.organization(), services.uuid(), services.now());
    let (actor, origin) = (may.actor(), may.actor().origin());
    let applier = Applier {
        member: actor.member(),
        email: actor.email().into(),
        ip: origin.ip,
        request_id: origin.request_id.clone(),
    };
    find(services, may, id).await?;
    let mine = services
        .write(move |tx| {
            let instants = (now, now.plus_seconds(-SILENCE));
            Box::pin(
                async move { Ok(imports::begin(tx.connection(), organization, (id, run), applier, instants).await?) },
            )
        })
        .await?;
    Ok(mine.then(|| -> Work { Box::pin(applying::all(job(services, may, Mode::Batches), id, run)) }))
}

/// Stops applying after the rows under way. What is in stays.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn stop(services: &Services, may: &Grant<ManageMembers>, id: ImportId) -> Result<()> {
    let organization = may.organization();
    find(services, may, id).await?;
    services
        .write(move |tx| {
            Box::pin(async move {
                imports::stop(tx.connection(), organization, id).await?;
                Ok(())
            })
        })
        .await
}

/// Throws an import away, unless it is being applied; the work deletes its rows. Nobody finds it from now on.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn discard(services: &Services, may: &Grant<ManageMembers>, id: ImportId) -> Result<Option<Work>> {
    let organization = may.organization();
    find(services, may, id).await?;
    let gone = services
        .write(move |tx| Box::pin(async move { Ok(imports::discard(tx.connection(), organization, id).await?) }))
        .await?;
    let services = services.clone();
    Ok(gone.then(|| -> Work { Box::pin(async move { delete_discarded(&services).await }) }))
}

async fn find(services: &Services, may: &Grant<ManageMembers>, id: ImportId) -> Result<Stored> {
    let found = imports::find(services.reader(), may.organization(), id).await?.ok_or(Error::NotFound)?;
    Ok(alive(found, services.now()))
}

/// A file that nobody reads any more was lost with its server. What was being brought in goes on by itself.
fn alive(mut import: Stored, now: Timestamp) -> Stored {
    let silent = store::is_silent(import.beat_at, (now, now.plus_seconds(-SILENCE)));
    if import.state == ImportState::Checking && silent {
        import.state = ImportState::Failed;
        import.problem = LOST.into();
    }
    import
}

/// An import with a page of its rows.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn show(
    services: &Services,
    may: &Grant<ManageMembers>,
    id: ImportId,
    query: &ImportQuery,
) -> Result<ImportShown> {
    let stored = find(services, may, id).await?;
    let outcome = query.filters.outcome;
    let all: u64 = outcome.map_or_else(|| stored.counts.iter().sum(), |outcome| stored.counts[outcome.place()]);
    let (total, size) = (Total::Exact(all), query.size.rows());
    let number = query.page().min(total.last_page(size).unwrap_or(1));
    let offset = u64::from(number - 1) * u64::from(size);
    let rows = imports::list(services.reader(), may.organization(), id, outcome, (offset, u64::from(size))).await?;
    let begun = !matches!(stored.state, ImportState::Checking | ImportState::Ready | ImportState::Failed);
    let seen = |row: Row| ImportRowSeen {
        applied: begun && row.line <= stored.last_line && row.judged.outcome != Outcome::Refused,
        line: row.line,
        outcome: row.judged.outcome,
        email: row.email,
        name: row.name,
        detail: row.judged.detail,
        column: row.judged.column.into(),
    };
    let page = Page {
        rows: rows.into_iter().map(seen).collect(),
        total,
        number,
        size,
        more: offset + u64::from(size) < all,
        asked: (query.page() > number).then_some(query.page()),
    };
    Ok(ImportShown { page, import: told(stored, may.actor().zone())? })
}

/// The last imports, newest first.
pub async fn recent(services: &Services, may: &Grant<ManageMembers>) -> Result<Imports> {
    let now = services.now();
    let found = imports::recent(services.reader(), may.organization(), MOST_RECENT).await?;
    let zone = may.actor().zone();
    let imports = found.into_iter().map(|import| told(alive(import, now), zone)).collect::<Result<_>>()?;
    Ok(Imports { imports, now, zone: zone.name().into() })
}

fn told(import: Stored, zone: &Zone) -> Result<Import> {
    let to_do = import.counts.iter().sum::<u64>() - import.counts[Outcome::Refused.place()];
    Ok(Import {
        id: import.id,
        file: import.file,
        read_as: Head::parse(&import.header)?.read_as,
        by: import.by,
        created: zone.moment(import.created_at),
        state: import.state,
        problem: import.problem,
        bytes: (import.bytes_done, import.bytes),
        rows: (import.rows_done, to_do),
        counts: import.counts,
        groups_made: import.groups_made,
    })
}

/// The first line of the file of refused rows: the columns of the file that was sent, and the reason.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn refused_rows_heading(services: &Services, may: &Grant<ManageMembers>, id: ImportId) -> Result<String> {
    let stored = find(services, may, id).await?;
    let mut names = Head::parse(&stored.header)?.names;
    if reason_among(&names).is_none() {
        names.push(REASON.into());
    }
    Ok(MARK.to_owned() + &line(&names)?)
}

/// The next refused rows after a line, as lines of CSV (RFC 4180) that can be corrected and imported again, and
/// the line of the last of them. Nothing after the end.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn refused_rows(
    services: &Services,
    may: &Grant<ManageMembers>,
    id: ImportId,
    after: u64,
) -> Result<Option<(String, u64)>> {
    let stored = find(services, may, id).await?;
    let names = Head::parse(&stored.header)?.names;
    // Where a file of refused rows is refused again, the new reason takes the place of the old one.
    let old_reason = reason_among(&names);
    let rows =
        imports::of_outcome(services.reader(), may.organization(), id, Outcome::Refused, (after, AT_ONCE)).await?;
    let Some(last) = rows.last().map(|row| row.line) else { return Ok(None) };
    let mut text = String::new();
    for row in rows {
        let mut cells: Vec<String> = serde_json::from_str(&row.cells).map_err(no_json)?;
        let beyond = cells.split_off(names.len().min(cells.len()));
        cells.resize(names.len(), String::new());
        match old_reason {
            Some(place) => cells[place] = reason(&row),
            None => cells.push(reason(&row)),
        }
        cells.extend(beyond);
        text += &line(&cells)?;
    }
    Ok(Some((text, last)))
}

fn reason_among(names: &[String]) -> Option<usize> {
    names.iter().position(|name| name.trim().eq_ignore_ascii_case(REASON))
}

/// "line 17, email: …".
fn reason(row: &Row) -> String {
    let place = Column::of_word(row.judged.column).map_or_else(String::new, |column| format!(", {}", column.word()));
    format!("line {}{place}: {}", row.line, row.judged.detail)
}

fn no_json(_: serde_json::Error) -> Error {
    Error::Internal("an import's cells are not JSON".into())
}

/// What is due now and then: old imports go, with what their rows hold.
pub(crate) async fn tidy(services: &Services) -> Result<()> {
    let before = services.now().plus_seconds(-KEPT_SECONDS);
    services.write(move |tx| Box::pin(async move { Ok(imports::discard_old(tx.connection(), before).await?) })).await?;
    delete_discarded(services).await
}

/// Deletes what was thrown away, in short transactions. Two at once do no harm.
async fn delete_discarded(services: &Services) -> Result<()> {
    for (organization, id) in imports::discarded(services.reader()).await? {
        loop {
            let gone = services
                .write(move |tx| {
                    Box::pin(async move { Ok(imports::delete_some(tx.connection(), organization, id, SOME).await?) })
                })
                .await?;
            if gone || services.is_ending() {
                break;
            }
        }
    }
    Ok(())
}
