//! Conditions on memberships in the group that a query names. The members table wants current ones; a group's page can
//! also ask for a role in the group, or for memberships that have ended (spec G5, G7).

use crate::entities::{group_members, members};
use domain::groups::Membership;
use domain::{GroupId, GroupRole, OrganizationId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, IntoIden, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, Iterable, Order};

/// Which memberships count, and whether they order the rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InGroup {
    /// Only this group role.
    pub role: Option<GroupRole>,
    /// Only memberships that stand like this; else both.
    pub membership: Option<Membership>,
    /// Whether the group role orders the rows, instead of what the query names.
    pub by_role: bool,
}

impl InGroup {
    /// Whoever is in the group now.
    pub const CURRENT: Self = Self { role: None, membership: Some(Membership::Current), by_role: false };
}

fn theirs(column: group_members::Column) -> Expr {
    Expr::col((group_members::Entity, column))
}

/// Asks whether a membership was closed, in the words of the index of those.
pub(crate) fn is_closed() -> Expr {
    Expr::cust("\"group_members\".\"closed_at\" > 0")
}

/// Asks whether a membership in a group that is not closed has an end, in the words of the index of those.
pub(crate) fn may_end() -> Expr {
    Expr::cust("\"group_members\".\"closed_at\" = 0 AND \"group_members\".\"ends_at\" < 253402300799000")
}

/// The memberships in a group that count.
#[derive(Clone, Copy)]
pub(super) struct Memberships {
    pub organization: OrganizationId,
    pub group: GroupId,
    pub which: InGroup,
    pub now: Timestamp,
}

impl Memberships {
    /// Joins the members of the group to a query that has nothing yet. Those whose membership has ended are found by
    /// the two indexes that hold only what may have: closed ones, and those that are about to be.
    pub fn join(&self, from: &mut SelectStatement) {
        if self.which.membership == Some(Membership::Ended) {
            let part = |which: Expr| {
                let mut part = Query::select();
                part.columns(group_members::Column::iter().map(|column| (group_members::Entity, column)))
                    .from(group_members::Entity)
                    .and_where(which);
                self.narrow(&mut part);
                part
            };
            let ended = part(is_closed()).union(UnionType::All, part(may_end())).to_owned();
            from.from_subquery(ended, group_members::Entity.into_iden());
        } else {
            from.from(group_members::Entity);
            self.narrow(from);
        }
        from.cross_join(members::Entity)
            .and_where(Expr::col((members::Entity, members::Column::OrganizationId)).eq(self.organization.uuid()))
            .and_where(
                Expr::col((members::Entity, members::Column::Id))
                    .equals((group_members::Entity, group_members::Column::MemberId)),
            );
    }

    /// Narrows memberships to those that count.
    fn narrow(&self, memberships: &mut SelectStatement) {
        let now = self.now.millis();
        memberships
            .and_where(theirs(group_members::Column::OrganizationId).eq(self.organization.uuid()))
            .and_where(theirs(group_members::Column::GroupId).eq(self.group.uuid()));
        if let Some(role) = self.which.role {
            memberships.and_where(theirs(group_members::Column::Role).eq(role.word()));
        }
        match self.which.membership {
            Some(Membership::Current) => _ = memberships.and_where(theirs(group_members::Column::EndsAt).gt(now)),
            Some(Membership::Ended) => _ = memberships.and_where(theirs(group_members::Column::EndsAt).lte(now)),
            None => {}
        }
    }

    /// The memberships with one role, deleted members' too: what an index alone can count.
    pub fn with_role(&self, role: GroupRole, most: u64) -> SelectStatement {
        Query::select()
            .expr(Expr::val(1))
            .from(group_members::Entity)
            .and_where(group_members::Column::OrganizationId.eq(self.organization.uuid()))
            .and_where(group_members::Column::GroupId.eq(self.group.uuid()))
            .and_where(group_members::Column::Role.eq(role.word()))
            .limit(most)
            .to_owned()
    }

    /// Something of a member's membership that counts, or nothing: a look at one key. `LIMIT` keeps
    /// PostgreSQL from making a join of it, which would read the whole group first.
    fn looked_up(&self, what: Expr) -> Expr {
        let mut one = Query::select();
        one.expr(what).from(group_members::Entity).limit(1);
        self.narrow(&mut one);
        one.and_where(theirs(group_members::Column::MemberId).equals((members::Entity, members::Column::Id)));
        Expr::SubQuery(None, Box::new(one.into()))
    }

    /// Asks for a row of the members whether it has one.
    pub fn is_of_row(&self) -> Expr {
        self.looked_up(Expr::val(1)).is_not_null()
    }

    /// Orders members, wherever they come from, by the role in the group.
    pub fn order_rows_by_role(&self, select: &mut SelectStatement, order: &Order) {
        let role = self.looked_up(theirs(group_members::Column::Role));
        select.order_by_expr(role, order.clone()).order_by((members::Entity, members::Column::Id), order.clone());
    }

    /// Orders members who come from the group itself by their role in it, which is the order of its index.
    pub fn order_by_role(select: &mut SelectStatement, order: &Order) {
        select
            .order_by((group_members::Entity, group_members::Column::Role), order.clone())
            .order_by((group_members::Entity, group_members::Column::MemberId), order.clone());
    }
}
