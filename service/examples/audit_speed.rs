//! Measures how fast a long audit log is read, sealed and verified, on SQLite:
//! `cargo run --release -p service --example audit_speed -- [rows]`; on PostgreSQL if MUSTER_TEST_POSTGRES_URL names a
//! server. Ten million rows take up five gigabytes on disk while it runs.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement, run by hand")]

use domain::audit::chain::Mark;
use domain::audit::{AuditAction, AuditQuery};
use domain::permission::ReadAudit;
use domain::setup::SignInForm;
use domain::{
    AuditId, Email, MemberId, OrganizationId, OrganizationKind, OrganizationName, Password, PersonName, Slug,
};
use service::clock::{Clock, SystemClock, SystemRandomness};
use service::import::Options;
use service::organizations::NewOrganization;
use service::{Grant, Limits, Operator, Origin, SecretKey, Services, audit_chain, audit_log};
use std::io::Cursor;
use std::time::Instant;
use store::audit::Event;
use store::testing::TestDatabase;
use uuid::Uuid;

const PASSWORD: &str = "violet tractor seventeen lamp";
/// How many people are in each organization.
const PEOPLE: u64 = 1_000;
/// How many rows a transaction fills in.
const BATCH: u64 = 20_000;
/// Over how many milliseconds the rows are spread: a year.
const YEAR: i64 = 365 * 86_400_000;

#[tokio::main]
async fn main() {
    let rows = std::env::args().nth(1).map_or(10_000_000, |word| word.parse::<u64>().unwrap());
    let test = match std::env::var("MUSTER_TEST_POSTGRES_URL") {
        Ok(_) => TestDatabase::postgres().await,
        Err(_) => TestDatabase::sqlite().await,
    };
    let services =
        Services::new(test.database.clone(), SecretKey([7; 32]), Limits::default(), SystemClock, SystemRandomness);
    // Nine rows of ten are in the one that is asked.
    let (other, acme) = (found(&services, "other").await, found(&services, "acme").await);
    audit_chain::seal(&services).await.unwrap();
    let begun = Instant::now();
    let first = SystemClock.now().millis() - YEAR;
    for (slug, share, before) in [(&other, rows / 10, 0), (&acme, rows - rows / 10, rows / 10)] {
        fill(&test, slug, (before, share), first, rows).await;
    }
    adopt(&test).await;
    println!("{rows} rows in {:.0?}", begun.elapsed());
    if !is_sqlite(&test) {
        test.execute("ANALYZE audit_events").await.unwrap();
    }
    let may = reader(&services, &acme).await;
    for query in queries() {
        let (mut times, mut shown) = (Vec::new(), 0);
        for _ in 0..9 {
            let begun = Instant::now();
            shown = audit_log::list(&services, &may, &AuditQuery::parse(&query(first))).await.unwrap().rows.len();
            times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        }
        let cold = times[0];
        times.sort_by(f64::total_cmp);
        println!("`{}`: {:.2} ms, {cold:.2} the first time, {shown} rows", query(first), times[4]);
    }
    let begun = Instant::now();
    audit_log::lines(&services, &may, &AuditQuery::default(), None).await.unwrap();
    println!("the first rows of the file: {:.2?}", begun.elapsed());

    let begun = Instant::now();
    audit_chain::seal(&services).await.unwrap();
    println!("sealed in {:.0?}", begun.elapsed());
    let begun = Instant::now();
    let told = |one: audit_chain::Verified| println!("{}: {} rows, {} faults", one.slug, one.rows, one.faults);
    audit_chain::verify(&services, &Operator::on_this_machine(), None, None, told).await.unwrap();
    println!("verified in {:.0?}; {}", begun.elapsed(), memory());
}

