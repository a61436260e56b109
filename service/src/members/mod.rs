//! Members: reading them, and what happens to them after joining (spec M, E).

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
use domain::members::MemberFacts;
use domain::permission::ReadMembers;
use domain::{MemberId, MemberStatus, SubmissionId};

/// A member, for the page and the dialog of their actions (spec M10).
///
/// # Errors
/// [`Error::NotFound`].
pub async fn facts(services: &Services, may: &Grant<ReadMembers>, id: MemberId) -> Result<MemberFacts> {
    let (db, organization) = (services.reader(), may.organization());
    let (found, now) = (store::members::find_one(db, organization, id).await?.ok_or(Error::NotFound)?, services.now());
    let status = found.status(now);
    let account = found.account.filter(|_| status == MemberStatus::Active);
    Ok(MemberFacts {
        id,
        status,
        locked: !store::lockouts::locked_among(db, account, now).await?.is_empty(),
        name: found.member.name,
        email: found.member.email,
        kind: found.member.kind,
        role: found.member.role,
        groups: store::groups::of_member(db, organization, id, now).await?,
        submission: SubmissionId::from_uuid(services.uuid()),
    })
}
