//! Runs a bulk action in batches, each in one transaction together with its progress. Wherever it stops, the next run
//! continues there.

use super::apply::Working;
use super::begin::for_kind;
use crate::change::{Change, Done};
use crate::groups::close_ended;
use crate::{Error, Grant, Result, Services, Work};
use domain::bulk::{BulkOutcome, BulkState};
use domain::members::MemberQuery;
use domain::permission::ReadMembers;
use domain::{BulkId, MemberId, OrganizationId};
use std::time::Duration;
use store::bulk_jobs::{self, Job};
use store::members;
use uuid::Uuid;

/// For how many members it is done in one transaction: the ranges of a long table are kept for so many (decision 9), and
/// others who write wait some hundredths of a second.
const BATCH: u64 = 200;
/// How many members are looked up at once.
const LOOKED_UP: u64 = 5_000;
/// After how many seconds without a sign of life nobody works on it any more.
const SILENCE: i64 = 15;
/// How often some members are tried in a row while the database refuses, and how long one rests in between.
const MOST_TRIES: u32 = 5;
const REST: Duration = Duration::from_millis(200);
/// How long it is kept, with what came of it.
const KEPT_SECONDS: i64 = 7 * 86_400;
/// How many rows are deleted in one transaction.
const SOME: u64 = 5_000;

/// The work on one, for whoever has the run.
pub(super) fn work(services: &Services, organization: OrganizationId, id: BulkId, run: Uuid) -> Work {
    Box::pin(all(services.clone(), organization, id, run))
}

/// How it went as far as it did.
enum End {
    /// It was tried for everybody, and that is written down.
    Done,
    /// Somebody stopped it, or has taken it over.
    Elsewhere,
    /// The server stops.
    Stopping,
}

