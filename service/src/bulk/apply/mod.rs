//! Applies a bulk action to a batch of members, depending on the state of each. Each verb has a file.

mod groups;
mod life;
mod links;
mod role;
mod sessions;

use crate::audit::AuditActor;
use crate::change::{Change, Recorded};
use crate::grant::{Authority, holds_still};
use crate::invitations::Issuer;
use crate::services::Work;
use crate::{Error, Origin, Result, Services};
use domain::audit::{Event, Target};
use domain::bulk::{BulkAction, BulkKind, BulkOutcome};
use domain::members::LAST_ADMINISTRATOR;
use domain::permission::Standing;
use domain::{MemberId, MemberStatus, OrganizationId, Timestamp};
use store::bulk_jobs::{Job, RowOutcome};
use store::members::{self, Single};
use store::{Transaction, organizations};

/// Why nobody changes themselves together with others: a slip would shut them out half-way.
const YOURSELF: &str = "This is you. Others are changed together; yourself you change in the menu of your row.";
const GONE: &str = "They are not there any more.";

/// A bulk change under way.
#[derive(Clone)]
pub(super) struct Working {
    services: Services,
    organization: organizations::Organization,
    job: Job,
    actor: AuditActor,
    lifetime: domain::organizations::InviteLifetime,
    now: Timestamp,
}

/// A member whom it changes, and their place among the rows.
type Going<'a> = Vec<(usize, &'a Single)>;

/// What came of it for each, by their place among the rows.
type Outcomes = Vec<(usize, (BulkOutcome, String))>;

/// What came of it, and what the audit log records of it.
type Acted = (Outcomes, Recorded);

impl Working {
    pub async fn of(services: &Services, organization: OrganizationId, job: Job) -> Result<Self> {
        let db = services.reader();
        let origin = Origin { ip: job.ip, request_id: job.request_id.clone(), ..Origin::default() };
        let found = organizations::find(db, organization).await?.ok_or(Error::NotFound)?;
        members::find_one(db, organization, job.member).await?.ok_or(Error::NotFound)?;
        Ok(Self {
            services: services.clone(),
            organization: found,
            actor: AuditActor::member(job.member, job.by.as_str(), &origin),
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

    /// Does it for these rows, and says what came of it.
    pub async fn apply(&self, change: &Change<'_>, mut rows: Vec<RowOutcome>) -> Result<(Vec<RowOutcome>, Recorded)> {
        let db = change.db();
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
        let (outcomes, recorded) = self.act(change, going).await?;
        for (place, judged) in outcomes {
            if let Some(row) = rows.get_mut(place) {
                (row.outcome, row.detail) = judged;
            }
        }
        Ok((rows, recorded))
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

    async fn act(&self, change: &Change<'_>, going: Going<'_>) -> Result<Acted> {
        if going.is_empty() {
            return Ok((Vec::new(), change.record_each([])));
        }
        match self.job.action {
            BulkAction::Role(role) => self.give_role(change, &going, role).await,
            BulkAction::Join(group, role) => self.join(change, going, group, role).await,
            BulkAction::GroupRole(group, role) => self.give_group_role(change, going, group, role).await,
            BulkAction::Leave(group) => self.leave(change, going, group).await,
            BulkAction::Resend => self.resend(change, going).await,
            BulkAction::EndSessions => self.end_sessions(change, going).await,
            BulkAction::Restore => self.restore(change, going).await,
            BulkAction::Remove => self.remove(change, &going).await,
        }
    }

    fn issuer(&self) -> Issuer {
        Issuer::named(&self.services, &self.organization, self.job.member, self.lifetime)
    }
}

impl Authority for Working {
    fn organization(&self) -> OrganizationId {
        self.organization.id
    }

    fn audit_actor(&self) -> AuditActor {
        self.actor.clone()
    }

    /// Whether whoever began it still may do that.
    fn standing_now<'a>(&'a self, _services: &'a Services, transaction: &'a Transaction) -> Work<'a, Standing> {
        let kind = self.job.action.kind();
        Box::pin(async move {
            let (db, organization) = (transaction.connection(), self.organization.id);
            holds_still(db, organization, self.job.member, |standing| kind.held_by(standing)).await
        })
    }
}

/// An event about one of them.
fn about((_, one): &(usize, &Single), event: Event) -> (Event, Target) {
    (event, Target::member(one.member.id, one.member.email.as_str()))
}

fn told((outcome, detail): (BulkOutcome, &'static str)) -> (BulkOutcome, String) {
    (outcome, detail.to_owned())
}

fn all_done(going: &Going<'_>) -> Outcomes {
    going.iter().map(|(place, _)| (*place, told((BulkOutcome::Done, "")))).collect()
}
