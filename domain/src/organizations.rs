//! Organizations as their members see them (spec T).

use crate::{Bytes, OrganizationKind, OrganizationName, Refused, Slug, ZoneName};
use serde::{Deserialize, Serialize};

/// An organization that an account belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationSummary {
    /// Its part of the address.
    pub slug: Slug,
    /// Its name.
    pub name: OrganizationName,
    /// Customer or partner.
    pub kind: OrganizationKind,
}

/// What the settings page shows (spec A8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationSettings {
    /// Name, slug and kind.
    pub summary: OrganizationSummary,
    /// The time zone for members who have not chosen one themselves.
    pub time_zone: Option<ZoneName>,
    /// The lifetime of new invitations.
    pub invite_lifetime: InviteLifetime,
    /// Its monthly capacity for uploads, of which groups reserve shares (spec F3).
    pub monthly_capacity: Bytes,
    /// How much of it groups have reserved.
    pub reserved: Bytes,
    /// Whether group owners may search the whole organization (spec R6).
    pub owner_search: bool,
}

/// The lifetime of an invitation: 1 to 30 days, 14 by default (spec I5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct InviteLifetime(u8);

impl InviteLifetime {
    /// The shortest, in days.
    pub const SHORTEST: u8 = 1;
    /// The longest, in days.
    pub const LONGEST: u8 = 30;

    /// Checks a number of days.
    ///
    /// # Errors
    /// A sentence that says which numbers are accepted.
    pub fn of_days(days: i64) -> Result<Self, Refused> {
        let known = u8::try_from(days).ok().filter(|days| (Self::SHORTEST..=Self::LONGEST).contains(days));
        known.map(Self).ok_or_else(|| Refused::because("Invites can be valid for 1 to 30 whole days."))
    }

    /// Reads what was typed.
    ///
    /// # Errors
    /// The same sentence.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        Self::of_days(text.trim().parse().unwrap_or(0))
    }

    /// The number of days.
    pub const fn days(self) -> u8 {
        self.0
    }

    /// The lifetime in seconds.
    pub const fn seconds(self) -> i64 {
        self.0 as i64 * 86_400
    }
}

impl Default for InviteLifetime {
    fn default() -> Self {
        Self(14)
    }
}

impl TryFrom<i64> for InviteLifetime {
    type Error = Refused;
    fn try_from(days: i64) -> Result<Self, Refused> {
        Self::of_days(days)
    }
}

impl From<InviteLifetime> for i64 {
    fn from(lifetime: InviteLifetime) -> Self {
        lifetime.0.into()
    }
}

/// The numbers on an administrator's home page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberCounts {
    /// Active members.
    pub active: u64,
    /// Members with an invitation that has not expired.
    pub invited: u64,
    /// Members with an expired invitation.
    pub expired: u64,
    /// Removed members.
    pub deleted: u64,
    /// Active and invited administrators.
    pub administrators: u64,
}

impl MemberCounts {
    /// All members except the removed ones.
    pub fn present(self) -> u64 {
        self.active + self.invited + self.expired
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec I5
    #[test]
    fn invites_live_for_one_to_thirty_days() {
        for (text, days) in [("1", Some(1)), (" 30 ", Some(30)), ("0", None), ("31", None), ("-1", None), ("x", None)] {
            assert_eq!(InviteLifetime::parse(text).ok().map(InviteLifetime::days), days, "{text}");
        }
    }
}
