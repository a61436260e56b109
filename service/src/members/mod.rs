//! Members: reading them, and what happens to them after joining (spec M, E).

mod change;
mod edit;
mod life;
mod list;

pub use edit::edit;
pub use life::{end_sessions, remove, restore};
pub use list::{MemberAccess, list};

use crate::{Error, Grant, Result, Services};
use domain::members::MemberFacts;
use domain::permission::ReadMembers;
use domain::{MemberId, SubmissionId};

/// A member, for the page and the dialog of their actions (spec M10).
///
/// # Errors
/// [`Error::NotFound`].
pub async fn facts(services: &Services, may: &Grant<ReadMembers>, id: MemberId) -> Result<MemberFacts> {
    let (db, organization) = (services.reader(), may.organization());
    let found = store::members::find_one(db, organization, id).await?.ok_or(Error::NotFound)?;
    Ok(MemberFacts {
        id,
        status: found.status(services.now()),
        name: found.member.name,
        email: found.member.email,
        kind: found.member.kind,
        role: found.member.role,
        groups: store::groups::of_member(db, organization, id).await?,
        submission: SubmissionId::from_uuid(services.uuid()),
    })
}
