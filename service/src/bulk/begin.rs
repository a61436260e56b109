//! Begins a bulk action: who may begin it, for which members, and only once even if the form is sent again.

use super::run;
use crate::audit::AuditActor;
use crate::change::Done;
use crate::grant::{Authority, holds_still};
use crate::services::Work;
use crate::{Actor, Error, Grant, Result, Services};
use domain::bulk::{BulkAction, BulkFacts, BulkForm, BulkKind, BulkState, MOST_CHOSEN};
use domain::members::MemberQuery;
use domain::permission::{EndSessions, ManageMembers, ReadMembers, Standing};
use domain::setup::FieldError;
use domain::text::grouped;
use domain::{BulkId, GroupName, MemberId, OrganizationId};
use std::collections::HashSet;
use store::bulk_jobs::{self, Job};
use store::{Transaction, groups, members};

/// The proof that somebody may do a kind of thing with many members.
#[derive(Clone)]
pub struct BulkAccess {
    actor: Actor,
    kind: BulkKind,
}

impl BulkAccess {
    /// The right that the same takes with one member.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn require(services: &Services, actor: &Actor, kind: BulkKind) -> Result<Self> {
        for_kind(services, actor, kind).await?;
        Ok(Self { actor: actor.clone(), kind })
    }
}

impl Authority for BulkAccess {
    fn organization(&self) -> OrganizationId {
        self.actor.organization()
    }

    fn audit_actor(&self) -> AuditActor {
        AuditActor::from(&self.actor)
    }

    fn standing_now<'a>(&'a self, _services: &'a Services, transaction: &'a Transaction) -> Work<'a, Standing> {
        let (organization, member, kind) = (self.organization(), self.actor.member(), self.kind);
        Box::pin(async move {
            holds_still(transaction.connection(), organization, member, |standing| kind.held_by(standing)).await
        })
    }
}

/// Asks for the right to do a kind of thing.
pub(super) async fn for_kind(services: &Services, actor: &Actor, kind: BulkKind) -> Result<()> {
    match kind {
        BulkKind::EndSessions => actor.require::<EndSessions>(services).await.map(drop),
        _ => actor.require::<ManageMembers>(services).await.map(drop),
    }
}

fn at(field: &str, why: impl Into<String>) -> Error {
    Error::Invalid(vec![FieldError::at(field, why)])
}

/// Whom a form means: those who were chosen, each once.
fn chosen(form: &BulkForm) -> Result<Vec<MemberId>> {
    if form.is_empty() {
        return Err(at("members", "Choose members first."));
    }
    if form.members.len() > MOST_CHOSEN {
        let most = grouped(MOST_CHOSEN as u64);
        return Err(at(
            "members",
            format!("At most {most} members can be chosen one by one; narrow the table and choose all that match."),
        ));
    }
    let mut known = HashSet::new();
    Ok(form.members.iter().copied().filter(|id| known.insert(*id)).collect())
}

/// A view without what is only about its pages.
fn view(text: &str) -> MemberQuery {
    let (query, _) = MemberQuery::parse(text.trim_start_matches('?'));
    query.on_page(1)
}

/// What a form about many members needs to know before somebody decides.
///
/// # Errors
/// [`Error::Invalid`] at `members` where nobody was chosen, or too many were.
pub async fn facts(services: &Services, may: &Grant<ReadMembers>, form: &BulkForm) -> Result<BulkFacts> {
    let (db, organization, now) = (services.reader(), may.organization(), services.now());
    let chosen = chosen(form)?;
    let (members, only) = match &form.matching {
        Some(text) => (members::count_matching(db, (organization, &view(text), now)).await?, None),
        None => {
            let found = members::find_many(db, organization, &chosen).await?;
            let only = found.values().next().filter(|_| found.len() == 1).map(|one| {
                let member = &one.member;
                let called = if member.name.is_empty() { &member.email } else { &member.name };
                (called.clone(), one.status(now))
            });
            (found.len() as u64, only)
        }
    };
    Ok(BulkFacts { id: BulkId::from_uuid(services.uuid()), members, only })
}

/// Begins; the work does it. Nothing to do where it was begun before under the same id.
///
/// # Errors
/// [`Error::Invalid`] at `members` or `group`; [`Error::Internal`] where the proof is of something else.
pub async fn begin(
    services: &Services,
    may: &BulkAccess,
    id: BulkId,
    action: BulkAction,
    form: BulkForm,
) -> Result<Option<crate::Work>> {
    if action.kind() != may.kind {
        return Err(Error::Internal("the proof is of another action".into()));
    }
    let organization = may.organization();
    let members = if form.matching.is_some() { Vec::new() } else { chosen(&form)? };
    if let Some(group) = action.group() {
        let found = groups::find_tag(services.reader(), organization, group).await?;
        let found = found.ok_or_else(|| at("group", "This group is not there any more. Choose again."))?;
        if GroupName::parse(&found.name).is_ok_and(|name| name.is_administrators()) {
            return Err(at("group", "The group administrators comes with the organization role Administrator."));
        }
    }
    let matching = form.matching.as_deref().map(|text| view(text).print());
    let state = if matching.is_some() { BulkState::Collecting } else { BulkState::Running };
    let origin = may.actor.origin();
    let job = Job {
        id,
        member: may.actor.member(),
        by: may.actor.email().into(),
        ip: origin.ip,
        request_id: origin.request_id.clone(),
        action,
        matching,
        state,
        problem: String::new(),
        counts: [0, 0, 0, members.len() as u64],
        created_at: services.now(),
    };
    let run = services.uuid();
    let begun = services
        .change(may, move |change| {
            Box::pin(async move {
                let (db, organization) = (change.db(), change.organization());
                if bulk_jobs::find(db, organization, id).await?.is_some() {
                    return Err(Error::AlreadyDone);
                }
                // One at a time: they would only wait for each other, and for everybody's connections.
                if bulk_jobs::is_one_under_way(db, organization).await? {
                    return Err(at(
                        "members",
                        "Something else is under way for many members. Wait until it is done, or stop it.",
                    ));
                }
                bulk_jobs::insert(db, organization, job, run).await?;
                bulk_jobs::add(db, organization, id, members, 0).await?;
                // Each batch records what it does.
                Ok(Done::unchanged(()))
            })
        })
        .await;
    match begun {
        Ok(()) => Ok(Some(run::work(services, organization, id, run))),
        Err(Error::AlreadyDone) => Ok(None),
        Err(error) => Err(error),
    }
}
