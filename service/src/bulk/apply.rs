//! What is done with some of the members, by what each of them is.

use crate::actor::holds_still;
use crate::audit::{self, Doer};
use crate::invitations::{self, Maker};
use crate::{Error, Origin, Result, Services};
use domain::audit::AuditAction;
use domain::bulk::{BulkAction, BulkKind, BulkOutcome};
use domain::members::{GroupTag, LAST_ADMINISTRATOR};
use domain::permission::Standing;
use domain::{
    AccountId, GroupId, GroupName, GroupRole, MemberId, MemberStatus, OrganizationId, OrganizationRole, Timestamp,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use store::Given;
use store::bulk_jobs::{Job, Told};
use store::groups::GroupMember;
use store::members::{self, Existing, Single, State, Update, audit_value};
use store::{ConnectionTrait, accounts, groups, organizations, sessions};

/// Why nobody changes what they are together with others: a slip would shut them out in the middle of it.
const YOURSELF: &str = "This is you. Others are changed together; yourself you change in the menu of your row.";
const GONE: &str = "They are not there any more.";

/// One that is under way.
#[derive(Clone)]
pub(super) struct Working {
    services: Services,
    organization: organizations::Organization,
    job: Job,
    doer: Doer,
    /// Whoever began it, by name.
    name: String,
    lifetime: domain::organizations::InviteLifetime,
    now: Timestamp,
}

/// A member for whom it goes, and their place among the rows.
type Going<'a> = Vec<(usize, &'a Single)>;

/// A row of the audit log about one of them: before and after.
type Logged<'a> = (&'a Single, Option<Value>, Option<Value>);

impl Working {
    pub async fn of(services: &Services, organization: OrganizationId, job: Job) -> Result<Self> {
        let db = services.reader();
        let origin = Origin { ip: job.ip, request_id: job.request_id.clone(), ..Origin::default() };
        let found = organizations::find(db, organization).await?.ok_or(Error::NotFound)?;
        let beginner = members::find_one(db, organization, job.member).await?.ok_or(Error::NotFound)?;
        Ok(Self {
            services: services.clone(),
            organization: found,
            doer: Doer::member(job.member, job.by.as_str(), &origin),
            name: beginner.member.name,
            lifetime: organizations::invite_lifetime(db, organization).await?,
            now: services.now(),
            job,
        })
    }

    /// The same at the instant that it is now.
    pub fn now(&self, services: &Services) -> Self {
        Self { now: services.now(), ..self.clone() }
    }

    pub fn instant(&self) -> Timestamp {
        self.now
    }

    pub fn organization(&self) -> OrganizationId {
        self.organization.id
    }

    /// Looks whether whoever began it still may.
    pub async fn holds_still(&self, db: &impl ConnectionTrait) -> Result<()> {
        let held: fn(Standing) -> bool = match self.job.action.kind() {
            BulkKind::EndSessions => |standing| BulkKind::EndSessions.held_by(standing),
            _ => |standing| BulkKind::Role.held_by(standing),
        };
        holds_still(db, self.organization(), self.job.member, held).await
    }

    /// Does it for these rows, and says what came of it. Hold the organization's row.
    pub async fn apply(&self, db: &impl ConnectionTrait, mut rows: Vec<Told>) -> Result<Vec<Told>> {
        let ids: Vec<MemberId> = rows.iter().map(|row| row.member).collect();
        let found = members::find_many(db, self.organization(), &ids).await?;
        let alone = members::active_administrators(db, self.organization()).await? <= 1;
        let mut going: Going<'_> = Vec::new();
        for (place, row) in rows.iter_mut().enumerate() {
            let judged = match found.get(&row.member) {
                None => Some((BulkOutcome::Refused, GONE)),
                Some(one) => self.judge(one, alone),
            };
            match (judged, found.get(&row.member)) {
                (None, Some(one)) => going.push((place, one)),
                (judged, _) => (row.outcome, row.detail) = told(judged.unwrap_or((BulkOutcome::Refused, GONE))),
            }
        }
        for (place, judged) in self.act(db, going).await? {
            if let Some(row) = rows.get_mut(place) {
                (row.outcome, row.detail) = judged;
            }
        }
        Ok(rows)
    }

