//! Renames oneself. The name is the same in every organization (spec M1).

use crate::audit::Own;
use crate::sessions::SignedIn;
use crate::{Error, Origin, Result, Services};
use domain::audit::Event;
use domain::{AccountId, OrganizationId, PersonName, SessionId};
use store::members::{self, Update};
use store::{ConnectionTrait, accounts, organizations};

/// So often it is begun anew, where the person joins organizations at the same moment.
const TRIES: usize = 5;

/// Gives the account another name, and the member that it is in each of its organizations.
///
/// # Errors
/// [`Error::Busy`] where the account joins one organization after the other meanwhile.
pub async fn rename(services: &Services, signed_in: &SignedIn, name: &PersonName, origin: &Origin) -> Result<()> {
    for _ in 0..TRIES {
        let renaming = Renaming {
            services: services.clone(),
            account: signed_in.account,
            name: name.clone(),
            session: signed_in.session,
            origin: origin.clone(),
        };
        let done = services.write_members_of(move |tx| Box::pin(async move { renaming.run(tx.connection()).await }));
        if done.await? {
            return Ok(());
        }
    }
    Err(Error::Busy)
}

struct Renaming {
    services: Services,
    account: AccountId,
    name: PersonName,
    session: SessionId,
    origin: Origin,
}

impl Renaming {
    /// Says whether it is done, and in which organizations members changed.
    async fn run(self, db: &impl ConnectionTrait) -> Result<(bool, Vec<OrganizationId>)> {
        let theirs = members::all_of_account(db, self.account).await?;
        // Organizations before accounts, in one order: so does whoever joins or is brought back.
        for own in &theirs {
            organizations::lock(db, own.organization).await?;
        }
        let account = accounts::hold(db, self.account).await?.ok_or(Error::NotSignedIn)?;
        if members::all_of_account(db, self.account).await? != theirs {
            return Ok((false, Vec::new()));
        }
        if account.name == self.name.as_str() {
            return Ok((true, Vec::new()));
        }
        accounts::set_name(db, self.account, &self.name).await?;
        let own_account = Own::of(db, self.account, (Some(self.session), &self.origin), None).await?;
        let mut changed = Vec::new();
        for own in theirs {
            let organization = own.organization;
            let found = members::find_one(db, organization, own.id).await?.ok_or(Error::NotFound)?.member;
            let update = Update::name(self.name.as_str());
            members::update(db, organization, &found, update).await?;
            let event = Event::MemberRenamed { before: found.name, after: self.name.to_string() };
            own_account.record_in(&self.services, db, &own, &event).await?;
            changed.push(organization);
        }
        Ok((true, changed))
    }
}
