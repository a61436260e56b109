//! Measures one page of the largest group's people, as an administrator and as one of its owners, against the best
//! statements for the same rows (issue 6, "What must be shown" 4).

use crate::plans::Recording;
use crate::prepare::{PASSWORD, Prepared};
use crate::reference::{Measured, Reference};
use crate::{Times, groups, timed_once};
use domain::groups::{GroupMemberQuery, GroupMemberSort};
use domain::members::{MemberQuery, MemberSort};
use domain::setup::SignInForm;
use domain::table::Total;
use domain::{GroupId, GroupRole, Slug, Timestamp};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use service::groups::GroupAccess;
use service::{Actor, Origin};
use store::Database;
use store::groups::GroupMember;

/// So often both ask, as they are compared within a tenth.
const PAIRS: usize = 25;

/// Each sort's first page, searches from one character to none found, and filters.
const QUERIES: &[&str] = &[
    "",
    "dir=desc",
    "sort=name",
    "sort=role",
    "sort=role&dir=desc",
    "sort=last_active&dir=desc",
    "q=a",
    "q=an",
    "q=ana",
    "q=zoraida",
    "q=wang&sort=last_active",
    "q=nobody at all",
    "role=owner",
    "role=observer&sort=name",
    "membership=ended",
];

/// Somebody of the demo who is signed in there.
async fn enter(prepared: &Prepared, email: &str) -> Actor {
    let services = &prepared.services;
    let origin = Origin { ip: None, user_agent: "bench".into(), browser: None, request_id: "bench".into() };
    let form = SignInForm { email: email.into(), password: PASSWORD.into(), ..SignInForm::default() };
    let new = service::sessions::sign_in(services, &form, &origin, None).await.unwrap();
    let signed_in = service::sessions::find(services, &new.token).await.unwrap().unwrap();
    service::actor::enter(services, &signed_in, &Slug::parse("demo").unwrap(), &origin).await.unwrap()
}

/// Makes somebody an owner of the group who is not in it yet.
async fn own(database: &Database, prepared: &Prepared, group: GroupId, actor: &Actor) {
    let (member, now) = (actor.member(), prepared.services.now());
    let tx = database.begin().await.unwrap();
    let db = tx.connection();
    match store::groups::current_role(db, prepared.demo, group, member, now).await.unwrap() {
        Some(_) => {
            let given = store::Given { by: None, at: now };
            store::groups::set_role(db, prepared.demo, group, &[member], GroupRole::Owner, given).await.unwrap();
        }
        None => {
            let (role, ends_at) = (GroupRole::Owner, Timestamp::NO_END);
            let new = GroupMember { group, member, role, created_at: now, given_by: None, ends_at };
            store::groups::add_members(db, prepared.demo, vec![new], |_| true).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
}

/// What of a query the table of all members knows too: what somebody would write by hand for it is known.
fn of_members(query: &GroupMemberQuery, group: GroupId) -> MemberQuery {
    let mut same =
        MemberQuery::default().matching(query.search.clone()).filtered(|filters| filters.group = Some(group));
    same.direction = query.direction;
    same.sort = match query.sort {
        GroupMemberSort::Name => MemberSort::Name,
        GroupMemberSort::LastActive => MemberSort::LastActive,
        GroupMemberSort::Email | GroupMemberSort::Role => MemberSort::Email,
    };
    same
}

/// Two who ask for the same: an administrator, and an owner of the group.
pub struct Pair {
    pub administrator: Actor,
    pub owner: Actor,
}

impl Pair {
    /// Both times, taken in turns: what else the machine does falls on both.
    pub async fn timed<F: Future>(&self, run: impl Fn(Actor) -> F) -> (Times, f64) {
        let mut all = (Vec::new(), Vec::new());
        for _ in 0..PAIRS {
            all.0.push(timed_once(run(self.administrator.clone())).await);
            all.1.push(timed_once(run(self.owner.clone())).await);
        }
        (Times::of(all.0), Times::of(all.1).median)
    }
}

/// Measures those queries whose name contains a text.
pub async fn measure(database: &Database, prepared: &Prepared, only: &str) -> Vec<Value> {
    let (Some((size, group)), services) = (prepared.groups.last().copied(), &prepared.services) else {
        return Vec::new();
    };
    let pair = Pair {
        administrator: enter(prepared, "admin@demo.example").await,
        owner: enter(prepared, "owner@demo.example").await,
    };
    own(database, prepared, group, &pair.owner).await;
    println!(
        "\n{:<48}{:>9}{:>9}{:>9}{:>9}{:>9}{:>7}  rows",
        format!("of {size} people"),
        "ms",
        "least",
        "most",
        "owner",
        "SQL",
        "ratio"
    );
    let mut lines = Vec::new();
    for text in QUERIES {
        let name = format!("people of the largest group: {text}");
        if !name.contains(only) {
            continue;
        }
        let (query, now) = (GroupMemberQuery::parse(&text.replace(' ', "+")).0, services.now());
        let page = async |actor: Actor| {
            let may = GroupAccess::of(services, &actor, group).await.unwrap();
            service::groups::page(services, &may, &query).await.unwrap()
        };
        let total = page(pair.administrator.clone()).await.page.total;
        let times = pair.timed(page).await;
        let reader = database.reader();
        let reference = match (query.sort, query.filters.role) {
            (_, Some(role)) => Reference::by_role(reader, prepared.demo, group, Some(role)),
            (GroupMemberSort::Role, None) => Reference::by_role(reader, prepared.demo, group, None),
            _ => Reference::of(reader, prepared.demo, &of_members(&query, group), now, (1, total)),
        };
        let recording = Recording::of(reader);
        store::members::list_group(&recording, prepared.demo, group, &query, now).await.unwrap();
        lines.push(
            line(&name, times, reference.with_head(prepared.demo, group).measure().await, Some(total), recording).await,
        );
    }
    lines.extend(groups::measure(database, prepared, &pair, (size, group), only).await);
    lines
}

/// Prints what was measured, and gives it as JSON.
pub async fn line<C: ConnectionTrait>(
    name: &str,
    (Times { median, least, most }, owner): (Times, f64),
    reference: Measured,
    total: Option<Total>,
    recording: Recording<'_, C>,
) -> Value {
    let sql = reference.milliseconds;
    let (ratio, label) = (median / sql, total.map_or_else(String::new, |total| total.label()));
    println!("{name:<48}{median:>9.2}{least:>9.2}{most:>9.2}{owner:>9.2}{sql:>9.2}{ratio:>7.1}  {label}");
    let plans = recording.plans().await;
    let scanned: Vec<&str> = plans.iter().filter(|plan| plan.full_scan).map(|plan| plan.sql.as_str()).collect();
    if !scanned.is_empty() {
        println!("  a whole table is scanned: {scanned:?}");
    }
    let exact = matches!(total, Some(Total::Exact(_)));
    let plans: Vec<_> = plans.iter().map(|plan| json!({ "sql": plan.sql, "plan": plan.steps })).collect();
    json!({
        "query": name, "ms": median, "least": least, "most": most, "owner": owner, "sql": sql, "ratio": ratio,
        "total": label, "exact": exact, "plans": plans, "scanned": scanned, "statements": reference.statements,
    })
}
