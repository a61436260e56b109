//! Members: reading them, and everything that happens to them after joining (spec M, E).

mod administrators;
mod change;
mod columns;
mod details;
mod edit;
mod erase;
mod life;
mod list;
mod unlock;

pub(crate) use administrators::{EXTERNAL, give_role};
pub use columns::choose_columns;
pub use details::details;
pub use edit::edit;
pub use erase::erase;
pub use life::{end_sessions, remove, restore};
pub use list::{MemberAccess, list};
pub use unlock::unlock;

use crate::{Error, Grant, Result, Services};
use domain::members::{MemberFacts, MemberGroup};
use domain::permission::ReadMembers;
use domain::{MemberId, MemberStatus, SubmissionId};
use store::members::Detailed;

/// A member, for the page and the dialog of their actions (spec M10).
///
/// # Errors
/// [`Error::NotFound`].
pub async fn facts(services: &Services, may: &Grant<ReadMembers>, id: MemberId) -> Result<MemberFacts> {
    let (db, organization) = (services.reader(), may.organization());
    let now = services.now();
    let found = store::members::find_detailed(db, organization, id, now).await?.ok_or(Error::NotFound)?;
    let groups = store::groups::of_member(db, organization, id, now).await?;
    Ok(facts_of(services, &found, groups))
}

/// What is known of a member who was looked up.
fn facts_of(services: &Services, found: &Detailed, groups: Vec<MemberGroup>) -> MemberFacts {
    let Detailed { member: found, locked, .. } = found;
    let status = found.status(services.now());
    let member = &found.member;
    MemberFacts {
        id: member.id,
        status,
        locked: *locked && status == MemberStatus::Active,
        name: member.name.clone(),
        email: member.email.clone(),
        kind: member.kind,
        role: member.role,
        groups,
        submission: SubmissionId::from_uuid(services.uuid()),
    }
}
