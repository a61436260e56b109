//! The search index: tokens made by `domain`, kept in FTS5 on SQLite and under a GIN index on PostgreSQL.

use super::{Cell, State, role_word};
use crate::entities::members;
use crate::{Result, bulk};
use domain::members::MemberQuery;
use domain::text::grams::{Needle, Scope};
use domain::{MemberId, MemberStatus, OrganizationId, text};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

/// A member, and what of them is searched: the folded keys of address and name, and the words of closed sets.
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

    fn document(&self, scope: &Scope) -> String {
        let mut document = scope.document([&self.email_key, &self.name_key]);
        for word in [self.cell.state.word(), self.cell.kind.word(), role_word(self.cell.role)] {
            document.push(' ');
            document.push_str(&scope.mark(word));
        }
        document
    }
}

fn is_postgres(db: &impl ConnectionTrait) -> bool {
    db.get_database_backend() == DbBackend::Postgres
}

/// Puts members, who must be there, into the index.
pub(super) async fn add(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    entries: impl ExactSizeIterator<Item = Entry>,
) -> Result<()> {
    let scope = Scope::of(organization);
    let document = |one: Entry| [Value::from(one.id.uuid()), one.document(&scope).into()];
    let then = if is_postgres(db) {
        "INSERT INTO member_search (member_id, grams, organization_id) \
         SELECT given.id, array_to_tsvector(string_to_array(given.grams, ' ')), organizations.id \
         FROM given CROSS JOIN organizations WHERE organizations.id = "
    } else {
        "INSERT INTO member_search (rowid, grams) SELECT members.row_id, given.grams \
         FROM given CROSS JOIN members WHERE members.id = given.id AND members.organization_id = "
    };
    bulk::with_given(db, ["id", "grams"], [then, ""], organization.uuid(), entries.map(document)).await
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

/// Puts pieces of the index together, as many pages as said: SQLite's grows by a piece with every statement that adds
/// to it, and would merge them inside of some later change of members. Says whether there was something to do.
/// PostgreSQL's has no pieces.
pub async fn merge(db: &impl ConnectionTrait, pages: u32) -> Result<bool> {
    if is_postgres(db) {
        return Ok(false);
    }
    let before = total_changes(db).await?;
    db.execute_unprepared(&format!("INSERT INTO member_search (member_search, rank) VALUES ('merge', {pages})"))
        .await?;
    // The statement itself counts as one.
    Ok(total_changes(db).await? - before > 1)
}

async fn total_changes(db: &impl ConnectionTrait) -> Result<i64> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, "SELECT total_changes()")).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default())
}

/// What is looked for in the index.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    needle: Needle,
    /// Marks that a member must have, and one that they must not have.
    with: Vec<String>,
    without: Option<String>,
}

impl Wanted {
    /// A search, narrowed by what the index knows of a query's filters.
    pub fn of(organization: OrganizationId, query: &MemberQuery) -> Self {
        let scope = Scope::of(organization);
        let filters = &query.filters;
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
        Self {
            needle: scope.needle(&query.search.needle()),
            with: words.into_iter().flatten().map(|word| scope.mark(word)).collect(),
            without: (state.is_none() && !filters.shows_deleted()).then(|| scope.mark(State::Deleted.word())),
        }
    }

    /// Says whether what the index finds contains the needle for certain. SQLite's knows the order of tokens,
    /// PostgreSQL's only that they are there.
    pub fn is_certain(&self, db: &impl ConnectionTrait) -> bool {
        let one = match &self.needle {
            Needle::Beginning(_) => true,
            Needle::Row(tokens) => tokens.len() == 1,
        };
        one || !is_postgres(db)
    }

    /// In the words of FTS5.
    fn fts5(&self) -> String {
        let mut all = match &self.needle {
            Needle::Beginning(token) => format!("\"{token}\"*"),
            Needle::Row(tokens) => format!("\"{}\"", tokens.join(" ")),
        };
        for mark in &self.with {
            all += &format!(" AND \"{mark}\"");
        }
        match &self.without {
            Some(mark) => format!("({all}) NOT \"{mark}\""),
            None => all,
        }
    }

    /// In the words of PostgreSQL's text search.
    fn tsquery(&self) -> String {
        let mut all = match &self.needle {
            Needle::Beginning(token) => format!("{token}:*"),
            Needle::Row(tokens) => tokens.join(" & "),
        };
        for mark in &self.with {
            all += &format!(" & {mark}");
        }
        if let Some(mark) = &self.without {
            all += &format!(" & !{mark}");
        }
        all
    }
}

/// The members that the index finds, at most so many. `LIMIT` keeps PostgreSQL from mixing it with what
/// stands around it.
pub(super) fn hits(db: &impl ConnectionTrait, wanted: &Wanted, most: u64) -> SelectStatement {
    let mut hits = Query::select();
    hits.from("member_search").limit(most);
    if is_postgres(db) {
        hits.column("organization_id")
            .column("member_id")
            .and_where(Expr::cust_with_values("grams @@ CAST($1 AS tsquery)", [wanted.tsquery()]));
    } else {
        hits.expr_as(Expr::col("rowid"), "row_id")
            .and_where(Expr::cust_with_values("member_search MATCH ?", [wanted.fts5()]));
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
