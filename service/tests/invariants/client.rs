//! One of the clients that act at the same time.

use crate::drawn::{Dice, GROUPS, Many, Operation};
use crate::invited::key;
use crate::scene::{BYSTANDER, QUIET, Scene, email, token_of};
use crate::support::origin;
use crate::{CLIENTS, OPERATIONS};
use domain::bulk::{BulkAction, BulkForm, BulkOutcome, BulkQuery};
use domain::import::{ImportQuery, ImportState, Outcome};
use domain::invitations::InviteForm;
use domain::members::{Assigned, Edited};
use domain::permission::{EndSessions, ManageMembers, Permission, ReadMembers};
use domain::{BulkId, OrganizationRole};
use service::bulk::{self, BulkAccess};
use service::import::{self as importing, Upload};
use service::{Actor, Error, Grant, Origin, Result, invitations, members};
use std::collections::BTreeMap;
use std::io::{Seek, Write};
use std::sync::Arc;

/// What came of a change: nothing where it was refused. Nothing else may go wrong.
pub fn refused<T>(outcome: Result<T>, doing: &str) -> Option<T> {
    match outcome {
        Ok(done) => Some(done),
        Err(Error::NotFound | Error::NotSignedIn | Error::Forbidden(_) | Error::Invalid(_) | Error::AlreadyDone) => {
            None
        }
        Err(error) => panic!("{doing}: {error}"),
    }
}

/// One of those who act at once.
pub struct Client {
    pub scene: Arc<Scene>,
    pub dice: Dice,
    pub number: u64,
}

/// What one did: how many rows the log should have of each request, and what was accepted and refused.
#[derive(Default)]
pub struct Told {
    pub rows: BTreeMap<String, (i64, String)>,
    pub accepted: BTreeMap<String, (usize, usize)>,
}

impl Client {
    pub async fn run(mut self) -> Told {
        let mut told = Told::default();
        for turn in 0..OPERATIONS / CLIENTS {
            let operation = Operation::draw(&mut self.dice);
            let by = self.somebody(&operation).await;
            let request = format!("{}-{turn}-{}", self.number, operation.name());
            let rows = self.does(&operation, by, &request).await;
            if by == BYSTANDER {
                assert!(rows == 0 || operation.of_owners() == Some(QUIET), "{operation:?} by who may nothing else");
            }
            let counts = told.accepted.entry(operation.name()).or_default();
            *(if rows > 0 { &mut counts.0 } else { &mut counts.1 }) += 1;
            told.rows.insert(request, (rows, format!("{operation:?} by {by}")));
        }
        told
    }

    /// Mostly somebody who may; who that is changes all the time.
    async fn somebody(&mut self, operation: &Operation) -> usize {
        if self.dice.in_hundred(5) {
            return BYSTANDER;
        }
        if let Some(group) = operation.of_owners()
            && self.dice.in_hundred(50)
        {
            let owners = self.scene.owners(group).await;
            if !owners.is_empty() {
                return self.dice.pick(&owners);
            }
        }
        let them = self.scene.administrators().await;
        let may = !them.is_empty() && self.dice.in_hundred(85);
        if may { self.dice.pick(&them) } else { self.dice.below(BYSTANDER) }
    }

    pub async fn enter(&self, by: usize, request: &str) -> Option<Actor> {
        refused(self.scene.enter(by, request).await, request)
    }

    pub async fn may<P: Permission>(&self, by: usize, request: &str) -> Option<Grant<P>> {
        let actor = self.enter(by, request).await?;
        refused(actor.require::<P>(&self.scene.i.services).await, request)
    }

    /// Does it; gives how many changes were accepted.
    async fn does(&self, operation: &Operation, by: usize, request: &str) -> i64 {
        let doing = format!("{operation:?} by {by}");
        self.tries(operation, by, request, &doing).await.unwrap_or(0)
    }

