//! Removes members, or restores them.

use super::{Acted, Going, Working, about, all_done};
use crate::change::Change;
use crate::{Result, invitations};
use domain::audit::{Event, MemberRecord};
use domain::bulk::BulkOutcome;
use domain::{AccountId, MemberId};
use std::collections::HashMap;
use store::members::{self, Existing, Single, State, Update};
use store::{accounts, sessions};

impl Working {
    pub(super) async fn restore(&self, change: &Change<'_>, going: Going<'_>) -> Result<Acted> {
        let (db, organization) = (change.db(), change.organization());
        let state = |one: &Single| if one.account.is_some() { State::Active } else { State::Invited };
        let (going, mut outcomes) = self.not_too_often(change, going, |one| one.account.is_none()).await?;
        let changes: Vec<_> = going.iter().map(|(_, one)| (&one.member, state(one))).collect();
        members::restore(db, organization, &changes).await?;
        let renamed = self.rename(change, &going).await?;
        let name = |one: &Single| renamed.get(&one.member.id).unwrap_or(&one.member.name).clone();
        let waits = |one: &&Single| state(one) == State::Invited;
        let invited: Vec<&Existing> = going.iter().map(|(_, one)| *one).filter(waits).map(|one| &one.member).collect();
        if !invited.is_empty() {
            invitations::send_anew(change.services(), db, &self.issuer(), &invited).await?;
        }
        let event = |one: &Single| Event::MemberRestored {
            before: one.member.record(),
            after: MemberRecord { name: name(one), role: one.member.role, status: state(one).into() },
        };
        let recorded = change.record_each(going.iter().map(|one| about(one, event(one.1))));
        let said = |one: &Single| match state(one) {
            State::Invited => "Invited again: a new link is on its way.".to_owned(),
            _ => String::new(),
        };
        outcomes.extend(going.iter().map(|(place, one)| (*place, (BulkOutcome::Done, said(one)))));
        Ok((outcomes, recorded))
    }

    /// Gives those their new name whose account was renamed meanwhile: it is the same in all of their organizations
    /// (spec M1).
    async fn rename(&self, change: &Change<'_>, going: &Going<'_>) -> Result<HashMap<MemberId, String>> {
        let db = change.db();
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
            members::update_many(db, change.organization(), updates).await?;
        }
        Ok(renamed)
    }

    pub(super) async fn remove(&self, change: &Change<'_>, going: &Going<'_>) -> Result<Acted> {
        let (db, organization) = (change.db(), change.organization());
        let ids: Vec<MemberId> = going.iter().map(|(_, one)| one.member.id).collect();
        // Entries before members, in the same order as whoever writes when they were last active.
        sessions::end_entries(db, organization, &ids, self.now).await?;
        let them: Vec<&Existing> = going.iter().map(|(_, one)| &one.member).collect();
        members::remove(db, organization, &them).await?;
        invitations::withdraw(db, organization, &ids, self.now).await?;
        let event = |one: &Single| Event::MemberRemoved { before: one.member.record() };
        let recorded = change.record_each(going.iter().map(|one| about(one, event(one.1))));
        Ok((all_done(going), recorded))
    }
}
