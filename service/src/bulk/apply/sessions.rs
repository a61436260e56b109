//! Ends members' sessions.

use super::{Acted, Going, Working, about, told};
use crate::Result;
use crate::change::Change;
use domain::MemberId;
use domain::audit::Event;
use domain::bulk::BulkOutcome;
use store::members::Single;
use store::sessions;

impl Working {
    pub(super) async fn end_sessions(&self, change: &Change<'_>, going: Going<'_>) -> Result<Acted> {
        let (db, organization) = (change.db(), change.organization());
        let ids: Vec<MemberId> = going.iter().map(|(_, one)| one.member.id).collect();
        let open = sessions::open_entries(db, organization, &ids).await?;
        sessions::end_entries(db, organization, &ids, self.now).await?;
        let number = |one: &Single| open.get(&one.member.id).copied().unwrap_or_default();
        let (had, none): (Going<'_>, Going<'_>) = going.into_iter().partition(|(_, one)| number(one) > 0);
        let event = |one: &Single| Event::SessionsEndedInBulk { here: number(one) };
        let recorded = change.record_each(had.iter().map(|one| about(one, event(one.1))));
        let sentence = |number: u64| if number == 1 { "1 session.".to_owned() } else { format!("{number} sessions.") };
        let mut outcomes: Vec<_> =
            had.iter().map(|(place, one)| (*place, (BulkOutcome::Done, sentence(number(one))))).collect();
        outcomes.extend(none.iter().map(|(place, _)| (*place, told((BulkOutcome::Unchanged, "They had no session.")))));
        Ok((outcomes, recorded))
    }
}
