//! The sources of a table's rows. The same rows can be found by walking along a sort's index, or among a few rows that
//! are known to contain them all. Neither is fast for every query, and the databases cannot tell which one is, so the
//! planner decides (DESIGN 7).

use super::selection::order_of;
use super::{Cell as _, Column, Selection, Table, Wanted, name, of, search};
use crate::dialect;
use domain::table::Direction;
use sea_orm::sea_query::{Alias, Cond, DynIden, Expr, ExprTrait, JoinType, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, IdenStatic, Iterable, Order, Value};

/// A set that holds all the rows, and others that the conditions then take out.
pub(crate) enum Source<S: Selection> {
    /// The rows in the order of the sort, from one end or an anchor, as many as may be looked at.
    Walk { backwards: bool, anchor: Anchor, most: Option<u64> },
    /// Some of the rows, as many as may be looked at: those that lie together in the database.
    Sample { most: u64 },
    /// The rows of some cells of the counters.
    Cells(Vec<<S::Table as Table>::Cell>),
    /// All rows, in any order.
    All,
    /// A source that only this table has.
    Own(S::Own),
    /// What the search index finds.
    Hits(Wanted),
}

/// Where a walk begins, if not at an end: at a key and an id when it goes up, below them when it goes down.
#[derive(Clone, Debug, Default)]
pub(crate) struct Anchor {
    pub from: Option<(DynIden, Value, uuid::Uuid)>,
}

impl Anchor {
    fn apply<T: Table>(&self, mut rows: SelectStatement, order: &Order) -> SelectStatement {
        if let Some((column, key, id)) = &self.from {
            let here = Expr::tuple([Expr::col(column.clone()), Expr::col(T::ID)]);
            let there = Expr::tuple([Expr::val(key.clone()), Expr::val(*id)]);
            rows.and_where(if matches!(order, Order::Desc) { here.lt(there) } else { here.gte(there) });
        }
        rows
    }
}

/// The rows that a selection asks for.
pub(crate) struct Rows<'a, S: Selection>(pub &'a S);

impl<S: Selection> Rows<'_, S> {
    /// The direction in which a walk from one end goes.
    pub fn order(&self, backwards: bool) -> Order {
        match (self.0.asked().direction, backwards) {
            (Direction::Ascending, false) | (Direction::Descending, true) => Order::Asc,
            _ => Order::Desc,
        }
    }

    /// The rows of a source that the selection asks for, with nothing selected yet.
    pub fn select(&self, db: &impl ConnectionTrait, source: &Source<S>) -> SelectStatement {
        let mut all = self.conditions(db, source);
        let mut from = Query::select();
        match source {
            Source::Walk { backwards, anchor, most } => {
                let order = self.order(*backwards);
                let walk = anchor
                    .apply::<S::Table>(self.whole(), &order)
                    .order_by(order_of(self.0), order.clone())
                    .order_by(S::Table::ID, order)
                    .limit(most.unwrap_or(i64::MAX as u64))
                    .to_owned();
                from.from_subquery(walk, name::<S::Table>());
            }
            Source::Sample { most } => {
                from.from_subquery(self.sample(db).limit(*most).to_owned(), name::<S::Table>());
                all = all.add(self.of_organization());
            }
            Source::Cells(cells) => {
                let mut parts = cells.iter().map(|cell| self.cell(*cell));
                // Without a cell there is no row: the walk over nothing.
                let mut first = parts.next().unwrap_or_else(|| self.whole().limit(0).to_owned());
                for part in parts {
                    first.union(UnionType::All, part);
                }
                from.from_subquery(first, name::<S::Table>());
            }
            Source::All => {
                from.from(name::<S::Table>());
                all = all.add(self.of_organization());
            }
            Source::Own(own) => all = self.0.read_from(own, &mut from, all),
            Source::Hits(wanted) => {
                let hits = Alias::new("hits");
                from.from_subquery(search::hits(db, wanted, i64::MAX as u64), hits.clone());
                let hit = search::joined::<S::Table>(db, wanted, &hits);
                if db.get_database_backend() == DbBackend::Postgres {
                    // It estimates that there are many more, and would rather read every row: one by one, by key.
                    let row = self.whole().and_where(hit).limit(1).to_owned();
                    from.join_lateral(JoinType::InnerJoin, row, name::<S::Table>(), Cond::all());
                } else {
                    from.cross_join(name::<S::Table>());
                    all = all.add(self.of_organization()).add(hit);
                }
            }
        }
        from.cond_where(all).to_owned()
    }

    fn of_organization(&self) -> Expr {
        of::<S::Table>(S::Table::ORGANIZATION).eq(self.0.organization().uuid())
    }

    fn whole(&self) -> SelectStatement {
        let mut rows = Query::select();
        rows.columns(Column::<S::Table>::iter())
            .from(name::<S::Table>())
            .and_where(S::Table::ORGANIZATION.eq(self.0.organization().uuid()));
        if let Some(prefix) = self.0.prefix() {
            rows.and_where(prefix);
        }
        rows
    }

    /// The rows of a cell, in literal words as partial indexes have them: SQLite does not look into bound values.
    fn cell(&self, cell: <S::Table as Table>::Cell) -> SelectStatement {
        let table = <S::Table as Table>::Entity::default();
        let mut rows = self.whole();
        for (column, word) in S::Table::CELL.iter().zip(cell.words()) {
            rows.and_where(Expr::cust(format!("\"{}\".\"{}\" = '{word}'", table.as_str(), column.as_str())));
        }
        rows
    }

    /// Rows as they lie in the database, from the organization's first on, with what conditions ask for.
    fn sample(&self, db: &impl ConnectionTrait) -> SelectStatement {
        let place = if db.get_database_backend() == DbBackend::Postgres { "ctid" } else { "row_id" };
        let first = Query::select()
            .column(place)
            .from(name::<S::Table>())
            .and_where(S::Table::ORGANIZATION.eq(self.0.organization().uuid()))
            .order_by(S::Table::ID, Order::Asc)
            .limit(1)
            .to_owned();
        Query::select()
            .columns(S::Table::SAMPLED.iter().copied())
            .from(name::<S::Table>())
            .and_where(Expr::col(place).gte(Expr::SubQuery(None, Box::new(first.into()))))
            .to_owned()
    }

    /// What a row of a source must fulfil.
    fn conditions(&self, db: &impl ConnectionTrait, source: &Source<S>) -> Condition {
        let mut all = Cond::all();
        let search = self.0.asked().search;
        // Where what the index finds is certain, asking again would be slow.
        let certain = matches!(source, Source::Hits(wanted) if wanted.is_certain(db));
        if !search.is_empty() && !certain {
            let needle = search.needle();
            let matches = |column: &Column<S::Table>| dialect::contains(db, of::<S::Table>(*column), &needle);
            all = all.add(S::Table::SEARCHED.iter().map(matches).fold(Cond::any(), Condition::add));
        }
        self.0.conditions(all, if let Source::Own(own) = source { Some(own) } else { None })
    }
}