async fn all(services: Services, organization: OrganizationId, id: BulkId, run: Uuid) -> Result<()> {
    let outcome = steps(&services, organization, (id, run)).await;
    let problem = match &outcome {
        Ok(End::Done | End::Elsewhere) => return Ok(()),
        Ok(End::Stopping) => {
            return services
                .write(move |tx| {
                    Box::pin(async move { Ok(bulk_jobs::let_go(tx.connection(), organization, (id, run)).await?) })
                })
                .await;
        }
        Err(Error::NotFound) => "Whoever began it is no member any more.",
        Err(Error::Invalid(_)) => "Whoever began it may not do this any more.",
        Err(_) => "That is a fault of the server's. What is done stays; the rest can be chosen again.",
    };
    services
        .write_members(organization, move |tx| {
            Box::pin(async move {
                bulk_jobs::ended(tx.connection(), organization, (id, run), BulkState::Failed, problem).await?;
                Ok(())
            })
        })
        .await?;
    match outcome {
        Ok(_) | Err(Error::NotFound | Error::Invalid(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

async fn steps(services: &Services, organization: OrganizationId, mine: (BulkId, Uuid)) -> Result<End> {
    let mut tries = 0;
    let job = loop {
        let found = bulk_jobs::find(services.reader(), organization, mine.0).await?;
        let Some(job) = found else { return Ok(End::Elsewhere) };
        if job.state != BulkState::Collecting {
            break job;
        }
        match collect(services, organization, mine, &job).await {
            Ok(true) => break job,
            Ok(false) => return Ok(if services.is_ending() { End::Stopping } else { End::Elsewhere }),
            Err(Error::Store(_)) if tries < MOST_TRIES => {
                tries += 1;
                tokio::time::sleep(REST * tries).await;
            }
            Err(error) => return Err(error),
        }
    };
    let working = Working::of(services, organization, job).await?;
    loop {
        if services.is_ending() {
            return Ok(End::Stopping);
        }
        let now = working.now(services);
        let some = services.change(&working, move |change| Box::pin(async move { batch(change, &now, mine).await }));
        match some.await {
            Ok(more) => {
                tries = 0;
                services.inner.mail.notify_one();
                if !more {
                    return Ok(End::Done);
                }
            }
            Err(Error::AlreadyDone) => return Ok(End::Elsewhere),
            // The database may be away for a moment, or have chosen this one to give way.
            Err(Error::Store(_)) if tries < MOST_TRIES => {
                tries += 1;
                tokio::time::sleep(REST * tries).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Looks up everybody whom the view names, as it was at one instant. Not, where somebody else has it now.
async fn collect(services: &Services, organization: OrganizationId, mine: (BulkId, Uuid), job: &Job) -> Result<bool> {
    let (query, _) = MemberQuery::parse(job.matching.as_deref().unwrap_or_default());
    let mut place: u64 = job.counts.iter().sum();
    let mut after = bulk_jobs::last(services.reader(), organization, mine.0).await?;
    let of = (organization, &query, job.created_at);
    let mut found = Vec::new();
    // Sixteen bytes each: who reads on for as long as it takes to write would keep a connection from everybody else.
    let snapshot = services.inner.database.snapshot().await?;
    loop {
        let some = members::matching(snapshot.connection(), of, after, LOOKED_UP).await?;
        let Some(last) = some.last() else { break };
        after = Some(*last);
        found.extend(some);
    }
    snapshot.end().await?;
    for some in found.chunks(LOOKED_UP as usize) {
        if services.is_ending() {
            return Ok(false);
        }
        let (some, number, now) = (some.to_vec(), some.len() as u64, services.now());
        let still = services
            .write_members(organization, move |tx| {
                Box::pin(async move {
                    let db = tx.connection();
                    bulk_jobs::add(db, organization, mine.0, some, place).await?;
                    if bulk_jobs::collected(db, organization, mine, number, now).await? {
                        Ok(())
                    } else {
                        // It takes the rows back.
                        Err(Error::AlreadyDone)
                    }
                })
            })
            .await;
        match still {
            Ok(()) => place += number,
            Err(Error::AlreadyDone) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    services
        .write(move |tx| {
            Box::pin(async move { Ok(bulk_jobs::collected_all(tx.connection(), organization, mine).await?) })
        })
        .await
}

/// Does it for the next ones, and says whether there may be more; with the last of them it is done.
async fn batch(change: &Change<'_>, working: &Working, mine: (BulkId, Uuid)) -> Result<Done<bool>> {
    let (db, organization) = (change.db(), change.organization());
    let rows = bulk_jobs::next(db, organization, mine.0, BATCH).await?;
    let more = rows.len() as u64 == BATCH;
    let members: Vec<MemberId> = rows.iter().map(|row| row.member).collect();
    close_ended(change.services(), db, organization, Some(&members)).await?;
    let (told, recorded) = working.apply(change, rows).await?;
    let outcomes: Vec<BulkOutcome> = told.iter().map(|row| row.outcome).collect();
    if !bulk_jobs::done_some(db, organization, mine, outcomes, working.instant()).await? {
        // Takes back what was done here.
        return Err(Error::AlreadyDone);
    }
    bulk_jobs::write_outcomes(db, organization, mine.0, told).await?;
    if !more {
        bulk_jobs::ended(db, organization, mine, BulkState::Done, "").await?;
    }
    Ok(recorded.with(more))
}

/// Stops it after those under way. What is done stays.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] where the reader may not do what it does.
pub async fn stop(services: &Services, may: &Grant<ReadMembers>, id: BulkId) -> Result<()> {
    let organization = may.organization();
    let job = bulk_jobs::find(services.reader(), organization, id).await?.ok_or(Error::NotFound)?;
    for_kind(services, may.actor(), job.action.kind()).await?;
    services
        .write_members(organization, move |tx| {
            Box::pin(async move {
                bulk_jobs::stop(tx.connection(), organization, id).await?;
                Ok(())
            })
        })
        .await
}

/// What a server that is gone left behind: the work of going on with each.
pub async fn abandoned(services: &Services) -> Result<Vec<Work>> {
    let now = services.now();
    let stale = now.plus_seconds(-SILENCE);
    let mut works = Vec::new();
    for (organization, id) in bulk_jobs::abandoned(services.reader(), (now, stale)).await? {
        let run = services.uuid();
        let mine = services
            .write(move |tx| {
                Box::pin(async move {
                    Ok(bulk_jobs::take_over(tx.connection(), organization, (id, run), (now, stale)).await?)
                })
            })
            .await?;
        if mine {
            works.push(work(services, organization, id, run));
        }
    }
    Ok(works)
}

/// What is due now and then: old ones go, with what came of them.
pub(crate) async fn tidy(services: &Services) -> Result<()> {
    let before = services.now().plus_seconds(-KEPT_SECONDS);
    services
        .write(move |tx| Box::pin(async move { Ok(bulk_jobs::discard_old(tx.connection(), before).await?) }))
        .await?;
    for (organization, id) in bulk_jobs::discarded(services.reader()).await? {
        loop {
            let gone = services
                .write(move |tx| {
                    Box::pin(async move { Ok(bulk_jobs::delete_some(tx.connection(), organization, id, SOME).await?) })
                })
                .await?;
            if gone || services.is_ending() {
                break;
            }
        }
    }
    Ok(())
}
