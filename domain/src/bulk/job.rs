//! The progress of a bulk action, and its outcome for each member.

use super::{BulkAction, BulkKind};
use crate::members::GroupTag;
use crate::role::words;
use crate::table::{Filters, Page, SortColumn, TableQuery};
use crate::{BulkId, MemberId, MemberStatus, Moment, Timestamp};
use form_urlencoded::Serializer;
use serde::{Deserialize, Serialize};

/// The most members that can be chosen one by one. "All that match" has no limit.
pub const MOST_CHOSEN: usize = 2_000;

words! {
    /// How far the action has got.
    BulkState, "a state of an action for many" {
        /// The members that match are being looked up.
        Collecting = "collecting", "Looking them up";
        /// It is being done for one member after the other.
        Running = "running", "Under way";
        /// Somebody stopped it: it was done for some of the members.
        Stopped = "stopped", "Stopped";
        /// It was tried for all members.
        Done = "done", "Done";
        /// It could not continue.
        Failed = "failed", "Failed";
    }
}

impl BulkState {
    /// Says whether the server works on it.
    pub const fn is_moving(self) -> bool {
        matches!(self, Self::Collecting | Self::Running)
    }
}

words! {
    /// The outcome for one member.
    BulkOutcome, "an outcome" {
        /// It is done.
        Done = "done", "Done";
        /// It was already so.
        Unchanged = "unchanged", "Unchanged";
        /// It is not possible.
        Refused = "refused", "Refused";
        /// Their turn has not come.
        Waiting = "waiting", "Waiting";
    }
}

impl BulkOutcome {
    /// Its place among [`BulkOutcome::ALL`].
    pub const fn place(self) -> usize {
        self as usize
    }
}

/// A bulk action and its progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulk {
    /// Its id.
    pub id: BulkId,
    /// The action.
    pub action: BulkAction,
    /// The group that it is about, if it is about one.
    pub group: Option<GroupTag>,
    /// The address of the person who began it.
    pub by: String,
    /// When they began it.
    pub created: Moment,
    /// How far the action has got.
    pub state: BulkState,
    /// Why it could not continue; empty otherwise.
    pub problem: String,
    /// The number of members with each outcome, in the order of [`BulkOutcome::ALL`].
    pub counts: [u64; 4],
}

impl Bulk {
    /// How many members it is for.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
    /// For how many it was tried.
    pub fn tried(&self) -> u64 {
        self.total() - self.counts[BulkOutcome::Waiting.place()]
    }
    /// The progress, from 0 to 100.
    pub fn percent(&self) -> u64 {
        (self.tried() * 100).checked_div(self.total()).unwrap_or(0)
    }
}

/// The outcome for one member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkRow {
    /// The member.
    pub member: MemberId,
    /// The name; empty if none is known.
    pub name: String,
    /// The address; empty if the member has been erased in the meantime.
    pub email: String,
    /// The outcome.
    pub outcome: BulkOutcome,
    /// The reason, if there is one to give.
    pub detail: String,
}

/// A bulk action, with a page of its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkShown {
    /// The action.
    pub bulk: Bulk,
    /// A page of its members.
    pub page: Page<BulkRow>,
    /// The instant from which times are told.
    pub now: Timestamp,
    /// The time zone of the times.
    pub zone: String,
}

/// The facts that the form of a bulk action needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkFacts {
    /// The id under which the action is begun: a form that is sent twice begins it once.
    pub id: BulkId,
    /// How many members it would apply to now.
    pub members: u64,
    /// The name or address of the member, and their status, if it is only one.
    pub only: Option<(String, MemberStatus)>,
}

/// The members that a bulk action is for, as a form sends them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BulkForm {
    /// The members that were chosen one by one.
    pub members: Vec<MemberId>,
    /// The view all of whose members are meant, as the part of its URL from the question mark on (an empty text would
    /// be lost on its way). If it is set, no members are chosen one by one.
    pub matching: Option<String>,
}

impl BulkForm {
    /// Says whether no members are meant.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && self.matching.is_none()
    }
}

/// The action that a form asks for, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkTyped {
    /// The word of a [`BulkKind`].
    pub action: String,
    /// The word of an organization role.
    pub role: String,
    /// The id of a group.
    pub group: String,
    /// The word of a group role.
    pub group_role: String,
}

/// The query behind the table of a bulk action's members.
pub type BulkQuery = TableQuery<BulkFilters, BulkOrder>;

/// The table's filters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BulkFilters {
    /// Only this outcome.
    pub outcome: Option<BulkOutcome>,
}

impl Filters for BulkFilters {
    fn take(&mut self, key: &str, value: &str) -> Option<bool> {
        if key != "outcome" {
            return None;
        }
        self.outcome = BulkOutcome::parse(value).ok();
        Some(self.outcome.is_some())
    }
    fn print(&self, out: &mut Serializer<'_, String>) {
        if let Some(outcome) = self.outcome {
            out.append_pair("outcome", outcome.word());
        }
    }
}

/// The one order of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BulkOrder {
    /// The order in which members were chosen.
    #[default]
    Place,
}

impl SortColumn for BulkOrder {
    const ALL: &'static [Self] = &[Self::Place];
    fn word(self) -> &'static str {
        "place"
    }
}

impl BulkKind {
    /// What has been done, as the beginning of a sentence that ends with a number.
    pub const fn done(self) -> &'static str {
        match self {
            Self::Role => "Role changed",
            Self::Join => "Added",
            Self::GroupRole => "Group role changed",
            Self::Leave => "Taken out",
            Self::Resend => "New link sent",
            Self::EndSessions => "Sessions ended",
            Self::Restore => "Restored",
            Self::Remove => "Removed",
        }
    }
}
