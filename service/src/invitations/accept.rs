//! Accepts an invitation (spec I5, I7).

use super::whom_to_ask;
use crate::audit::{self, AuditActor};
use crate::sessions::{self, NewSession, SignedIn};
use crate::{Error, Origin, Result, Services, password, token, zone};
use domain::audit::{Event, Target, USER_REMOVED};
use domain::invitations::{Ended, JoinForm, LinkShown};
use domain::setup::FieldError;
use domain::{AccountId, Email, Slug, ZoneName};
use store::accounts::NewAccount;
use store::invitations::{Invitation, LeftBy, State};
use store::members;
use store::{ConnectionTrait, invitations, outbox};

/// What is said to whoever chooses a name and a password for an address that has them.
const HAS_ACCOUNT: &str = "This address has an account already. Sign in with its password to join.";

/// What a link leads to, for whoever holds it. One that was copied tells nobody whether the address has an account: its
/// page is the same for all (spec T7, L8).
pub async fn open(services: &Services, link: &str, signed_in: Option<&SignedIn>) -> Result<LinkShown> {
    let db = services.reader();
    let nowhere = LinkShown::Ended { why: Ended::Invalid, inviter: String::new(), organization: String::new() };
    let Some(hash) = token::hash(link) else { return Ok(nowhere) };
    let Some(invitation) = invitations::find(db, &hash).await? else { return Ok(nowhere) };
    let Some(organization) = store::organizations::find(db, invitation.organization).await? else {
        return Ok(nowhere);
    };
    let ended = match invitation.state {
        State::Used => Some(Ended::Used),
        State::Replaced => Some(Ended::Replaced),
        State::Withdrawn => Some(Ended::Invalid),
        State::Open if invitation.expires_at <= services.now() => Some(Ended::Expired),
        State::Open => None,
    };
    if let Some(why) = ended {
        let organization = organization.summary.name.to_string();
        return Ok(LinkShown::Ended {
            why,
            inviter: whom_to_ask(db, &invitation).await?.unwrap_or_default(),
            organization,
        });
    }
    let Some(single) = members::find_one(db, invitation.organization, invitation.member).await? else {
        return Ok(nowhere);
    };
    let email = Email::stored(&*single.member.email);
    let has_account = match invitation.left_by {
        LeftBy::Mail => store::accounts::find_by_email(db, &email).await?.is_some(),
        LeftBy::Copied => false,
    };
    Ok(LinkShown::Open {
        organization: organization.summary,
        inviter: whom_to_ask(db, &invitation).await?.unwrap_or_else(|| USER_REMOVED.into()),
        has_account,
        copied: invitation.left_by == LeftBy::Copied,
        email: single.member.email,
        name: single.member.name,
        signed_in: signed_in.map(|signed_in| signed_in.email.clone()),
    })
}

/// Makes an account for the invited address, lets it in, and signs it in.
///
/// # Errors
/// [`Error::Invalid`] names the fields, `name` where the address of a link that was copied has an account;
/// [`Error::AlreadyDone`] where the link opens nothing any more, or the address got an account in the meantime.
pub async fn join(services: &Services, link: &str, form: &JoinForm, origin: &Origin) -> Result<NewSession> {
    let hash = token::hash(link).ok_or(Error::AlreadyDone)?;
    let LinkShown::Open { email, has_account: false, organization, .. } = open(services, link, None).await? else {
        return Err(Error::AlreadyDone);
    };
    let email = Email::stored(email);
    let (name, chosen) = form.check().map_err(Error::Invalid)?;
    let about = vec![organization.name.to_string(), form.name.clone(), email.to_string(), "muster".into()];
    if let Some(why) = password::refuse_guessable(services, &chosen, about).await? {
        return Err(Error::Invalid(vec![FieldError::at("password", why)]));
    }
    let account = AccountId::from_uuid(services.uuid());
    let new = NewAccount {
        id: account,
        email,
        name,
        password_hash: Some(password::hash(services, &chosen).await?),
        time_zone: ZoneName::parse(&form.time_zone).ok().filter(zone::is_known),
        created_at: services.now(),
    };
    let slug = let_in(services, hash, account, Some(new), origin).await?;
    let session = sessions::begin(services, account, None, &form.time_zone, origin, None).await?;
    Ok(NewSession { landing: Some(slug), ..session })
}

