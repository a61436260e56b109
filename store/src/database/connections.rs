//! Decides which connections of a pool are reused: none that is, or may be, inside an earlier transaction.
//!
//! SQLite undoes a transaction by itself when the disk is full or cannot be read. sqlx's ROLLBACK then finds none, fails,
//! and leaves its count of transactions where it was (`docs/upstream/sqlx-sqlite-depth.md`): what begins next is a
//! savepoint inside of nothing, whose "commit" answers and lasts only while the process does.

use crate::Trouble;
use sea_orm::ConnectOptions;
use sea_orm::sqlx::{self, Connection};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Whether the connections of a pool are worth keeping. One of SQLite's that was opened while the files could not be
/// written only reads for as long as it lives, and one that met a fault of the disk may know pages that are not there.
#[derive(Clone, Debug, Default)]
pub(super) struct Trust(Arc<Mutex<Option<Instant>>>);

impl Trust {
    /// Notes what went wrong on a connection: where it was the disk, none that was open by then is used again.
    pub(super) fn note(&self, trouble: Option<Trouble>) {
        if matches!(trouble, Some(Trouble::Full | Trouble::Storage)) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
    }

    /// Says whether one that is so old may be used.
    fn covers(&self, age: Duration) -> bool {
        let lost = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lost.is_none_or(|lost| age < lost.elapsed())
    }
}

/// Has a pool ask before it hands out a connection, and when one comes back.
pub(super) fn outside_of_transactions(options: &mut ConnectOptions, trust: &Trust) {
    let trust = trust.clone();
    options.map_sqlx_sqlite_pool_opts(move |pool| {
        let trust = trust.clone();
        pool.before_acquire(move |connection, about| {
            let usable = trust.covers(about.age) && !connection.is_in_transaction();
            Box::pin(std::future::ready(Ok(usable)))
        })
        .after_release(|connection, _| Box::pin(has_left(connection)))
    });
    options.map_sqlx_postgres_pool_opts(|pool| {
        pool.before_acquire(|connection, _| Box::pin(std::future::ready(Ok(!connection.is_in_transaction()))))
            .after_release(|connection, _| Box::pin(has_left(connection)))
    });
}

/// Says whether a connection that was given back has left its transaction. A rollback that waits in its queue is done
/// first.
async fn has_left(connection: &mut impl Connection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        connection.ping().await?;
    }
    // Whoever asked was told that it failed, and why.
    Ok(!connection.is_in_transaction())
}
