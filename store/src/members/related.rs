//! What other tables say of the members of a page, in one statement: the groups they are in, whether wrong passwords
//! locked their sign-in, and on the page of a group what they are in it.

use super::State;
use crate::entities::{group_members, groups, lockouts, members};
use crate::groups::role_of;
use crate::{Result, lockouts::locked_among};
use domain::members::{GroupTag, LAST_TAG};
use domain::{AccountId, GroupId, GroupRole, MemberId, OrganizationId, Timestamp};
use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait, Func, Query, SelectStatement, UnionType, WindowStatement};
use sea_orm::{ConnectionTrait, JoinType, Order, QueryResult};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The groups of one member: the first by name, and how many there are.
pub(super) type Tags = (Vec<GroupTag>, u32);

/// What members are in one group, and until when.
pub(super) type InThatGroup = HashMap<MemberId, (GroupRole, Timestamp)>;

/// What was found.
#[derive(Default)]
pub(super) struct Related {
    /// The groups of each member, by the member's id.
    pub tags: HashMap<Uuid, Tags>,
    /// The accounts that cannot sign in.
    pub locked: HashSet<AccountId>,
    /// What they are in the group that was asked about.
    pub in_group: InThatGroup,
}

/// So many memberships are read as they are, without counting them at the database.
const FEW_MEMBERSHIPS: usize = 1_000;

// What a row is. All have the same columns: whose it is, an id, a name, a key and a number.
const TAG: &str = "tag";
const LOCKED: &str = "locked";
const IN_GROUP: &str = "in_group";

/// The columns in their order.
const KIND: &str = "kind";
const OF: &str = "of";
const ID: &str = "id";
const NAME: &str = "name";
const KEY: &str = "name_key";
const NUMBER: &str = "number";

/// Finds it for the rows of a page, and for a group where one is named.
pub(super) async fn find(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    group: Option<GroupId>,
    rows: &[members::Model],
    now: Timestamp,
) -> Result<Related> {
    let mut related = Related::default();
    if rows.is_empty() {
        return Ok(related);
    }
    let page = Page { organization, rows, now };
    let mut all = page.first_tags();
    if let Some(group) = group {
        all.union(UnionType::All, page.in_group(group));
    }
    if let Some(locked) = page.locked() {
        all.union(UnionType::All, locked);
    }
    let mut memberships = Vec::new();
    for row in db.query_all(&all).await? {
        let (kind, of): (String, Uuid) = (row.try_get("", KIND)?, row.try_get("", OF)?);
        match kind.as_str() {
            LOCKED => _ = related.locked.insert(AccountId::from_uuid(of)),
            IN_GROUP => {
                let ends_at = Timestamp::from_millis(row.try_get("", NUMBER)?);
                related
                    .in_group
                    .insert(MemberId::from_uuid(of), (role_of(&row.try_get::<String>("", NAME)?)?, ends_at));
            }
            _ => memberships.push((row.try_get::<String>("", KEY)?, row.try_get::<Uuid>("", ID)?, of, tag(&row)?)),
        }
    }
    if memberships.len() < FEW_MEMBERSHIPS {
        // The parts of a union come in any order.
        memberships.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
        for (_, _, member, tag) in memberships {
            let (tags, number) = related.tags.entry(member).or_default();
            if tags.len() < LAST_TAG {
                tags.push(tag);
            }
            *number += 1;
        }
    } else {
        related.tags = page.counted_tags(db).await?;
    }
    Ok(related)
}

fn tag(row: &QueryResult) -> Result<GroupTag> {
    Ok(GroupTag { id: GroupId::from_uuid(row.try_get("", ID)?), name: row.try_get("", NAME)? })
}

/// The members that it is asked about.
struct Page<'a> {
    organization: OrganizationId,
    rows: &'a [members::Model],
    now: Timestamp,
}

