//! Changes made behind the application's back, by somebody who has the database.
#![allow(dead_code, reason = "not every test file needs all of it")]

use crate::invited::{invite, right};
use crate::support::Installation;
use domain::AuditId;
use domain::audit::chain::ChainHead;
use service::Operator;
use service::audit_chain::{Fault, Found, Verified, verify};

/// The tables that vouch for the log, and the log.
const TABLES: [&str; 4] = ["audit_events", "audit_seals", "audit_slips", "audit_adoptions"];

pub fn is_sqlite(of: &Installation) -> bool {
    of.db.address.starts_with("sqlite")
}

/// An id as it stands in a statement.
pub fn literal(of: &Installation, id: uuid::Uuid) -> String {
    if is_sqlite(of) { format!("X'{}'", id.simple()) } else { format!("'{id}'::uuid") }
}

/// Bytes as they stand in a statement.
pub fn bytes(of: &Installation, byte: u8, number: usize) -> String {
    let digits = format!("{byte:02x}").repeat(number);
    if is_sqlite(of) { format!("X'{digits}'") } else { format!("'\\x{digits}'::bytea") }
}

/// The ids of a query, as UUIDs.
pub async fn uuids(of: &Installation, column: &str, rest: &str) -> Vec<uuid::Uuid> {
    let id = if is_sqlite(of) { format!("lower(hex({column}))") } else { format!("replace({column}::text, '-', '')") };
    let found = of.db.texts(&format!("SELECT {id} {rest}")).await;
    found.iter().map(|text| uuid::Uuid::try_parse(text).unwrap()).collect()
}

/// An organization's id.
pub async fn organization(of: &Installation, slug: &str) -> uuid::Uuid {
    uuids(of, "id", &format!("FROM organizations WHERE slug = '{slug}'")).await[0]
}

/// The rows of an organization's log, the oldest first.
pub async fn rows(of: &Installation, slug: &str) -> Vec<AuditId> {
    let of_it =
        format!("FROM audit_events WHERE organization_id = {} ORDER BY id", literal(of, organization(of, slug).await));
    uuids(of, "id", &of_it).await.into_iter().map(AuditId::from_uuid).collect()
}

/// Runs statements with the triggers taken away, and puts them back.
pub async fn behind(of: &Installation, statements: &[String]) {
    let (off, on) = if is_sqlite(of) {
        let triggers = "FROM sqlite_schema WHERE type = 'trigger' AND tbl_name LIKE 'audit_%' ORDER BY name";
        let names = of.db.texts(&format!("SELECT name {triggers}")).await;
        let off: Vec<String> = names.iter().map(|name| format!("DROP TRIGGER {name}")).collect();
        (off, of.db.texts(&format!("SELECT sql {triggers}")).await)
    } else {
        let turn = |how: &str| {
            ["audit_events", "audit_seals"]
                .iter()
                .map(|table| format!("ALTER TABLE {table} {how} TRIGGER USER"))
                .collect()
        };
        (turn("DISABLE"), turn("ENABLE"))
    };
    for sql in off.iter().chain(statements).chain(&on) {
        of.db.execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    assert!(of.db.execute("DELETE FROM audit_events").await.is_err(), "the triggers are back");
}

/// Keeps what is there now.
pub async fn keep(of: &Installation) {
    for table in TABLES {
        of.db.execute(&format!("DROP TABLE IF EXISTS kept_{table}")).await.unwrap();
        of.db.execute(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await.unwrap();
    }
}

/// Puts back what was kept.
pub async fn put_back(of: &Installation) {
    let back = |table| [format!("DELETE FROM {table}"), format!("INSERT INTO {table} SELECT * FROM kept_{table}")];
    behind(of, &TABLES.into_iter().flat_map(back).collect::<Vec<_>>()).await;
}

/// What verifying says of every organization.
pub async fn verified_with(of: &Installation, noted: Option<ChainHead>) -> Vec<Verified> {
    let mut all = Vec::new();
    verify(&of.services, &Operator::on_this_machine(), None, noted, |one| all.push(one)).await.unwrap();
    all
}

/// What verifying says of one.
pub async fn verified(of: &Installation, slug: &str) -> Verified {
    verified_with(of, None).await.into_iter().find(|one| one.slug == slug).unwrap()
}

/// The faults of one, as position and fault.
pub async fn faults(of: &Installation, slug: &str) -> Vec<(Option<i64>, Fault)> {
    let verified = verified(of, slug).await;
    assert_eq!(verified.faults, verified.told.len() as u64);
    verified.told.into_iter().map(|Found { position, fault }| (position, fault)).collect()
}

pub async fn seal(of: &Installation) {
    service::audit_chain::seal(&of.services).await.unwrap();
}

/// Acme with twelve rows in four seals, and another organization.
pub async fn sealed(i: &Installation) -> Vec<AuditId> {
    let slug = i.found("Acme", "ana@acme.example").await;
    i.found("Other", "bo@other.example").await;
    let may = right(i, &slug).await;
    for batch in 0..4 {
        i.clock.forward(60);
        let people: Vec<String> = (0..2 + batch % 2).map(|n| format!("p{batch}{n}@acme.example")).collect();
        invite(i, &may, &people.iter().map(String::as_str).collect::<Vec<_>>()).await.unwrap();
        seal(i).await;
    }
    let rows = rows(i, "acme").await;
    assert_eq!(rows.len(), 12);
    rows
}
