//! The changes behind the actions for one member (spec M10).

use crate::api::{
    CopyInviteLink, EditMember, EndMemberSessions, EraseMember, RemoveMember, ResendInvite, RestoreMember, UnlockMember,
};
use crate::changes::word;
use domain::members::MemberAction;

/// What the forms of an action ask for; nothing where it changes nothing.
pub fn change_of(action: MemberAction) -> &'static str {
    match action {
        MemberAction::Edit => word::<EditMember>(),
        MemberAction::Resend => word::<ResendInvite>(),
        MemberAction::CopyLink => word::<CopyInviteLink>(),
        MemberAction::Why => "",
        MemberAction::EndSessions => word::<EndMemberSessions>(),
        MemberAction::Unlock => word::<UnlockMember>(),
        MemberAction::Restore => word::<RestoreMember>(),
        MemberAction::Remove => word::<RemoveMember>(),
        MemberAction::Erase => word::<EraseMember>(),
    }
}
