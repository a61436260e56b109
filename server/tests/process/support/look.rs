//! Looks into a database behind the application's back.

use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};
use std::collections::BTreeMap;
use store::Database;
use tokio::runtime::{Builder, Runtime};

/// A database that is looked into, and changed only by [`Look::execute`]. It is closed with this value.
pub struct Look {
    runtime: Runtime,
    database: Option<Database>,
}

impl Look {
    pub fn into(address: &str) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let database = runtime.block_on(Database::open(address)).expect("the database opens");
        Self { runtime, database: Some(database) }
    }

    pub fn rows(&self, sql: &str) -> Vec<QueryResult> {
        let db = self.database.as_ref().expect("it is open").reader();
        let statement = Statement::from_string(db.get_database_backend(), sql);
        self.runtime.block_on(db.query_all_raw(statement)).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Changes something behind the application's back.
    pub fn execute(&self, sql: &str) {
        let database = self.database.as_ref().expect("it is open");
        self.runtime.block_on(async {
            let transaction = database.begin().await.expect("a transaction begins");
            let done = transaction.connection().execute_unprepared(sql).await;
            done.unwrap_or_else(|error| panic!("{sql}: {error}"));
            transaction.commit().await.expect("the transaction commits");
        });
    }

    pub fn texts(&self, sql: &str) -> Vec<String> {
        self.rows(sql).iter().map(|row| row.try_get_by_index(0).expect("it is text")).collect()
    }

    pub fn number(&self, sql: &str) -> i64 {
        self.rows(sql).first().expect("there is a row").try_get_by_index(0).expect("it is a number")
    }

    pub fn is_postgres(&self) -> bool {
        self.database.as_ref().expect("it is open").reader().get_database_backend() == DbBackend::Postgres
    }

    /// Every row of every table that there is, as text.
    pub fn everything(&self) -> BTreeMap<String, Vec<String>> {
        let tables = if self.is_postgres() {
            "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()"
        } else {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0"
        };
        self.texts(tables)
            .into_iter()
            .map(|table| (table.clone(), self.texts(&self.of_table(&table, "1 = 1"))))
            .collect()
    }

    /// What gives rows of a table as text.
    pub fn of_table(&self, table: &str, which: &str) -> String {
        if self.is_postgres() {
            return format!("SELECT t::text FROM \"{table}\" t WHERE {which} ORDER BY 1");
        }
        let columns = self.texts(&format!("SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('{table}')"));
        format!("SELECT {} FROM \"{table}\" WHERE {which} ORDER BY 1", columns.join(" || '|' || "))
    }

    /// The columns of each table.
    pub fn columns(&self) -> BTreeMap<String, Vec<String>> {
        let pairs = self.texts(if self.is_postgres() {
            "SELECT table_name::text || '|' || column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        } else {
            "SELECT s.name || '|' || c.name FROM sqlite_schema s JOIN pragma_table_info(s.name) c WHERE s.type = 'table'"
        });
        let mut columns: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (table, column) in pairs.iter().filter_map(|pair| pair.split_once('|')) {
            columns.entry(table.to_owned()).or_default().push(column.to_owned());
        }
        columns
    }

    /// What the database has beside rows: tables, indexes, constraints, triggers, functions, all in force.
    pub fn schema(&self) -> Vec<String> {
        self.texts(if self.is_postgres() {
            "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() UNION ALL \
             SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) || convalidated FROM pg_constraint \
             WHERE connamespace = current_schema()::regnamespace UNION ALL \
             SELECT pg_get_triggerdef(t.oid) || tgenabled::text FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid \
             WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal UNION ALL \
             SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace UNION ALL \
             SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'muster%' ORDER BY 1"
        } else {
            "SELECT name || COALESCE(sql, '') FROM sqlite_schema ORDER BY 1"
        })
    }

    /// What is wrong with the database itself and with what the application keeps equal in it.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.is_postgres() {
            self.rows("CREATE EXTENSION IF NOT EXISTS amcheck");
            self.rows(
                "SELECT bt_index_check(i.indexrelid, true) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
                 JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'btree' \
                 AND c.relnamespace = current_schema()::regnamespace",
            );
        } else {
            faults.extend(self.texts("PRAGMA integrity_check").into_iter().filter(|said| said != "ok"));
            faults.extend(self.rows("PRAGMA foreign_key_check").iter().map(|_| "a reference to nothing".to_owned()));
        }
        for (what, sql) in EQUAL {
            let differing = self.number(sql);
            if differing != 0 {
                faults.push(format!("{what}: {differing}"));
            }
        }
        faults
    }
}

/// How many differ, which is none.
const EQUAL: [(&str, &str); 6] = [
    (
        "counts of members by state, kind and role",
        "SELECT COUNT(*) FROM (SELECT organization_id, state, kind, role, COUNT(*) AS n FROM members \
         GROUP BY organization_id, state, kind, role) AS real LEFT JOIN member_counts c \
         ON c.organization_id = real.organization_id AND c.state = real.state AND c.kind = real.kind \
         AND c.role = real.role WHERE c.members IS NULL OR c.members <> real.n",
    ),
    (
        "the sum of these counts",
        "SELECT CAST((SELECT COALESCE(SUM(members), 0) FROM member_counts) - (SELECT COUNT(*) FROM members) AS BIGINT)",
    ),
    (
        "counts of the members of groups",
        "SELECT COUNT(*) FROM groups g WHERE g.member_count <> (SELECT COUNT(*) FROM group_members gm \
         JOIN members m ON m.organization_id = gm.organization_id AND m.id = gm.member_id \
         WHERE gm.organization_id = g.organization_id AND gm.group_id = g.id AND gm.closed_at = 0 \
         AND m.state <> 'deleted')",
    ),
    (
        "counts of groups",
        "SELECT COUNT(*) FROM organizations o WHERE o.group_count <> \
         (SELECT COUNT(*) FROM groups g WHERE g.organization_id = o.id)",
    ),
    ("what can be searched", "SELECT (SELECT COUNT(*) FROM member_search) - (SELECT COUNT(*) FROM members)"),
    (
        "letters about links that are not there",
        "SELECT COUNT(*) FROM outbox o WHERE invitation_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM invitations i \
         WHERE i.organization_id = o.organization_id AND i.id = o.invitation_id)",
    ),
];

impl Drop for Look {
    fn drop(&mut self) {
        if let Some(database) = self.database.take() {
            // A test that failed already says why.
            let _ = self.runtime.block_on(database.close());
        }
    }
}