    /// What keeps it from one member.
    fn judge(&self, one: &Single, alone: bool) -> Option<(BulkOutcome, &'static str)> {
        let (action, status) = (self.job.action, one.status(self.now));
        if let Some(why) = action.why_not_now(status) {
            let so_already = match action.kind() {
                BulkKind::Remove => status == MemberStatus::Deleted,
                BulkKind::Restore => status != MemberStatus::Deleted,
                BulkKind::EndSessions => true,
                _ => false,
            };
            return Some((if so_already { BulkOutcome::Unchanged } else { BulkOutcome::Refused }, why));
        }
        if let BulkAction::Role(role) = action {
            match one.member.role {
                None => return Some((BulkOutcome::Refused, "External support users have no organization role.")),
                Some(now) if now == role => return Some((BulkOutcome::Unchanged, "They have this role already.")),
                Some(_) => {}
            }
        }
        // Since this keeps whoever began it, who holds the right still, an administrator is left whomever it is for.
        let shuts_out = matches!(action.kind(), BulkKind::Role | BulkKind::Remove | BulkKind::EndSessions);
        if shuts_out && one.member.id == self.job.member {
            let last = alone && action.kind() != BulkKind::EndSessions;
            return Some((BulkOutcome::Refused, if last { LAST_ADMINISTRATOR } else { YOURSELF }));
        }
        None
    }

    async fn act(&self, db: &impl ConnectionTrait, going: Going<'_>) -> Result<Vec<(usize, (BulkOutcome, String))>> {
        if going.is_empty() {
            return Ok(Vec::new());
        }
        match self.job.action {
            BulkAction::Role(role) => self.give_role(db, &going, role).await?,
            BulkAction::Join(group, role) => return self.join(db, going, group, role).await,
            BulkAction::Leave(group) => return self.leave(db, going, group).await,
            BulkAction::Resend => self.resend(db, &going).await?,
            BulkAction::EndSessions => return self.end_sessions(db, going).await,
            BulkAction::Restore => return self.restore(db, going).await,
            BulkAction::Remove => self.remove(db, &going).await?,
        }
        Ok(all_done(&going))
    }

    async fn give_role(&self, db: &impl ConnectionTrait, going: &Going<'_>, role: OrganizationRole) -> Result<()> {
        let organization = self.organization();
        let given = Given { by: self.doer.id(), at: self.now };
        let update = |one: &Single| (one.member.clone(), Update::role(role, given));
        members::update_many(db, organization, going.iter().map(|(_, one)| update(one)).collect()).await?;
        // Both say the same always (spec R1).
        let group = self.administrators(db).await?;
        if role == OrganizationRole::Administrator {
            self.put_into(db, going, group, GroupRole::Member).await?;
        } else {
            let was = |one: &&(usize, &Single)| one.1.member.role == Some(OrganizationRole::Administrator);
            let were: Vec<MemberId> = going.iter().filter(was).map(|(_, one)| one.member.id).collect();
            if !were.is_empty() {
                groups::remove_members(db, organization, group, &were).await?;
            }
        }
        let value = |role: Option<OrganizationRole>| {
            Some(json!({ "organization_role": role.map_or("", OrganizationRole::word) }))
        };
        let logged = going.iter().map(|(_, one)| (*one, value(one.member.role), value(Some(role))));
        self.log(db, AuditAction::MemberChanged, logged.collect()).await
    }

    async fn administrators(&self, db: &impl ConnectionTrait) -> Result<GroupId> {
        let name = groups::name_identity(&GroupName::administrators());
        let found = groups::find_by_names(db, self.organization(), vec![name.clone()]).await?;
        found.get(&name).copied().ok_or_else(|| Error::Internal("the organization has no group administrators".into()))
    }

    async fn put_into(
        &self,
        db: &impl ConnectionTrait,
        going: &Going<'_>,
        group: GroupId,
        role: GroupRole,
    ) -> Result<()> {
        let join = |one: &Single| GroupMember {
            group,
            member: one.member.id,
            role,
            created_at: self.now,
            given_by: self.doer.id(),
            ends_at: Timestamp::NO_END,
        };
        let joins = going.iter().map(|(_, one)| join(one)).collect();
        // Nobody here is deleted.
        Ok(groups::add_members(db, self.organization(), joins, |_| true).await?)
    }