/// An organization with its people.
async fn found(services: &Services, name: &str) -> Slug {
    let organization = NewOrganization {
        name: OrganizationName::parse(name).unwrap(),
        slug: Slug::parse(name).ok(),
        kind: OrganizationKind::Customer,
        administrator_email: Email::parse(&format!("admin@{name}.example")).unwrap(),
        administrator_name: PersonName::parse("Ada Admin").unwrap(),
        password: Some(Password::parse(PASSWORD).unwrap()),
    };
    let slug = service::organizations::create(services, &Operator::on_this_machine(), organization).await.unwrap();
    let people = (0..PEOPLE).map(|n| format!("person{n}@{name}.example\n")).collect::<String>();
    let file = Cursor::new(format!("email\n{people}").into_bytes());
    let proof = Operator::on_this_machine();
    service::import::run(services, &proof, &slug, file, Options::default(), |_| {}, |_| {}).await.unwrap();
    slug
}

fn is_sqlite(test: &TestDatabase) -> bool {
    test.address.starts_with("sqlite")
}

async fn ids(test: &TestDatabase, rest: &str) -> Vec<Uuid> {
    let id = if is_sqlite(test) { "lower(hex(x.id))" } else { "replace(x.id::text, '-', '')" };
    let found = test.texts(&format!("SELECT {id} FROM {rest}")).await;
    found.iter().map(|text| Uuid::try_parse(text).unwrap()).collect()
}

/// Fills in rows: a long import by the administrator, and else what a year brings.
async fn fill(test: &TestDatabase, slug: &Slug, (before, share): (u64, u64), first: i64, rows: u64) {
    let organization =
        OrganizationId::from_uuid(ids(test, &format!("organizations x WHERE x.slug = '{slug}'")).await[0]);
    let of_it = format!(
        "members x JOIN organizations o ON o.id = x.organization_id WHERE o.slug = '{slug}' ORDER BY x.email_key"
    );
    let people = ids(test, &of_it).await;
    let event = |n: u64| {
        let scattered = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let at = domain::Timestamp::from_millis(first + YEAR / share as i64 * n as i64);
        let person = people[(scattered >> 40) as usize % people.len()];
        let action = match scattered % 1_000 {
            _ if n * 10 / share == 3 => AuditAction::MemberImported,
            0..700 => AuditAction::MemberSignedIn,
            700..950 => AuditAction::MemberChanged,
            950..999 => AuditAction::MemberInvited,
            _ if n.is_multiple_of(100) => AuditAction::OrganizationChanged,
            _ => AuditAction::MemberRemoved,
        };
        // The administrator is the first by address.
        let own = action == AuditAction::MemberSignedIn;
        Event {
            id: AuditId::from_uuid(domain::new_uuid(at, random(before + n))),
            at,
            actor_id: Some(MemberId::from_uuid(if own { person } else { people[0] })),
            actor: if own { "person@acme.example" } else { "admin@acme.example" }.into(),
            action,
            target_id: Some(person),
            target: "person@acme.example".into(),
            before: (action == AuditAction::MemberChanged)
                .then(|| serde_json::json!({ "organization_role": "member" })),
            after: (!own).then(|| serde_json::json!({ "organization_role": "security", "groups": ["Sales"] })),
            ip: "203.0.113.7".parse().ok(),
            request_id: "7428853c-520".into(),
        }
    };
    let mut done = 0;
    while done < share {
        let some = BATCH.min(share - done);
        let tx = test.database.begin().await.unwrap();
        let events = (done..done + some).map(event).collect();
        store::audit::insert(tx.connection(), organization, events, |_| Mark([0; 16])).await.unwrap();
        tx.commit().await.unwrap();
        done += some;
        if (before + done) % 1_000_000 < BATCH {
            println!("{} of {rows}", before + done);
        }
    }
}

fn random(number: u64) -> [u8; 10] {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&number.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    bytes
}

