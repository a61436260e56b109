//! The table **Groups** (spec G1), described for the planner of long tables. An organization has thousands of groups at
//! most, so the table keeps neither ranges nor a search index.

use super::visible::{Visible, count, group_count, visible_to};
use crate::Result;
use crate::entities::groups::{Column, Entity};
use crate::table::{Asked, Bounds, Counted, Selection, Sources, Table, of};
use domain::OrganizationId;
use domain::groups::{GroupQuery, GroupSort};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait};

/// More groups than any organization has.
const MORE_THAN_ANYBODY_HAS: u64 = 1 << 20;

/// Groups of organizations.
#[derive(Clone, Copy, Debug)]
pub(super) struct Groups;

impl Table for Groups {
    type Entity = Entity;
    type Sort = GroupSort;
    type Cell = ();

    const ORGANIZATION: Column = Column::OrganizationId;
    const ID: Column = Column::Id;
    const CELL: &'static [Column] = &[];
    const SEARCHED: &'static [Column] = &[Column::NameKey];

    fn order(sort: GroupSort) -> Column {
        match sort {
            GroupSort::Name => Column::NameKey,
            GroupSort::Members => Column::MemberCount,
        }
    }
}

/// The groups that a reader's query asks for, without `administrators`, which stands above them all.
pub(super) struct Rows<'a> {
    pub organization: OrganizationId,
    pub to: Visible,
    pub query: &'a GroupQuery,
    /// Whether `administrators` is among what is asked for.
    pub administrators: bool,
}

/// The groups that a member is in.
#[derive(Clone, Copy, Debug)]
pub(super) struct OfMember;

impl Rows<'_> {
    /// All groups are in the order of the sorts' indexes, however few they are; those of one member are sorted.
    pub fn bounds(&self) -> Bounds {
        match self.to {
            Visible::All => Bounds { few: 0, ..Bounds::EXACT },
            Visible::Of(..) => Bounds::EXACT,
        }
    }
}

impl Selection for Rows<'_> {
    type Table = Groups;
    type Own = OfMember;

    fn organization(&self) -> OrganizationId {
        self.organization
    }

    fn asked(&self) -> Asked<'_, GroupSort> {
        Asked { on_top: self.administrators.into(), ..Asked::of(self.query) }
    }

    /// Those that the reader sees: the organization keeps the number of all. A search compares every one of them to be
    /// counted, so that a bound is enough.
    async fn counters(&self, db: &impl ConnectionTrait) -> Result<Vec<((), u64)>> {
        let number = match self.to {
            Visible::All if !self.query.search.is_empty() => MORE_THAN_ANYBODY_HAS,
            to => count(db, self.organization, to).await?,
        };
        Ok(vec![((), number)])
    }

    fn counters_as_text(&self, _db: &impl ConnectionTrait) -> Option<Expr> {
        let all = matches!(self.to, Visible::All) && self.query.search.is_empty();
        all.then(|| Expr::from(group_count(self.organization)).cast_as("text"))
    }

    fn prefix(&self) -> Option<Expr> {
        Some(Column::BuiltIn.eq(0))
    }

    fn admits(&self, (): ()) -> bool {
        true
    }

    async fn sources(
        &self,
        _db: &impl ConnectionTrait,
        Counted { all, .. }: Counted,
        _bounds: Bounds,
    ) -> Result<Sources<OfMember>> {
        let exact = Some(all.saturating_sub(self.administrators.into()));
        let only = matches!(self.to, Visible::Of(..)).then_some((OfMember, all));
        Ok(Sources { exact, only_cells: only.is_none(), offers: Vec::new(), only })
    }

    fn conditions(&self, all: Condition, _own: Option<&OfMember>) -> Condition {
        let all = all.add(of::<Groups>(Column::BuiltIn).eq(0));
        // Wherever a row comes from: the reader's visibility is part of every query.
        match visible_to(self.organization, self.to) {
            Some(theirs) => all.add(theirs),
            None => all,
        }
    }

    fn read_from(&self, _own: &OfMember, select: &mut SelectStatement, all: Condition) -> Condition {
        select.from(Entity);
        all.add(Column::OrganizationId.eq(self.organization.uuid()))
    }

    fn by_key(&self, _own: &OfMember) -> bool {
        true
    }
}
