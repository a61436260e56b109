//! A transaction, and the guard that it really is one until its end.

use super::connections::Trust;
use crate::{Error, Result, Trouble};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, SqlErr, Statement,
    TransactionSession,
};
use std::sync::atomic::{AtomicBool, Ordering};

/// A transaction that may write. It is rolled back unless it is committed.
pub struct Transaction(Guarded);

impl Transaction {
    pub(super) fn over(transaction: DatabaseTransaction, trust: &Trust) -> Self {
        Self(Guarded::over(transaction, trust))
    }

    /// Makes the changes last.
    ///
    /// # Errors
    /// Also where a statement failed before and whoever called it went on: the database may have undone all of it.
    pub async fn commit(self) -> Result<()> {
        self.0.commit().await
    }

    /// The connection that queries inside the transaction take.
    pub fn connection(&self) -> &impl ConnectionTrait {
        &self.0
    }
}

/// What the database holds at one instant, whatever others change meanwhile: for what is put together from
/// several statements.
pub struct Snapshot(Guarded);

impl Snapshot {
    pub(super) fn over(transaction: DatabaseTransaction, trust: &Trust) -> Self {
        Self(Guarded::over(transaction, trust))
    }

    /// The connection that reads in it.
    pub fn connection(&self) -> &impl ConnectionTrait {
        &self.0
    }

    /// Lets it go.
    pub async fn end(self) -> Result<()> {
        self.0.commit().await
    }
}

/// A connection in a transaction. SQLite ends a transaction by itself when the disk is full or cannot be read; each
/// statement after that would be a change of its own, which lasts. So nothing follows such an error.
pub(super) struct Guarded {
    transaction: DatabaseTransaction,
    over: AtomicBool,
    trust: Trust,
}

impl Guarded {
    fn over(transaction: DatabaseTransaction, trust: &Trust) -> Self {
        Self { transaction, over: AtomicBool::new(false), trust: trust.clone() }
    }

    async fn commit(self) -> Result<()> {
        self.still()?;
        let committed = TransactionSession::commit(self.transaction).await.map_err(Error::from);
        committed.inspect_err(|error| self.trust.note(error.trouble()))
    }

    fn still(&self) -> Result<(), DbErr> {
        if !self.over.load(Ordering::Relaxed) {
            return Ok(());
        }
        Err(DbErr::Query(RuntimeErr::Internal("the transaction ended with an error before".into())))
    }

    /// A row that is refused, because it is there already or refers to nothing, undoes its own statement alone.
    fn noting<T>(&self, outcome: Result<T, DbErr>) -> Result<T, DbErr> {
        if let Err(error) = &outcome {
            let refused_row = matches!(
                error.sql_err(),
                Some(SqlErr::UniqueConstraintViolation(_) | SqlErr::ForeignKeyConstraintViolation(_))
            );
            if !refused_row {
                self.over.store(true, Ordering::Relaxed);
                self.trust.note(Trouble::of(error));
            }
        }
        outcome
    }
}

#[sea_orm_migration::async_trait::async_trait]
impl ConnectionTrait for Guarded {
    fn get_database_backend(&self) -> DbBackend {
        self.transaction.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.still()?;
        self.noting(self.transaction.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.still()?;
        self.noting(self.transaction.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.still()?;
        self.noting(self.transaction.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.still()?;
        self.noting(self.transaction.query_all_raw(statement).await)
    }
}
