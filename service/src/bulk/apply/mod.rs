//! What is done with some of the members, by what each of them is. Each verb has a file.

mod groups;
mod life;
mod links;
mod role;
mod sessions;

use crate::actor::holds_still;
use crate::audit::{self, Doer};
use crate::invitations::Maker;
use crate::{Error, Origin, Result, Services};
use domain::audit::AuditAction;
use domain::bulk::{BulkAction, BulkKind, BulkOutcome};
use domain::members::LAST_ADMINISTRATOR;
use domain::permission::Standing;
use domain::{MemberId, MemberStatus, OrganizationId, Timestamp};
use serde_json::Value;
use store::bulk_jobs::{Job, Told};
use store::members::{self, Single};
use store::{ConnectionTrait, organizations};

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
    lifetime: domain::organizations::InviteLifetime,
    now: Timestamp,
}

/// A member for whom it goes, and their place among the rows.
type Going<'a> = Vec<(usize, &'a Single)>;

/// What came of it for whom, by their places among the rows.
type Outcomes = Vec<(usize, (BulkOutcome, String))>;

/// A row of the audit log about one of them: before and after.
type Logged<'a> = (&'a Single, Option<Value>, Option<Value>);

impl Working {
    pub async fn of(services: &Services, organization: OrganizationId, job: Job) -> Result<Self> {
        let db = services.reader();
        let origin = Origin { ip: job.ip, request_id: job.request_id.clone(), ..Origin::default() };
        let found = organizations::find(db, organization).await?.ok_or(Error::NotFound)?;
        members::find_one(db, organization, job.member).await?.ok_or(Error::NotFound)?;
        Ok(Self {
            services: services.clone(),
            organization: found,
            doer: Doer::member(job.member, job.by.as_str(), &origin),
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

    async fn act(&self, db: &impl ConnectionTrait, going: Going<'_>) -> Result<Outcomes> {
        if going.is_empty() {
            return Ok(Vec::new());
        }
        match self.job.action {
            BulkAction::Role(role) => self.give_role(db, &going, role).await?,
            BulkAction::Join(group, role) => return self.join(db, going, group, role).await,
            BulkAction::GroupRole(group, role) => return self.give_group_role(db, going, group, role).await,
            BulkAction::Leave(group) => return self.leave(db, going, group).await,
            BulkAction::Resend => return self.resend(db, going).await,
            BulkAction::EndSessions => return self.end_sessions(db, going).await,
            BulkAction::Restore => return self.restore(db, going).await,
            BulkAction::Remove => self.remove(db, &going).await?,
        }
        Ok(all_done(&going))
    }

    fn maker(&self) -> Maker {
        Maker::named(&self.services, &self.organization, self.job.member, self.lifetime)
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

fn all_done(going: &Going<'_>) -> Outcomes {
    going.iter().map(|(place, _)| (*place, told((BulkOutcome::Done, "")))).collect()
}
