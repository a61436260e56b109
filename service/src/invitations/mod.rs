//! Bringing people in by link (spec I).

mod accept;
pub(crate) mod letters;
mod links;
mod send;

pub use accept::{accept, join, open};
pub use links::{copy_link, resend};
pub(crate) use links::{replace, send_anew, withdraw};
pub use send::{already_members, facts, send};

use crate::outbox::Letter;
use crate::{Grant, Services, token};
use domain::invitations::Invitee;
use domain::permission::ManageMembers;
use domain::{Email, InvitationId, MemberId, OrganizationId, PersonName, Timestamp};
use store::invitations::{Invitation, State};
use store::organizations::Organization;

/// What a new link is made with.
pub(crate) struct Maker {
    organization: OrganizationId,
    organization_name: String,
    inviter: String,
    inviter_name: String,
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

impl Maker {
    pub fn of(
        services: &Services,
        may: &Grant<ManageMembers>,
        lifetime: domain::organizations::InviteLifetime,
    ) -> Self {
        let actor = may.actor();
        let signed_in = actor.signed_in();
        Self::named(services, actor.organization_facts(), (&signed_in.name, &signed_in.email), lifetime)
    }

    /// In the name of somebody whose right was proved when they began what is still under way.
    pub fn named(
        services: &Services,
        organization: &Organization,
        (name, email): (&str, &str),
        lifetime: domain::organizations::InviteLifetime,
    ) -> Self {
        let now = services.now();
        let expires_at = now.plus_seconds(lifetime.seconds());
        let zone = crate::zone::Zone::first_known([organization.time_zone.clone()]);
        Self {
            organization: organization.id,
            organization_name: organization.summary.name.to_string(),
            inviter: printed(name, email),
            inviter_name: name.to_owned(),
            now,
            expires_at,
            expires: zone.moment(expires_at).exact(),
        }
    }

    fn link(&self, services: &Services, member: MemberId, name: &str) -> Link {
        let token = token::new(services);
        let invitation = Invitation {
            id: InvitationId::from_uuid(services.uuid()),
            organization: self.organization,
            member,
            token_hash: token::hash(&token).unwrap_or_default(),
            state: State::Open,
            inviter: self.inviter.clone(),
            created_at: self.now,
            expires_at: self.expires_at,
        };
        let letter = Letter::Invitation {
            token: token.clone(),
            organization: self.organization_name.clone(),
            inviter: self.inviter_name.clone(),
            name: name.to_owned(),
            expires: self.expires.clone(),
        };
        Link { invitation, token, letter }
    }
}

/// "Ana Lima <ana@acme.example>": whom to ask.
fn printed(name: &str, email: &str) -> String {
    match (Email::parse(email), PersonName::parse(name)) {
        (Ok(email), Ok(name)) => Invitee { email, name: Some(name) }.to_string(),
        _ => email.to_owned(),
    }
}
