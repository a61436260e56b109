//! The progress of a bulk action, and the outcome for each member.

use crate::sheet::{MARK, line};
use crate::zone::Zone;
use crate::{Error, Grant, Result, Services};
use domain::BulkId;
use domain::bulk::{Bulk, BulkQuery, BulkRow, BulkShown};
use domain::permission::ReadMembers;
use domain::table::{Page, Total};
use store::bulk_jobs::{self, Found, Job};

/// How many rows are written into a file at once: others want the cores too.
const AT_ONCE: u64 = 1_000;

async fn find(services: &Services, may: &Grant<ReadMembers>, id: BulkId) -> Result<Job> {
    bulk_jobs::find(services.reader(), may.organization(), id).await?.ok_or(Error::NotFound)
}

/// Says whether it is there.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn exists(services: &Services, may: &Grant<ReadMembers>, id: BulkId) -> Result<()> {
    find(services, may, id).await.map(drop)
}

/// An action for many with a page of those whom it is for.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn show(services: &Services, may: &Grant<ReadMembers>, id: BulkId, query: &BulkQuery) -> Result<BulkShown> {
    let (db, organization) = (services.reader(), may.organization());
    let job = find(services, may, id).await?;
    let outcome = query.filters.outcome;
    let all: u64 = outcome.map_or_else(|| job.counts.iter().sum(), |outcome| job.counts[outcome.place()]);
    let (total, size) = (Total::Exact(all), query.size.rows());
    let number = query.page().min(total.last_page(size).unwrap_or(1));
    let offset = u64::from(number - 1) * u64::from(size);
    let rows = bulk_jobs::list(db, organization, id, outcome, (offset, u64::from(size))).await?;
    let page = Page {
        rows: rows.into_iter().map(row).collect(),
        total,
        number,
        size,
        more: offset + u64::from(size) < all,
        asked: (query.page() > number).then_some(query.page()),
    };
    let group = match job.action.group() {
        Some(group) => store::groups::find_tag(db, organization, group).await?,
        None => None,
    };
    let zone = may.actor().zone();
    let bulk = told(job, group, zone);
    Ok(BulkShown { bulk, page, now: services.now(), zone: zone.name().into() })
}

fn told(job: Job, group: Option<domain::members::GroupTag>, zone: &Zone) -> Bulk {
    Bulk {
        id: job.id,
        action: job.action,
        group,
        by: job.by,
        created: zone.moment(job.created_at),
        state: job.state,
        problem: job.problem,
        counts: job.counts,
    }
}

fn row(found: Found) -> BulkRow {
    BulkRow {
        member: found.told.member,
        name: found.name,
        email: found.email,
        outcome: found.told.outcome,
        detail: found.told.detail,
    }
}

/// The next lines of the file of results, after a place, and the place of the last of them: first the headings.
/// Nothing after the end.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn rows_as_csv(
    services: &Services,
    may: &Grant<ReadMembers>,
    id: BulkId,
    after: Option<u64>,
) -> Result<Option<(String, u64)>> {
    find(services, may, id).await?;
    let rows = bulk_jobs::told_after(services.reader(), may.organization(), id, (after, AT_ONCE)).await?;
    let mut text = match after {
        None => MARK.to_owned() + &line(&["email", "name", "result", "detail"].map(String::from))?,
        Some(_) => String::new(),
    };
    let last = rows.last().map(|row| row.told.place);
    for found in rows {
        let Found { told, name, email } = found;
        text += &line(&[email, name, told.outcome.word().into(), told.detail])?;
    }
    Ok(match (last, after) {
        (Some(last), _) => Some((text, last)),
        // The headings alone.
        (None, None) => Some((text, 0)),
        (None, Some(_)) => None,
    })
}
