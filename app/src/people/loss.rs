//! What members lose through an action, in the words of its confirmation.

use domain::MemberStatus;

/// What removing somebody means.
pub fn removal_means(called: &str, organization: &str, status: MemberStatus) -> String {
    let loses = match status {
        MemberStatus::Active => {
            [" loses access to ", organization, " immediately, in every open tab. What they created stays"]
        }
        _ => ["’s invite to ", organization, " stops working immediately. Their role and groups are kept"],
    };
    [called, &loses.concat(), ", and you can restore them later."].concat()
}

/// What erasing somebody means.
pub fn erasing_means(called: &str) -> String {
    [
        "Name, address, groups, sign-ins and invitations of ",
        called,
        " are deleted, and their account where it is of no other organization. This cannot be undone. What they made \
         stays, as User Removed’s; the audit log keeps what it has.",
    ]
    .concat()
}
