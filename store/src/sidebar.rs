//! The sidebar of an organization's pages, in one statement (spec M2).

use crate::entities::{groups, views};
use crate::groups::{Visible, group_count, summary, visible};
use crate::members::present_query;
use crate::views::{self as saved, Owner};
use crate::{Result, dialect};
use domain::groups::{GroupList, Sidebar};
use domain::{OrganizationId, text};
use sea_orm::sea_query::{Alias, Expr, Func, Order, Query, SelectStatement, UnionType};
use sea_orm::{ConnectionTrait, QueryFilter, QueryTrait};

/// Whose sidebar, and which groups stand in it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Whose it is.
    pub reader: Owner,
    /// Which groups they see. Whoever sees all of them sees how many members there are, and has saved views.
    pub visible: Visible,
    /// What narrows the groups, by their names.
    pub search: &'a str,
}

// What a row is. All have the same columns: an id, a name, a text, a number and a sign.
const MEMBERS: &str = "members";
const GROUPS: &str = "groups";
const GROUP: &str = "group";
const VIEW: &str = "view";

/// The columns in their order, and what they are for a row that has no such thing.
const KIND: &str = "kind";
const ID: &str = "id";
const NAME: &str = "name";
const TEXT: &str = "text";
const NUMBER: &str = "number";
const SIGN: &str = "sign";

/// Reads it.
pub async fn find(db: &impl ConnectionTrait, asked: Asked<'_>) -> Result<Sidebar> {
    let Asked { reader: Owner { organization, .. }, visible, .. } = asked;
    let mut all = number(GROUPS, organization, count_of(organization, visible));
    all.union(UnionType::All, listed(db, asked));
    if matches!(visible, Visible::All) {
        all.union(UnionType::All, number(MEMBERS, organization, present_query(organization)));
        all.union(UnionType::All, saved_views(asked.reader));
    }
    let mut sidebar = Sidebar {
        members: None,
        group_count: 0,
        list: GroupList { groups: Vec::new(), more: false },
        views: Vec::new(),
    };
    let mut found = Vec::new();
    for row in db.query_all(&all).await? {
        let kind: String = row.try_get("", KIND)?;
        let (name, text): (String, String) = (row.try_get("", NAME)?, row.try_get("", TEXT)?);
        let number: i64 = row.try_get("", NUMBER)?;
        match kind.as_str() {
            MEMBERS => sidebar.members = Some(u64::try_from(number).unwrap_or(0)),
            GROUPS => sidebar.group_count = u64::try_from(number).unwrap_or(0),
            VIEW => sidebar.views.push(saved::of_stored(row.try_get("", ID)?, name, &text)),
            _ => {
                found.push((row.try_get::<i64>("", SIGN)? == 0, text, row.try_get::<uuid::Uuid>("", ID)?, name, number))
            }
        }
    }
    saved::sort(&mut sidebar.views);
    // The parts of a union come in any order.
    found.sort_by(|one, other| (one.0, &one.1, one.2).cmp(&(other.0, &other.1, other.2)));
    sidebar.list.more = found.len() > GroupList::MOST;
    found.truncate(GroupList::MOST);
    sidebar.list.groups =
        found.into_iter().map(|(below, _, id, name, members)| summary(id, name, members, !below)).collect();
    Ok(sidebar)
}

/// One row with a number.
fn number(kind: &str, organization: OrganizationId, number: SelectStatement) -> SelectStatement {
    Query::select()
        .expr_as(Expr::val(kind), KIND)
        .expr_as(Expr::val(organization.uuid()), ID)
        .expr_as(Expr::val(""), NAME)
        .expr_as(Expr::val(""), TEXT)
        .expr_as(Func::coalesce([Expr::from(number), Expr::val(0_i64)]), NUMBER)
        .expr_as(Expr::val(0_i64), SIGN)
        .to_owned()
}

fn count_of(organization: OrganizationId, to: Visible) -> SelectStatement {
    match to {
        Visible::All => group_count(organization),
        Visible::Of(..) => {
            let mut count = visible(organization, to).into_query();
            count.clear_selects().expr(Func::count(Expr::col((groups::Entity, groups::Column::Id))));
            count
        }
    }
}

/// The first groups by name, `administrators` on top, and one more than are shown.
fn listed(db: &impl ConnectionTrait, asked: Asked<'_>) -> SelectStatement {
    let of = |column| Expr::col((groups::Entity, column));
    let needle = text::fold(asked.search.trim());
    let mut theirs = visible(asked.reader.organization, asked.visible);
    if !needle.is_empty() {
        theirs = theirs.filter(dialect::contains(db, of(groups::Column::NameKey), &needle));
    }
    let mut first = theirs.into_query();
    first
        .clear_selects()
        .expr_as(Expr::val(GROUP), KIND)
        .expr_as(of(groups::Column::Id), ID)
        .expr_as(of(groups::Column::Name), NAME)
        .expr_as(of(groups::Column::NameKey), TEXT)
        .expr_as(of(groups::Column::MemberCount), NUMBER)
        .expr_as(of(groups::Column::BuiltIn), SIGN)
        .order_by((groups::Entity, groups::Column::BuiltIn), Order::Desc)
        .order_by((groups::Entity, groups::Column::NameKey), Order::Asc)
        .order_by((groups::Entity, groups::Column::Id), Order::Asc)
        .limit(GroupList::MOST as u64 + 1);
    // SQLite takes no LIMIT inside a union, but in a query that it is made from.
    Query::select().columns([KIND, ID, NAME, TEXT, NUMBER, SIGN]).from_subquery(first, Alias::new("listed")).to_owned()
}

fn saved_views(owner: Owner) -> SelectStatement {
    let of = |column| Expr::col((views::Entity, column));
    let mut theirs = owner.views().into_query();
    theirs
        .clear_selects()
        .expr_as(Expr::val(VIEW), KIND)
        .expr_as(of(views::Column::Id), ID)
        .expr_as(of(views::Column::Name), NAME)
        .expr_as(of(views::Column::Query), TEXT)
        .expr_as(Expr::val(0_i64), NUMBER)
        .expr_as(Expr::val(0_i64), SIGN);
    theirs
}
