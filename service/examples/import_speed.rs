//! Measures how fast people are imported from a file, on SQLite:
//! `cargo run --release -p service --example import_speed -- [rows] [groups] [imports]`; on PostgreSQL if
//! MUSTER_TEST_POSTGRES_URL names a server.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement, run by hand")]

use domain::{Email, OrganizationKind, OrganizationName, Password, PersonName, Slug};
use service::clock::{SystemClock, SystemRandomness};
use service::import::{Options, run};
use service::organizations::NewOrganization;
use service::{Limits, Operator, SecretKey, Services};
use std::fmt::Write;
use std::io::Cursor;
use std::time::Instant;
use store::testing::TestDatabase;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1).map(|word| word.parse::<u64>().unwrap());
    let mut next = |default| arguments.next().unwrap_or(default);
    let (rows, groups, imports) = (next(100_000), next(200), next(4));
    let test = match std::env::var("MUSTER_TEST_POSTGRES_URL") {
        Ok(_) => TestDatabase::postgres().await,
        Err(_) => TestDatabase::sqlite().await,
    };
    let services =
        Services::new(test.database.clone(), SecretKey([7; 32]), Limits::default(), SystemClock, SystemRandomness);
    let operator = Operator::on_this_machine();
    let slug = Slug::parse("acme").unwrap();
    let organization = NewOrganization {
        name: OrganizationName::parse("Acme").unwrap(),
        slug: Some(slug.clone()),
        kind: OrganizationKind::Customer,
        administrator_email: Email::parse("admin@acme.example").unwrap(),
        administrator_name: PersonName::parse("Ada Admin").unwrap(),
        password: Some(Password::parse("violet tractor seventeen lamp").unwrap()),
    };
    service::organizations::create(&services, &operator, organization).await.unwrap();

    let mut first = String::from("email,name,organization_role,groups\n");
    let mut second = String::from("email,organization_role\n");
    for i in 0..rows {
        let scattered = i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        let (one, two) = (scattered % groups, (scattered / 7) % groups);
        writeln!(first, "person.{scattered:x}.{i}@acme.example,\"Łukasz Ångström {i}\",,Team {one};Team {two}")
            .unwrap();
        writeln!(second, "person.{scattered:x}.{i}@acme.example,security").unwrap();
    }
    let all = [
        ("new people", &first, false),
        ("the same again", &first, false),
        ("the same, dry", &first, true),
        ("other roles", &second, false),
    ];
    for (what, file, dry_run) in all.into_iter().take(imports as usize) {
        let (start, worked) = (Instant::now(), cpu());
        let options = Options { dry_run, all_or_nothing: false };
        let file = Cursor::new(file.clone().into_bytes());
        let report = run(&services, &operator, &slug, file, options, |_| {}, |_| {}).await.unwrap();
        let took = start.elapsed();
        let (speed, worked) = (rows as f64 / took.as_secs_f64(), cpu() - worked);
        println!("{what}: {rows} rows in {took:.2?}, {speed:.0} rows/s, {worked:.2} s of CPU; {report:?}");
    }
}

/// Seconds of CPU that this process took: what to compare where others use the machine too.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> = stat.split(' ').skip(13).take(2).filter_map(|field| field.parse().ok()).collect();
    fields.iter().sum::<f64>() / 100.0
}
