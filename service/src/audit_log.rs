//! Reads the audit log (spec A1).

use crate::audit::readable;
use crate::sheet::{MARK, line};
use crate::zone::Zone;
use crate::{Grant, Result, Services};
use domain::audit::{AuditChange, AuditPage, AuditQuery, AuditRow};
use domain::permission::ReadAudit;
use domain::{AuditId, Email, MemberId};
use serde_json::Value;
use store::audit::{Event, Filter, Start};

/// How many rows a page has.
const ON_A_PAGE: u64 = 50;
/// How many rows of a file are made at once.
const AT_ONCE: u64 = 1_000;

/// What a query narrows the log to; nothing where it names somebody who never was in the organization.
async fn filter(services: &Services, may: &Grant<ReadAudit>, query: &AuditQuery) -> Result<Option<Filter>> {
    let zone = may.actor().zone();
    let person = match query.person.trim() {
        "" => None,
        text => match person(services, may, text).await? {
            None => return Ok(None),
            some => some,
        },
    };
    let from = query.from.and_then(|day| zone.begin_of(day, 0));
    let until = query.to.and_then(|day| zone.begin_of(day, 1));
    Ok(Some(Filter { person, action: query.action, from, until }))
}

async fn person(services: &Services, may: &Grant<ReadAudit>, text: &str) -> Result<Option<MemberId>> {
    let Ok(email) = Email::parse(text) else { return Ok(None) };
    let identity = email.identity();
    let found = store::members::find_existing(services.reader(), may.organization(), vec![identity.clone()]).await?;
    Ok(found.get(&identity).map(|member| member.id))
}

/// One page of the log, the newest rows first.
pub async fn list(services: &Services, may: &Grant<ReadAudit>, query: &AuditQuery) -> Result<AuditPage> {
    let (zone, now) = (may.actor().zone(), services.now());
    let mut page =
        AuditPage { rows: Vec::new(), newer: false, older: false, nobody: false, now, zone: zone.name().into() };
    let Some(filter) = filter(services, may, query).await? else {
        page.nobody = true;
        return Ok(page);
    };
    let start = match (query.before, query.after) {
        (Some(row), _) => Start::Before(row),
        (None, Some(row)) => Start::After(row),
        (None, None) => Start::Newest,
    };
    let (db, organization) = (services.reader(), may.organization());
    // One more than is shown says whether there are more.
    let mut events = store::audit::list(db, organization, filter, start, ON_A_PAGE + 1).await?;
    let more = events.len() as u64 > ON_A_PAGE;
    match start {
        Start::After(_) => {
            if more {
                events.remove(0);
            }
            (page.newer, page.older) = (more, true);
        }
        _ => {
            events.truncate(usize::try_from(ON_A_PAGE).unwrap_or(usize::MAX));
            (page.newer, page.older) = (start != Start::Newest, more);
        }
    }
    page.rows = events.into_iter().map(|event| row(event, zone)).collect();
    Ok(page)
}

/// The newest rows that somebody wrote or that are about them.
pub(crate) async fn recent(
    services: &Services,
    may: &Grant<ReadAudit>,
    person: MemberId,
    most: u64,
) -> Result<Vec<AuditRow>> {
    let filter = Filter { person: Some(person), ..Filter::default() };
    let events = store::audit::list(services.reader(), may.organization(), filter, Start::Newest, most).await?;
    Ok(events.into_iter().map(|event| row(event, may.actor().zone())).collect())
}

fn row(event: Event, zone: &Zone) -> AuditRow {
    let event = readable(event);
    AuditRow {
        id: event.id,
        at: zone.moment(event.at),
        changes: AuditChange::between(event.before.as_ref(), event.after.as_ref()),
        actor: event.actor,
        action: event.action,
        target: event.target,
        ip: event.ip.map(|ip| ip.to_string()),
        request_id: event.request_id,
    }
}

/// The first line of the log as a file.
pub fn heading() -> Result<String> {
    let names = ["id", "at", "actor", "action", "target", "before", "after", "ip", "request_id"];
    Ok(MARK.to_owned() + &line(&names.map(str::to_owned))?)
}

/// The next rows of a query as lines of CSV (RFC 4180), older than a row, and the last of them. Nothing after the end.
pub async fn lines(
    services: &Services,
    may: &Grant<ReadAudit>,
    query: &AuditQuery,
    before: Option<AuditId>,
) -> Result<Option<(String, AuditId)>> {
    let Some(filter) = filter(services, may, query).await? else { return Ok(None) };
    let start = before.map_or(Start::Newest, Start::Before);
    let events = store::audit::list(services.reader(), may.organization(), filter, start, AT_ONCE).await?;
    let Some(last) = events.last().map(|event| event.id) else { return Ok(None) };
    let mut text = String::new();
    for event in events.into_iter().map(readable) {
        let json = |value: Option<Value>| value.map(|value| value.to_string()).unwrap_or_default();
        let ip = event.ip.map(|ip| ip.to_string()).unwrap_or_default();
        let cells = [
            event.id.to_string(),
            may.actor().zone().moment(event.at).iso(),
            event.actor,
            event.action.word().into(),
            event.target,
            json(event.before),
            json(event.after),
            ip,
            event.request_id,
        ];
        text += &line(&cells)?;
    }
    Ok(Some((text, last)))
}
