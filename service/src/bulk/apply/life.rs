//! Removing, and bringing back.

use super::{Going, Outcomes, Working};
use crate::{Result, invitations};
use domain::audit::AuditAction;
use domain::bulk::BulkOutcome;
use domain::{AccountId, MemberId};
use std::collections::HashMap;
use store::members::{self, Existing, Single, State, Update, audit_value};
use store::{ConnectionTrait, accounts, sessions};

impl Working {
    pub(super) async fn restore(&self, db: &impl ConnectionTrait, going: Going<'_>) -> Result<Outcomes> {
        let state = |one: &Single| if one.account.is_some() { State::Active } else { State::Invited };
        let (going, mut outcomes) = self.not_too_often(db, going, |one| one.account.is_none()).await?;
        let changes: Vec<_> = going.iter().map(|(_, one)| (&one.member, state(one))).collect();
        members::restore(db, self.organization(), &changes).await?;
        let renamed = self.rename(db, &going).await?;
        let name = |one: &Single| renamed.get(&one.member.id).unwrap_or(&one.member.name).clone();
        let waits = |one: &&Single| state(one) == State::Invited;
        let invited: Vec<&Existing> = going.iter().map(|(_, one)| *one).filter(waits).map(|one| &one.member).collect();
        if !invited.is_empty() {
            invitations::send_anew(&self.services, db, &self.maker(), &invited).await?;
        }
        let value = |one: &Single, name: &str, state| Some(audit_value(name, one.member.role, state));
        let before = |one: &Single| value(one, &one.member.name, one.member.state);
        let logged = going.iter().map(|(_, one)| (*one, before(one), value(one, &name(one), state(one)))).collect();
        self.log(db, AuditAction::MemberRestored, logged).await?;
        let said = |one: &Single| match state(one) {
            State::Invited => "Invited again: a new link is on its way.".to_owned(),
            _ => String::new(),
        };
        outcomes.extend(going.iter().map(|(place, one)| (*place, (BulkOutcome::Done, said(one)))));
        Ok(outcomes)
    }

    /// Who has another name by now gets it: what they are called is the same in all of their organizations (spec M1).
    async fn rename(&self, db: &impl ConnectionTrait, going: &Going<'_>) -> Result<HashMap<MemberId, String>> {
        let mut with_account: Vec<(AccountId, &Single)> =
            going.iter().filter_map(|(_, one)| Some((one.account?, *one))).collect();
        // In one order, like whoever else holds several.
        with_account.sort_by_key(|(account, _)| *account);
        let (mut renamed, mut updates) = (HashMap::new(), Vec::new());
        for (account, one) in with_account {
            let Some(account) = accounts::hold(db, account).await? else { continue };
            if account.name != one.member.name {
                let there = Existing { state: State::Active, ..one.member.clone() };
                updates.push((there, Update::name(account.name.as_str())));
                renamed.insert(one.member.id, account.name);
            }
        }
        if !updates.is_empty() {
            members::update_many(db, self.organization(), updates).await?;
        }
        Ok(renamed)
    }

    pub(super) async fn remove(&self, db: &impl ConnectionTrait, going: &Going<'_>) -> Result<()> {
        let organization = self.organization();
        let ids: Vec<MemberId> = going.iter().map(|(_, one)| one.member.id).collect();
        // Entries before members, like whoever writes when they were last active.
        sessions::end_entries(db, organization, &ids, self.now).await?;
        let them: Vec<&Existing> = going.iter().map(|(_, one)| &one.member).collect();
        members::remove(db, organization, &them).await?;
        invitations::withdraw(db, organization, &ids, self.now).await?;
        let value = |one: &Single, state| Some(audit_value(&one.member.name, one.member.role, state));
        let logged =
            going.iter().map(|(_, one)| (*one, value(one, one.member.state), value(one, State::Deleted))).collect();
        self.log(db, AuditAction::MemberRemoved, logged).await
    }
}
