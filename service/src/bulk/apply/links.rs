//! New links to those who are invited.

use super::{Going, Working};
use crate::{Result, invitations};
use domain::audit::AuditAction;
use store::ConnectionTrait;
use store::members::Existing;

impl Working {
    pub(super) async fn resend(&self, db: &impl ConnectionTrait, going: &Going<'_>) -> Result<()> {
        let them: Vec<&Existing> = going.iter().map(|(_, one)| &one.member).collect();
        invitations::replace(&self.services, db, &self.maker(), &them).await?;
        let logged = going.iter().map(|(_, one)| (*one, None, None)).collect();
        self.log(db, AuditAction::InviteResent, logged).await
    }
}
