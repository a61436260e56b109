//! What somebody does to their own account, as the logs of their organizations have it (decision 33). All of them let in
//! whoever has the account, so each is told that it happened; the address and the numbers in a row concern entries into
//! its organization alone (spec T7).

use super::{Doer, event, write};
use crate::{Origin, Result, Services};
use domain::audit::AuditAction;
use domain::{AccountId, OrganizationId, SessionId};
use serde_json::{Value, json};
use std::collections::HashMap;
use store::ConnectionTrait;
use store::audit::Event;
use store::members::OwnMembership;
use store::sessions::{self, Which};

/// The part of a row that says that it tells nothing of entries elsewhere: rows of older programs have none.
const CONCERNS: &str = "concerns";
const HERE: &str = "here";

/// What was before, and what is.
pub(crate) type Change = (Option<Value>, Option<Value>);

/// Somebody who does something to their own account.
pub(crate) struct Own {
    account: AccountId,
    origin: Origin,
    /// The organizations that they have entered with the session by which they do it.
    entered: Vec<OrganizationId>,
    /// How many entries into which organization end by it.
    ended: HashMap<OrganizationId, u64>,
}

impl Own {
    /// To be asked before sessions are ended; none does it who comes by a link. `ending` are those sessions.
    pub async fn of(
        db: &impl ConnectionTrait,
        account: AccountId,
        (session, origin): (Option<SessionId>, &Origin),
        ending: Option<Which>,
    ) -> Result<Self> {
        let entered = match session {
            Some(session) => sessions::entered_by(db, session).await?,
            None => Vec::new(),
        };
        let ended = match ending {
            Some(which) => sessions::entries_of(db, account, which).await?,
            None => HashMap::new(),
        };
        Ok(Self { account, origin: origin.clone(), entered, ended })
    }

    /// Writes it into the log of each organization in which they are an active member.
    pub async fn write(
        &self,
        services: &Services,
        db: &impl ConnectionTrait,
        action: AuditAction,
        change: impl Fn(u64) -> Change,
    ) -> Result<()> {
        for own in store::members::all_of_account(db, self.account).await? {
            let ended = self.ended.get(&own.organization).copied().unwrap_or_default();
            self.write_one(services, db, &own, action, change(ended)).await?;
        }
        Ok(())
    }

    /// Writes that so many sessions ended, where there were any.
    pub async fn write_ended(&self, services: &Services, db: &impl ConnectionTrait, ended: u64) -> Result<()> {
        if ended == 0 {
            return Ok(());
        }
        let change = |here: u64| (None, (here > 0).then(|| json!({ "sessions": here })));
        self.write(services, db, AuditAction::SessionsEnded, change).await
    }

    /// Writes it into the log of one of them.
    pub async fn write_one(
        &self,
        services: &Services,
        db: &impl ConnectionTrait,
        own: &OwnMembership,
        action: AuditAction,
        (before, after): Change,
    ) -> Result<()> {
        let ip = self.origin.ip.filter(|_| self.entered.contains(&own.organization));
        let doer = Doer::member(own.id, own.email.as_str(), &Origin { ip, ..self.origin.clone() });
        let target = (Some(own.id.uuid()), own.email.clone());
        let event = event(services, &doer, action, target, before, Some(of_here(after)));
        write(services, db, own.organization, vec![event]).await
    }
}

/// A value that tells nothing of entries elsewhere.
pub(crate) fn of_here(value: Option<Value>) -> Value {
    let mut value = value.filter(Value::is_object).unwrap_or_else(|| json!({}));
    value[CONCERNS] = json!(HERE);
    value
}

/// A row as it may be read. An older program wrote into the log of every organization from where somebody did something
/// to their account, how many sessions it had in all, and whether an account outlasted a member. What is written stays
/// (decision 19), so it is left out here.
pub(crate) fn readable(mut event: Event) -> Event {
    use AuditAction::{MemberErased, MemberRenamed, PasswordChanged, ProfileChanged, SessionsEnded, SignInLocked};
    let of_here = event.after.as_mut().and_then(Value::as_object_mut).and_then(|parts| parts.remove(CONCERNS));
    let to_themselves = event.actor_id.is_some_and(|actor| Some(actor.uuid()) == event.target_id);
    let hidden: &[&str] = match event.action {
        MemberErased => &["account_erased"],
        // Whoever guesses enters nowhere.
        SignInLocked => {
            event.ip = None;
            &[]
        }
        MemberRenamed | PasswordChanged | ProfileChanged | SessionsEnded if to_themselves && of_here.is_none() => {
            event.ip = None;
            &["sessions", "sessions_ended"]
        }
        _ => &[],
    };
    if let Some(parts) = event.after.as_mut().and_then(Value::as_object_mut) {
        parts.retain(|name, _| !hidden.contains(&name.as_str()));
    }
    event.after = event.after.filter(|value| !value.as_object().is_some_and(serde_json::Map::is_empty));
    event
}
