//! Plans a batch of rows: all writes are decided before any is made.

use super::rows::{Batch, Row, fingerprint, refused};
use super::verdict::{Act, Scene, judge};
use super::{Job, Overlay, RefusedRow, Report, words};
use crate::audit::{self, AuditActor};
use crate::{Error, Result, Services};
use domain::audit::{Event, MemberRecord, Target};
use domain::{
    GroupId, GroupName, GroupRole, MemberId, MemberKind, MemberStatus, OrganizationId, OrganizationRole, Timestamp,
};
use store::Given;
use store::audit::Event as AuditRow;
use store::groups::{GroupMember, NewGroup, name_identity};
use store::imports::Judged;
use store::members::{Existing, NewMember, State, Update};
use store::{ConnectionTrait, groups, members};

/// What a batch writes, and what it says.
#[derive(Default)]
pub(super) struct Plan {
    pub groups: Vec<NewGroup>,
    pub members: Vec<NewMember>,
    pub updates: Vec<(Existing, Update)>,
    pub joins: Vec<GroupMember>,
    /// Who leaves the group of administrators, and which group that is.
    pub leaves: Vec<(GroupId, MemberId)>,
    pub audit: Vec<AuditRow>,
    pub report: Report,
    pub refused: Vec<RefusedRow>,
    pub overlay: Overlay,
    /// What becomes of each row, in words, where that is asked for.
    pub judged: Vec<(u64, Judged)>,
}

/// Looks up what the rows of a batch are about, with a constant number of statements.
pub(super) async fn look(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    batch: &Batch,
    overlay: &Overlay,
) -> Result<Scene> {
    let identities = batch.rows.iter().map(|row| row.identity.clone()).collect();
    let members = members::find_existing(db, organization, identities).await?;
    let named = |row: &&Row| !row.says.groups.is_empty();
    let grouped: Vec<MemberId> =
        batch.rows.iter().filter(named).filter_map(|row| members.get(&row.identity)).map(|member| member.id).collect();
    let mut names: Vec<String> = batch.rows.iter().flat_map(|row| &row.says.groups).map(name_identity).collect();
    names.push(name_identity(&GroupName::administrators()));
    names.sort_unstable();
    names.dedup();
    let groups_of = groups::of_members(db, organization, &grouped).await?;
    let active = members::active_administrators(db, organization).await?;
    Ok(Scene {
        members,
        groups_of: groups_of.into_iter().map(|(member, groups)| (member, groups.into_iter().collect())).collect(),
        groups: groups::find_by_names(db, organization, names).await?,
        active_administrators: active.saturating_add_signed(overlay.active_administrators),
    })
}

/// Judges the rows of a batch one after another, each as if those before it were written.
pub(super) fn plan(job: &Job, batch: &Batch, scene: &mut Scene, overlay: &Overlay) -> Result<Plan> {
    let Job { services, actor, .. } = job;
    let now = services.now();
    // In the order of the file, so that members added in one instant list as the file has them.
    let mut ids: Vec<uuid::Uuid> = batch.rows.iter().map(|_| services.uuid()).collect();
    ids.sort_unstable();
    let mut planner = Planner { services, actor, now, scene, before: overlay, plan: Plan::default() };
    planner.plan.refused = batch.refused.clone();
    for (row, id) in batch.rows.iter().zip(ids) {
        let judged = judge(row, planner.scene);
        if let (true, Ok(act)) = (job.in_words, &judged) {
            planner.plan.judged.push((row.line, words::of(act, planner.scene.members.get(&row.identity))));
        }
        match judged {
            Err(fault) => planner.plan.refused.push(refused((row.line, row.lines), row.says.email.as_str(), fault)),
            Ok(Act::Nothing { name_stays }) => {
                planner.plan.report.unchanged += 1;
                planner.plan.report.names_stay += u64::from(name_stays);
            }
            Ok(Act::Add { role, joins }) => planner.add(row, MemberId::from_uuid(id), role, joins)?,
            Ok(Act::Change { name, role, joins, leaves_administrators, name_stays }) => {
                planner.plan.report.names_stay += u64::from(name_stays);
                let given = Given { by: planner.actor.id(), at: planner.now };
                let update = Update { name: name.map(Into::into), role: role.map(|role| (role, given)) };
                planner.change(row, update, joins, leaves_administrators)?;
            }
        }
    }
    let mut plan = planner.plan;
    plan.refused.sort_by_key(|row| row.line);
    if job.in_words {
        plan.judged.extend(plan.refused.iter().map(|row| (row.line, words::of_refused(row))));
        plan.judged.sort_unstable_by_key(|(line, _)| *line);
    }
    plan.report.refused = plan.refused.len() as u64;
    let mut ids: Vec<_> = plan.audit.iter().map(|row| row.id).collect();
    ids.sort_unstable();
    plan.audit.iter_mut().zip(ids).for_each(|(row, id)| row.id = id);
    Ok(plan)
}

