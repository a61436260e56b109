//! Creates an organization (spec T2, R1).

use crate::audit::{self, AuditActor};
use crate::{Error, Operator, Result, Services, password};
use domain::audit::{Event, Target};
use domain::organizations::OrganizationSummary;
use domain::setup::FieldError;
use domain::{
    AccountId, Email, GroupId, GroupName, GroupRole, MemberId, MemberKind, OrganizationId, OrganizationKind,
    OrganizationName, OrganizationRole, Password, PersonName, Slug, Timestamp, ZoneName,
};
use store::ConnectionTrait;
use store::accounts::NewAccount;
use store::audit::Event as Row;
use store::groups::{GroupMember, NewGroup};
use store::members::{NewMember, State};
use store::organizations::Organization;

/// What is founded.
pub(crate) struct Founding {
    pub slug: Slug,
    pub name: OrganizationName,
    pub kind: OrganizationKind,
    pub time_zone: Option<ZoneName>,
    pub founder: Founder,
    /// Whether it must be the installation's first.
    pub first: bool,
}

impl Founding {
    fn summary(&self) -> OrganizationSummary {
        OrganizationSummary { slug: self.slug.clone(), name: self.name.clone(), kind: self.kind }
    }
}

/// The first administrator.
pub(crate) struct Founder {
    pub email: Email,
    pub name: PersonName,
    /// Needed where the address has no account yet; an account keeps the password that it has.
    pub password_hash: Option<String>,
}

/// Everything that is decided before the transaction begins.
struct Plan {
    founding: Founding,
    organization: OrganizationId,
    group: GroupId,
    member: MemberId,
    new_account: AccountId,
    now: Timestamp,
    row: Row,
}

/// Founds an organization with its group `administrators` and its first administrator; gives their
/// account.
///
/// # Errors
/// [`Error::AlreadyDone`] where it must be the first and is not; [`Error::Invalid`] at `slug` where it
/// is taken, at `password` where one is needed, at the administrator's address where its account is one of which nobody
/// knows whose it is (decision 32).
pub(crate) async fn found(services: &Services, founding: Founding, actor: AuditActor) -> Result<AccountId> {
    let organization = OrganizationId::from_uuid(services.uuid());
    let event =
        Event::OrganizationCreated { organization: founding.summary(), administrator: founding.founder.email.clone() };
    let target = Target::organization(organization, founding.name.as_str());
    let plan = Plan {
        organization,
        group: GroupId::from_uuid(services.uuid()),
        member: MemberId::from_uuid(services.uuid()),
        new_account: AccountId::from_uuid(services.uuid()),
        now: services.now(),
        row: audit::row(services, &actor, &event, target),
        founding,
    };
    let worker = services.clone();
    services.write(move |tx| Box::pin(async move { write(&worker, tx.connection(), plan).await })).await
}

async fn write(services: &Services, db: &impl ConnectionTrait, plan: Plan) -> Result<AccountId> {
    let Plan { founding, organization, group, member, new_account, now, row } = plan;
    let own = store::installation::own(db, now).await?;
    if founding.first && !own {
        return Err(Error::AlreadyDone);
    }
    let summary = founding.summary();
    let founder = founding.founder;
    let (account, name) = match store::accounts::find_by_email(db, &founder.email).await? {
        // Held: whoever gives themselves another name takes turns with this.
        Some(account) => {
            let account = store::accounts::hold(db, account.id).await?.unwrap_or(account);
            if account.email_proved_at == Timestamp::NEVER {
                return Err(unproved(&founder.email, founding.first));
            }
            (account.id, account.name)
        }
        None => {
            let password_hash = Some(founder.password_hash.ok_or_else(password_needed)?);
            let new = NewAccount {
                id: new_account,
                email: founder.email.clone(),
                name: founder.name.clone(),
                password_hash,
                time_zone: founding.time_zone.clone(),
                created_at: now,
            };
            store::accounts::insert(db, vec![new]).await?;
            // Whoever founds names the address and its password: the operator, or who has the code that they were shown.
            store::accounts::prove_email(db, new_account, now).await?;
            (new_account, founder.name.to_string())
        }
    };
    let facts = Organization { id: organization, summary, time_zone: founding.time_zone };
    store::organizations::insert(db, &facts, now).await.map_err(slug_taken)?;
    let administrators = NewGroup {
        id: group,
        name: GroupName::administrators(),
        description: "May do everything in the organization.".into(),
        created_at: now,
    };
    store::groups::insert(db, organization, vec![administrators]).await?;
    let administrator = NewMember {
        id: member,
        account: Some(account),
        email: founder.email,
        name,
        kind: MemberKind::Internal,
        role: Some(OrganizationRole::Administrator),
        state: State::Active,
        invite_expires_at: Timestamp::NO_END,
        created_at: now,
        role_given_by: None,
        last_active_at: Timestamp::NEVER,
        logins_count: 0,
        last_login_at: Timestamp::NEVER,
        last_login_ip: None,
    };
    store::members::insert(db, organization, vec![administrator]).await?;
    let membership = GroupMember {
        group,
        member,
        role: GroupRole::Member,
        created_at: now,
        given_by: None,
        ends_at: Timestamp::NO_END,
    };
    store::groups::add_members(db, organization, vec![membership], |_| true).await?;
    audit::write(services, db, organization, vec![row]).await?;
    Ok(account)
}

