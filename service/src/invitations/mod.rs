//! Invitations: people join an organization by a link (spec I).

mod accept;
pub(crate) mod letters;
mod links;
mod send;

pub use accept::{accept, join, open};
pub use links::{copy_link, resend};
pub(crate) use links::{replace, send_anew, withdraw};
pub use send::{already_members, facts, send};

use crate::outbox::Letter;
use crate::{Grant, Result, Services, token};
use domain::invitations::Invitee;
use domain::permission::ManageMembers;
use domain::{Email, InvitationId, MemberId, OrganizationId, PersonName, Timestamp};
use store::ConnectionTrait;
use store::invitations::{Invitation, LeftBy, State};
use store::members::{self, Existing};
use store::organizations::Organization;

/// Issues new links: in whose name, and until when they live.
pub(crate) struct Issuer {
    organization: OrganizationId,
    organization_name: String,
    inviter: MemberId,
    now: Timestamp,
    expires_at: Timestamp,
    expires: String,
}

/// A link that is to be written, and the letter about it.
struct Link {
    invitation: Invitation,
    token: String,
    letter: Letter,
}

impl Issuer {
    pub fn of(
        services: &Services,
        may: &Grant<ManageMembers>,
        lifetime: domain::organizations::InviteLifetime,
    ) -> Self {
        let actor = may.actor();
        Self::named(services, actor.organization_facts(), actor.member(), lifetime)
    }

    /// In the name of somebody whose right was proved when they began what is still under way.
    pub fn named(
        services: &Services,
        organization: &Organization,
        inviter: MemberId,
        lifetime: domain::organizations::InviteLifetime,
    ) -> Self {
        let now = services.now();
        let expires_at = now.plus_seconds(lifetime.seconds());
        let zone = crate::zone::Zone::first_known([organization.time_zone.clone()]);
        Self {
            organization: organization.id,
            organization_name: organization.summary.name.to_string(),
            inviter,
            now,
            expires_at,
            expires: zone.moment(expires_at).exact(),
        }
    }

    fn link(&self, services: &Services, (member, name): (MemberId, &str), left_by: LeftBy) -> Link {
        let token = token::new(services);
        let invitation = Invitation {
            id: InvitationId::from_uuid(services.uuid()),
            organization: self.organization,
            member,
            token_hash: token::hash(&token).unwrap_or_default(),
            state: State::Open,
            left_by,
            inviter: Some(self.inviter),
            created_at: self.now,
            expires_at: self.expires_at,
        };
        let letter = Letter::Invitation {
            token: token.clone(),
            organization: self.organization_name.clone(),
            inviter: String::new(),
            name: name.to_owned(),
            expires: self.expires.clone(),
        };
        Link { invitation, token, letter }
    }
}

/// Whoever made a link, unless they are erased by now.
async fn inviter(db: &impl ConnectionTrait, invitation: &Invitation) -> Result<Option<Existing>> {
    let Some(id) = invitation.inviter else { return Ok(None) };
    Ok(members::find_one(db, invitation.organization, id).await?.map(|found| found.member))
}

/// Whom to ask about a link, by the name and the address that they have now.
async fn whom_to_ask(db: &impl ConnectionTrait, invitation: &Invitation) -> Result<Option<String>> {
    Ok(inviter(db, invitation).await?.map(|one| printed(&one.name, &one.email)))
}

/// Who invites, as a letter says it.
pub(crate) async fn inviters_name(db: &impl ConnectionTrait, invitation: &Invitation) -> Result<String> {
    let name = inviter(db, invitation).await?.map(|one| one.name).filter(|name| !name.is_empty());
    Ok(name.unwrap_or_else(|| "An administrator".into()))
}

/// "Ana Lima <ana@acme.example>": whom to ask.
fn printed(name: &str, email: &str) -> String {
    match PersonName::parse(name) {
        Ok(name) => Invitee { email: Email::stored(email), name: Some(name) }.to_string(),
        Err(_) => email.to_owned(),
    }
}
