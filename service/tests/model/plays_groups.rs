//! The steps on groups and on the people in them.

use crate::organization::Outcome;
use crate::play::{Play, done, outcome};
use crate::stage::{group_id, rules};
use crate::steps::{Form, Place, Step};
use domain::groups::{AddForm, ChosenAction, GroupForm, Joined, RoleChanged};
use domain::permission::{ManageGroups, ManageOrganization};
use domain::{GroupId, GroupRole, Timestamp};
use service::groups::{self, GroupManager, Saved};
use service::{Result, organizations, upkeep};

fn typed(form: Form) -> GroupForm {
    let reservation = if form.gigabytes == 0 { String::new() } else { format!("{} GB", form.gigabytes) };
    GroupForm { name: form.name.into(), description: String::new(), is_default: form.is_default, reservation }
}

impl Play<'_> {
    pub async fn does_with_groups(&self, by: usize, step: &Step) -> Outcome {
        let services = &self.stage.i.services;
        let actor = self.actor(by);
        let may = actor.require::<ManageGroups>(services).await.unwrap();
        match step {
            Step::CreateGroup { group, form } => {
                done(groups::create(services, &may, group_id(self.number, *group), typed(*form)).await)
            }
            Step::EditGroup { group, form, stale } => {
                let id = group_id(self.number, *group);
                let seen = groups::facts(services, &may, Some(id)).await.ok().and_then(|facts| facts.group);
                let mut seen = seen.map(|group| group.settings).unwrap_or_default();
                if *stale {
                    seen.description += "once";
                }
                match outcome(groups::edit(services, &may, id, seen, typed(*form)).await) {
                    Ok(Saved::Saved) => Outcome::Done(0),
                    Ok(Saved::Changed { .. }) => Outcome::Stale,
                    Err(no) => no,
                }
            }
            Step::DeleteGroup { group, typed } => {
                let id = group_id(self.number, *group);
                let named = groups::deletion(services, &may, id).await.map(|deletion| deletion.name);
                let name = if *typed { named.unwrap_or_default() } else { "Another".into() };
                done(groups::delete(services, &may, id, name).await)
            }
            Step::Rules { gigabytes, owner_search } => {
                let may = actor.require::<ManageOrganization>(services).await.unwrap();
                done(organizations::set_group_rules(services, &may, rules(*gigabytes, *owner_search)).await)
            }
            _ => unreachable!("{step:?} is none of administrators"),
        }
    }

    pub async fn does_in_groups(&self, by: usize, kept: bool, step: &Step) -> Outcome {
        match step {
            Step::Add { place, .. }
            | Step::GroupRole { place, .. }
            | Step::Leave { place, .. }
            | Step::Chosen { place, .. } => match outcome(self.manager(by, kept, *place).await) {
                Ok(may) => self.changes(&may, step).await,
                Err(no) => no,
            },
            Step::Later { hours, sweep } => {
                self.stage.i.clock.forward(hours * 3_600);
                if *sweep {
                    upkeep::run(&self.stage.i.services).await.unwrap();
                    assert_eq!(self.due().await, 0, "what ended and is not closed");
                }
                Outcome::Done(0)
            }
            _ => unreachable!("{step:?} is one of administrators"),
        }
    }

    pub async fn place(&self, place: Place) -> GroupId {
        match place {
            Place::Group(group) => group_id(self.number, group),
            Place::Administrators => self.administrators().await,
        }
    }

    /// The right that somebody has now, or one that they were given earlier and may have lost since.
    async fn manager(&self, by: usize, kept: bool, place: Place) -> Result<GroupManager> {
        if let Some(manager) = self.managers.borrow().get(&(by, place)).filter(|_| kept) {
            return Ok(manager.clone());
        }
        let actor = self.stage.enter(by, &self.slug).await?;
        let manager = GroupManager::of(&self.stage.i.services, &actor, self.place(place).await).await?;
        self.managers.borrow_mut().insert((by, place), manager.clone());
        Ok(manager)
    }

    fn day(&self, days: Option<i64>) -> String {
        let Some(days) = days else { return String::new() };
        let at = self.stage.i.services.now().plus_seconds(days * 86_400);
        domain::Moment { at, offset: 0 }.iso().chars().take(10).collect()
    }

    async fn changes(&self, may: &GroupManager, step: &Step) -> Outcome {
        let services = &self.stage.i.services;
        match step {
            Step::Add { people, ends, confirmed, .. } => {
                let mut form = AddForm { ends: self.day(*ends), confirmed: *confirmed, ..AddForm::default() };
                for person in people {
                    form.members.push(self.member(*person).await);
                }
                done(groups::add(services, may, form).await)
            }
            Step::GroupRole { person, role, ends, stale, .. } => {
                let id = self.member(*person).await;
                let seen = groups::member_facts(services, may, id).await.map(|facts| facts.joined);
                let nothing = Joined { role: GroupRole::Member, ends_at: Timestamp::NO_END };
                let seen = seen.unwrap_or(nothing);
                let before = seen.ends_at.plus_seconds(-1);
                let seen = if *stale { Joined { ends_at: before, ..seen } } else { seen };
                match outcome(groups::change_role(services, may, id, seen, (*role, self.day(*ends))).await) {
                    Ok(RoleChanged::Saved { .. }) => Outcome::Done(0),
                    Ok(RoleChanged::Changed { .. }) => Outcome::Stale,
                    Err(no) => no,
                }
            }
            Step::Leave { person, .. } => done(groups::remove(services, may, self.member(*person).await).await),
            Step::Chosen { people, role, .. } => {
                let mut chosen = Vec::new();
                for person in people {
                    chosen.push(self.member(*person).await);
                }
                let action = role.map_or(ChosenAction::Remove, ChosenAction::Role);
                done(groups::change_chosen(services, may, &chosen, action).await)
            }
            _ => unreachable!("{step:?} changes nobody's groups"),
        }
    }
}
