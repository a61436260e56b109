//! Records what people do to their own account in the logs of their organizations (decision 33). The account gives
//! access to each of them, so each is told that it happened; the address and the counts in a row concern entries into
//! that organization only (spec T7).

use super::{AuditActor, row, write};
use crate::{Origin, Result, Services};
use domain::audit::{AuditAction, CONCERNS, Event, Target};
use domain::{AccountId, OrganizationId, SessionId};
use serde_json::Value;
use std::collections::HashMap;
use store::ConnectionTrait;
use store::audit::Event as Row;
use store::members::OwnMembership;
use store::sessions::{self, Which};

/// Somebody who changes their own account.
pub(crate) struct Own {
    account: AccountId,
    origin: Origin,
    /// The organizations that the session which does it has entered.
    entered: Vec<OrganizationId>,
    /// How many entries into each organization end with it.
    ended: HashMap<OrganizationId, u64>,
}

impl Own {
    /// Must be asked before the sessions `ending` are ended. Whoever comes by a link has no session.
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

    /// Records an event in the log of each organization in which they are an active member. `event` is given the number
    /// of entries into that organization that ended.
    pub async fn record(
        &self,
        services: &Services,
        db: &impl ConnectionTrait,
        event: impl Fn(u64) -> Event,
    ) -> Result<()> {
        for own in store::members::all_of_account(db, self.account).await? {
            let ended = self.ended.get(&own.organization).copied().unwrap_or_default();
            self.record_in(services, db, &own, &event(ended)).await?;
        }
        Ok(())
    }

    /// Records that so many sessions ended, where there were any.
    pub async fn record_ended(&self, services: &Services, db: &impl ConnectionTrait, ended: u64) -> Result<()> {
        if ended == 0 {
            return Ok(());
        }
        self.record(services, db, |here| Event::SessionsEnded { here }).await
    }

    /// Records an event in the log of one of them.
    pub async fn record_in(
        &self,
        services: &Services,
        db: &impl ConnectionTrait,
        own: &OwnMembership,
        event: &Event,
    ) -> Result<()> {
        let ip = self.origin.ip.filter(|_| self.entered.contains(&own.organization));
        let actor = AuditActor::member(own.id, own.email.as_str(), &Origin { ip, ..self.origin.clone() });
        let row = row(services, &actor, event, Target::member(own.id, own.email.as_str()));
        write(services, db, own.organization, vec![row]).await
    }
}

/// A row as it may be read. An older program wrote into the log of every organization from where somebody changed their
/// account, how many sessions it had in all, and whether an account outlasted a member. What is written stays (decision
/// 19), so it is left out here.
pub(crate) fn readable(mut row: Row) -> Row {
    use AuditAction::{MemberErased, MemberRenamed, PasswordChanged, ProfileChanged, SessionsEnded, SignInLocked};
    let of_here = row.after.as_mut().and_then(Value::as_object_mut).and_then(|parts| parts.remove(CONCERNS));
    let to_themselves = row.actor_id.is_some_and(|actor| Some(actor.uuid()) == row.target_id);
    let hidden: &[&str] = match row.action {
        MemberErased => &["account_erased"],
        // Whoever guesses enters nowhere.
        SignInLocked => {
            row.ip = None;
            &[]
        }
        MemberRenamed | PasswordChanged | ProfileChanged | SessionsEnded if to_themselves && of_here.is_none() => {
            row.ip = None;
            &["sessions", "sessions_ended"]
        }
        _ => &[],
    };
    if let Some(parts) = row.after.as_mut().and_then(Value::as_object_mut) {
        parts.retain(|name, _| !hidden.contains(&name.as_str()));
    }
    row.after = row.after.filter(|value| !value.as_object().is_some_and(serde_json::Map::is_empty));
    row
}
