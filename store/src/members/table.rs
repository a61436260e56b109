//! The members table, described for the planner of long tables.

use super::{State, kind_of, role_of, role_word};
use crate::entities::members::{Column, Entity};
use crate::table::search::Document;
use crate::table::{self, Kept, SearchIndex, Table};
use crate::{Error, Result};
use domain::members::MemberSort;
use domain::{MemberId, MemberKind, OrganizationRole, text};

/// Members of organizations.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Members;

impl Table for Members {
    type Entity = Entity;
    type Sort = MemberSort;
    type Cell = Cell;

    const ORGANIZATION: Column = Column::OrganizationId;
    const ID: Column = Column::Id;
    const CELL: &'static [Column] = &[Column::State, Column::Kind, Column::Role];
    const SEARCHED: &'static [Column] = &[Column::EmailKey, Column::NameKey];
    const SAMPLED: &'static [Column] = &[
        Column::OrganizationId,
        Column::Id,
        Column::EmailKey,
        Column::NameKey,
        Column::Role,
        Column::Kind,
        Column::State,
        Column::InviteExpiresAt,
    ];
    const KEPT: Option<Kept> =
        Some(Kept { counts: "member_counts", ranges: "member_ranges", sets: "member_range_sets", number: "members" });
    const INDEX: Option<SearchIndex> = Some(SearchIndex { table: "member_search", id: "member_id" });

    fn order(sort: MemberSort) -> Column {
        match sort {
            MemberSort::Name => Column::NameKey,
            MemberSort::Email => Column::EmailKey,
            MemberSort::Role => Column::Role,
            MemberSort::Created => Column::CreatedAt,
            MemberSort::LastActive => Column::LastActiveAt,
            MemberSort::Logins => Column::LoginsCount,
            MemberSort::LastLogin => Column::LastLoginAt,
            MemberSort::LastLoginIp => Column::LastLoginIp,
        }
    }
}

/// A cell of the counters: members of one state, kind and role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cell {
    /// Active, invited or deleted.
    pub state: State,
    /// Internal or external.
    pub kind: MemberKind,
    /// The organization role.
    pub role: Option<OrganizationRole>,
}

impl table::Cell for Cell {
    fn words(self) -> Vec<&'static str> {
        vec![self.state.word(), self.kind.word(), role_word(self.role)]
    }

    fn parse(words: &[String]) -> Result<Self> {
        let [state, kind, role] = words else {
            return Err(Error::Unreadable(format!("cell {words:?} of the members' counters")));
        };
        Ok(Self { state: State::parse(state)?, kind: kind_of(kind)?, role: role_of(role)? })
    }
}

/// A member, and what of them is searched: the folded keys of address and name, and the words of their cell.
pub(super) struct Entry {
    pub id: MemberId,
    pub email_key: String,
    pub name_key: String,
    pub cell: Cell,
}

impl Entry {
    pub fn of(id: MemberId, email: &str, name: &str, cell: Cell) -> Self {
        Self { id, email_key: text::fold(email), name_key: text::fold(name), cell }
    }
}

impl From<Entry> for Document<Cell> {
    fn from(entry: Entry) -> Self {
        Self { id: entry.id.uuid(), texts: vec![entry.email_key, entry.name_key], cell: entry.cell }
    }
}