/// Lets the account that is signed in into the organization of a link that was sent to it. Gives where to land.
///
/// # Errors
/// [`Error::NotFound`] where the link was sent to somebody else; [`Error::AlreadyDone`] where it opens nothing any
/// more.
pub async fn accept(services: &Services, link: &str, signed_in: &SignedIn, origin: &Origin) -> Result<Slug> {
    let hash = token::hash(link).ok_or(Error::AlreadyDone)?;
    let LinkShown::Open { email, .. } = open(services, link, Some(signed_in)).await? else {
        return Err(Error::AlreadyDone);
    };
    if Email::stored(email).identity() != Email::stored(&*signed_in.email).identity() {
        return Err(Error::NotFound);
    }
    let_in(services, hash, signed_in.account, None, origin).await
}

/// Uses the link up and makes its member an active one, in one transaction.
async fn let_in(
    services: &Services,
    hash: [u8; 32],
    account: AccountId,
    new: Option<NewAccount>,
    origin: &Origin,
) -> Result<Slug> {
    let Some(invitation) = invitations::find(services.reader(), &hash).await? else { return Err(Error::AlreadyDone) };
    let (worker, origin, organization) = (services.clone(), origin.clone(), invitation.organization);
    let slug = store::organizations::find(services.reader(), organization).await?.ok_or(Error::NotFound)?.summary.slug;
    services
        .write_members(organization, move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                // Whoever makes a new link takes turns with this.
                store::organizations::lock(db, organization).await?;
                if !invitations::consume(db, &hash, worker.now()).await? {
                    return Err(Error::AlreadyDone);
                }
                if let Some(new) = new {
                    let there_is_one = |error| taken(error, invitation.left_by);
                    store::accounts::insert(db, vec![new]).await.map_err(there_is_one)?;
                    // Whoever opens what was mailed reads the mail; a copied link proves nothing.
                    if invitation.left_by == LeftBy::Mail {
                        store::accounts::prove_email(db, account, worker.now()).await?;
                    }
                }
                // Held: whoever gives themselves another name takes turns with this too.
                let name = store::accounts::hold(db, account).await?.ok_or(Error::NotSignedIn)?.name;
                activate(&worker, db, &invitation, (account, &name), &origin).await
            })
        })
        .await?;
    Ok(slug)
}

/// Somebody made an account for the address a moment ago; or always had one, which the page of a link that was copied
/// does not tell before somebody tries.
fn taken(error: store::Error, left_by: LeftBy) -> Error {
    match error {
        store::Error::Duplicate(_) => match left_by {
            LeftBy::Mail => Error::AlreadyDone,
            LeftBy::Copied => Error::Invalid(vec![FieldError::at("name", HAS_ACCOUNT)]),
        },
        other => other.into(),
    }
}

async fn activate(
    services: &Services,
    db: &impl ConnectionTrait,
    invitation: &Invitation,
    (account, name): (AccountId, &str),
    origin: &Origin,
) -> Result<()> {
    let organization = invitation.organization;
    let single = members::find_one(db, organization, invitation.member).await?.ok_or(Error::NotFound)?;
    let member = single.member;
    if member.state != members::State::Invited {
        return Err(Error::AlreadyDone);
    }
    members::accept(db, organization, &member, account, name).await?;
    outbox::withdraw(db, organization, &[invitation.id], services.now()).await?;
    let actor = AuditActor::member(member.id, member.email.as_str(), origin);
    let target = Target::member(member.id, member.email.as_str());
    let event = Event::MemberJoined { before: member.record(), name: name.to_owned() };
    let row = audit::row(services, &actor, &event, target);
    audit::write(services, db, organization, vec![row]).await
}