    async fn join(
        &self,
        db: &impl ConnectionTrait,
        going: Going<'_>,
        group: GroupId,
        role: GroupRole,
    ) -> Result<Vec<(usize, (BulkOutcome, String))>> {
        let (theirs, tag) = self.group(db, &going, group).await?;
        let is_in = |one: &Single| theirs.get(&one.member.id).copied();
        let (there, new): (Going<'_>, Going<'_>) = going.into_iter().partition(|(_, one)| is_in(one).is_some());
        self.put_into(db, &new, group, role).await?;
        let value = json!({ "groups": [{ "id": group, "name": tag.name, "role": role.word() }] });
        let logged = new.iter().map(|(_, one)| (*one, None, Some(value.clone()))).collect();
        self.log(db, AuditAction::MemberChanged, logged).await?;
        let mut outcomes = all_done(&new);
        for (place, one) in there {
            let role = is_in(one).map_or("", GroupRole::label);
            outcomes.push((place, (BulkOutcome::Unchanged, format!("They are in it already, as {role}."))));
        }
        Ok(outcomes)
    }

    async fn leave(
        &self,
        db: &impl ConnectionTrait,
        going: Going<'_>,
        group: GroupId,
    ) -> Result<Vec<(usize, (BulkOutcome, String))>> {
        let (theirs, tag) = self.group(db, &going, group).await?;
        let is_in = |one: &Single| theirs.get(&one.member.id).copied();
        let (there, others): (Going<'_>, Going<'_>) = going.into_iter().partition(|(_, one)| is_in(one).is_some());
        let ids: Vec<MemberId> = there.iter().map(|(_, one)| one.member.id).collect();
        if !ids.is_empty() {
            groups::remove_members(db, self.organization(), group, &ids).await?;
        }
        let value = |one: &Single| {
            let role = is_in(one).map_or("", GroupRole::word);
            json!({ "groups": [{ "id": group, "name": tag.name, "role": role }] })
        };
        let logged = there.iter().map(|(_, one)| (*one, Some(value(one)), None)).collect();
        self.log(db, AuditAction::MemberChanged, logged).await?;
        let mut outcomes = all_done(&there);
        outcomes
            .extend(others.iter().map(|(place, _)| (*place, told((BulkOutcome::Unchanged, "They are not in it.")))));
        Ok(outcomes)
    }

    /// Who of them is in a group, and the group.
    async fn group(
        &self,
        db: &impl ConnectionTrait,
        going: &Going<'_>,
        group: GroupId,
    ) -> Result<(HashMap<MemberId, GroupRole>, GroupTag)> {
        let ids: Vec<MemberId> = going.iter().map(|(_, one)| one.member.id).collect();
        let tag = groups::find_tag(db, self.organization(), group).await?;
        let tag = tag.ok_or_else(|| Error::Internal("the group is gone".into()))?;
        Ok((groups::roles_in(db, self.organization(), group, &ids).await?, tag))
    }

    async fn resend(&self, db: &impl ConnectionTrait, going: &Going<'_>) -> Result<()> {
        let them: Vec<&Existing> = going.iter().map(|(_, one)| &one.member).collect();
        invitations::replace(&self.services, db, &self.maker(), &them).await?;
        let logged = going.iter().map(|(_, one)| (*one, None, None)).collect();
        self.log(db, AuditAction::InviteResent, logged).await
    }

    async fn end_sessions(
        &self,
        db: &impl ConnectionTrait,
        going: Going<'_>,
    ) -> Result<Vec<(usize, (BulkOutcome, String))>> {
        let organization = self.organization();
        let ids: Vec<MemberId> = going.iter().map(|(_, one)| one.member.id).collect();
        let open = sessions::open_entries(db, organization, &ids).await?;
        sessions::end_entries(db, organization, &ids, self.now).await?;
        let number = |one: &Single| open.get(&one.member.id).copied().unwrap_or_default();
        let (had, none): (Going<'_>, Going<'_>) = going.into_iter().partition(|(_, one)| number(one) > 0);
        let logged = had.iter().map(|(_, one)| (*one, None, Some(json!({ "sessions": number(one) })))).collect();
        self.log(db, AuditAction::SessionsEnded, logged).await?;
        let said = |number: u64| if number == 1 { "1 session.".to_owned() } else { format!("{number} sessions.") };
        let mut outcomes: Vec<_> =
            had.iter().map(|(place, one)| (*place, (BulkOutcome::Done, said(number(one))))).collect();
        outcomes.extend(none.iter().map(|(place, _)| (*place, told((BulkOutcome::Unchanged, "They had no session.")))));
        Ok(outcomes)
    }

