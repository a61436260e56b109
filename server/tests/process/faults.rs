//! A server whose disk is full, or whose files cannot be written, while eight people change members: confirmed changes
//! are there, refused ones are not, and the server recovers by itself once there is room (spec A7, DESIGN 4). Its log
//! cannot be written meanwhile either, which must not keep anybody from an answer.
//!
//! The ordinary run has two rounds of each kind. `MUSTER_FAULT_ROUNDS=20` has twenty; with `--nocapture` the figures are
//! printed:
//!
//! ```sh
//! MUSTER_FAULT_ROUNDS=20 cargo test -p muster --test process faults -- --nocapture --test-threads 1
//! ```

use crate::support::{Call, OwnPostgres, Place, Server, SmallDisk, Writers, is_root, run};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long anything may take on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long people work before, during and after a fault.
const A_WHILE: Duration = Duration::from_millis(300);

/// What goes wrong, and is put right again.
trait Fault {
    /// Whether not even a row that stays as long as it was can be written.
    const REFUSES_ALL: bool = true;
    fn begin(&self, server: &Server);
    fn end(&self, server: &Server);
}

/// A disk of PostgreSQL's, whose log is elsewhere: what fits into the pages that there are is written all the same.
struct DataDisk<'a>(&'a SmallDisk);

impl Fault for DataDisk<'_> {
    const REFUSES_ALL: bool = false;
    fn begin(&self, _: &Server) {
        self.0.fill();
    }
    fn end(&self, _: &Server) {
        self.0.clear();
    }
}

impl Fault for SmallDisk {
    fn begin(&self, _: &Server) {
        self.fill();
    }
    fn end(&self, _: &Server) {
        self.clear();
    }
}

/// No file of the server's may grow: writing to it fails with an error that is not the one of a full disk.
struct NoGrowth;

impl Fault for NoGrowth {
    fn begin(&self, server: &Server) {
        let size = |name: &str| fs::metadata(server.path(name)).map_or(0, |file| file.len());
        let smallest = size("muster.db").min(size("muster.db-wal"));
        run("prlimit", &["--pid", &server.id().to_string(), &format!("--fsize={smallest}:unlimited")]);
    }
    fn end(&self, server: &Server) {
        run("prlimit", &["--pid", &server.id().to_string(), "--fsize=unlimited:unlimited"]);
    }
}

/// The files cannot be written at all.
struct ReadOnly;

impl ReadOnly {
    fn files(server: &Server) -> [PathBuf; 2] {
        ["muster.db", "muster.db-wal"].map(|name| server.path(name))
    }
    /// Whether the file system can do it, and we may.
    fn is_possible(folder: &Path) -> bool {
        let probe = folder.join("probe");
        fs::write(&probe, "").expect("a file");
        let change = |how: &str| std::process::Command::new("chattr").arg(how).arg(&probe).output();
        let possible = is_root() && change("+i").is_ok_and(|done| done.status.success());
        let _ = change("-i");
        fs::remove_file(&probe).expect("the file goes");
        possible
    }
    fn change(how: &str, server: &Server) {
        Self::files(server).iter().for_each(|file| run("chattr", &[how, &file.to_string_lossy()]));
    }
}

impl Fault for ReadOnly {
    fn begin(&self, server: &Server) {
        Self::change("+i", server);
    }
    fn end(&self, server: &Server) {
        Self::change("-i", server);
    }
}

#[test]
fn what_was_answered_is_kept_when_the_disk_of_sqlite_is_full() {
    let place = Place::sqlite();
    if is_root() {
        // Room for what eight people write between two looks at the write-ahead log.
        let disk = SmallDisk::over(&place.path(""), 512, "root");
        goes_wrong(&place, &disk);
    }
}

#[test]
fn what_was_answered_is_kept_when_files_of_sqlite_cannot_grow() {
    goes_wrong(&Place::sqlite(), &NoGrowth);
}

#[test]
fn what_was_answered_is_kept_when_files_of_sqlite_become_read_only() {
    let place = Place::sqlite();
    if ReadOnly::is_possible(&place.path("")) {
        goes_wrong(&place, &ReadOnly);
    }
}

#[test]
fn what_was_answered_is_kept_when_the_disk_of_postgres_is_full() {
    let postgres = OwnPostgres::start();
    let place = Place::sqlite().with("MUSTER_DATABASE_URL", &postgres.address());
    if let Some(disk) = &postgres.disk {
        goes_wrong(&place, &DataDisk(disk));
    }
}

#[allow(clippy::print_stdout, reason = "the figures are what the long run is for")]
fn goes_wrong<F: Fault>(place: &Place, fault: &F) {
    let rounds = std::env::var("MUSTER_FAULT_ROUNDS").ok().and_then(|rounds| rounds.parse::<usize>().ok());
    // Its log is where the fault is, too.
    let mut server = place.start_logging();
    server.owned();
    let mut writers = Writers::new(&server).refusable();
    for _ in 0..rounds.unwrap_or(2) {
        let (answered, refused) = (writers.changes(), writers.refusals());
        writers.work(server.address);
        until("people change something", || writers.changes() > answered);
        std::thread::sleep(A_WHILE);

        fault.begin(&server);
        until("a change is refused", || writers.refusals() > refused);
        // One that is refused for a reason of its own: it ends its transaction in order.
        let taken = name_taken(&server, &writers);
        assert!([422, 503, 507].contains(&taken), "{taken}");
        if F::REFUSES_ALL {
            until("the server says that it is not ready", || server.get("/readyz").status == 503);
        }
        std::thread::sleep(A_WHILE);

        fault.end(&server);
        until("the server is ready by itself", || server.get("/readyz").status == 200);
        let answered = writers.changes();
        until("people go on", || writers.changes() > answered);
        assert_eq!(name_taken(&server, &writers), 422);
        std::thread::sleep(A_WHILE);
        writers.rest();

        agree(place, &writers);
        assert!(server.stop().0.success());
        agree(place, &writers);
        server = place.start_logging();
    }
    println!("{} changes answered and kept, {} refused and not there", writers.changes(), writers.refusals());
}

/// What was answered is there and what was refused is not; nothing is there by half.
fn agree(place: &Place, writers: &Writers) {
    let look = place.look();
    assert_eq!(look.faults(), Vec::<String>::new());
    assert_eq!(writers.compare(&look), 0, "changes are there that were refused");
}

/// The id of a group that is never created.
const NEW: &str = "0197a8b4-0000-7000-8000-00000000fffe";

/// The status of a form that is refused in order: a second group of the name.
fn name_taken(server: &Server, writers: &Writers) -> u16 {
    server
        .send(
            Call::post("/o/acme/groups/new")
                .cookie(writers.cookie())
                .change("groups/create", &[("id", NEW), ("form[name]", "Sales")]),
        )
        .status
}

fn until(what: &str, so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
