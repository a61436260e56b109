//! Health and readiness (spec A6).

use crate::support::Server;
use store::testing::TestDatabase;

fn is_ready_until_the_schema_is_gone(database: impl Future<Output = TestDatabase>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let database = runtime.block_on(database);
    let server = Server::with(&[("MUSTER_DATABASE_URL", &database.address)]);
    assert_eq!((server.get("/healthz").status, server.get("/readyz").status), (200, 200));
    runtime.block_on(database.execute("ALTER TABLE installation RENAME TO elsewhere")).unwrap();
    // What the database could do is asked once a second.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    assert_eq!((server.get("/healthz").status, server.get("/readyz").status), (200, 503));
}

#[test]
fn a_server_is_ready_while_its_sqlite_database_is() {
    is_ready_until_the_schema_is_gone(TestDatabase::sqlite());
}

#[test]
fn a_server_is_ready_while_its_postgresql_database_is() {
    is_ready_until_the_schema_is_gone(TestDatabase::postgres());
}

// For health checks of containers.
#[test]
fn a_command_says_whether_the_server_is_ready() {
    let mut server = Server::start();
    let listen = server.address.to_string();
    let done = server.command(&["ready", "--listen", &listen]);
    assert!(done.status.success() && done.stdout.is_empty() && done.stderr.is_empty(), "{done:?}");
    server.stop();
    let done = server.command(&["ready", "--listen", &listen]);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.code() == Some(1) && said.contains("No server answers at http://127.0.0.1:"), "{said}");
}
