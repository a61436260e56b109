//! Records what the database does for a page: every statement, with its plan.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use std::sync::Mutex;

/// A connection that remembers what it was asked.
pub struct Recording<'a, C> {
    db: &'a C,
    asked: Mutex<Vec<Statement>>,
}

/// A statement and how it is answered.
pub struct Plan {
    /// The statement.
    pub sql: String,
    /// Its plan, in the database's words.
    pub steps: Vec<String>,
    /// Whether it goes through a whole table that may be long.
    pub full_scan: bool,
}

/// The tables that grow with the number of members.
const LONG: [&str; 5] = ["members", "member_search", "group_members", "groups", "accounts"];

impl<'a, C: ConnectionTrait> Recording<'a, C> {
    /// Remembers from now on.
    pub fn of(db: &'a C) -> Self {
        Self { db, asked: Mutex::default() }
    }

    fn note(&self, statement: &Statement) {
        self.asked.lock().unwrap().push(statement.clone());
    }

    /// The plans of everything that was asked.
    pub async fn plans(self) -> Vec<Plan> {
        let mut plans = Vec::new();
        for statement in self.asked.into_inner().unwrap() {
            let postgres = self.db.get_database_backend() == DbBackend::Postgres;
            let explain = if postgres { "EXPLAIN (COSTS OFF) " } else { "EXPLAIN QUERY PLAN " };
            let sql = statement.sql.clone();
            let asked = Statement { sql: explain.to_owned() + &sql, ..statement };
            let column = if postgres { "QUERY PLAN" } else { "detail" };
            let rows = self.db.query_all_raw(asked).await.unwrap();
            let steps: Vec<String> = rows.iter().map(|row| row.try_get("", column).unwrap()).collect();
            let full_scan = has_full_scan(&steps);
            plans.push(Plan { sql, steps, full_scan });
        }
        plans
    }
}

/// SQLite says `SCAN members`, and `SCAN members USING INDEX …` where it goes along an index as far as it has to;
/// what it has put together itself bears a name too. PostgreSQL says `Seq Scan on members`, which goes no further
/// than it has to where a limit stands right above it.
fn has_full_scan(steps: &[String]) -> bool {
    let bare: Vec<&str> = steps.iter().map(|step| step.trim_start_matches([' ', '-', '>'])).collect();
    LONG.iter().any(|name| {
        let made = bare.contains(&format!("CO-ROUTINE {name}").as_str());
        bare.iter().enumerate().any(|(at, step)| {
            let bounded = at > 0 && bare[at - 1].starts_with("Limit");
            (*step == format!("SCAN {name}") && !made) || (step.starts_with(&format!("Seq Scan on {name}")) && !bounded)
        })
    })
}

#[async_trait::async_trait]
impl<C: ConnectionTrait> ConnectionTrait for Recording<'_, C> {
    fn get_database_backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }
    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.db.execute_raw(statement).await
    }
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.db.execute_unprepared(sql).await
    }
    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.note(&statement);
        self.db.query_one_raw(statement).await
    }
    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.note(&statement);
        self.db.query_all_raw(statement).await
    }
}
