//! New links to those who are invited.

use super::{Going, Outcomes, Working, all_done};
use crate::Result;
use crate::invitations::{self, letters};
use domain::audit::AuditAction;
use domain::bulk::BulkOutcome;
use store::ConnectionTrait;
use store::members::{Existing, Single};

impl Working {
    pub(super) async fn resend(&self, db: &impl ConnectionTrait, going: Going<'_>) -> Result<Outcomes> {
        let (going, mut outcomes) = self.not_too_often(db, going, |_| true).await?;
        let them: Vec<&Existing> = going.iter().map(|(_, one)| &one.member).collect();
        invitations::replace(&self.services, db, &self.maker(), &them).await?;
        let logged = going.iter().map(|(_, one)| (*one, None, None)).collect();
        self.log(db, AuditAction::InviteResent, logged).await?;
        outcomes.extend(all_done(&going));
        Ok(outcomes)
    }

    /// Parts those for whom it goes from those to whom a letter would be one too many of late; `written` says who gets
    /// one.
    pub(super) async fn not_too_often<'a>(
        &self,
        db: &impl ConnectionTrait,
        going: Going<'a>,
        written: fn(&Single) -> bool,
    ) -> Result<(Going<'a>, Outcomes)> {
        let addresses: Vec<&str> =
            going.iter().filter(|(_, one)| written(one)).map(|(_, one)| one.member.email.as_str()).collect();
        let mut why = letters::count(&self.services, db, self.organization(), &addresses).await?.into_iter();
        let (mut goes, mut outcomes) = (Vec::new(), Vec::new());
        for (place, one) in going {
            match written(one).then(|| why.next().flatten()).flatten() {
                Some(why) => outcomes.push((place, (BulkOutcome::Refused, why))),
                None => goes.push((place, one)),
            }
        }
        Ok((goes, outcomes))
    }
}
