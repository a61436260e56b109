//! The statements that the tables send, recorded in `statements/*.txt`: a change of the planner that alters them shows
//! here, for both databases.
//!
//! `MUSTER_WRITE_STATEMENTS=1` writes the files anew. Read the difference then: a plan that changed is to be measured.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::groups::GroupMemberQuery;
use domain::members::{MemberQuery, MemberSort};
use domain::table::PageSize;
use domain::*;
use sea_orm::{ConnectionTrait, DbBackend};
use std::fmt::Write;
use std::path::PathBuf;
use store::members::{State, Update, ranges};
use store::sessions::Seen;
use store::testing::TestDatabase;
use support::counting::Counting;
use support::tables::{BOUNDS, GROUP, MEMBERS, fill, group, people};
use support::*;

/// Set to write the files instead of comparing with them.
const WRITE: &str = "MUSTER_WRITE_STATEMENTS";

/// Statements with more values are written down without them.
const MOST_VALUES: usize = 16;

/// What was asked, and the texts of the statements, each once.
#[derive(Default)]
struct Record {
    asked: String,
    texts: Vec<String>,
}

impl Record {
    fn add(&mut self, what: &str, asked: &Counting<'_, impl ConnectionTrait>) {
        writeln!(self.asked, "{what}").unwrap();
        for statement in asked.statements() {
            let known = self.texts.iter().position(|text| *text == statement.sql);
            let number = known.unwrap_or_else(|| {
                self.texts.push(statement.sql.clone());
                self.texts.len() - 1
            });
            let values: Vec<String> = statement.values.iter().flat_map(|values| values.0.iter()).map(plain).collect();
            let values = match values.len() {
                0 => String::new(),
                1..=MOST_VALUES => format!(" {}", values.join(" ")),
                many => format!(" {many} values"),
            };
            writeln!(self.asked, "  {number}{values}").unwrap();
        }
    }

    fn compare(&self, backend: DbBackend) {
        let name = if backend == DbBackend::Postgres { "postgres.txt" } else { "sqlite.txt" };
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/statements").join(name);
        let texts: String =
            self.texts.iter().enumerate().map(|(number, text)| format!("\n{number}: {text}\n")).collect();
        let now = format!("{}{texts}", self.asked);
        if std::env::var_os(WRITE).is_some() {
            std::fs::write(&path, now).unwrap();
            return;
        }
        let before = std::fs::read_to_string(&path).unwrap();
        for (number, (before, now)) in before.lines().zip(now.lines()).enumerate() {
            assert_eq!(before, now, "{name}, line {}", number + 1);
        }
        assert_eq!(before.lines().count(), now.lines().count(), "{name}");
    }
}

/// A value, with the ids of these tests in short.
fn plain(value: &sea_orm::Value) -> String {
    format!("{value:?}").replace("Some(", "(").replace("01900000-0000-7000-8000-", "…")
}

#[tokio::test]
async fn the_tables_ask_what_they_have_always_asked() {
    for db in TestDatabase::both().await {
        let (ours, theirs) = (organization(&db, 1, "ours").await, organization(&db, 2, "theirs").await);
        fill(&db, ours).await;
        add(&db, theirs, people()).await;
        build_ranges(&db, ours, 7).await;
        let mut record = Record::default();
        let reader = db.database.reader();
        let asked = Counting::of(reader);
        for (name, bounds) in BOUNDS {
            for url in MEMBERS {
                let query = MemberQuery::parse(&url.replace("GROUP", &group().to_string())).0;
                let query = query.clone().with_size(PageSize::Small).on_page(query.page());
                store::members::list_within(&asked, ours, &query, NOW, bounds).await.unwrap();
                record.add(&format!("members {url} ({name})"), &asked);
            }
            for url in GROUP {
                let query = GroupMemberQuery::parse(url).0;
                let query = query.clone().with_size(PageSize::Small).on_page(query.page());
                store::members::list_group_within(&asked, (ours, group()), &query, NOW, bounds).await.unwrap();
                record.add(&format!("group {url} ({name})"), &asked);
            }
        }
        let query = MemberQuery::parse("q=m1&role=member").0;
        let nobody = MemberId::from_uuid(id(999));
        let found = store::groups::find_for_search(&asked, ours, group(), nobody, NOW).await.unwrap().unwrap();
        store::members::first(&asked, ours, &query, NOW, found.counters).await.unwrap();
        record.add("first", &asked);
        store::members::matching(&asked, (ours, &query, NOW), Some(MemberId::from_uuid(id(110))), 5).await.unwrap();
        store::members::count_matching(&asked, (ours, &query, NOW)).await.unwrap();
        record.add("matching", &asked);
        store::members::counts(&asked, ours, NOW).await.unwrap();
        store::members::active_administrators(&asked, ours).await.unwrap();
        store::groups::facts(&asked, ours, group(), MemberId::from_uuid(id(102)), NOW).await.unwrap();
        record.add("counts", &asked);
        groups(&db, &mut record, ours).await;
        sidebar(&db, &mut record, ours).await;
        changes(&db, &mut record, ours).await;
        record.compare(reader.get_database_backend());
    }
}

