//! The end of their sessions.

use super::{Going, Outcomes, Working, told};
use crate::Result;
use domain::MemberId;
use domain::audit::AuditAction;
use domain::bulk::BulkOutcome;
use serde_json::json;
use store::members::Single;
use store::{ConnectionTrait, sessions};

impl Working {
    pub(super) async fn end_sessions(&self, db: &impl ConnectionTrait, going: Going<'_>) -> Result<Outcomes> {
        let organization = self.organization();
        let ids: Vec<MemberId> = going.iter().map(|(_, one)| one.member.id).collect();
        let open = sessions::open_entries(db, organization, &ids).await?;
        sessions::end_entries(db, organization, &ids, self.now).await?;
        let number = |one: &Single| open.get(&one.member.id).copied().unwrap_or_default();
        let (had, none): (Going<'_>, Going<'_>) = going.into_iter().partition(|(_, one)| number(one) > 0);
        let logged = had.iter().map(|(_, one)| (*one, None, Some(json!({ "sessions": number(one) })))).collect();
        self.log(db, AuditAction::SessionsEnded, logged).await?;
        let said = |number: u64| if number == 1 { "1 session.".to_owned() } else { format!("{number} sessions.") };
        let mut outcomes: Vec<_> =
            had.iter().map(|(place, one)| (*place, (BulkOutcome::Done, said(number(one))))).collect();
        outcomes.extend(none.iter().map(|(place, _)| (*place, told((BulkOutcome::Unchanged, "They had no session.")))));
        Ok(outcomes)
    }
}