fn slug_taken(error: store::Error) -> Error {
    match error {
        store::Error::Duplicate(_) => {
            Error::Invalid(vec![FieldError::at("slug", "This slug is taken by another organization; choose another.")])
        }
        other => other.into(),
    }
}

/// An account that an administrator made by a link which they copied would bring its maker into the new organization.
fn unproved(email: &Email, first: bool) -> Error {
    let why = format!(
        "Nobody has proved that the account of {email} is theirs: it was made through an invite link that was copied, or \
         that may have been. Name another address, or let them first set a new password by the mail that “Forgot \
         password?” sends."
    );
    Error::Invalid(vec![FieldError::at(if first { "email" } else { "administrator_email" }, why)])
}

fn password_needed() -> Error {
    Error::Invalid(vec![FieldError::at("password", "This address has no account yet, so a password is needed.")])
}

/// What the command `organization create` makes.
pub struct NewOrganization {
    /// The name.
    pub name: OrganizationName,
    /// The slug; one is offered where there is none.
    pub slug: Option<Slug>,
    /// Customer or partner.
    pub kind: OrganizationKind,
    /// The first administrator's address.
    pub administrator_email: Email,
    /// The first administrator's name; an account keeps the name that it has.
    pub administrator_name: PersonName,
    /// Needed only where the address has no account yet.
    pub password: Option<Password>,
}

/// Says whether an address has an account, which keeps its password.
pub async fn has_account(services: &Services, _proof: &Operator, email: &Email) -> Result<bool> {
    Ok(store::accounts::find_by_email(services.reader(), email).await?.is_some())
}

/// Creates an organization for the operator (spec A7); gives its slug.
///
/// # Errors
/// [`Error::Invalid`] names what is wrong: `slug`, `password`, `administrator_email` for one whose account nobody proved
/// to be theirs (decision 32).
pub async fn create(services: &Services, proof: &Operator, new: NewOrganization) -> Result<Slug> {
    let slug = match new.slug {
        Some(slug) => slug,
        None => free_slug(services, &new.name).await?,
    };
    let password_hash = match &new.password {
        Some(password) => {
            let about =
                vec![new.name.to_string(), new.administrator_name.to_string(), new.administrator_email.to_string()];
            if let Some(why) = password::refuse_guessable(services, password, about).await? {
                return Err(Error::Invalid(vec![FieldError::at("password", why)]));
            }
            Some(password::hash(services, password).await?)
        }
        None => None,
    };
    let founder = Founder { email: new.administrator_email, name: new.administrator_name, password_hash };
    let founding =
        Founding { slug: slug.clone(), name: new.name, kind: new.kind, time_zone: None, founder, first: false };
    found(services, founding, AuditActor::operator(proof)).await?;
    services.mark_owned();
    Ok(slug)
}

/// The first slug offered for a name that no organization has.
async fn free_slug(services: &Services, name: &OrganizationName) -> Result<Slug> {
    for attempt in 0..1_000 {
        let offer = Slug::offer(name.as_str(), attempt);
        if store::organizations::find_by_slug(services.reader(), &offer).await?.is_none() {
            return Ok(offer);
        }
    }
    let taken = "Every slug that would be offered for this name is taken; name one.";
    Err(Error::Invalid(vec![FieldError::at("slug", taken)]))
}
