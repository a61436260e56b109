//! Measures how long pages of the members table take at the database, query by query, against the best statements that
//! somebody would write by hand for the same rows. `make bench` runs it; by itself:
//!
//! `MUSTER_DATABASE_URL=sqlite:///tmp/million.db cargo run --release -p service --example queries -- 1000000 10000`
//!
//! The database is made where it is not there, and kept. Prints a table, and JSON where a third argument names
//! a file for it. A fourth leaves only those queries that contain it.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, reason = "a measurement")]

mod group_page;
mod groups;
mod plans;
mod prepare;
mod reference;

use domain::members::MemberQuery;
use domain::table::Total;
use plans::Recording;
use reference::Reference;
use serde_json::json;
use std::time::{Duration, Instant};
use store::Database;

/// Every sort at both ends and in the middle, every filter, needles from one character to twenty.
const QUERIES: &[&str] = &[
    "",
    "page=10000",
    "page=1000000",
    "dir=desc",
    "sort=name",
    "sort=name&page=10000",
    "sort=name&page=1000000",
    "sort=role",
    "sort=role&dir=desc&page=10000",
    "sort=role&page=1000000",
    "sort=created&dir=desc",
    "sort=created&page=10000",
    "sort=created&page=1000000",
    "sort=last_active&dir=desc",
    "sort=last_active&page=10000",
    "sort=last_active&page=1000000",
    "sort=logins&dir=desc",
    "sort=logins&page=10000",
    "sort=logins&page=1000000",
    "sort=last_login&dir=desc",
    "sort=last_login&dir=desc&page=10000",
    "sort=last_login&page=1000000",
    "sort=ip",
    "sort=ip&page=10000",
    "sort=ip&page=1000000",
    "deleted=1&page=15000",
    "role=administrator&sort=last_active",
    "role=member&page=10000",
    "role=security",
    "role=security&page=200",
    "status=active&sort=last_active",
    "status=active&sort=last_login&page=9000",
    "status=invited",
    "status=invited&sort=created&dir=desc",
    "status=expired",
    "status=expired&sort=last_active&dir=desc",
    "status=deleted",
    "status=deleted&page=100",
    "kind=internal&sort=name",
    "kind=external",
    "kind=external&status=deleted",
    "role=security&status=invited",
    "q=a",
    "q=z",
    "q=x",
    "q=浩",
    "q=я",
    "q=qx",
    "q=an",
    "q=zz",
    "q=ana",
    "q=example",
    "q=fieldworks.example",
    "q=security@demo",
    "q=a.lima@",
    "q=孫 浩然",
    "q=Иван",
    "q=wang",
    "q=nobody at all",
    "q=ana&sort=last_active&dir=desc",
    "q=zoraida&sort=last_active",
    "q=zz&sort=name&dir=desc",
    "q=ana&role=security",
    "q=я&status=active",
    "q=an&status=expired",
    "q=wang&kind=external",
];

/// What is asked of a group.
const OF_A_GROUP: &[&str] = &["", "&sort=last_active&dir=desc", "&q=an", "&role=security"];

/// A measured time: the median of some runs, the fastest and the slowest.
#[derive(Clone, Copy)]
pub struct Times {
    median: f64,
    least: f64,
    most: f64,
}

/// So often everything is run; what takes longer than that is run once.
const RUNS: usize = 9;
const LONG: Duration = Duration::from_millis(300);

/// Milliseconds of something that is done some times, the first of which is not counted.
pub async fn timed<F: Future>(mut run: impl FnMut() -> F) -> Times {
    let start = Instant::now();
    run().await;
    let first = start.elapsed();
    let mut all = Vec::new();
    if first > LONG {
        all.push(first.as_secs_f64() * 1e3);
    }
    for _ in all.len()..if first > LONG { 1 } else { RUNS } {
        let start = Instant::now();
        run().await;
        all.push(start.elapsed().as_secs_f64() * 1e3);
    }
    Times::of(all)
}

