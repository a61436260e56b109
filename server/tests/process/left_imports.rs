//! Imports that a server leaves unfinished, because it was killed or stopped, alone or beside another server.

use crate::support::{Call, Place, Server, decide};
use std::time::{Duration, Instant};

const ROWS: i64 = 12_000;

fn wait(what: &str, until: impl Fn() -> bool) {
    let begun = Instant::now();
    while !until() {
        assert!(begun.elapsed() < Duration::from_secs(120), "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// An import that is being applied, of which some rows are in.
fn under_way(server: &Server, cookie: &str) {
    let rows: String = (0..ROWS).map(|number| format!("p{number}@acme.example\n")).collect();
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.csv\"\r\n\r\nemail\n{rows}\r\n--x--\r\n"
    );
    let call = Call::post("/o/acme/members/import").cookie(cookie).body("multipart/form-data; boundary=x", body);
    let page = server.send(call).header("location").expect("its page").to_owned();
    wait("it is not judged", || server.get_as(cookie, &page).text().contains(">Apply<"));
    assert_eq!(server.send(decide(&page, "apply").cookie(cookie)).status, 303);
    let look = server.place().look();
    wait("it does not begin", || look.number("SELECT rows_done FROM imports") > 0);
}

/// Half a minute goes by in which nobody gives a sign of life.
fn time_goes_by(place: &Place) {
    place.look().execute("UPDATE imports SET beat_at = 0 WHERE state IN ('checking', 'applying')");
}

/// It goes on by itself, to its end, with everybody in it once.
fn goes_on(place: &Place) {
    let look = place.look();
    let is = |state: &str| look.texts("SELECT state FROM imports") == [state];
    wait("nobody goes on with it", || is("done"));
    assert_eq!(look.number("SELECT COUNT(*) FROM members"), ROWS + 1);
    assert_eq!(look.number("SELECT rows_done FROM imports"), ROWS);
    let by_ana = "SELECT COUNT(*) FROM audit_events WHERE action = 'member.imported' AND actor = 'ana@acme.example' AND request_id <> ''";
    assert_eq!(look.number(by_ana), ROWS);
    assert_eq!(look.faults(), Vec::<String>::new());
}

fn killed(place: &Place) {
    let mut server = place.start();
    let cookie = server.owned();
    under_way(&server, &cookie);
    server.kill();
    time_goes_by(place);
    let _server = place.start();
    goes_on(place);
}

#[test]
fn an_import_goes_on_after_a_kill_on_sqlite() {
    killed(&Place::sqlite());
}

#[test]
fn an_import_goes_on_after_a_kill_on_postgres() {
    killed(&Place::postgres());
}

#[test]
fn an_import_goes_on_at_once_after_a_stop() {
    let place = Place::sqlite();
    let mut server = place.start();
    let cookie = server.owned();
    under_way(&server, &cookie);
    server.stop();
    let _server = place.start();
    goes_on(&place);
}

#[test]
fn another_server_goes_on_with_the_import_of_one_that_was_killed() {
    let place = Place::postgres();
    let mut server = place.start();
    let cookie = server.owned();
    let _other = place.start();
    under_way(&server, &cookie);
    server.kill();
    time_goes_by(&place);
    goes_on(&place);
}

// Its file is gone with the server.
#[test]
fn a_file_that_was_being_read_is_told_as_lost_and_its_rows_go() {
    let place = Place::sqlite();
    let mut server = place.start();
    let cookie = server.owned();
    under_way(&server, &cookie);
    server.kill();
    place.look().execute("UPDATE imports SET state = 'checking', beat_at = 0");
    let server = place.start();
    let look = place.look();
    wait("its rows stay", || look.number("SELECT COUNT(*) FROM import_rows") == 0);
    wait("its counts stay", || look.number("SELECT added + refused FROM imports") == 0);
    assert_eq!(look.texts("SELECT state FROM imports"), ["failed"]);
    assert!(server.get_as(&cookie, "/o/acme/members/import").text().contains("Not readable"));
}