struct Planner<'a> {
    services: &'a Services,
    actor: &'a AuditActor,
    now: Timestamp,
    scene: &'a mut Scene,
    before: &'a Overlay,
    plan: Plan,
}

impl Planner<'_> {
    fn add(&mut self, row: &Row, id: MemberId, role: OrganizationRole, joins: Vec<GroupName>) -> Result<()> {
        let name = row.says.name.as_ref().map(ToString::to_string).unwrap_or_default();
        let after = MemberRecord { name: name.clone(), role: Some(role), status: MemberStatus::Invited };
        let event = Event::MemberImported { after, groups: joins.iter().map(ToString::to_string).collect() };
        self.record(&event, Target::member(id, row.says.email.as_str()));
        self.join(id, joins)?;
        self.plan.report.added += 1;
        self.plan.members.push(NewMember {
            id,
            // Also where the address has an account: it joins only by accepting.
            account: None,
            email: row.says.email.clone(),
            name,
            kind: MemberKind::Internal,
            role: Some(role),
            state: State::Invited,
            // The clock starts when a link is first made.
            invite_expires_at: Timestamp::NO_END,
            created_at: self.now,
            role_given_by: self.actor.id(),
            last_active_at: Timestamp::NEVER,
            logins_count: 0,
            last_login_at: Timestamp::NEVER,
            last_login_ip: None,
        });
        Ok(())
    }

    fn change(&mut self, row: &Row, update: Update, joins: Vec<GroupName>, leaves_administrators: bool) -> Result<()> {
        let Some(member) = self.scene.members.get(&row.identity).cloned() else { return Ok(()) };
        let before = member.record();
        let after = MemberRecord {
            name: update.name.clone().unwrap_or_else(|| member.name.clone()),
            role: update.role_or(member.role),
            status: before.status,
        };
        let groups_joined = joins.iter().map(ToString::to_string).collect();
        let event = Event::MemberChangedByImport { before, after, groups_joined };
        self.record(&event, Target::member(member.id, row.says.email.as_str()));
        self.join(member.id, joins)?;
        if leaves_administrators {
            self.plan.leaves.push((self.administrators()?, member.id));
        }
        if member.state == State::Active {
            let gained = update.role.is_some_and(|(role, _)| role == OrganizationRole::Administrator);
            let by = i64::from(gained) - i64::from(leaves_administrators);
            self.plan.overlay.active_administrators += by;
            self.scene.active_administrators = self.scene.active_administrators.saturating_add_signed(by);
        }
        self.plan.report.changed += 1;
        self.plan.updates.push((member, update));
        Ok(())
    }

    fn join(&mut self, member: MemberId, joins: Vec<GroupName>) -> Result<()> {
        for name in joins {
            let group = self.group(name)?;
            let role = GroupRole::Member;
            self.plan.joins.push(GroupMember {
                group,
                member,
                role,
                created_at: self.now,
                given_by: self.actor.id(),
                ends_at: Timestamp::NO_END,
            });
        }
        Ok(())
    }

    /// The group of a name, made where it is missing.
    fn group(&mut self, name: GroupName) -> Result<GroupId> {
        if name.is_administrators() {
            return self.administrators();
        }
        let identity = name_identity(&name);
        if let Some(id) = self.scene.groups.get(&identity) {
            return Ok(*id);
        }
        let id = GroupId::from_uuid(self.services.uuid());
        let made = fingerprint(&identity);
        if !self.before.groups.contains(&made) {
            self.plan.report.groups_made += 1;
            self.plan.overlay.groups.insert(made);
        }
        self.scene.groups.insert(identity, id);
        self.record(&Event::GroupImported { name: name.clone() }, Target::group(id, name.as_str()));
        self.plan.groups.push(NewGroup { id, name, description: String::new(), created_at: self.now });
        Ok(id)
    }

    fn record(&mut self, event: &Event, target: Target) {
        self.plan.audit.push(audit::row(self.services, self.actor, event, target));
    }

    fn administrators(&self) -> Result<GroupId> {
        let found = self.scene.groups.get(&name_identity(&GroupName::administrators()));
        found.copied().ok_or_else(|| Error::Internal("the organization has no group administrators".into()))
    }
}
