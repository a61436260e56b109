//! The number of connections, and whether a database answers at all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

use std::time::Duration;
use store::testing::TestDatabase;
use store::{Database, Error, OpenOptions};
use tokio::time::timeout;

#[tokio::test]
async fn no_more_connections_are_opened_than_were_chosen() {
    let address = TestDatabase::empty_postgres().await;
    let database = Database::open_with(&address, OpenOptions { connections: 4 }).await.unwrap();
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(database.begin().await.unwrap());
    }
    assert!(timeout(Duration::from_millis(300), database.begin()).await.is_err(), "a fifth waits for one of them");
    held.pop();
    database.begin().await.unwrap();
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_told_from_one_that_refuses() {
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = Database::reach(&format!("postgres://muster:hunter2@{nowhere}/muster")).await.unwrap_err();
    assert!(matches!(&refused, Error::Unreachable(why) if why.contains("refused")), "{refused:?}");
    assert!(!refused.to_string().contains("hunter2"));
    let there = TestDatabase::empty_postgres().await;
    Database::reach(&there).await.unwrap();
    let (head, tail) = there.split_once('?').unwrap();
    let missing = Database::reach(&format!("{head}_not?{tail}")).await.unwrap_err();
    assert!(matches!(missing, Error::Database(_)), "waiting does not help: {missing:?}");
    Database::reach("sqlite:///no/such/folder/muster.db").await.unwrap();
}