/// As the version before the chain left it: its marks are not of the key.
async fn adopt(test: &TestDatabase) {
    let (off, on) = if is_sqlite(test) {
        let guard = "name = 'audit_seals_are_not_deleted'";
        let on = test.texts(&format!("SELECT sql FROM sqlite_schema WHERE {guard}")).await;
        ("DROP TRIGGER audit_seals_are_not_deleted", on[0].clone())
    } else {
        let on = "ALTER TABLE audit_seals ENABLE TRIGGER USER";
        ("ALTER TABLE audit_seals DISABLE TRIGGER USER", on.to_owned())
    };
    let adoptions = "INSERT INTO audit_adoptions (organization_id, until_id) SELECT o.id, (SELECT e.id FROM audit_events e \
                     WHERE e.organization_id = o.id ORDER BY e.id DESC LIMIT 1) FROM organizations o";
    for sql in [off, "DELETE FROM audit_seals", "DELETE FROM audit_slips", adoptions, &on] {
        test.execute(sql).await.unwrap();
    }
}

async fn reader(services: &Services, slug: &Slug) -> Grant<ReadAudit> {
    let origin = Origin::default();
    let form =
        SignInForm { email: format!("admin@{slug}.example"), password: PASSWORD.into(), ..SignInForm::default() };
    let session = service::sessions::sign_in(services, &form, &origin, None).await.unwrap();
    let signed_in = service::sessions::find(services, &session.token).await.unwrap().unwrap();
    let actor = service::actor::enter(services, &signed_in, slug, &origin).await.unwrap();
    actor.require::<ReadAudit>(services).await.unwrap()
}

/// What is asked, given the first instant.
fn queries() -> Vec<Box<dyn Fn(i64) -> String>> {
    let fixed = |text: &'static str| -> Box<dyn Fn(i64) -> String> { Box::new(move |_| text.into()) };
    let placed = |text: &'static str, part: i64| -> Box<dyn Fn(i64) -> String> {
        Box::new(move |first| {
            let id = domain::new_uuid(domain::Timestamp::from_millis(first + YEAR / 100 * part), [0; 10]);
            text.replace("ROW", &id.to_string())
        })
    };
    let day: Box<dyn Fn(i64) -> String> = Box::new(|first| {
        let of = (SystemClock.now().millis() - first) / 2 + first;
        let day = domain::Timestamp::from_millis(of);
        format!("from={0}&to={0}", day_of(day))
    });
    let day_and_action: Box<dyn Fn(i64) -> String> = Box::new(|first| {
        let day = domain::Timestamp::from_millis((SystemClock.now().millis() - first) / 2 + first);
        format!("person=admin@acme.example&action=member.changed&from={0}&to={0}", day_of(day))
    });
    vec![
        fixed(""),
        placed("before=ROW", 50),
        placed("after=ROW", 50),
        placed("before=ROW", 1),
        placed("after=ROW", 0),
        fixed("person=admin@acme.example"),
        placed("person=admin@acme.example&after=ROW", 0),
        fixed("person=person500@acme.example"),
        fixed("action=member.signed_in"),
        fixed("action=organization.changed"),
        placed("action=organization.changed&after=ROW", 0),
        fixed("action=group.created"),
        day,
        day_and_action,
        fixed("person=admin@acme.example&action=member.changed"),
        fixed("person=admin@acme.example&action=member.imported"),
        fixed("person=admin@acme.example&action=member.signed_in"),
        fixed("person=admin@acme.example&action=organization.changed"),
        fixed("person=person500@acme.example&action=member.imported"),
        fixed("person=person500@acme.example&action=group.created"),
        placed("person=admin@acme.example&action=member.signed_in&after=ROW", 0),
    ]
}

/// The day of an instant, in UTC.
fn day_of(at: domain::Timestamp) -> String {
    let days = at.millis() / 86_400_000;
    // Howard Hinnant's civil_from_days.
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (date, month) = (of_year - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    format!("{:04}-{month:02}-{date:02}", year + era * 400 + i64::from(month <= 2))
}

/// The most memory that this process had.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned()
}
