//! The members table (spec M).

use crate::{Actor, Grant, Result, Services};
use domain::members::{Columns, MemberFilters, MemberQuery, MemberRow, MemberSort, MembersPage};
use domain::permission::{Belong, ReadMembers};
use domain::table::Page;
use domain::{GroupId, Timestamp};
use store::members::{Bounds, Listed};

/// Which members somebody may read: all, or the people of one of their own groups (spec R5).
pub enum MemberAccess {
    /// Everybody in the organization.
    All(Grant<ReadMembers>),
    /// The people of one group, by name and address.
    Group(Grant<Belong>, GroupId),
}

impl MemberAccess {
    /// What a query may show to somebody.
    ///
    /// # Errors
    /// [`crate::Error::Forbidden`] where it asks for more than their own groups. A group that is not there
    /// reads the same as one that is not theirs.
    pub async fn of(services: &Services, actor: &Actor, query: &MemberQuery) -> Result<Self> {
        let refusal = match actor.require::<ReadMembers>(services).await {
            Ok(all) => return Ok(Self::All(all)),
            Err(refusal) => refusal,
        };
        let Some(group) = query.filters.group else { return Err(refusal) };
        let (organization, member) = (actor.organization(), actor.member());
        if store::groups::is_in(services.reader(), organization, group, member, services.now()).await? {
            Ok(Self::Group(actor.require::<Belong>(services).await?, group))
        } else {
            Err(refusal)
        }
    }

    /// Whose it is.
    pub(crate) fn actor(&self) -> &Actor {
        match self {
            Self::All(may) => may.actor(),
            Self::Group(may, _) => may.actor(),
        }
    }
}

/// One page of the members table.
pub async fn list(services: &Services, may: &MemberAccess, query: &MemberQuery) -> Result<MembersPage> {
    let (actor, now) = (may.actor(), services.now());
    let organization = actor.organization();
    let (columns, mut query) = match may {
        MemberAccess::All(_) => (Columns::All, query.clone()),
        MemberAccess::Group(_, group) => (Columns::People, of_people(query, *group)),
    };
    let db = services.reader();
    let group = match query.filters.group {
        Some(group) => store::groups::find_tag(db, organization, group).await?,
        None => None,
    };
    if group.is_none() && query.filters.group.is_some() {
        // A group that is not there narrows nothing; the page says so.
        let page = query.page();
        query = query.filtered(|filters| filters.group = None).on_page(page);
    }
    let found = match store::members::list_at_once(db, organization, &query, now, Bounds::USUAL).await? {
        Some(found) => found,
        None => {
            // A page's number says how many rows stand before it: counting and reading must see the same ones.
            let snapshot = services.inner.database.snapshot().await?;
            let found = store::members::list(snapshot.connection(), organization, &query, now).await?;
            snapshot.end().await?;
            found
        }
    };
    let zone = actor.zone();
    let moment = |at: Timestamp| at.ever().map(|at| zone.moment(at));
    let row = |row: Listed| match columns {
        Columns::All => MemberRow {
            created: moment(row.created_at),
            last_active: moment(row.last_active_at),
            logins: row.logins_count,
            last_login: moment(row.last_login_at),
            last_login_ip: row.last_login_ip.map(|ip| ip.to_string()),
            locked: row.locked,
            groups: row.groups,
            group_count: row.group_count,
            id: row.id,
            name: row.name,
            email: row.email,
            role: row.role,
            kind: row.kind,
            status: row.status,
        },
        Columns::People => MemberRow::person(row.id, row.name, row.email, row.kind),
    };
    let page = Page {
        rows: found.rows.into_iter().map(row).collect(),
        total: found.total,
        number: found.number,
        size: query.size.rows(),
        more: found.more,
        asked: (query.page() > found.number).then_some(query.page()),
    };
    let shown = query.columns.unwrap_or(actor.signed_in().member_columns);
    Ok(MembersPage { page, group, columns, shown, now, zone: zone.name().into() })
}

/// What is left of a query for those who see name and address only: nothing else may order or narrow the
/// rows, or it could be read from them.
fn of_people(query: &MemberQuery, group: GroupId) -> MemberQuery {
    let mut seen = query.clone();
    seen.filters = MemberFilters { group: Some(group), ..MemberFilters::default() };
    if !matches!(seen.sort, MemberSort::Name | MemberSort::Email) {
        seen.sort = MemberSort::default();
    }
    seen
}
