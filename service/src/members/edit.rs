//! **Edit Member**: the organization role and the groups, as one change (spec E1).

use super::administrators::give_role;
use super::change::{find, target};
use crate::change::{Change, Done};
use crate::groups::close_ended;
use crate::{Error, Grant, Result, Services};
use domain::audit::{AssignmentRecord, Event, RoleInGroup};
use domain::members::{Assigned, Edited, GroupTag, MemberAction, MemberGroup};
use domain::permission::ManageMembers;
use domain::setup::FieldError;
use domain::{GroupId, GroupName, GroupRole, MemberId, OrganizationRole, Timestamp};
use store::groups::{self, GroupMember};
use store::members::{Existing, State};

/// The most groups that one person is put into in one go.
const MOST_GROUPS: usize = 1_000;

/// Gives a member another role and other groups. `seen` is what the form was filled from: where somebody else changed
/// it in the meantime, nothing is saved, and the answer says what they did.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] at `member` for the last administrator (spec R7) and for who was removed, at
/// `role` and at `groups` for what cannot be given.
pub async fn edit(
    services: &Services,
    may: &Grant<ManageMembers>,
    id: MemberId,
    seen: Assigned,
    mut wanted: Assigned,
) -> Result<Edited> {
    services
        .change(may, move |change| {
            Box::pin(async move {
                let (db, organization) = (change.db(), change.organization());
                let found = find(change, id, MemberAction::Edit).await?;
                // A membership that has ended may be given again.
                close_ended(change.services(), db, organization, Some(&[id])).await?;
                let theirs = groups::of_member(db, organization, id, change.now()).await?;
                let now = Assigned {
                    role: found.member.role,
                    groups: theirs.iter().map(|one| (one.group.id, one.role)).collect(),
                };
                // A form without the choice leaves it as it is.
                wanted.role = wanted.role.or(now.role);
                let names = names(change, (&seen, &wanted), &theirs).await?;
                if now != seen {
                    return Ok(Done::unchanged(Edited::Changed { what: differences(&seen, &now, &names), now }));
                }
                let saved = Edited::Saved { called: called(&found.member) };
                if now == wanted {
                    return Ok(Done::unchanged(saved));
                }
                if let Some(role) = wanted.role.filter(|role| Some(*role) != now.role) {
                    give_role(db, organization, &found, role, change.given(change.now())).await?;
                }
                give_groups(change, &found.member, (&now, &wanted)).await?;
                let event = Event::MemberEdited { before: record(&now, &names), after: record(&wanted, &names) };
                Ok(change.record(event, target(&found)).with(saved))
            })
        })
        .await
}

/// The name, or the address where no name is known.
pub(super) fn called(member: &Existing) -> String {
    if member.name.is_empty() { member.email.clone() } else { member.name.clone() }
}

/// The names of all groups that are spoken of; refuses what cannot be given.
async fn names(
    change: &Change<'_>,
    (seen, wanted): (&Assigned, &Assigned),
    theirs: &[MemberGroup],
) -> Result<Vec<(GroupId, String)>> {
    let at = |field: &str, why: &str| Err(Error::Invalid(vec![FieldError::at(field, why)]));
    if wanted.groups.len() > MOST_GROUPS.max(theirs.len()) {
        return at("groups", "That is more groups than one person is put into in one go; at most 1,000.");
    }
    let mut names: Vec<(GroupId, String)> = theirs.iter().map(|one| (one.group.id, one.group.name.clone())).collect();
    let others = wanted.groups.keys().chain(seen.groups.keys()).copied();
    let others: Vec<GroupId> = others.filter(|id| !names.iter().any(|(one, _)| one == id)).collect();
    if others.is_empty() {
        return Ok(names);
    }
    let found = groups::names(change.db(), change.organization(), &others).await?;
    names.extend(found.iter().cloned());
    if wanted.groups.keys().any(|id| !names.iter().any(|(one, _)| one == id)) {
        return at("groups", "One of these groups is not there any more.");
    }
    if found.iter().any(|(_, name)| GroupName::parse(name).is_ok_and(|name| name.is_administrators())) {
        return at("groups", "The group administrators comes with the organization role Administrator.");
    }
    Ok(names)
}

async fn give_groups(change: &Change<'_>, member: &Existing, (before, after): (&Assigned, &Assigned)) -> Result<()> {
    let (db, organization) = (change.db(), change.organization());
    for id in before.groups.keys().filter(|id| !after.groups.contains_key(id)) {
        groups::remove_member(db, organization, *id, member.id, true).await?;
    }
    let mut joins = Vec::new();
    for (id, role) in &after.groups {
        match before.groups.get(id) {
            None => joins.push((*id, *role)),
            Some(was) if was != role => {
                // The end stays as it is.
                groups::set_role(db, organization, *id, &[member.id], *role, change.given(change.now())).await?;
            }
            Some(_) => {}
        }
    }
    put_into(change, member, joins).await
}

async fn put_into(
    change: &Change<'_>,
    member: &Existing,
    groups: impl IntoIterator<Item = (GroupId, GroupRole)>,
) -> Result<()> {
    let given = change.given(change.now());
    let joins = groups.into_iter().map(|(group, role)| GroupMember {
        group,
        member: member.id,
        role,
        created_at: given.at,
        given_by: given.by,
        ends_at: Timestamp::NO_END,
    });
    groups::add_members(change.db(), change.organization(), joins.collect(), |_| member.state != State::Deleted)
        .await?;
    Ok(())
}

/// What a member has, as the audit log records it.
fn record(assigned: &Assigned, names: &[(GroupId, String)]) -> AssignmentRecord {
    let name = |id| names.iter().find(|(one, _)| *one == id).map(|(_, name)| name.clone()).unwrap_or_default();
    let groups = assigned.groups.iter();
    let groups = groups.map(|(id, role)| RoleInGroup { group: GroupTag { id: *id, name: name(*id) }, role: *role });
    AssignmentRecord { role: assigned.role, groups: groups.collect() }
}

/// What somebody else changed, each a sentence.
fn differences(seen: &Assigned, now: &Assigned, names: &[(GroupId, String)]) -> Vec<String> {
    let name = |id: &GroupId| {
        names.iter().find(|(one, _)| one == id).map_or("a group that is gone", |(_, name)| name.as_str())
    };
    let mut what = Vec::new();
    if seen.role != now.role {
        let role = now.role.map_or("none", OrganizationRole::label);
        what.push(format!("The organization role is {role} now."));
    }
    for (id, role) in &now.groups {
        match seen.groups.get(id) {
            None => what.push(format!("They were put into {}, as {}.", name(id), role.label())),
            Some(was) if was != role => what.push(format!("They are {} in {} now.", role.label(), name(id))),
            Some(_) => {}
        }
    }
    for id in seen.groups.keys().filter(|id| !now.groups.contains_key(id)) {
        what.push(format!("They were taken out of {}.", name(id)));
    }
    what
}
