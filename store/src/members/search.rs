//! The search index: tokens made by `domain`, kept in FTS5 on SQLite and under a GIN index on PostgreSQL.

use crate::entities::members;
use crate::{Result, bulk};
use domain::text::grams::Scope;
use domain::{MemberId, OrganizationId, text};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, Value};

pub(super) use domain::text::grams::Needle;

/// A member and what of them is searched: the folded keys of address and name.
pub(super) struct Texts {
    pub id: MemberId,
    pub email_key: String,
    pub name_key: String,
}

impl Texts {
    pub fn of(id: MemberId, email: &str, name: &str) -> Self {
        Self { id, email_key: text::fold(email), name_key: text::fold(name) }
    }
}

fn is_postgres(db: &impl ConnectionTrait) -> bool {
    db.get_database_backend() == DbBackend::Postgres
}

/// Puts members, who must be there, into the index.
pub(super) async fn add(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    texts: impl ExactSizeIterator<Item = Texts>,
) -> Result<()> {
    let scope = Scope::of(organization);
    let document = |one: Texts| {
        let document = scope.document([&one.email_key, &one.name_key]);
        [Value::from(one.id.uuid()), document.into()]
    };
    let then = if is_postgres(db) {
        "INSERT INTO member_search (member_id, grams, organization_id) \
         SELECT given.id, array_to_tsvector(string_to_array(given.grams, ' ')), organizations.id \
         FROM given CROSS JOIN organizations WHERE organizations.id = "
    } else {
        "INSERT INTO member_search (rowid, grams) SELECT members.row_id, given.grams \
         FROM given CROSS JOIN members WHERE members.id = given.id AND members.organization_id = "
    };
    bulk::with_given(db, ["id", "grams"], [then, ""], organization.uuid(), texts.map(document)).await
}

/// Takes members out of the index.
pub(super) async fn remove(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    members: impl ExactSizeIterator<Item = MemberId>,
) -> Result<()> {
    let then = if is_postgres(db) {
        let some = "DELETE FROM member_search USING given \
                    WHERE member_search.member_id = given.id AND member_search.organization_id = ";
        [some, ""]
    } else {
        let some = "DELETE FROM member_search WHERE rowid IN (SELECT members.row_id FROM given CROSS JOIN members \
                    WHERE members.id = given.id AND members.organization_id = ";
        [some, ")"]
    };
    let rows = members.map(|id| [Value::from(id.uuid())]);
    bulk::with_given(db, ["id"], then, organization.uuid(), rows).await
}

/// Says whether what the index finds contains the needle for certain. SQLite's knows the order of tokens,
/// PostgreSQL's only that they are there.
pub(super) fn is_certain(db: &impl ConnectionTrait) -> bool {
    !is_postgres(db)
}

/// The members that the index finds, at most so many. `LIMIT` keeps PostgreSQL from mixing it with what
/// stands around it.
pub(super) fn hits(db: &impl ConnectionTrait, needle: &Needle, most: u64) -> SelectStatement {
    let mut hits = Query::select();
    hits.from("member_search").limit(most);
    if is_postgres(db) {
        let wanted = match needle {
            Needle::Beginning(token) => format!("{token}:*"),
            Needle::Row(tokens) => tokens.join(" & "),
        };
        hits.column("organization_id")
            .column("member_id")
            .and_where(Expr::cust_with_values("grams @@ CAST($1 AS tsquery)", [wanted]));
    } else {
        let wanted = match needle {
            Needle::Beginning(token) => format!("\"{token}\"*"),
            Needle::Row(tokens) => format!("\"{}\"", tokens.join(" ")),
        };
        hits.expr_as(Expr::col("rowid"), "row_id").and_where(Expr::cust_with_values("member_search MATCH ?", [wanted]));
    }
    hits
}

/// What joins the rows of [`hits`] to the members.
pub(super) fn joined(db: &impl ConnectionTrait, hits: &Alias) -> Expr {
    if is_postgres(db) {
        Expr::col((members::Entity, members::Column::Id)).equals((hits.clone(), "member_id"))
    } else {
        Expr::col((members::Entity, "row_id")).equals((hits.clone(), "row_id"))
    }
}

/// What to look for in the index.
pub(super) fn needle(organization: OrganizationId, folded: &str) -> Needle {
    Scope::of(organization).needle(folded)
}
