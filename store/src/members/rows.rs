//! The rows that a query on members asks for: its filters, and the sources that only members have.

use super::State;
use super::count::{expired, is_invited, of_group};
use super::in_group::{InGroup, Memberships};
use super::table::{Cell, Members};
use crate::Result;
use crate::entities::members;
use crate::table::{Asked, Bounds, Counted, Marks, Selection, Sources, Wanted, counts, of, rows_of, search};
use domain::groups::Membership;
use domain::members::{MemberFilters, MemberQuery, MemberSort};
use domain::{GroupId, MemberStatus, OrganizationId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, IntoIden, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, Order};

/// Everything that decides which members there are and in which order.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub organization: OrganizationId,
    pub query: &'a MemberQuery,
    /// What is asked of memberships in the query's group, where it names one.
    pub in_group: InGroup,
    pub now: Timestamp,
}

/// A source that only members have.
#[derive(Clone, Copy, Debug)]
pub(super) enum Own {
    /// The invitations that have run out.
    Expired,
    /// The members of a group.
    Group(GroupId),
}

impl Rows<'_> {
    /// The memberships in a group that count for the query.
    fn memberships(&self, group: GroupId) -> Memberships {
        Memberships { organization: self.organization, group, which: self.in_group, now: self.now }
    }

    /// What a group holds of the rows: a bound of how many, and how many exactly, where that is known.
    async fn of_group(
        &self,
        db: &impl ConnectionTrait,
        group: GroupId,
        counted: Counted,
        bounds: Bounds,
    ) -> Result<(u64, Option<u64>)> {
        let (filters, in_group) = (&self.query.filters, self.in_group);
        let members = of_group(db, self.organization, group, self.now, in_group.membership).await?;
        let alone = filters.set() == 1 && !filters.shows_deleted() && in_group.role.is_none();
        // Deleted members are in it too, uncounted.
        let most = if filters.shows_deleted() { members + counted.all / 8 } else { members };
        let size = match in_group.role.filter(|_| in_group.membership != Some(Membership::Ended)) {
            Some(role) => {
                let few = bounds.by_key();
                let found = rows_of(db, self.memberships(group).with_role(role, few + 1)).await?;
                if found <= few { found } else { most }
            }
            None => most,
        };
        Ok((size, alone.then_some(members)))
    }
}

