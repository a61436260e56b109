//! How long pages of a long members table take, query by query:
//! `MUSTER_DATABASE_URL=sqlite:///tmp/million.db cargo run --release -p service --example million -- [members] [groups]`;
//! the database is made where it is not there, and kept.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement, run by hand")]

use domain::members::MemberQuery;
use domain::{Password, Slug, Timestamp};
use service::clock::{SystemClock, SystemRandomness};
use service::demo::{Plan, run};
use service::{Limits, Operator, SecretKey, Services};
use std::time::{Duration, Instant};
use store::Database;

const QUERIES: &[&str] = &[
    "",
    "page=195",
    "page=10000",
    "page=19000",
    "sort=name",
    "sort=name&page=10000",
    "sort=role&dir=desc&page=10000",
    "sort=created&page=10000",
    "sort=last_active&dir=desc",
    "sort=last_active&page=10000",
    "sort=logins&page=10000",
    "sort=last_login&dir=desc&page=10000",
    "sort=ip&page=10000",
    "role=security",
    "role=security&page=200",
    "role=administrator&sort=last_active",
    "status=active&sort=last_active",
    "status=active&sort=last_login&page=9000",
    "status=invited",
    "status=invited&sort=last_active&dir=desc",
    "status=expired&sort=last_active&dir=desc",
    "status=deleted",
    "status=deleted&page=100",
    "kind=external",
    "kind=external&status=deleted",
    "kind=external&role=security",
    "deleted=1&page=15000",
    "q=a",
    "q=z",
    "q=x",
    "q=%E6%B5%A9",
    "q=%D1%8F",
    "q=qx",
    "q=an",
    "q=zz",
    "q=ana",
    "q=example",
    "q=fieldworks.example",
    "q=security%40demo",
    "q=a.lima%40",
    "q=%E5%AD%AB%20%E6%B5%A9%E7%84%B6",
    "q=%D0%98%D0%B2%D0%B0%D0%BD",
    "q=wang",
    "q=nobody+at+all",
    "q=zoraida&sort=last_active",
    "q=ana&role=security",
    "q=ana&sort=last_active&dir=desc",
    "q=an&status=expired",
    "q=zz&sort=name&dir=desc",
];

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: u64| arguments.get(at).map_or(default, |word| word.parse().unwrap());
    let (members, groups) = (number(0, 1_000_000), number(1, 10_000));
    let kept = std::env::var("MUSTER_DATABASE_URL").unwrap();
    let database = Database::open(&kept).await.unwrap();
    database.migrate().await.unwrap();
    let services =
        Services::new(database.clone(), SecretKey([7; 32]), Limits::default(), SystemClock, SystemRandomness);
    let slug = Slug::parse("demo").unwrap();
    if store::organizations::find_by_slug(database.reader(), &slug).await.unwrap().is_none() {
        let start = Instant::now();
        let plan = Plan { members, groups, seed: 1 };
        run(&services, &Operator::on_this_machine(), plan, Password::typed("violet anchors drift past noon"), |n| {
            if n % 200_000 < 8_000 {
                println!("{n} after {:.1?}", start.elapsed());
            }
        })
        .await
        .unwrap();
        println!("demo of {members} members and {groups} groups in {:.1?}", start.elapsed());
    }
    let start = Instant::now();
    service::upkeep::run(&services).await.unwrap();
    println!("upkeep in {:.1?}", start.elapsed());
    let demo = store::organizations::find_by_slug(database.reader(), &slug).await.unwrap().unwrap();
    let groups = store::groups::list(database.reader(), demo.id, store::groups::Visible::All, "", 60).await.unwrap();
    let mut sized: Vec<_> = groups.groups.iter().map(|group| (group.members, group.id)).collect();
    sized.sort_unstable();
    let mut queries: Vec<String> = QUERIES.iter().map(|query| (*query).to_owned()).collect();
    for (_, id) in [sized.first(), sized.get(sized.len() / 2), sized.last()].into_iter().flatten() {
        queries.extend([
            format!("group={id}"),
            format!("group={id}&sort=last_active&dir=desc"),
            format!("group={id}&q=an"),
            format!("group={id}&role=security"),
        ]);
    }
    let now: Timestamp = services.now();
    for url in &queries {
        let query = MemberQuery::parse(url).0;
        let mut times: Vec<Duration> = Vec::new();
        let mut what = String::new();
        for _ in 0..7 {
            let start = Instant::now();
            let page = store::members::list(database.reader(), demo.id, &query, now).await.unwrap();
            times.push(start.elapsed());
            what = format!("{:?} rows {} page {}", page.total, page.rows.len(), page.number);
        }
        let first = times[0];
        times.sort_unstable();
        println!(
            "{:>9.2} ms  first {:>9.2}  {:<60} {what}",
            times[3].as_secs_f64() * 1e3,
            first.as_secs_f64() * 1e3,
            url
        );
    }
}
