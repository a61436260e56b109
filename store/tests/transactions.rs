//! What happens after an error in a transaction, and which connections are reused.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what fails here fails the test")]

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use store::Readiness;
use store::testing::TestDatabase;

#[tokio::test]
async fn nothing_follows_an_error_in_a_transaction() {
    for db in TestDatabase::both().await {
        let transaction = db.database.begin().await.unwrap();
        let count = "INSERT INTO proofs (id, number) VALUES (1, 7)";
        transaction.connection().execute_unprepared("INSERT INTO nothing VALUES (1)").await.unwrap_err();
        transaction.connection().execute_unprepared(count).await.unwrap_err();
        transaction.commit().await.unwrap_err();
        assert_eq!(db.number("SELECT COUNT(*) FROM proofs").await, 0);
        assert_eq!(db.execute(count).await.unwrap(), 1, "the next one begins anew");
    }
}

#[tokio::test]
async fn a_row_that_is_refused_ends_no_transaction_of_sqlite() {
    let db = TestDatabase::sqlite().await;
    let transaction = db.database.begin().await.unwrap();
    let count = "INSERT INTO proofs (id, number) VALUES (1, 7)";
    transaction.connection().execute_unprepared(count).await.unwrap();
    transaction.connection().execute_unprepared(count).await.unwrap_err();
    transaction.commit().await.unwrap();
    assert_eq!(db.number("SELECT number FROM proofs").await, 7);
}

/// As SQLite does when the disk is full: the transaction is gone, and nobody said so to sqlx.
#[tokio::test]
async fn a_transaction_that_sqlite_ended_by_itself_leaves_no_connection_that_keeps_nothing() {
    let db = TestDatabase::sqlite().await;
    let transaction = db.database.begin().await.unwrap();
    transaction.connection().execute_unprepared("ROLLBACK").await.unwrap();
    drop(transaction);
    // One that is rolled back in order, and one that is committed.
    drop(db.database.begin().await.unwrap());
    assert_eq!(db.execute("INSERT INTO proofs (id, number) VALUES (1, 7)").await.unwrap(), 1);
    assert_eq!(db.number("SELECT number FROM proofs").await, 7, "a reader sees what was committed");
    assert_eq!(db.database.prove().await, Readiness::Ready);
}

#[tokio::test]
async fn a_change_that_was_answered_and_is_not_there_is_noticed() {
    for db in TestDatabase::both().await {
        let forgets: &[&str] = match db.address.starts_with("sqlite") {
            true => &["CREATE TRIGGER forgets AFTER INSERT ON proofs BEGIN UPDATE proofs SET number = 0; END"],
            false => &[
                "CREATE FUNCTION forgets() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE proofs SET number = 0; RETURN NULL; END'",
                "CREATE TRIGGER forgets AFTER INSERT ON proofs FOR EACH ROW EXECUTE FUNCTION forgets()",
            ],
        };
        for sql in forgets {
            db.execute(sql).await.unwrap();
        }
        assert_eq!(db.database.prove().await, Readiness::Lost);
        assert_eq!(db.database.prove().await, Readiness::Ready, "the next one is kept");
    }
}

fn look() -> Statement {
    Statement::from_string(DbBackend::Sqlite, "SELECT number FROM proofs")
}

#[tokio::test]
async fn a_snapshot_that_sqlite_ended_by_itself_leaves_no_reader_in_the_past() {
    let db = TestDatabase::sqlite().await;
    for _ in 0..20 {
        let snapshot = db.database.snapshot().await.unwrap();
        snapshot.connection().execute_unprepared("ROLLBACK").await.unwrap();
        drop(snapshot);
        let next = db.database.snapshot().await.unwrap();
        next.connection().query_all_raw(look()).await.unwrap();
        drop(next);
    }
    db.execute("INSERT INTO proofs (id, number) VALUES (1, 7)").await.unwrap();
    for _ in 0..20 {
        assert_eq!(db.number("SELECT COUNT(*) FROM proofs").await, 1);
    }
}
