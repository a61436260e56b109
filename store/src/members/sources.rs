//! Where the rows of the members table come from. The same rows can be come to by walking along a sort's
//! index, or from a few that are known to hold all of them; neither is fast for every query, and the
//! databases cannot tell which one is, so it is said here (DESIGN 7).

use super::count::is_invited;
use super::in_group::InGroup;
use super::{Cell, State, search};
use crate::dialect;
use crate::entities::members;
use domain::members::{MemberQuery, MemberSort};
use domain::table::Direction;
use domain::{GroupId, MemberStatus, OrganizationId, Timestamp};
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, IntoIden, JoinType, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, Iterable, Order, Value};

/// Everything that decides which rows there are and in which order.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub organization: OrganizationId,
    pub query: &'a MemberQuery,
    /// What is asked of memberships in the query's group, where it names one.
    pub in_group: InGroup,
    pub now: Timestamp,
}

/// A set that holds all the rows, and others that the conditions then take out.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// The members in the order of the sort, from one end or an anchor, as many as may be looked at.
    Walk { backwards: bool, anchor: Anchor, most: Option<u64> },
    /// Some of the members, as many as may be looked at: those that lie together in the database.
    Sample { most: u64 },
    /// The members of some cells of the counters.
    Cells(Vec<Cell>),
    /// The invitations that have run out.
    Expired,
    /// The members in any order.
    Everybody,
    /// The members of a group.
    Group(GroupId),
    /// What the search index finds.
    Hits(search::Wanted),
}

/// Where a walk begins, if not at an end: at a key and an id when it goes up, below them when it goes down.
#[derive(Clone, Debug, Default)]
pub(super) struct Anchor {
    pub from: Option<(members::Column, Value, uuid::Uuid)>,
}

impl Anchor {
    fn apply(&self, mut rows: SelectStatement, order: &Order) -> SelectStatement {
        if let Some((column, key, id)) = &self.from {
            let here = Expr::tuple([Expr::col(*column), Expr::col(members::Column::Id)]);
            let there = Expr::tuple([Expr::val(key.clone()), Expr::val(*id)]);
            rows.and_where(if matches!(order, Order::Desc) { here.lt(there) } else { here.gte(there) });
        }
        rows
    }
}

/// The column that orders.
pub(super) fn order_of(sort: MemberSort) -> members::Column {
    match sort {
        MemberSort::Name => members::Column::NameKey,
        MemberSort::Email => members::Column::EmailKey,
        MemberSort::Role => members::Column::Role,
        MemberSort::Created => members::Column::CreatedAt,
        MemberSort::LastActive => members::Column::LastActiveAt,
        MemberSort::Logins => members::Column::LoginsCount,
        MemberSort::LastLogin => members::Column::LastLoginAt,
        MemberSort::LastLoginIp => members::Column::LastLoginIp,
    }
}

/// A row of the table `members` or of a part of it that bears its name.
fn of(column: members::Column) -> Expr {
    Expr::col((members::Entity, column))
}

