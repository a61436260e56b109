//! Invites people. Those who cannot be invited are named with the reason, and a form that is sent twice invites once
//! (spec I1–I5).

use super::{Issuer, Link, letters};
use crate::change::{Change, Done, Recorded};
use crate::outbox::compose;
use crate::{Error, Grant, Result, Services};
use domain::audit::{Event, MemberRecord, Target};
use domain::invitations::{InviteFacts, InviteForm, Invited, Invitee, MOST_AT_ONCE, RefusedEntry, addresses};
use domain::permission::ManageMembers;
use domain::setup::FieldError;
use domain::{
    GroupId, GroupName, GroupRole, MemberId, MemberKind, MemberStatus, OrganizationRole, SubmissionId, Timestamp,
};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use store::groups::GroupMember;
use store::invitations::LeftBy;
use store::members::{Existing, NewMember, State};
use store::{ConnectionTrait, invitations, members, outbox, submissions};

/// The most groups that people are invited into at once.
const MOST_GROUPS: usize = 100;
/// How many seconds the answer of a submission is kept.
const ANSWERED_FOR: i64 = 86_400;

/// What the form needs to know before somebody writes.
pub async fn facts(services: &Services, may: &Grant<ManageMembers>) -> Result<InviteFacts> {
    let (db, organization) = (services.reader(), may.organization());
    let lifetime = store::organizations::invite_lifetime(db, organization).await?;
    Ok(InviteFacts {
        submission: SubmissionId::from_uuid(services.uuid()),
        expires: may.actor().zone().moment(services.now().plus_seconds(lifetime.seconds())),
        way: crate::outbox::way(services),
        default_group: store::groups::default_group(db, organization).await?.map(|group| group.name),
    })
}

/// Which of these entries nobody can be invited by, because the address is a member's: each with its sentence. For the
/// chips, while somebody writes (spec I3).
pub async fn already_members(
    services: &Services,
    may: &Grant<ManageMembers>,
    entries: &[String],
) -> Result<Vec<RefusedEntry>> {
    let entries = entries.iter().take(MOST_AT_ONCE);
    let read: Vec<(&String, Invitee)> = entries.filter_map(|e| Some((e, Invitee::parse(e).ok()?))).collect();
    let identities = read.iter().map(|(_, invitee)| invitee.email.identity()).collect();
    let there = members::find_existing(services.reader(), may.organization(), identities).await?;
    let why = |invitee: &Invitee| there.get(&invitee.email.identity()).and_then(why_not);
    let refused =
        |(entry, invitee): (&String, Invitee)| Some(RefusedEntry { why: why(&invitee)?, entry: entry.clone() });
    Ok(read.into_iter().filter_map(refused).collect())
}

/// Why somebody who has a row cannot be invited.
fn why_not(member: &Existing) -> Option<String> {
    match member.state {
        State::Active => Some(format!("{} is already a member.", member.email)),
        State::Invited => Some(format!(
            "{} is already a member. The invite was not accepted yet: Resend Invite, in the menu of the row, sends a new one.",
            member.email
        )),
        State::Deleted => None,
    }
}

/// Invites people. Those who cannot be are named with the reason; the others are invited (spec I4). The same form sent
/// again under the same key is answered again, and invites nobody twice.
///
/// # Errors
/// [`Error::Invalid`] at `emails` or `groups` where the whole form cannot be taken: then nobody is invited; and at
/// `member` where whoever asks lost the right a moment ago, or [`Error::NotFound`] where they were removed (spec R8).
pub async fn send(
    services: &Services,
    may: &Grant<ManageMembers>,
    submission: SubmissionId,
    form: InviteForm,
) -> Result<Invited> {
    if form.entries.is_empty() {
        return Err(Error::Invalid(vec![FieldError::at(
            "emails",
            "Whom do you invite? An e-mail address is missing.",
        )]));
    }
    if form.entries.len() > MOST_AT_ONCE {
        let many = format!("At most {MOST_AT_ONCE} addresses can be invited at once.");
        return Err(Error::Invalid(vec![FieldError::at("emails", many)]));
    }
    if form.groups.len() > MOST_GROUPS {
        let many = format!("At most {MOST_GROUPS} groups can be chosen at once.");
        return Err(Error::Invalid(vec![FieldError::at("groups", many)]));
    }
    let lifetime = store::organizations::invite_lifetime(services.reader(), may.organization()).await?;
    let sending = Sending { issuer: Issuer::of(services, may, lifetime), form };
    let (submission, now) = (same(submission, &sending.form), services.now());
    let invited = services
        .change(may, move |change| {
            Box::pin(async move {
                let (db, organization) = (change.db(), change.organization());
                let internal = |error: serde_json::Error| Error::Internal(error.to_string());
                if let Some(answer) = submissions::take(db, organization, submission, now).await? {
                    return Ok(Done::unchanged(serde_json::from_str(&answer).map_err(internal)?));
                }
                let (invited, recorded) = sending.run(change).await?;
                let answer = serde_json::to_string(&invited).map_err(internal)?;
                submissions::answer(db, organization, submission, answer).await?;
                submissions::forget(db, now.plus_seconds(-ANSWERED_FOR)).await?;
                Ok(recorded.with(invited))
            })
        })
        .await?;
    services.inner.mail.notify_one();
    Ok(invited)
}

