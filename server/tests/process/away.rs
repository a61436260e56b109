//! A PostgreSQL that becomes unavailable and comes back, and one that has no connection left (spec A6).

use crate::support::{Answer, Call, OwnPostgres, PASSWORD, Place, Server};
use std::time::{Duration, Instant};

/// How long anything may take on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(30);
/// Much longer than an answer takes, and much shorter than the fifteen seconds after which a connection was given up.
const SOON: Duration = Duration::from_secs(8);

#[test]
fn a_database_that_is_away_is_said_to_be_soon_and_the_server_recovers_by_itself() {
    let postgres = OwnPostgres::start();
    let place = Place::sqlite().with("MUSTER_DATABASE_URL", &postgres.address());
    let server = place.start();
    let cookie = server.owned();
    assert_eq!(server.get("/readyz").status, 200);

    for _ in 0..2 {
        postgres.stop();
        let page = soon(&server, Call::get("/o/acme/members").cookie(&cookie));
        assert_eq!((page.status, page.header("retry-after")), (503, Some("5")), "{}", page.text());
        assert!(
            page.text().contains("The database does not answer")
                && page.text().contains("Nothing that was saved is lost")
        );
        let form = [("email", "ana@acme.example"), ("password", PASSWORD)];
        assert_eq!(soon(&server, Call::post("/sign-in").form(&form)).status, 503);
        let call = Call::post("/api/viewer").cookie(&cookie).body("application/json", r#"{"organization":"acme"}"#);
        let answer = soon(&server, call.header("Sec-Fetch-Site", "same-origin"));
        assert_eq!(answer.status, 503, "{}", answer.text());
        assert!(answer.text().contains("Unavailable") && answer.text().contains("The database does not answer"));
        until(&server, 503);
        assert_eq!(server.get("/healthz").status, 200);

        postgres.again();
        until(&server, 200);
        assert_eq!(server.get_as(&cookie, "/o/acme/members").status, 200);
    }
}

fn soon(server: &Server, call: Call) -> Answer {
    let begun = Instant::now();
    let answer = server.send(call);
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    answer
}

/// The database is asked once a second.
fn until(server: &Server, readiness: u16) {
    let begun = Instant::now();
    while soon(server, Call::get("/readyz")).status != readiness {
        assert!(begun.elapsed() < PATIENCE, "/readyz never says {readiness}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