/// Milliseconds of something that is done once.
pub async fn timed_once(run: impl Future) -> f64 {
    let start = Instant::now();
    run.await;
    start.elapsed().as_secs_f64() * 1e3
}

impl Times {
    /// Of some runs, one at least.
    pub fn of(mut all: Vec<f64>) -> Self {
        all.sort_by(f64::total_cmp);
        Self { median: all[all.len() / 2], least: all[0], most: all[all.len() - 1] }
    }
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: u64| arguments.get(at).map_or(default, |word| word.parse().unwrap());
    let (members, groups) = (number(0, 1_000_000), number(1, 10_000));
    let database = Database::open(&std::env::var("MUSTER_DATABASE_URL").expect("MUSTER_DATABASE_URL")).await.unwrap();
    let prepared = prepare::prepare(&database, members, groups).await;
    let now = prepared.services.now();

    let mut queries: Vec<(String, String)> = QUERIES.iter().map(|query| ((*query).into(), (*query).into())).collect();
    for (size, id) in &prepared.groups {
        queries.extend(OF_A_GROUP.iter().map(|rest| (format!("group of {size}{rest}"), format!("group={id}{rest}"))));
    }
    let mut asked: Vec<_> = queries.into_iter().map(|(name, query)| (prepared.demo, name, query)).collect();
    // What is common in one organization and rare in the other.
    for needle in ["q=qx", "q=qxq", "q=ana"] {
        asked.push((prepared.other, format!("other organization: {needle}"), needle.to_owned()));
    }

    if let Some(some) = arguments.get(3) {
        asked.retain(|(_, name, _)| name.contains(some.as_str()));
    }

    println!("{:<48}{:>9}{:>9}{:>9}{:>9}{:>7}  rows", "query", "ms", "least", "most", "SQL", "ratio");
    let mut lines = Vec::new();
    for (organization, name, text) in asked {
        let query = MemberQuery::parse(&text.replace('+', "%2B").replace(' ', "+")).0;
        let page = store::members::list(database.reader(), organization, &query, now).await.unwrap();
        let ours = timed(|| async {
            store::members::list(database.reader(), organization, &query, now).await.unwrap();
        })
        .await;
        let reference =
            Reference::of(database.reader(), organization, &query, now, (page.number, page.total)).measure().await;
        let ratio = ours.median / reference.milliseconds;
        let Times { median, least, most } = ours;
        let total = page.total.label();
        println!("{name:<48}{median:>9.2}{least:>9.2}{most:>9.2}{:>9.2}{ratio:>7.1}  {total}", reference.milliseconds);
        let exact = matches!(page.total, Total::Exact(_));
        let recording = Recording::of(database.reader());
        store::members::list(&recording, organization, &query, now).await.unwrap();
        let plans = recording.plans().await;
        let scanned: Vec<&str> = plans.iter().filter(|plan| plan.full_scan).map(|plan| plan.sql.as_str()).collect();
        if !scanned.is_empty() {
            println!("  a whole table is scanned: {scanned:?}");
        }
        let plans: Vec<_> = plans.iter().map(|plan| json!({ "sql": plan.sql, "plan": plan.steps })).collect();
        lines.push(json!({
            "query": name, "ms": median, "least": least, "most": most, "sql": reference.milliseconds,
            "statements": reference.statements, "ratio": ratio, "total": total, "exact": exact,
            "plans": plans, "scanned": scanned,
        }));
    }
    let only = arguments.get(3).map_or("", String::as_str);
    lines.extend(group_page::measure(&database, &prepared, only).await);
    if let Some(file) = arguments.get(2) {
        let all = json!({ "members": members, "seconds": prepared.seconds, "queries": lines });
        std::fs::write(file, all.to_string()).unwrap();
    }
    // SQLite puts its log into the file: the next run reads no other way than a server that was just started.
    database.close().await.unwrap();
}