/// A key that stands for what is sent too: a form that was changed in between is another one.
fn same(submission: SubmissionId, form: &InviteForm) -> SubmissionId {
    let mut hash = Sha256::new_with_prefix(submission.uuid().as_bytes());
    hash.update(serde_json::to_vec(form).unwrap_or_default());
    let bytes: [u8; 32] = hash.finalize().into();
    SubmissionId::from_uuid(uuid::Builder::from_custom_bytes(*bytes.first_chunk().unwrap_or(&[0; 16])).into_uuid())
}

/// Something about the entry at a place of the form.
type Placed<T> = (usize, T);

struct Sending {
    issuer: Issuer,
    form: InviteForm,
}

impl Sending {
    async fn run(self, change: &Change<'_>) -> Result<(Invited, Recorded)> {
        let (db, services, organization) = (change.db(), change.services(), change.organization());
        let groups = self.groups(db).await?;
        let (invitees, mut refused) = self.read();
        let identities = invitees.iter().map(|(_, invitee)| invitee.email.identity()).collect();
        let there = members::find_existing(db, organization, identities).await?;

        let mut taken: Vec<Placed<Invitee>> = Vec::new();
        for (entry, invitee) in invitees {
            match there.get(&invitee.email.identity()).and_then(why_not) {
                Some(why) => refused.push((entry, why)),
                None => taken.push((entry, invitee)),
            }
        }
        // Whoever was removed may be invited again, but not without end.
        let addresses: Vec<&str> = taken.iter().map(|(_, invitee)| invitee.email.as_str()).collect();
        let too_many = letters::count(services, db, organization, &addresses).await?;

        let (mut new, mut again, mut links, mut events) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for ((entry, invitee), too_many) in taken.into_iter().zip(too_many) {
            if let Some(why) = too_many {
                refused.push((entry, why));
                continue;
            }
            let existing = there.get(&invitee.email.identity());
            let name = invitee.name.as_ref().map(ToString::to_string).unwrap_or_default();
            let member = existing.map_or_else(|| MemberId::from_uuid(services.uuid()), |member| member.id);
            let link = self.issuer.link(services, (member, &name), LeftBy::Mail);
            let role = Some(self.form.role);
            let event = Event::MemberInvited {
                before: existing.map(Existing::record),
                after: MemberRecord { name: name.clone(), role, status: MemberStatus::Invited },
                groups: groups.iter().map(|(_, name)| name.clone()).collect(),
            };
            events.push((event, Target::member(member, invitee.email.as_str())));
            match existing {
                Some(existing) => again.push((existing.clone(), name)),
                None => new.push(self.new_member(change, member, &invitee, name)),
            }
            // To the address as the member's row has it, which is the one that was checked.
            let recipient = existing.map_or_else(|| invitee.email.to_string(), |one| one.email.clone());
            links.push((link, recipient));
        }

        let invited: Vec<MemberId> = links.iter().map(|(link, _)| link.invitation.member).collect();
        members::insert(db, organization, new).await?;
        let given = change.given(self.issuer.now);
        for (member, name) in &again {
            let name = if name.is_empty() { &member.name } else { name };
            members::invite_again(db, organization, member, (self.form.role, given), name).await?;
        }
        members::restart_invites(db, organization, &invited, self.issuer.expires_at).await?;
        store::groups::add_members(db, organization, self.joins(change, &invited, &groups), |_| true).await?;
        write_links(services, db, links).await?;
        refused.sort_by_key(|(entry, _)| *entry);
        let entry = |place: usize| self.form.entries.get(place).cloned().unwrap_or_default();
        let invited = Invited {
            invited: invited.len(),
            refused: refused.into_iter().map(|(place, why)| RefusedEntry { entry: entry(place), why }).collect(),
        };
        Ok((invited, change.record_each(events)))
    }