impl Rows<'_> {
    /// The direction in which a walk from one end goes.
    pub fn order(&self, backwards: bool) -> Order {
        match (self.query.direction, backwards) {
            (Direction::Ascending, false) | (Direction::Descending, true) => Order::Asc,
            _ => Order::Desc,
        }
    }

    /// The rows of a source that the query names, with nothing selected yet.
    pub fn select(&self, db: &impl ConnectionTrait, source: &Source) -> SelectStatement {
        let mut all = self.conditions(db, source);
        let mut from = Query::select();
        match source {
            Source::Walk { backwards, anchor, most } => {
                let order = self.order(*backwards);
                let walk = anchor
                    .apply(self.whole(), &order)
                    .order_by(order_of(self.query.sort), order.clone())
                    .order_by(members::Column::Id, order)
                    .limit(most.unwrap_or(i64::MAX as u64))
                    .to_owned();
                from.from_subquery(walk, members::Entity.into_iden());
            }
            Source::Sample { most } => {
                from.from_subquery(self.sample(db).limit(*most).to_owned(), members::Entity.into_iden());
                all = all.add(of(members::Column::OrganizationId).eq(self.organization.uuid()));
            }
            Source::Cells(cells) => {
                let mut parts = cells.iter().map(|cell| {
                    // In literal words, as the partial indexes have them: SQLite does not look into bound ones.
                    let (state, kind, role) = (cell.state.word(), cell.kind.word(), super::role_word(cell.role));
                    let word = |column: &str, word: &str| Expr::cust(format!("\"members\".\"{column}\" = '{word}'"));
                    self.whole()
                        .and_where(word("state", state))
                        .and_where(word("kind", kind))
                        .and_where(word("role", role))
                        .to_owned()
                });
                // Without a cell there is nobody: the walk over nothing.
                let mut first = parts.next().unwrap_or_else(|| self.whole().limit(0).to_owned());
                for part in parts {
                    first.union(UnionType::All, part);
                }
                from.from_subquery(first, members::Entity.into_iden());
            }
            Source::Expired | Source::Everybody => {
                from.from(members::Entity);
                all = all.add(of(members::Column::OrganizationId).eq(self.organization.uuid()));
            }
            Source::Group(group) => self.join_group(&mut from, *group),
            Source::Hits(wanted) => {
                let hits = Alias::new("hits");
                from.from_subquery(search::hits(db, wanted, i64::MAX as u64), hits.clone());
                let hit = search::joined(db, &hits);
                if db.get_database_backend() == DbBackend::Postgres {
                    // It guesses that there are many more, and would rather read everybody: one by one, by their keys.
                    let member = self.whole().and_where(hit).limit(1).to_owned();
                    from.join_lateral(JoinType::InnerJoin, member, members::Entity.into_iden(), Cond::all());
                } else {
                    from.cross_join(members::Entity);
                    all = all.add(of(members::Column::OrganizationId).eq(self.organization.uuid())).add(hit);
                }
            }
        }
        from.cond_where(all).to_owned()
    }

    /// Those of the index's hits who are in a group, where the group is all that the index knows nothing of: their
    /// members need not be looked at. SQLite's index knows members by their rows, where memberships do not.
    pub fn hits_in(
        &self,
        db: &impl ConnectionTrait,
        (wanted, group): (&search::Wanted, GroupId),
        most: u64,
    ) -> Option<SelectStatement> {
        let by_key = db.get_database_backend() == DbBackend::Postgres && wanted.is_certain(db);
        let clocked = matches!(self.query.filters.status, Some(MemberStatus::Invited | MemberStatus::Expired));
        if clocked || !by_key {
            return None;
        }
        let hits = search::hits(db, wanted, i64::MAX as u64).expr_as(Expr::col("member_id"), "id").take();
        let mut some = Query::select();
        some.expr(Expr::val(1)).from_subquery(hits, members::Entity.into_iden()).limit(most);
        Some(some.and_where(self.is_in(group)).take())
    }

    fn whole(&self) -> SelectStatement {
        Query::select()
            .columns(members::Column::iter())
            .from(members::Entity)
            .and_where(members::Column::OrganizationId.eq(self.organization.uuid()))
            .to_owned()
    }

    /// Members as they lie in the database, from the organization's first on, with what conditions ask for.
    fn sample(&self, db: &impl ConnectionTrait) -> SelectStatement {
        use members::Column::{EmailKey, Id, InviteExpiresAt, Kind, NameKey, OrganizationId, Role, State};
        let columns = [OrganizationId, Id, EmailKey, NameKey, Role, Kind, State, InviteExpiresAt];
        let place = if db.get_database_backend() == DbBackend::Postgres { "ctid" } else { "row_id" };
        let first = Query::select()
            .column(place)
            .from(members::Entity)
            .and_where(OrganizationId.eq(self.organization.uuid()))
            .order_by(Id, Order::Asc)
            .limit(1)
            .to_owned();
        Query::select()
            .columns(columns)
            .from(members::Entity)
            .and_where(Expr::col(place).gte(Expr::SubQuery(None, Box::new(first.into()))))
            .to_owned()
    }

    /// What a row of a source must fulfil.
    fn conditions(&self, db: &impl ConnectionTrait, source: &Source) -> Condition {
        let filters = &self.query.filters;
        let mut all = Cond::all();
        // Where what the index finds is certain, asking again would be slow.
        let certain = matches!(source, Source::Hits(wanted) if wanted.is_certain(db));
        if !self.query.search.is_empty() && !certain {
            let needle = self.query.search.needle();
            let matches = |column| dialect::contains(db, of(column), &needle);
            all = all.add(Cond::any().add(matches(members::Column::EmailKey)).add(matches(members::Column::NameKey)));
        }
        if let Some(role) = filters.role {
            all = all.add(of(members::Column::Role).eq(role.word()));
        }
        if let Some(kind) = filters.kind {
            all = all.add(of(members::Column::Kind).eq(kind.word()));
        }
        if let Some(group) = filters.group
            && !matches!(source, Source::Group(_))
        {
            all = all.add(self.is_in(group));
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
}
