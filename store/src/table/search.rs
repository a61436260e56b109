//! The search index of a table: tokens made by `domain`, stored in FTS5 on SQLite and under a GIN index on PostgreSQL.

use super::{Cell, SearchIndex, Table, name, of};
use crate::{Result, bulk};
use domain::OrganizationId;
use domain::table::Search;
use domain::text::grams::{Needle, Scope};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, EntityName, Statement, Value};
use uuid::Uuid;

/// What is searched of a row: folded texts, and the words of its cell.
#[derive(Clone, Debug)]
pub struct Document<C> {
    /// The row.
    pub id: Uuid,
    /// The values of [`Table::SEARCHED`].
    pub texts: Vec<String>,
    /// The cell of the counters.
    pub cell: C,
}

impl<C: Cell> Document<C> {
    fn tokens(&self, scope: &Scope) -> String {
        let mut document = scope.document(&self.texts);
        for word in self.cell.words() {
            document.push(' ');
            document.push_str(&scope.mark(word));
        }
        document
    }
}

fn is_postgres(db: &impl ConnectionTrait) -> bool {
    db.get_database_backend() == DbBackend::Postgres
}

fn table_name<T: Table>() -> String {
    T::Entity::default().table_name().to_owned()
}

/// Puts rows, which must be there, into the index.
///
/// # Errors
/// What the database says.
pub async fn add<T: Table>(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    documents: impl ExactSizeIterator<Item = Document<T::Cell>>,
) -> Result<()> {
    let Some(index) = T::INDEX else { return Ok(()) };
    let scope = Scope::of(organization);
    let document = |one: Document<T::Cell>| [Value::from(one.id), one.tokens(&scope).into()];
    let table = table_name::<T>();
    let then = if is_postgres(db) {
        format!(
            "INSERT INTO {} ({}, grams, organization_id) \
             SELECT given.id, array_to_tsvector(string_to_array(given.grams, ' ')), organizations.id \
             FROM given CROSS JOIN organizations WHERE organizations.id = ",
            index.table, index.id
        )
    } else {
        format!(
            "INSERT INTO {} (rowid, grams) SELECT {table}.row_id, given.grams \
             FROM given CROSS JOIN {table} WHERE {table}.id = given.id AND {table}.organization_id = ",
            index.table
        )
    };
    bulk::with_given(db, ["id", "grams"], [&then, ""], organization.uuid(), documents.map(document)).await
}

/// Takes rows out of the index.
///
/// # Errors
/// What the database says.
pub async fn remove<T: Table>(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    rows: impl ExactSizeIterator<Item = Uuid>,
) -> Result<()> {
    let Some(index) = T::INDEX else { return Ok(()) };
    let table = table_name::<T>();
    let (then, end) = if is_postgres(db) {
        let some = format!(
            "DELETE FROM {0} USING given WHERE {0}.{1} = given.id AND {0}.organization_id = ",
            index.table, index.id
        );
        (some, "")
    } else {
        let some = format!(
            "DELETE FROM {} WHERE rowid IN (SELECT {table}.row_id FROM given CROSS JOIN {table} \
             WHERE {table}.id = given.id AND {table}.organization_id = ",
            index.table
        );
        (some, ")")
    };
    bulk::with_given(db, ["id"], [&then, end], organization.uuid(), rows.map(|id| [Value::from(id)])).await
}

/// Merges pieces of the index, as many pages as said: SQLite's grows by a piece with every statement that adds to it,
/// and would otherwise merge them during some later change of rows. Says whether there was something to do.
/// PostgreSQL's has no pieces.
///
/// # Errors
/// What the database says.
pub async fn merge<T: Table>(db: &impl ConnectionTrait, pages: u32) -> Result<bool> {
    let Some(SearchIndex { table, .. }) = T::INDEX.filter(|_| !is_postgres(db)) else { return Ok(false) };
    let before = total_changes(db).await?;
    db.execute_unprepared(&format!("INSERT INTO {0} ({0}, rank) VALUES ('merge', {pages})", table)).await?;
    // The statement itself counts as one.
    Ok(total_changes(db).await? - before > 1)
}

async fn total_changes(db: &impl ConnectionTrait) -> Result<i64> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, "SELECT total_changes()")).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default())
}

/// Words of cells that the index narrows a search by.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// Those that a row must have.
    pub with: Vec<&'static str>,
    /// One that a row must not have.
    pub without: Option<&'static str>,
}

/// What is looked for in the index.
#[derive(Clone, Debug)]
pub struct Wanted {
    index: SearchIndex,
    needle: Needle,
    with: Vec<String>,
    without: Option<String>,
}

impl Wanted {
    /// A search, which is not empty, among an organization's rows.
    pub fn of(index: SearchIndex, organization: OrganizationId, search: &Search, marks: Marks) -> Self {
        let scope = Scope::of(organization);
        Self {
            index,
            needle: scope.needle(&search.needle()),
            with: marks.with.into_iter().map(|word| scope.mark(word)).collect(),
            without: marks.without.map(|word| scope.mark(word)),
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

/// The rows that the index finds, at most so many. `LIMIT` keeps PostgreSQL from mixing it with what stands around it.
pub(crate) fn hits(db: &impl ConnectionTrait, wanted: &Wanted, most: u64) -> SelectStatement {
    let index = wanted.index;
    let mut hits = Query::select();
    hits.from(index.table).limit(most);
    if is_postgres(db) {
        hits.column("organization_id")
            .column(index.id)
            .and_where(Expr::cust_with_values("grams @@ CAST($1 AS tsquery)", [wanted.tsquery()]));
    } else {
        let matches = format!("{} MATCH ?", index.table);
        hits.expr_as(Expr::col("rowid"), "row_id").and_where(Expr::cust_with_values(matches, [wanted.fts5()]));
    }
    hits
}

/// What joins the rows of [`hits`] to the table's.
pub(super) fn joined<T: Table>(db: &impl ConnectionTrait, wanted: &Wanted, hits: &Alias) -> Expr {
    if is_postgres(db) {
        of::<T>(T::ID).equals((hits.clone(), wanted.index.id))
    } else {
        Expr::col((name::<T>(), "row_id")).equals((hits.clone(), "row_id"))
    }
}
