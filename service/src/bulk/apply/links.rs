//! Sends new links to invited members.

use super::{Acted, Going, Outcomes, Working, about, all_done};
use crate::Result;
use crate::change::Change;
use crate::invitations::{self, letters};
use domain::audit::Event;
use domain::bulk::BulkOutcome;
use store::members::{Existing, Single};

impl Working {
    pub(super) async fn resend(&self, change: &Change<'_>, going: Going<'_>) -> Result<Acted> {
        let (going, mut outcomes) = self.not_too_often(change, going, |_| true).await?;
        let them: Vec<&Existing> = going.iter().map(|(_, one)| &one.member).collect();
        invitations::replace(change.services(), change.db(), &self.issuer(), &them).await?;
        outcomes.extend(all_done(&going));
        let recorded = change.record_each(going.iter().map(|one| about(one, Event::InviteResent)));
        Ok((outcomes, recorded))
    }

    /// Parts those for whom it goes from those to whom a letter would be one too many of late; `written` says who gets
    /// one.
    pub(super) async fn not_too_often<'a>(
        &self,
        change: &Change<'_>,
        going: Going<'a>,
        written: fn(&Single) -> bool,
    ) -> Result<(Going<'a>, Outcomes)> {
        let addresses: Vec<&str> =
            going.iter().filter(|(_, one)| written(one)).map(|(_, one)| one.member.email.as_str()).collect();
        let mut why =
            letters::count(change.services(), change.db(), change.organization(), &addresses).await?.into_iter();
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