    async fn tries(&self, operation: &Operation, by: usize, request: &str, doing: &str) -> Option<i64> {
        let (scene, services) = (&*self.scene, &self.scene.i.services);
        if let Operation::EndSessions { person } = operation {
            let may = self.may::<EndSessions>(by, request).await?;
            let ended = members::end_sessions(services, &may, scene.member(*person).await).await;
            return refused(ended, doing).map(|ended| i64::from(ended.number > 0));
        }
        if let Some(rows) = self.changes_groups(operation, by, request, doing).await {
            return rows;
        }
        let may = self.may::<ManageMembers>(by, request).await?;
        match operation {
            Operation::Invite { people, role, groups, twice } => {
                let emails: Vec<String> = people.iter().map(|person| email(*person)).collect();
                let mut form = InviteForm { entries: emails, role: *role, ..InviteForm::default() };
                for group in &GROUPS[..*groups] {
                    form.groups.push(scene.group(group).await);
                }
                let once = key();
                let _at_work = scene.at_work.read().await;
                let first = refused(invitations::send(services, &may, once, form.clone()).await, doing)?;
                if *twice && let Some(again) = refused(invitations::send(services, &may, once, form).await, doing) {
                    // What was said of who is erased by now is said no more.
                    assert_eq!(again.invited, first.invited, "{doing}");
                }
                Some(i64::try_from(first.invited).unwrap())
            }
            Operation::Accept { person } => {
                let link = invitations::copy_link(services, &may, scene.member(*person).await).await;
                let link = refused(link, doing)?;
                let origin = Origin { request_id: request.into(), ..origin() };
                let joined = invitations::accept(services, token_of(&link), &scene.person(*person), &origin).await;
                Some(1 + i64::from(refused(joined, doing).is_some()))
            }
            Operation::Edit { person, role, groups } => {
                let id = scene.member(*person).await;
                let reads = refused(may.actor().require::<ReadMembers>(services).await, doing)?;
                let seen = refused(members::facts(services, &reads, id).await, doing)?.assigned();
                let mut wanted = Assigned { role: Some(*role), ..Assigned::default() };
                for (group, role) in groups {
                    wanted.groups.insert(scene.group(group).await, *role);
                }
                let edited = members::edit(services, &may, id, seen.clone(), wanted.clone()).await;
                Some(i64::from(matches!(refused(edited, doing)?, Edited::Saved { .. }) && seen != wanted))
            }
            Operation::Resend { person } => {
                let sent = invitations::resend(services, &may, scene.member(*person).await, Some(key())).await;
                refused(sent, doing).map(|_| 1)
            }
            Operation::Remove { person } => {
                refused(members::remove(services, &may, scene.member(*person).await).await, doing).map(|_| 1)
            }
            Operation::Restore { person } => {
                refused(members::restore(services, &may, scene.member(*person).await).await, doing).map(|_| 1)
            }
            Operation::Erase { person, removes } => {
                let _nobody_works = scene.at_work.write().await;
                let id = scene.member(*person).await;
                let removed = *removes && refused(members::remove(services, &may, id).await, doing).is_some();
                let erased = refused(members::erase(services, &may, id).await, doing).is_some();
                Some(i64::from(removed) + i64::from(erased))
            }
            Operation::Import { people, role, group } => self.imports(&may, (people, *role, *group), doing).await,
            Operation::Bulk { people, what } => self.does_with_many(&may, people, *what, doing).await,
            _ => None,
        }
    }

    async fn imports(
        &self,
        may: &Grant<ManageMembers>,
        (people, role, group): (&[usize], Option<OrganizationRole>, Option<&str>),
        doing: &str,
    ) -> Option<i64> {
        let services = &self.scene.i.services;
        let _at_work = self.scene.at_work.read().await;
        let mut text = String::from("email,organization_role,groups\n");
        for person in people {
            text +=
                &format!("{},{},{}\n", email(*person), role.map_or("", OrganizationRole::word), group.unwrap_or(""));
        }
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file.rewind().unwrap();
        let upload = Upload { name: "people.csv".into(), file, bytes: text.len() as u64 };
        let (id, judging) = refused(importing::begin(services, may, upload).await, doing)?;
        refused(judging.await, doing)?;
        let applying = refused(importing::apply(services, may, id).await, doing)?;
        refused(applying.expect("nobody else applies it").await, doing)?;
        let shown = importing::show(services, may, id, &ImportQuery::default()).await.unwrap().import;
        if shown.state == ImportState::Stopped {
            // Whoever began it lost the right meanwhile.
            return None;
        }
        // What it says of groups was so when it was judged: they are counted all together, at the end.
        let changes = shown.counts[Outcome::Added.place()] + shown.counts[Outcome::Changed.place()];
        Some(i64::try_from(changes).unwrap())
    }

    async fn does_with_many(
        &self,
        may: &Grant<ManageMembers>,
        people: &[usize],
        what: Many,
        doing: &str,
    ) -> Option<i64> {
        let (scene, services) = (&self.scene, &self.scene.i.services);
        let _at_work = scene.at_work.read().await;
        let action = match what {
            Many::Role(role) => BulkAction::Role(role),
            Many::Join(group, role) => BulkAction::Join(scene.group(group).await, role),
            Many::Leave(group) => BulkAction::Leave(scene.group(group).await),
            Many::Resend => BulkAction::Resend,
            Many::EndSessions => BulkAction::EndSessions,
            Many::Restore => BulkAction::Restore,
            Many::Remove => BulkAction::Remove,
        };
        let access = refused(BulkAccess::require(services, may.actor(), action.kind()).await, doing)?;
        let reads = refused(may.actor().require::<ReadMembers>(services).await, doing)?;
        let form = BulkForm { members: scene.members(people).await, matching: None };
        let id = BulkId::from_uuid(key().uuid());
        let work = refused(bulk::begin(services, &access, id, action, form).await, doing)?;
        refused(work.expect("a new key").await, doing)?;
        let shown = bulk::show(services, &reads, id, &BulkQuery::default()).await.unwrap().bulk;
        Some(i64::try_from(shown.counts[BulkOutcome::Done.place()]).unwrap())
    }
}
