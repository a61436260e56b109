//! Downloads that the client does not read.

use crate::support::{Call, Raw, Server};
use std::time::{Duration, Instant};

/// Rows enough that no system holds the file between two processes: some 16 MB.
const ROWS: usize = 16_000;

/// An import with a long file of refused rows; gives the address of the file.
fn long_file(server: &Server, cookie: &str) -> String {
    let body =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.csv\"\r\n\r\nemail\r\nbroken\r\n--x--\r\n";
    let call = Call::post("/o/acme/members/import").cookie(cookie).body("multipart/form-data; boundary=x", body);
    let page = server.send(call).header("location").expect("its page").to_owned();
    let begun = Instant::now();
    while !server.get_as(cookie, &page).text().contains(">Apply<") {
        assert!(begun.elapsed() < Duration::from_secs(20), "it is not judged");
        std::thread::sleep(Duration::from_millis(20));
    }
    let look = server.place().look();
    let numbers = format!("WITH RECURSIVE n(n) AS (SELECT 10 UNION ALL SELECT n + 1 FROM n WHERE n < {ROWS})");
    let text = "x".repeat(1_000);
    look.execute(&format!(
        "INSERT INTO import_rows (organization_id, import_id, line, outcome, email, name, detail, column_word, cells) \
         {numbers} SELECT organization_id, import_id, n.n, outcome, email, name, detail, column_word, '[\"{text}\"]' \
         FROM import_rows, n"
    ));
    format!("{page}/refused.csv")
}

fn unread(server: &Server, cookie: &str, path: &str) -> Raw {
    let mut raw = Raw::open(server.address);
    raw.ask(&format!("GET {path}"), cookie, "\r\n");
    raw
}

#[test]
fn files_that_nobody_reads_keep_no_page_from_anybody() {
    for server in [Server::start(), Server::on_postgres()] {
        let cookie = server.owned();
        let path = long_file(&server, &cookie);
        let mut unread: Vec<_> = (0..3).map(|_| unread(&server, &cookie, &path)).collect();
        for raw in &mut unread {
            raw.until("HTTP/1.1 200 OK");
        }
        // Another one waits for a moment, and is told so.
        let refused = server.get_as(&cookie, &path);
        assert_eq!((refused.status, refused.header("retry-after")), (503, Some("5")));
        assert!(refused.text().contains("Other files are still being downloaded"), "{}", refused.text());
        for page in ["/o/acme/members", "/o/acme/audit"] {
            assert_eq!(server.get_as(&cookie, page).status, 200, "{page}");
        }
        assert_eq!(server.get_as(&cookie, "/o/acme/audit.csv").status, 503, "it is one place for all files");
        // Whoever is read, or goes, makes room.
        drop(unread.pop());
        let begun = Instant::now();
        loop {
            let answer = server.get_as(&cookie, &path);
            if answer.status == 200 {
                assert!(answer.body.len() > ROWS * 1_000, "the whole file: {} bytes", answer.body.len());
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "no place is given back");
        }
    }
}

// Waits for half a minute: only where it is asked for, as in `uploads`.
#[test]
fn a_file_that_nobody_reads_is_given_up() {
    if std::env::var_os("MUSTER_HOSTILE_UPLOADS").is_none() {
        return;
    }
    let server = Server::start();
    let cookie = server.owned();
    let path = long_file(&server, &cookie);
    let mut unread: Vec<_> = (0..3).map(|_| unread(&server, &cookie, &path)).collect();
    for raw in &mut unread {
        raw.until("HTTP/1.1 200 OK");
    }
    let begun = Instant::now();
    while server.get_as(&cookie, "/o/acme/audit.csv").status != 200 {
        assert!(begun.elapsed() < Duration::from_secs(60), "the places are not given back");
    }
    for raw in &mut unread {
        let read = raw.rest().expect("the server hangs up");
        assert!(read.len() < ROWS * 1_000, "{} bytes", read.len());
    }
}
