//! `muster audit verify` while a server runs (spec A1, decision 19).

use crate::support::Server;
use std::time::{Duration, Instant};
use store::{ConnectionTrait, Database};

/// Exit code and standard output.
fn verify(server: &Server, more: &[&str]) -> (Option<i32>, String) {
    let done = server.command(&[&["audit", "verify"], more].concat());
    (done.status.code(), String::from_utf8_lossy(&done.stdout).into_owned())
}

/// The head of Acme's chain, once so many rows are sealed and none waits.
fn sealed(server: &Server, rows: &str) -> String {
    let begun = Instant::now();
    loop {
        let (code, said) = verify(server, &["--organization", "acme"]);
        assert_eq!(code, Some(0), "{said}");
        if let Some((_, head)) = said.split_once(&format!("acme: as it was written; {rows} sealed. Head: ")) {
            return head.trim().to_owned();
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "it is not sealed: {said}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_change_behind_the_server_is_named_and_ends_with_one() {
    for server in [Server::start(), Server::on_postgres()] {
        let cookie = server.owned();
        assert_eq!(server.get_as(&cookie, "/o/acme").status, 200);
        let head = sealed(&server, "2 rows");
        server.other_organization("beside");
        let (code, said) = verify(&server, &[]);
        // Whose command ended has sealed what it wrote.
        assert!(code == Some(0) && said.contains("beside: as it was written; 1 row sealed. Head: 1:"), "{said}");
        let expect = |head: &str| verify(&server, &["--organization", "acme", "--expect", head]);
        assert_eq!(expect(&head).0, Some(0));
        let (code, said) = expect(&format!("9{head}"));
        assert!(code == Some(1) && said.contains("the end of the log was taken away"), "{said}");
        let other = if head.ends_with('0') { "1" } else { "0" };
        let (code, said) = expect(&format!("{}{other}", &head[..head.len() - 1]));
        assert!(code == Some(1) && said.contains("it is not the one that was noted"), "{said}");

        change(&server, "UPDATE audit_events SET actor = 'somebody else' WHERE action = 'member.signed_in'");
        let (code, said) = verify(&server, &[]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(": it was changed, or was not written by Muster."), "{said}");
        assert!(said.contains("acme: 1 fault; 2 rows sealed") && said.contains("beside: as it was written"), "{said}");
        assert_eq!(verify(&server, &["--organization", "beside"]).0, Some(0));
        assert_eq!(verify(&server, &["--organization", "nobody"]).0, Some(2));
        assert_eq!(verify(&server, &["--expect", &head]).0, Some(2), "of which organization, it must be said");
    }
}

/// As somebody does who has the database.
fn change(server: &Server, sql: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let address = server.database();
        let database = Database::open(&address).await.unwrap();
        let off = match address.starts_with("sqlite") {
            true => "DROP TRIGGER audit_events_are_not_changed",
            false => "ALTER TABLE audit_events DISABLE TRIGGER USER",
        };
        let transaction = database.begin().await.unwrap();
        for sql in [off, sql] {
            transaction.connection().execute_unprepared(sql).await.unwrap();
        }
        transaction.commit().await.unwrap();
        database.close().await.unwrap();
    });
}
