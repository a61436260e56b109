//! Prepares the database that is measured: the demo organization, and a second one whose people have other names.

use domain::groups::{GroupQuery, GroupRow, GroupSort};
use domain::table::{Direction, Page};
use domain::{Email, GroupId, OrganizationId, OrganizationKind, OrganizationName, Password, PersonName, Slug};
use serde_json::{Value, json};
use service::clock::{SystemClock, SystemRandomness};
use service::demo::{Plan, run};
use service::organizations::NewOrganization;
use service::{Limits, Operator, SecretKey, Services};
use std::io::Cursor;
use std::time::Instant;
use store::Database;
use store::groups::Visible;

/// The people of the other organization, as a part of the demo's.
const OTHERS: u64 = 10;

/// The password of every account of the demo.
pub const PASSWORD: &str = "violet anchors drift past noon";

/// What there is to measure.
pub struct Prepared {
    /// The use cases.
    pub services: Services,
    /// The demo organization.
    pub demo: OrganizationId,
    /// The other one: every address in it contains what is rare in the demo's.
    pub other: OrganizationId,
    /// A small, a middling and the largest group of the demo organization, by size; `administrators` is none of them.
    pub groups: Vec<(u64, GroupId)>,
    /// How long making it took, in seconds, where it was made now.
    pub seconds: Value,
}

async fn find(database: &Database, slug: &str) -> Option<OrganizationId> {
    let slug = Slug::parse(slug).unwrap();
    Some(store::organizations::find_by_slug(database.reader(), &slug).await.unwrap()?.id)
}

/// Makes what is not there yet, and does what a server does once a minute.
pub async fn prepare(database: &Database, members: u64, groups: u64) -> Prepared {
    database.migrate().await.unwrap();
    let services =
        Services::new(database.clone(), SecretKey([7; 32]), Limits::default(), SystemClock, SystemRandomness);
    let operator = Operator::on_this_machine();
    let password = || Password::typed(PASSWORD);
    let mut seconds = json!({});
    if find(database, "demo").await.is_none() {
        let start = Instant::now();
        run(&services, &operator, Plan { members, groups, seed: 1 }, password(), |_| {}).await.unwrap();
        seconds["demo"] = start.elapsed().as_secs_f64().into();
        println!("demo of {members} members and {groups} groups: {:.1?}", start.elapsed());
    }
    if find(database, "other").await.is_none() {
        let new = NewOrganization {
            name: OrganizationName::parse("Other").unwrap(),
            slug: None,
            kind: OrganizationKind::Customer,
            administrator_email: Email::parse("ada@other.example").unwrap(),
            administrator_name: PersonName::parse("Ada Okafor").unwrap(),
            password: Some(password()),
        };
        let slug = service::organizations::create(&services, &operator, new).await.unwrap();
        let rows: String = (0..members / OTHERS).map(|n| format!("qxq{n}@other.example,Qx Qxana {n}\n")).collect();
        let file = Cursor::new("email,name\n".to_owned() + &rows);
        service::import::run(&services, &operator, &slug, file, Default::default(), |_| {}, |_| {}).await.unwrap();
    }
    let start = Instant::now();
    service::upkeep::run(&services).await.unwrap();
    if start.elapsed().as_secs_f64() > 1.0 {
        seconds["upkeep"] = start.elapsed().as_secs_f64().into();
        println!("counting the ranges of every sort: {:.1?}", start.elapsed());
    }
    let demo = find(database, "demo").await.unwrap();
    let other = find(database, "other").await.unwrap();
    Prepared { services, demo, other, groups: groups_of(database, demo).await, seconds }
}

/// The smallest, a middling and the largest group of an organization, as the table **Groups** has them.
async fn groups_of(database: &Database, organization: OrganizationId) -> Vec<(u64, GroupId)> {
    let mut query = GroupQuery::default().sorted_by(GroupSort::Members);
    let page = async |query: &GroupQuery| {
        store::groups::page(database.reader(), organization, Visible::All, query).await.unwrap()
    };
    let smallest = page(&query).await;
    let middling = page(&query.clone().on_page(smallest.total.last_page(smallest.size).unwrap_or(1) / 2 + 1)).await;
    query.direction = Direction::Descending;
    let largest = page(&query).await;
    let first = |page: Page<GroupRow>| page.rows.into_iter().find(|row| !row.built_in).map(|row| (row.members, row.id));
    [smallest, middling, largest].into_iter().filter_map(first).collect()
}