async fn groups(db: &TestDatabase, record: &mut Record, ours: OrganizationId) {
    use domain::groups::GroupQuery;
    use store::groups::Visible;
    let asked = Counting::of(db.database.reader());
    for url in ["", "sort=members&dir=desc", "q=every", "page=9"] {
        for to in [Visible::All, Visible::Of(MemberId::from_uuid(id(102)), NOW)] {
            store::groups::page(&asked, ours, to, &GroupQuery::parse(url).0).await.unwrap();
        }
        record.add(&format!("groups {url}"), &asked);
    }
}

async fn sidebar(db: &TestDatabase, record: &mut Record, organization: OrganizationId) {
    use store::groups::Visible;
    let asked = Counting::of(db.database.reader());
    let member = MemberId::from_uuid(id(102));
    for (visible, search) in [(Visible::All, ""), (Visible::All, "every"), (Visible::Of(member, NOW), "")] {
        let reader = store::views::Owner { organization, member };
        store::sidebar::find(&asked, store::sidebar::Asked { reader, visible, search }).await.unwrap();
        record.add(&format!("sidebar {search}"), &asked);
    }
}

/// What keeps counters, ranges and the search index true.
async fn changes(db: &TestDatabase, record: &mut Record, ours: OrganizationId) {
    let tx = db.database.begin().await.unwrap();
    let c = &Counting::of(tx.connection());
    let one = async |email: &str| {
        let identity = Email::parse(email).unwrap().identity();
        let found = store::members::find_existing(c, ours, vec![identity]).await.unwrap();
        found.into_values().next().unwrap()
    };
    store::members::insert(c, ours, vec![member(500, "new@x.example", "New")]).await.unwrap();
    record.add("insert one", c);
    store::members::insert(c, ours, (0..12).map(|n| member(510 + n, &format!("n{n}@x.example"), "N")).collect())
        .await
        .unwrap();
    record.add("insert some", c);
    let existing = one("m01@x.example").await;
    store::members::update(c, ours, &existing, Update::name("Another")).await.unwrap();
    record.add("rename", c);
    let existing = one("m02@x.example").await;
    store::members::update(c, ours, &existing, Update::role(OrganizationRole::Administrator, NOBODY)).await.unwrap();
    record.add("rank", c);
    let existing = one("m04@x.example").await;
    store::members::remove(c, ours, &[&existing]).await.unwrap();
    record.add("remove", c);
    store::members::restore(c, ours, &[(&one("m04@x.example").await, State::Invited)]).await.unwrap();
    record.add("restore", c);
    let seen = Seen { session: SessionId::from_uuid(id(3)), member: existing.id, at: NOW };
    store::sessions::write_seen(c, ours, &[seen]).await.unwrap();
    record.add("seen", c);
    ranges::long(c).await.unwrap();
    for set in ranges::kept(c).await.unwrap() {
        ranges::sweep(c, set, 4).await.unwrap();
    }
    record.add("sweep", c);
    for (sort, set) in [(MemberSort::Email, 2_000_000), (MemberSort::LastLoginIp, 2_000_001)] {
        assert!(ranges::build(c, ours, sort, id(set), 4).await.unwrap());
    }
    record.add("build", c);
    store::members::merge_search(c, 5).await.unwrap();
    record.add("merge", c);
    store::members::insert(c, ours, (0..201).map(|n| member(2_000 + n, &format!("v{n}@x.example"), "V")).collect())
        .await
        .unwrap();
    record.add("insert many", c);
    tx.commit().await.unwrap();
}
