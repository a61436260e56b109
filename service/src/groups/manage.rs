//! Changes to the people in a group: administrators in every group, owners in their own (spec R6).

use crate::grant::Group;
use crate::zone::Zone;
use crate::{Error, Grant, Result};
use domain::audit::{Day, MembershipRecord};
use domain::groups::{ADMINISTRATORS_STAY, Joined};
use domain::members::GroupTag;
use domain::permission::{ManageMembers, ManagePeople};
use domain::setup::FieldError;
use domain::{GroupRole, Timestamp};
use store::groups::Membership;

/// The proof that somebody may change who is in one group.
pub type GroupManager = Grant<ManagePeople, Group>;

impl GroupManager {
    /// Whether they may because they administer the organization, not because they own the group. As of when the right
    /// was proved: inside a change it is [`crate::change::Change::administers`].
    pub(super) fn administers(&self) -> bool {
        self.actor().holds::<ManageMembers>()
    }

    /// The instant at which a membership ends whose last day was typed: when the day after it begins where they are. An
    /// end that was there and is on that day stays the instant that it was.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `ends` for no day, one that is over, and one for `administrators`.
    pub(super) fn end(&self, typed: &str, before: Timestamp, now: Timestamp) -> Result<Timestamp> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(Timestamp::NO_END);
        }
        if self.is_administrators() {
            return Err(at("ends", ADMINISTRATORS_STAY));
        }
        let day = Day::parse(typed).map_err(|refused| at("ends", refused.0))?;
        let zone = self.actor().zone();
        if last_day(zone, before) == day.to_string() {
            return Ok(before);
        }
        let end = zone.begin_of(day, 1).ok_or_else(|| at("ends", "There is no such day."))?;
        match end {
            end if end <= now => Err(at("ends", "This day is over already; choose today or a later one.")),
            end if end >= Timestamp::NO_END => Err(at("ends", "That is too far away; leave it empty for no end.")),
            end => Ok(end),
        }
    }
}

/// The refusal of a form, at a field.
pub(super) fn at(field: &str, why: impl Into<String>) -> Error {
    Error::Invalid(vec![FieldError::at(field, why)])
}

/// The last day of a membership, as a date field has it; empty where it has no end.
pub(super) fn last_day(zone: &Zone, ends_at: Timestamp) -> String {
    if ends_at == Timestamp::NO_END {
        return String::new();
    }
    day(zone, last_moment(ends_at))
}

/// The last instant of a membership: people are shown the day that was typed, not the one that begins when it ends.
pub(crate) fn last_moment(ends_at: Timestamp) -> Timestamp {
    Timestamp::from_millis(ends_at.millis() - 1)
}

/// The day of an instant, as a date field has it.
pub(super) fn day(zone: &Zone, at: Timestamp) -> String {
    zone.moment(at).iso().chars().take_while(|c| *c != 'T').collect()
}

/// A membership, as the audit log records it.
pub(super) fn record(group: &GroupTag, role: GroupRole, ends_at: Timestamp) -> MembershipRecord {
    MembershipRecord { group: group.clone(), role, ends_at }
}

/// A membership, as forms are filled from it.
pub(super) fn joined(membership: Membership) -> Joined {
    Joined { role: membership.role, ends_at: membership.ends_at }
}
