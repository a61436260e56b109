//! Which connections of a pool are used again: none that is, or may be, inside a transaction of somebody before.
//!
//! SQLite undoes a transaction by itself when the disk is full or cannot be read. sqlx's ROLLBACK then finds none, fails,
//! and leaves its count of transactions where it was (`docs/upstream/sqlx-sqlite-depth.md`): what begins next is a
//! savepoint inside of nothing, whose "commit" answers and lasts only while the process does.

use sea_orm::ConnectOptions;
use sea_orm::sqlx::{Connection, Error};

/// Has pools of SQLite and of PostgreSQL ask.
pub(super) fn outside_of_transactions(options: &mut ConnectOptions) {
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .after_release(|connection, _| Box::pin(has_left(connection)))
    });
    options.map_sqlx_postgres_pool_opts(|pool| {
        pool.before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .after_release(|connection, _| Box::pin(has_left(connection)))
    });
}

/// Says whether a connection that was given back has left its transaction. A rollback that waits in its queue is done
/// first.
async fn has_left(connection: &mut impl Connection) -> Result<bool, Error> {
    if connection.is_in_transaction() {
        connection.ping().await?;
    }
    // Whoever asked was told that it failed, and why.
    Ok(!connection.is_in_transaction())
}
