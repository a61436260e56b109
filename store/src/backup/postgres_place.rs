//! The PostgreSQL database that a backup is restored into, empty or not.

use super::postgres::{TABLES, target};
use super::{Contents, Table, quoted};
use crate::database::{MIGRATION_LOCK, quiet};
use crate::migrations::Migrator;
use crate::{Error, Result};
use sea_orm::DatabaseConnection;
use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::postgres::{PgCopyIn, PgPoolCopyExt};
use sea_orm::sqlx::{self, AssertSqlSafe, Executor, PgPool, Postgres, Row, Transaction};
use sea_orm_migration::MigratorTrait;
use std::collections::{BTreeMap, BTreeSet};

/// The schema in which a backup is put together before it takes the place of what is there.
const STAGED: &str = "muster_restoring";

/// What would cost a look or a write for each row, taken away and put back: references first to go, last to come.
const SET_ASIDE: &str = "\
    SELECT 1, format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname),
        format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
    FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
    WHERE n.nspname = current_schema() AND k.contype = 'f' AND k.conparentid = 0
    UNION ALL
    SELECT 2, format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema()
        AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))
    ORDER BY 1, 2";

/// What is moved: each thing of the new schema, and whether the old one has one like it. A sequence that belongs to a
/// column goes with its table.
const MOVED: &str = "\
    SELECT format('TABLE %I.%I', n.nspname, c.relname), format('TABLE %I.%I', $1, c.relname),
        to_regclass(format('%I.%I', $1, c.relname)) IS NOT NULL
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT (c.relkind = 'S' AND EXISTS (
        SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i')))
    UNION ALL
    SELECT format('ROUTINE %I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
        format('ROUTINE %I.%I(%s)', $1, p.proname, pg_get_function_identity_arguments(p.oid)),
        EXISTS (SELECT 1 FROM pg_proc o JOIN pg_namespace m ON m.oid = o.pronamespace
            WHERE m.nspname = $1 AND o.proname = p.proname AND o.proargtypes = p.proargtypes)
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = $2";

/// The place of a database. While this value is there no Muster opens the database: whoever starts waits.
pub struct PostgresPlace {
    /// Begun first and committed last: what the replacing is done in.
    guard: Transaction<'static, Postgres>,
    staged: DatabaseConnection,
    /// The schema of the database that is replaced.
    schema: String,
    contents: Contents,
    known: BTreeSet<String>,
    copying: Option<Copying>,
    loaded: BTreeMap<String, u64>,
    put_back: Vec<String>,
}

/// A table whose rows are coming.
struct Copying {
    table: String,
    rows: PgCopyIn<PoolConnection<Postgres>>,
}

impl PostgresPlace {
    /// Takes the place of a database, which may have nothing in it, for what a backup brings.
    ///
    /// # Errors
    /// [`Error::InUse`] where a Muster has it open.
    pub async fn take(address: &str, contents: Contents) -> Result<Self> {
        let pool = connect(address, None).await?;
        let mut guard = pool.get_postgres_connection_pool().begin().await?;
        let alone: bool = sqlx::query_scalar("SELECT pg_try_advisory_xact_lock($1)")
            .bind(MIGRATION_LOCK)
            .fetch_one(&mut *guard)
            .await?;
        if !alone {
            return Err(Error::InUse("another Muster is just opening or restoring it".into()));
        }
        let others = "SELECT COUNT(*) FROM pg_stat_activity \
                      WHERE datname = current_database() AND application_name = 'muster'";
        let others: i64 = sqlx::query_scalar(others).fetch_one(&mut *guard).await?;
        if others > 0 {
            let many = if others == 1 { "connection" } else { "connections" };
            return Err(Error::InUse(format!("a Muster has {others} {many} to it open")));
        }
        let schema: Option<String> = sqlx::query_scalar("SELECT current_schema()::text").fetch_one(&mut *guard).await?;
        let schema = schema.ok_or_else(|| Error::NothingThere("the database has no schema to write into".into()))?;
        let staged = connect(address, Some(STAGED)).await?;
        let (known, copying, loaded, put_back) = (BTreeSet::new(), None, BTreeMap::new(), Vec::new());
        Ok(Self { guard, staged, schema, contents, known, copying, loaded, put_back })
    }

    /// Says whether there is something that somebody would miss: an organization.
    pub async fn holds_something(&mut self) -> Result<bool> {
        let there: bool =
            sqlx::query_scalar("SELECT to_regclass('organizations') IS NOT NULL").fetch_one(&mut *self.guard).await?;
        if !there {
            return Ok(false);
        }
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM organizations)").fetch_one(&mut *self.guard).await?)
    }

    /// Makes the tables as they were when the backup was made, beside those that are there, for rows to come.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the backup lacks one.
    pub async fn prepare(&mut self) -> Result<()> {
        self.clear().await?;
        self.run(format!("CREATE SCHEMA {STAGED}")).await?;
        let steps = u32::try_from(self.contents.migrations.len()).unwrap_or(u32::MAX);
        Migrator::up(&self.staged, Some(steps)).await?;

        for row in self.pool().fetch_all(TABLES).await? {
            let name: String = row.try_get(0)?;
            if !self.contents.tables.iter().any(|table| table.name == name) {
                return Err(Error::Damaged(format!("the table {name} is missing in it")));
            }
            // The log of changes lets nobody empty it, and what is brought has been through its triggers already.
            self.run(format!("ALTER TABLE {} DISABLE TRIGGER USER", quoted(&name))).await?;
            self.known.insert(name);
        }
        for row in self.pool().fetch_all(SET_ASIDE).await? {
            self.run(row.try_get(1)?).await?;
            self.put_back.push(row.try_get(2)?);
        }
        let all = self.known.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
        self.run(format!("TRUNCATE {all}")).await
    }

    /// Takes rows of a table: what [`super::copy_postgres`] handed out, in the same order.
    pub async fn rows(&mut self, table: &str, bytes: &[u8]) -> Result<()> {
        if self.copying.as_ref().is_none_or(|copying| copying.table != table) {
            self.end_table().await?;
            // A table of somebody else in the schema: it has no place among ours.
            let Some(known) = self.table(table) else { return Ok(()) };
            let rows = self.pool().copy_in_raw(&format!("COPY {} FROM STDIN", target(known))).await?;
            self.copying = Some(Copying { table: table.into(), rows });
        }
        if let Some(copying) = &mut self.copying {
            copying.rows.send(bytes).await?;
        }
        Ok(())
    }

    /// Looks whether all rows came and fit together, and brings the schema up to this program's. Gives the tables that
    /// were left out, because they are none of Muster's.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub async fn check(&mut self) -> Result<Vec<String>> {
        self.end_table().await?;
        for table in self.contents.tables.iter().filter(|table| self.known.contains(&table.name)) {
            let came = self.loaded.get(&table.name).copied().unwrap_or_default();
            if came != table.rows {
                let Table { name, rows, .. } = table;
                return Err(Error::Damaged(format!("the table {name} should have {rows} rows and has {came}")));
            }
        }
        // Until the connection ends; sorting in memory takes half the time of sorting in files.
        self.run("SET maintenance_work_mem = '512MB'".into()).await?;
        for statement in std::mem::take(&mut self.put_back).into_iter().rev() {
            self.run(statement).await?;
        }
        for name in &self.known {
            self.run(format!("ALTER TABLE {} ENABLE TRIGGER USER", quoted(name))).await?;
        }
        for sequence in &self.contents.sequences {
            let set = "SELECT setval(to_regclass($1), $2) WHERE to_regclass($1) IS NOT NULL";
            sqlx::query(set).bind(quoted(&sequence.name)).bind(sequence.last).execute(self.pool()).await?;
        }
        self.run("ANALYZE".into()).await?;
        Migrator::up(&self.staged, None).await?;
        let left_out = self.contents.tables.iter().filter(|table| !self.known.contains(&table.name));
        Ok(left_out.map(|table| table.name.clone()).collect())
    }

    /// Puts what was checked in the place of what is there, in one transaction. What was there is kept in the schema
    /// `kept`, whose name is given back.
    ///
    /// # Errors
    /// What the database says; then nothing has changed.
    pub async fn replace(mut self, kept: &str) -> Result<Option<String>> {
        let db = &mut *self.guard;
        // Somebody may read with another program.
        db.execute("SET LOCAL lock_timeout = '30s'").await?;
        let moved: Vec<(String, String, bool)> =
            sqlx::query_as(MOVED).bind(&self.schema).bind(STAGED).fetch_all(&mut *db).await?;
        let replaces = moved.iter().any(|(.., there)| *there);
        let (schema, aside) = (quoted(&self.schema), quoted(kept));
        if replaces {
            db.execute(AssertSqlSafe(format!("CREATE SCHEMA {aside}"))).await?;
        }
        for (_, old, _) in moved.iter().filter(|(.., there)| *there) {
            db.execute(AssertSqlSafe(format!("ALTER {old} SET SCHEMA {aside}"))).await?;
        }
        for (new, ..) in &moved {
            db.execute(AssertSqlSafe(format!("ALTER {new} SET SCHEMA {schema}"))).await?;
        }
        // Refused where something is left in it.
        db.execute(AssertSqlSafe(format!("DROP SCHEMA {STAGED}"))).await?;
        self.staged.close().await?;
        self.guard.commit().await?;
        Ok(replaces.then(|| kept.to_owned()))
    }

    /// Throws away what was brought.
    ///
    /// # Errors
    /// What the database says; then it is thrown away when somebody tries the next time.
    pub async fn abandon(mut self) -> Result<()> {
        if let Some(copying) = self.copying.take() {
            // Its connection is of no more use where even that fails.
            let _ = copying.rows.abort("given up").await;
        }
        self.clear().await?;
        self.staged.close().await?;
        Ok(self.guard.rollback().await?)
    }

    async fn end_table(&mut self) -> Result<()> {
        if let Some(copying) = self.copying.take() {
            let rows = copying.rows.finish().await?;
            *self.loaded.entry(copying.table).or_default() += rows;
        }
        Ok(())
    }

    fn table(&self, name: &str) -> Option<&Table> {
        self.contents.tables.iter().find(|table| table.name == name && self.known.contains(name))
    }

    async fn clear(&self) -> Result<()> {
        self.run(format!("DROP SCHEMA IF EXISTS {STAGED} CASCADE")).await
    }

    async fn run(&self, statement: String) -> Result<()> {
        self.pool().execute(AssertSqlSafe(statement)).await?;
        Ok(())
    }

    fn pool(&self) -> &PgPool {
        self.staged.get_postgres_connection_pool()
    }
}

/// One connection, under a name of its own, into a schema of its own or the one that Muster finds.
async fn connect(address: &str, schema: Option<&str>) -> Result<DatabaseConnection> {
    let mut options = quiet(address);
    options.max_connections(1).idle_timeout(None).max_lifetime(None).set_application_name("muster restore");
    if let Some(schema) = schema {
        options.set_schema_search_path(schema);
    }
    let db = sea_orm::Database::connect(options).await?;
    // A long table takes long, and that something was not there to be dropped is no news.
    let settings = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; \
                    SET client_min_messages = warning";
    db.get_postgres_connection_pool().execute(settings).await?;
    Ok(db)
}
