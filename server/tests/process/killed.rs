//! A server that is killed while eight people change members (spec A1, A7, I8, DESIGN 4).
//!
//! The ordinary run kills three times on each database. `MUSTER_KILL_ROUNDS=100` kills a hundred times; with
//! `--nocapture` the figures are printed:
//!
//! ```sh
//! MUSTER_KILL_ROUNDS=100 cargo test -p muster --test process killed -- --nocapture --test-threads 1
//! ```

use crate::support::{Place, Server, Writers};
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

/// The longest that the writers work before the kill, in milliseconds.
const LONGEST: u64 = 1_500;
/// How long a start may take until the server is ready. Not judged where few rounds run among other tests.
const READY_WITHIN: Duration = Duration::from_secs(2);

#[test]
fn what_was_answered_is_there_after_a_kill_on_sqlite_and_nothing_by_half() {
    killed(&Place::sqlite());
}

#[test]
fn what_was_answered_is_there_after_a_kill_on_postgres_and_nothing_by_half() {
    killed(&Place::postgres());
}

/// The log is as it was written: what a kill left unsealed is sealed by the next server, and no row lacks its mark.
fn verify(server: &Server) {
    let done = server.command(&["audit", "verify"]);
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains(": as it was written; "), "{said}");
}

#[allow(clippy::print_stdout, reason = "the figures are what the long run is for")]
fn killed(place: &Place) {
    let asked = std::env::var("MUSTER_KILL_ROUNDS").ok().and_then(|rounds| rounds.parse::<usize>().ok());
    let mut server = place.start();
    server.owned();
    let mut writers = Writers::new(&server);
    let (mut ready, mut beyond) = (Vec::new(), 0);
    for _ in 0..asked.unwrap_or(3) {
        writers.work(server.address);
        std::thread::sleep(Duration::from_millis(RandomState::new().hash_one(0) % LONGEST));
        server.kill();
        writers.rest();
        let begun = Instant::now();
        server = place.start();
        while server.get("/readyz").status != 200 {
            std::thread::sleep(Duration::from_millis(5));
        }
        ready.push(begun.elapsed());
        let look = place.look();
        assert_eq!(look.faults(), Vec::<String>::new());
        beyond += writers.compare(&look);
        verify(&server);
    }
    ready.sort_unstable();
    let slowest = ready.last().copied().unwrap_or_default();
    println!(
        "{}: {} kills, {} changes there, {beyond} of them never answered; ready again after {:?}, at most {slowest:?}",
        if place.is_postgres() { "PostgreSQL" } else { "SQLite" },
        ready.len(),
        writers.changes(),
        ready.get(ready.len() / 2).copied().unwrap_or_default(),
    );
    assert!(asked.is_none() || slowest < READY_WITHIN);
}