impl Selection for Rows<'_> {
    type Table = Members;
    type Own = Own;

    fn organization(&self) -> OrganizationId {
        self.organization
    }

    fn asked(&self) -> Asked<'_, MemberSort> {
        Asked::of(self.query)
    }

    fn admits(&self, cell: Cell) -> bool {
        let filters = &self.query.filters;
        filters.role.is_none_or(|role| cell.role == Some(role))
            && filters.kind.is_none_or(|kind| cell.kind == kind)
            && match filters.status {
                Some(MemberStatus::Active) => cell.state == State::Active,
                Some(MemberStatus::Deleted) => cell.state == State::Deleted,
                Some(MemberStatus::Invited | MemberStatus::Expired) => cell.state == State::Invited,
                None => filters.shows_deleted() || cell.state != State::Deleted,
            }
    }

    fn counters_as_text(&self, db: &impl ConnectionTrait) -> Option<Expr> {
        let MemberFilters { status, group, .. } = self.query.filters;
        let by_clock = matches!(status, Some(MemberStatus::Invited | MemberStatus::Expired));
        let counted = self.query.search.is_empty() && group.is_none() && !by_clock && !self.in_group.by_role;
        counted.then(|| counts::as_text::<Members>(db, self.organization)).flatten()
    }

    async fn sources(&self, db: &impl ConnectionTrait, counted: Counted, bounds: Bounds) -> Result<Sources<Own>> {
        let filters = &self.query.filters;
        let mut sources = Sources::of_cells(counted);
        if let Some(status @ (MemberStatus::Invited | MemberStatus::Expired)) = filters.status {
            let expired = expired(db, self.organization, self.now).await?;
            let is_expired = status == MemberStatus::Expired;
            let these = if is_expired { expired } else { counted.admitted.saturating_sub(expired) };
            sources.only_cells = false;
            sources.exact = (filters.set() == 1).then_some(these);
            if is_expired {
                sources.offers.push((Own::Expired, expired));
            }
        }
        if let Some(group) = filters.group {
            let (size, exact) = self.of_group(db, group, counted, bounds).await?;
            sources.only_cells = false;
            sources.exact = exact;
            if self.in_group.by_role {
                // Nothing else has that order.
                sources.only = Some((Own::Group(group), size));
            } else {
                sources.offers.push((Own::Group(group), size));
            }
        }
        Ok(sources)
    }

    fn conditions(&self, mut all: Condition, own: Option<&Own>) -> Condition {
        let filters = &self.query.filters;
        let of = of::<Members>;
        if let Some(role) = filters.role {
            all = all.add(of(members::Column::Role).eq(role.word()));
        }
        if let Some(kind) = filters.kind {
            all = all.add(of(members::Column::Kind).eq(kind.word()));
        }
        if let Some(group) = filters.group
            && !matches!(own, Some(Own::Group(_)))
        {
            all = all.add(self.memberships(group).is_of_row());
        }
        let state = |state: State| of(members::Column::State).eq(state.word());
        let expires = || of(members::Column::InviteExpiresAt);
        match filters.status {
            Some(MemberStatus::Active) => all.add(state(State::Active)),
            Some(MemberStatus::Deleted) => all.add(state(State::Deleted)),
            Some(MemberStatus::Invited) => all.add(is_invited()).add(expires().gt(self.now.millis())),
            Some(MemberStatus::Expired) => all.add(is_invited()).add(expires().lte(self.now.millis())),
            None if filters.shows_deleted() => all,
            None => all.add(of(members::Column::State).ne(State::Deleted.word())),
        }
    }

    fn read_from(&self, own: &Own, select: &mut SelectStatement, all: Condition) -> Condition {
        match own {
            Own::Expired => {
                select.from(members::Entity);
                all.add(members::Column::OrganizationId.eq(self.organization.uuid()))
            }
            Own::Group(group) => {
                self.memberships(*group).join(select);
                all
            }
        }
    }

    fn by_key(&self, own: &Own) -> bool {
        matches!(own, Own::Group(_))
    }

    fn marks(&self) -> Marks {
        let filters = &self.query.filters;
        let state = filters.status.map(|status| match status {
            MemberStatus::Active => State::Active,
            MemberStatus::Invited | MemberStatus::Expired => State::Invited,
            MemberStatus::Deleted => State::Deleted,
        });
        let words = [
            state.map(State::word),
            filters.kind.map(domain::MemberKind::word),
            filters.role.map(domain::OrganizationRole::word),
        ];
        Marks {
            with: words.into_iter().flatten().collect(),
            without: (state.is_none() && !filters.shows_deleted()).then(|| State::Deleted.word()),
        }
    }

    /// Those who are in a group, where the group is all that the index knows nothing of: their members need not be looked
    /// at. SQLite's index knows members by their rows, which memberships do not.
    fn hits(&self, db: &impl ConnectionTrait, wanted: &Wanted, most: u64) -> Option<SelectStatement> {
        let group = self.query.filters.group?;
        let by_key = db.get_database_backend() == DbBackend::Postgres && wanted.is_certain(db);
        let clocked = matches!(self.query.filters.status, Some(MemberStatus::Invited | MemberStatus::Expired));
        if clocked || !by_key {
            return None;
        }
        let hits = search::hits(db, wanted, i64::MAX as u64).expr_as(Expr::col("member_id"), "id").take();
        let mut some = Query::select();
        some.expr(Expr::val(1)).from_subquery(hits, members::Entity.into_iden()).limit(most);
        Some(some.and_where(self.memberships(group).is_of_row()).take())
    }

    fn has_own_order(&self) -> bool {
        self.in_group.by_role
    }

    fn order_by(&self, select: &mut SelectStatement, own: Option<&Own>, order: &Order) {
        match (own, self.query.filters.group) {
            (Some(Own::Group(_)), _) | (_, None) => Memberships::order_by_role(select, order),
            (_, Some(group)) => self.memberships(group).order_rows_by_role(select, order),
        }
    }
}
