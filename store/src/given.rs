//! Records who granted somebody their access (spec S6).

use crate::entities::members::{Column, Entity};
use domain::{MemberId, OrganizationId, Timestamp};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};

/// Who gave a role or a membership, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// The member who did; nobody where it was done on the command line.
    pub by: Option<MemberId>,
    /// When; [`Timestamp::NEVER`] where that was not kept yet.
    pub at: Timestamp,
}

impl Given {
    /// As the columns of a row have it.
    pub(crate) fn read(by: Option<uuid::Uuid>, at: i64) -> Self {
        Self { by: by.map(MemberId::from_uuid), at: Timestamp::from_millis(at) }
    }
}

/// Asks what a member is called whose id a column of the row around it has: the name, or the address where none is known;
/// nothing where they were erased. It is a look at one key.
pub(crate) fn called(organization: OrganizationId, id: Expr) -> SelectStatement {
    let giver = |column: Column| Expr::col((Alias::new("giver"), column));
    Query::select()
        .expr(Expr::case(giver(Column::Name).eq(""), giver(Column::Email)).finally(giver(Column::Name)))
        .from_as(Entity, "giver")
        .and_where(giver(Column::OrganizationId).eq(organization.uuid()))
        .and_where(giver(Column::Id).eq(id))
        .to_owned()
}
