//! A group's page: who may see it, and how much of it (spec G5, R4–R6).

use super::manage::last_moment;
use crate::{Actor, Error, Grant, Result, Services};
use domain::groups::{GroupFacts, GroupMemberQuery, GroupMemberRow, GroupPage, GroupReader};
use domain::members::MemberRow;
use domain::permission::{Belong, ManageMembers, ReadMembers};
use domain::table::Page;
use domain::{GroupId, GroupRole, Timestamp};
use store::groups::{Found, GroupSize};
use store::members::{Bounds, Listed, ListedGroupMember};

/// The proof that somebody may see a group's page: they read all members, or are in the group now. It comes with what the
/// page says of the group.
pub struct GroupAccess {
    may: Grant<Belong>,
    group: GroupFacts,
    size: GroupSize,
    reader: GroupReader,
}

impl GroupAccess {
    /// What of a group's page is somebody's to see.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the group is not there, or neither theirs nor among what they read: both read the
    /// same (spec R5).
    pub async fn of(services: &Services, actor: &Actor, group: GroupId) -> Result<Self> {
        let (db, organization, sees_all) = (services.reader(), actor.organization(), actor.holds::<ReadMembers>());
        let found = store::groups::facts(db, organization, group, actor.member(), services.now()).await?;
        let Found { facts: group, role, size } = match found {
            Some(found) if sees_all || found.role.is_some() => found,
            _ => return Err(Error::NotFound),
        };
        let manages = actor.holds::<ManageMembers>() || role == Some(GroupRole::Owner);
        let may = actor.require::<Belong>(services).await?;
        Ok(Self { may, group, size, reader: GroupReader { sees_all, manages } })
    }
}

/// One page of a group's people, with the group.
pub async fn page(services: &Services, may: &GroupAccess, query: &GroupMemberQuery) -> Result<GroupPage> {
    let (actor, now) = (may.may.actor(), services.now());
    let GroupAccess { group, size, reader, .. } = may;
    let (group, reader) = (group.clone(), *reader);
    let query = reader.seen(query, group.built_in);
    let here = (actor.organization(), group.tag.id);
    let db = services.reader();
    let found = match store::members::list_group_at_once(db, here, *size, &query, now, Bounds::USUAL).await? {
        Some(found) => found,
        None => {
            // A page's number says how many rows stand before it: counting and reading must see the same ones.
            let snapshot = services.inner.database.snapshot().await?;
            let found = store::members::list_group(snapshot.connection(), here.0, here.1, &query, now).await?;
            snapshot.end().await?;
            found
        }
    };
    let zone = actor.zone();
    let moment = |at: Timestamp| at.ever().map(|at| zone.moment(at));
    let row = |row: ListedGroupMember| GroupMemberRow {
        role: Some(row.role).filter(|_| !group.built_in),
        ends: (reader.sees_ends() && row.ends_at < Timestamp::NO_END).then(|| zone.moment(last_moment(row.ends_at))),
        ended: row.ends_at <= now,
        member: match reader.sees_all {
            true => whole(row.member, moment),
            false => MemberRow::person(row.member.id, row.member.name, row.member.email, row.member.kind),
        },
    };
    let page = Page {
        rows: found.rows.into_iter().map(row).collect(),
        total: found.total,
        number: found.number,
        size: query.size.rows(),
        more: found.more,
        asked: (query.page() > found.number).then_some(query.page()),
    };
    Ok(GroupPage { group, reader, page, now, zone: zone.name().into() })
}

/// What those see who read all members, as far as the table has columns for it.
fn whole(member: Listed, moment: impl Fn(Timestamp) -> Option<domain::Moment>) -> MemberRow {
    MemberRow {
        status: member.status,
        groups: member.groups,
        group_count: member.group_count,
        last_active: moment(member.last_active_at),
        locked: member.locked,
        ..MemberRow::person(member.id, member.name, member.email, member.kind)
    }
}
