//! Operations on groups and on the people in them.

use crate::client::{Client, refused};
use crate::drawn::{Operation, Settings};
use crate::invited::key;
use domain::groups::{AddForm, ChosenAction, GroupForm, RoleChanged};
use domain::permission::{ManageGroups, ManageOrganization};
use domain::{Bytes, GroupId};
use service::groups::{self, GroupManager, Saved};
use service::{organizations, upkeep};
use store::organizations::GroupRules;

/// How many seconds pass at once: few enough that nothing is forgotten while somebody is still at it.
const HOURS: i64 = 4 * 3_600;

/// The form, with a description that no other has.
fn form(settings: Settings, request: &str) -> GroupForm {
    let reservation = if settings.gigabytes == 0 { String::new() } else { format!("{} GB", settings.gigabytes) };
    GroupForm { name: settings.typed(), description: request.into(), is_default: settings.is_default, reservation }
}

impl Client {
    /// Does it, where it is about groups; gives how many changes were accepted, where any was.
    pub async fn changes_groups(
        &self,
        operation: &Operation,
        by: usize,
        request: &str,
        doing: &str,
    ) -> Option<Option<i64>> {
        match operation {
            Operation::CreateGroup(_)
            | Operation::EditGroup { .. }
            | Operation::DeleteGroup { .. }
            | Operation::Rules { .. } => Some(self.administers(operation, by, request, doing).await),
            Operation::AddToGroup { .. }
            | Operation::GroupRole { .. }
            | Operation::RemoveFromGroup { .. }
            | Operation::ChangeChosen { .. } => Some(self.changes_who_is_in(operation, by, request, doing).await),
            Operation::Later { sweep } => {
                let nobody_works = self.scene.at_work.write().await;
                self.scene.i.clock.forward(HOURS);
                drop(nobody_works);
                if *sweep {
                    upkeep::run(&self.scene.i.services).await.unwrap();
                }
                Some(None)
            }
            _ => None,
        }
    }

    async fn administers(&self, operation: &Operation, by: usize, request: &str, doing: &str) -> Option<i64> {
        let (scene, services) = (&*self.scene, &self.scene.i.services);
        let may = self.may::<ManageGroups>(by, request).await?;
        match operation {
            Operation::CreateGroup(settings) => {
                let id = GroupId::from_uuid(key().uuid());
                refused(groups::create(services, &may, id, form(*settings, request)).await, doing).map(|()| 1)
            }
            Operation::EditGroup { group, settings, stale } => {
                let id = scene.group(group).await;
                let facts = refused(groups::facts(services, &may, Some(id)).await, doing)?;
                let mut seen = facts.group.expect("it was asked for").settings;
                if *stale {
                    seen.description += " once";
                }
                let saved = groups::edit(services, &may, id, seen, form(*settings, request)).await;
                let saved = refused(saved, doing)? == Saved::Saved;
                assert!(!(saved && *stale), "{doing}");
                Some(i64::from(saved))
            }
            Operation::DeleteGroup { group, typed } => {
                let id = scene.group(group).await;
                let name = refused(groups::deletion(services, &may, id).await, doing)?.name;
                let name = if *typed { name } else { format!("{name} too") };
                let deleted = refused(groups::delete(services, &may, id, name).await, doing);
                assert!(*typed || deleted.is_none(), "{doing}");
                deleted.map(|_| 1)
            }
            Operation::Rules { gigabytes, owner_search } => {
                let may = refused(may.actor().require::<ManageOrganization>(services).await, doing)?;
                // No other has the same, so that it is a change always.
                let own = request.bytes().fold(0, |sum: u64, byte| (sum * 31 + u64::from(byte)) % 1_000_000_007);
                let capacity = Bytes::of(gigabytes * 1_000_000_000 + own % 1_000_000_000).unwrap();
                let rules = GroupRules { capacity, owner_search: *owner_search };
                refused(organizations::set_group_rules(services, &may, rules).await, doing)?;
                // At every instant, not at the end only.
                let more = "SELECT COUNT(*) FROM organizations o WHERE o.monthly_capacity < \
                            (SELECT COALESCE(SUM(g.reservation), 0) FROM groups g WHERE g.organization_id = o.id)";
                assert_eq!(scene.i.db.number(more).await, 0, "{doing}: less than is reserved");
                Some(1)
            }
            _ => None,
        }
    }

    async fn changes_who_is_in(&self, operation: &Operation, by: usize, request: &str, doing: &str) -> Option<i64> {
        let (scene, services) = (&*self.scene, &self.scene.i.services);
        let actor = self.enter(by, request).await?;
        let group = scene.group(operation.of_owners()?).await;
        let may = refused(GroupManager::of(services, &actor, group).await, doing)?;
        match operation {
            Operation::AddToGroup { people, ends, confirmed, .. } => {
                let form =
                    AddForm { members: scene.members(people).await, ends: scene.day(*ends), confirmed: *confirmed };
                let added = refused(groups::add(services, &may, form).await, doing)?;
                Some(i64::try_from(added.added.len()).unwrap())
            }
            Operation::GroupRole { person, in_it, role, ends, group } => {
                let (id, day) = (scene.member_in(group, *person, *in_it).await, scene.day(*ends));
                let seen = refused(groups::member_facts(services, &may, id).await, doing)?;
                let wanted = (*role, day.clone());
                let changed = groups::change_role(services, &may, id, seen.joined, wanted).await;
                let saved = matches!(refused(changed, doing)?, RoleChanged::Saved { .. });
                Some(i64::from(saved && (seen.joined.role, seen.ends) != (*role, day)))
            }
            Operation::RemoveFromGroup { person, in_it, group } => {
                let id = scene.member_in(group, *person, *in_it).await;
                refused(groups::remove(services, &may, id).await, doing).map(|_| 1)
            }
            Operation::ChangeChosen { people, role, group } => {
                let action = role.map_or(ChosenAction::Remove, ChosenAction::Role);
                let mut chosen = Vec::new();
                for person in people {
                    // One of them came from an older page.
                    chosen.push(scene.member_in(group, *person, !chosen.is_empty()).await);
                }
                let changed = refused(groups::change_chosen(services, &may, &chosen, action).await, doing)?;
                Some(i64::try_from(changed.done).unwrap())
            }
            _ => None,
        }
    }
}