    async fn restore(
        &self,
        db: &impl ConnectionTrait,
        going: Going<'_>,
    ) -> Result<Vec<(usize, (BulkOutcome, String))>> {
        let state = |one: &Single| if one.account.is_some() { State::Active } else { State::Invited };
        let changes: Vec<_> = going.iter().map(|(_, one)| (&one.member, state(one))).collect();
        members::restore(db, self.organization(), &changes).await?;
        let renamed = self.rename(db, &going).await?;
        let name = |one: &Single| renamed.get(&one.member.id).unwrap_or(&one.member.name).clone();
        let waits = |one: &&Single| state(one) == State::Invited;
        let invited: Vec<&Existing> = going.iter().map(|(_, one)| *one).filter(waits).map(|one| &one.member).collect();
        if !invited.is_empty() {
            invitations::send_anew(&self.services, db, &self.maker(), &invited).await?;
        }
        let value = |one: &Single, name: &str, state| Some(audit_value(name, one.member.role, state));
        let before = |one: &Single| value(one, &one.member.name, one.member.state);
        let logged = going.iter().map(|(_, one)| (*one, before(one), value(one, &name(one), state(one)))).collect();
        self.log(db, AuditAction::MemberRestored, logged).await?;
        let said = |one: &Single| match state(one) {
            State::Invited => "Invited again: a new link is on its way.".to_owned(),
            _ => String::new(),
        };
        Ok(going.iter().map(|(place, one)| (*place, (BulkOutcome::Done, said(one)))).collect())
    }

    /// Who has another name by now gets it: what they are called is the same in all of their organizations (spec M1).
    async fn rename(&self, db: &impl ConnectionTrait, going: &Going<'_>) -> Result<HashMap<MemberId, String>> {
        let mut with_account: Vec<(AccountId, &Single)> =
            going.iter().filter_map(|(_, one)| Some((one.account?, *one))).collect();
        // In one order, like whoever else holds several.
        with_account.sort_by_key(|(account, _)| *account);
        let (mut renamed, mut updates) = (HashMap::new(), Vec::new());
        for (account, one) in with_account {
            let Some(account) = accounts::hold(db, account).await? else { continue };
            if account.name != one.member.name {
                let there = Existing { state: State::Active, ..one.member.clone() };
                updates.push((there, Update::name(account.name.as_str())));
                renamed.insert(one.member.id, account.name);
            }
        }
        if !updates.is_empty() {
            members::update_many(db, self.organization(), updates).await?;
        }
        Ok(renamed)
    }

    async fn remove(&self, db: &impl ConnectionTrait, going: &Going<'_>) -> Result<()> {
        let organization = self.organization();
        let ids: Vec<MemberId> = going.iter().map(|(_, one)| one.member.id).collect();
        // Entries before members, like whoever writes when they were last active.
        sessions::end_entries(db, organization, &ids, self.now).await?;
        let them: Vec<&Existing> = going.iter().map(|(_, one)| &one.member).collect();
        members::remove(db, organization, &them).await?;
        invitations::withdraw(db, organization, &ids, self.now).await?;
        let value = |one: &Single, state| Some(audit_value(&one.member.name, one.member.role, state));
        let logged =
            going.iter().map(|(_, one)| (*one, value(one, one.member.state), value(one, State::Deleted))).collect();
        self.log(db, AuditAction::MemberRemoved, logged).await
    }

    fn maker(&self) -> Maker {
        Maker::named(&self.services, &self.organization, (&self.name, &self.job.by), self.lifetime)
    }

    async fn log(&self, db: &impl ConnectionTrait, action: AuditAction, about: Vec<Logged<'_>>) -> Result<()> {
        let event = |(one, before, after): Logged<'_>| {
            let target = (Some(one.member.id.uuid()), one.member.email.clone());
            audit::event(&self.services, &self.doer, action, target, before, after)
        };
        let events = about.into_iter().map(event).collect();
        audit::write(&self.services, db, self.organization(), events).await
    }
}

fn told((outcome, detail): (BulkOutcome, &'static str)) -> (BulkOutcome, String) {
    (outcome, detail.to_owned())
}

fn all_done(going: &Going<'_>) -> Vec<(usize, (BulkOutcome, String))> {
    going.iter().map(|(place, _)| (*place, told((BulkOutcome::Done, "")))).collect()
}
