//! The progress of a bulk action, and its outcome for each member.

use super::{BulkAction, BulkKind};
use crate::members::GroupTag;
use crate::role::words;
use crate::table::{Filters, Page, SortColumn, TableQuery};
use crate::{BulkId, MemberId, MemberStatus, Moment, Timestamp};
use form_urlencoded::Serializer;
use serde::{Deserialize, Serialize};

/// The most members that are chosen one by one. "All that match" has no bound.
pub const MOST_CHOSEN: usize = 2_000;

words! {
    /// How far it is.
    BulkState, "a state of an action for many" {
        /// Those who match are looked up.
        Collecting = "collecting", "Looking them up";
        /// It is done for one after the other.
        Running = "running", "Under way";
        /// Somebody stopped it: it is done for some of them.
        Stopped = "stopped", "Stopped";
        /// It was tried for all of them.
        Done = "done", "Done";
        /// It could not go on.
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
    /// What came of it for one member.
    BulkOutcome, "an outcome" {
        /// It is done.
        Done = "done", "Done";
        /// What was wished for is so already.
        Unchanged = "unchanged", "Unchanged";
        /// It does not go.
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

/// An action for many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulk {
    /// Its id.
    pub id: BulkId,
    /// What is done.
    pub action: BulkAction,
    /// The group that it is about.
    pub group: Option<GroupTag>,
    /// The address of whoever began it.
    pub by: String,
    /// When.
    pub created: Moment,
    /// How far it is.
    pub state: BulkState,
    /// Why it could not go on; empty otherwise.
    pub problem: String,
    /// How many of them there are for each outcome, in the order of [`BulkOutcome::ALL`].
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
    /// How far it is, from 0 to 100.
    pub fn percent(&self) -> u64 {
        (self.tried() * 100).checked_div(self.total()).unwrap_or(0)
    }
}

/// What came of it for one member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkRow {
    /// The member.
    pub member: MemberId,
    /// The name, empty where none is known.
    pub name: String,
    /// The address; empty where the member was erased meanwhile.
    pub email: String,
    /// What came of it.
    pub outcome: BulkOutcome,
    /// Why, where there is something to say.
    pub detail: String,
}

/// An action for many, with a page of those whom it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkShown {
    /// The action.
    pub bulk: Bulk,
    /// Whom it is for.
    pub page: Page<BulkRow>,
    /// The instant from which times are told.
    pub now: Timestamp,
    /// The time zone of the times.
    pub zone: String,
}

/// What a form about many members needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkFacts {
    /// Under this it is begun: twice the same begins once.
    pub id: BulkId,
    /// How many members it would be for now.
    pub members: u64,
    /// One of them by name or address and with their status, where it is one.
    pub only: Option<(String, MemberStatus)>,
}

/// For whom something is to be done, and what, as a form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BulkForm {
    /// The members that were chosen one by one.
    pub members: Vec<MemberId>,
    /// The view all of whose members are meant, as in its URL from the question mark on: what is empty would be taken
    /// for nothing on its way. Then nobody is chosen one by one.
    pub matching: Option<String>,
}

impl BulkForm {
    /// Says whether nobody is meant.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && self.matching.is_none()
    }
}

/// What a form says that is to be done, as it was typed.
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

/// The query behind the table of an action's members.
pub type BulkQuery = TableQuery<BulkFilters, BulkOrder>;

/// What narrows the table.
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
    /// As they were chosen.
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
    /// What becomes of one of them, as the beginning of a sentence about how many.
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