impl Page<'_> {
    fn ids(&self) -> impl Iterator<Item = Uuid> {
        self.rows.iter().map(|row| row.id)
    }

    /// Their groups: memberships as `m`, groups as `g`.
    fn memberships(&self) -> SelectStatement {
        let of = |column: group_members::Column| Expr::col((Alias::new("m"), column));
        let group = |column: groups::Column| Expr::col((Alias::new("g"), column));
        Query::select()
            .expr_as(of(group_members::Column::MemberId), OF)
            .expr_as(group(groups::Column::Id), ID)
            .expr_as(group(groups::Column::Name), NAME)
            .expr_as(group(groups::Column::NameKey), KEY)
            .from_as(group_members::Entity, "m")
            .join_as(
                JoinType::InnerJoin,
                groups::Entity,
                "g",
                group(groups::Column::OrganizationId)
                    .equals((Alias::new("m"), group_members::Column::OrganizationId))
                    .and(group(groups::Column::Id).equals((Alias::new("m"), group_members::Column::GroupId))),
            )
            .and_where(of(group_members::Column::OrganizationId).eq(self.organization.uuid()))
            .and_where(of(group_members::Column::MemberId).is_in(self.ids()))
            .and_where(of(group_members::Column::EndsAt).gt(self.now.millis()))
            .to_owned()
    }

    /// The first of them by name.
    fn first_tags(&self) -> SelectStatement {
        let mut few = self.memberships();
        few.limit(FEW_MEMBERSHIPS as u64);
        for column in BY_NAME {
            few.order_by((Alias::new("g"), column), Order::Asc);
        }
        // SQLite takes no LIMIT inside a union, but in a query that it is made from.
        Query::select()
            .expr_as(Expr::val(TAG), KIND)
            .columns([OF, ID, NAME, KEY])
            .expr_as(Expr::val(0_i64), NUMBER)
            .from_subquery(few, "few")
            .to_owned()
    }

    /// The first of each member, and how many each has.
    async fn counted_tags(&self, db: &impl ConnectionTrait) -> Result<HashMap<Uuid, Tags>> {
        let member = || (Alias::new("m"), group_members::Column::MemberId);
        let each = WindowStatement::partition_by(member());
        let mut in_order = WindowStatement::partition_by(member());
        for column in BY_NAME {
            in_order.order_by((Alias::new("g"), column), Order::Asc);
        }
        let ranked = self
            .memberships()
            .expr_window_as(Func::cust("ROW_NUMBER"), in_order, "place")
            .expr_window_as(Func::count(Expr::col(Asterisk)), each, NUMBER)
            .to_owned();
        let first = Query::select()
            .columns([OF, ID, NAME, NUMBER])
            .from_subquery(ranked, "ranked")
            .and_where(Expr::col("place").lte(LAST_TAG as i64))
            .order_by("place", Order::Asc)
            .to_owned();
        let mut found: HashMap<Uuid, Tags> = HashMap::new();
        for row in db.query_all(&first).await? {
            let (tags, number) = found.entry(row.try_get("", OF)?).or_default();
            tags.push(tag(&row)?);
            *number = u32::try_from(row.try_get::<i64>("", NUMBER)?).unwrap_or(u32::MAX);
        }
        Ok(found)
    }

    /// What they are in a group.
    fn in_group(&self, group: GroupId) -> SelectStatement {
        let of = |column: group_members::Column| Expr::col((group_members::Entity, column));
        Query::select()
            .expr_as(Expr::val(IN_GROUP), KIND)
            .expr_as(of(group_members::Column::MemberId), OF)
            .expr_as(of(group_members::Column::GroupId), ID)
            .expr_as(of(group_members::Column::Role), NAME)
            .expr_as(Expr::val(""), KEY)
            .expr_as(of(group_members::Column::EndsAt), NUMBER)
            .from(group_members::Entity)
            .and_where(of(group_members::Column::OrganizationId).eq(self.organization.uuid()))
            .and_where(of(group_members::Column::GroupId).eq(group.uuid()))
            .and_where(of(group_members::Column::MemberId).is_in(self.ids()))
            .to_owned()
    }

    /// Those who are members and cannot sign in; nothing where none of them has an account.
    fn locked(&self) -> Option<SelectStatement> {
        let active = self.rows.iter().filter(|row| row.state == State::Active.word());
        let accounts: Vec<AccountId> = active.filter_map(|row| row.account_id).map(AccountId::from_uuid).collect();
        let account = || Expr::col((lockouts::Entity, lockouts::Column::AccountId));
        let mut locked = locked_among(accounts, self.now)?;
        locked
            .expr_as(Expr::val(LOCKED), KIND)
            .expr_as(account(), OF)
            .expr_as(account(), ID)
            .expr_as(Expr::val(""), NAME)
            .expr_as(Expr::val(""), KEY)
            .expr_as(Expr::val(0_i64), NUMBER);
        Some(locked)
    }
}

/// What orders groups.
const BY_NAME: [groups::Column; 2] = [groups::Column::NameKey, groups::Column::Id];
