//! A connection that records the statements it is sent.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use sea_orm_migration::async_trait;
use std::sync::Mutex;

/// Hands everything on, and keeps the statements.
pub struct Counting<'a, C> {
    db: &'a C,
    asked: Mutex<Vec<Statement>>,
}

impl<'a, C: ConnectionTrait> Counting<'a, C> {
    /// Remembers from now on.
    pub fn of(db: &'a C) -> Self {
        Self { db, asked: Mutex::default() }
    }
    /// How many statements there were.
    pub fn number(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
    /// Every statement with SQLite's plan for it.
    pub async fn plans(self) -> Vec<(String, Vec<String>)> {
        let mut plans = Vec::new();
        for statement in self.asked.into_inner().unwrap() {
            let sql = statement.sql.clone();
            let asked = Statement { sql: "EXPLAIN QUERY PLAN ".to_owned() + &sql, ..statement };
            let rows = self.db.query_all_raw(asked).await.unwrap();
            plans.push((sql, rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect()));
        }
        plans
    }
    /// Every statement so far, in order, and forgets them.
    pub fn statements(&self) -> Vec<Statement> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
    fn note(&self, statement: &Statement) {
        self.asked.lock().unwrap().push(statement.clone());
    }
}

#[async_trait::async_trait]
impl<C: ConnectionTrait> ConnectionTrait for Counting<'_, C> {
    fn get_database_backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }
    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.note(&statement);
        self.db.execute_raw(statement).await
    }
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.note(&Statement::from_string(self.get_database_backend(), sql));
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