    /// The entries that are addresses, each once; and why the others are not.
    fn read(&self) -> (Vec<Placed<Invitee>>, Vec<Placed<String>>) {
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for (place, fault) in addresses::faults(&self.form.entries).into_iter().enumerate() {
            match (fault, self.form.entries.get(place).map(|entry| Invitee::parse(entry))) {
                (Some(why), _) => bad.push((place, why)),
                (None, Some(Ok(invitee))) => good.push((place, invitee)),
                (None, Some(Err(refused))) => bad.push((place, refused.0)),
                (None, None) => {}
            }
        }
        (good, bad)
    }

    /// The groups that all join, with their names: those that were chosen, without any the default group (spec I1), and
    /// `administrators` with the role (spec R1).
    async fn groups(&self, db: &impl ConnectionTrait) -> Result<Vec<(GroupId, String)>> {
        let organization = self.issuer.organization;
        let mut chosen: Vec<GroupId> = self.form.groups.clone();
        chosen.sort_unstable();
        chosen.dedup();
        let known = store::groups::names(db, organization, &chosen).await?;
        let at = |why: &str| Error::Invalid(vec![FieldError::at("groups", why)]);
        if known.len() < chosen.len() {
            return Err(at("One of these groups is not there any more. Choose again."));
        }
        if known.iter().any(|(_, name)| is_administrators(name)) {
            return Err(at("The group administrators comes with the organization role Administrator."));
        }
        let mut groups: Vec<_> = known.into_iter().collect();
        if chosen.is_empty() {
            let default = store::groups::default_group(db, organization).await?;
            groups.extend(default.map(|group| (group.id, group.name)));
        }
        if self.form.role == OrganizationRole::Administrator {
            let name = store::groups::name_identity(&GroupName::administrators());
            let found: HashMap<_, _> = store::groups::find_by_names(db, organization, vec![name.clone()]).await?;
            let id = found.get(&name).copied();
            let id = id.ok_or_else(|| Error::Internal("the organization has no group administrators".into()))?;
            groups.push((id, name));
        }
        Ok(groups)
    }

    fn new_member(&self, change: &Change<'_>, id: MemberId, invitee: &Invitee, name: String) -> NewMember {
        NewMember {
            id,
            // Also where the address has an account: it joins only by accepting.
            account: None,
            email: invitee.email.clone(),
            name,
            kind: MemberKind::Internal,
            role: Some(self.form.role),
            state: State::Invited,
            invite_expires_at: self.issuer.expires_at,
            created_at: self.issuer.now,
            role_given_by: change.by(),
            last_active_at: Timestamp::NEVER,
            logins_count: 0,
            last_login_at: Timestamp::NEVER,
            last_login_ip: None,
        }
    }

    fn joins(&self, change: &Change<'_>, invited: &[MemberId], groups: &[(GroupId, String)]) -> Vec<GroupMember> {
        let role = |name: &str| if is_administrators(name) { GroupRole::Member } else { self.form.group_role };
        let given = change.given(self.issuer.now);
        let of = |member: MemberId| {
            groups.iter().map(move |(group, name)| GroupMember {
                group: *group,
                member,
                role: role(name),
                created_at: given.at,
                given_by: given.by,
                ends_at: Timestamp::NO_END,
            })
        };
        invited.iter().copied().flat_map(of).collect()
    }
}

fn is_administrators(name: &str) -> bool {
    GroupName::parse(name).is_ok_and(|name| name.is_administrators())
}

/// Writes new links, and queues a letter about each.
pub(super) async fn write_links(
    services: &Services,
    db: &impl ConnectionTrait,
    links: Vec<(Link, String)>,
) -> Result<()> {
    let (mut rows, mut letters) = (Vec::new(), Vec::new());
    for (link, recipient) in links {
        let about = (link.invitation.organization, Some(link.invitation.id));
        letters.push(compose(services, Some(about), recipient, &link.letter)?);
        rows.push(link.invitation);
    }
    invitations::insert(db, rows).await?;
    Ok(outbox::insert(db, letters).await?)
}
