//! The checks that every change of one member begins with.

use crate::change::Change;
use crate::{Error, Result};
use domain::MemberId;
use domain::audit::Target;
use domain::members::MemberAction;
use domain::setup::FieldError;
use store::members::{self, Single};

/// The refusal of a change of a member.
pub(super) fn refused(why: impl Into<String>) -> Error {
    Error::Invalid(vec![FieldError::at("member", why)])
}

/// The member, where the action makes sense for what they are now.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] at `member` with why the action is not for them.
pub(super) async fn find(change: &Change<'_>, id: MemberId, action: MemberAction) -> Result<Single> {
    let found = members::find_one(change.db(), change.organization(), id).await?.ok_or(Error::NotFound)?;
    match action.why_not_now(found.status(change.now())) {
        Some(why) => Err(refused(why)),
        None => Ok(found),
    }
}

/// The member as the target of an event.
pub(super) fn target(on: &Single) -> Target {
    Target::member(on.member.id, on.member.email.as_str())
}
