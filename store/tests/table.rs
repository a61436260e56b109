//! A table that Muster does not have, devices, described only here: the planner of long tables finds its pages, counts,
//! searches and jumps in it, and keeps its counters, ranges and search index correct.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::OrganizationId;
use domain::table::{Direction, PageSize, Search, SortColumn, Total};
use domain::text::fold;
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter};
use std::convert::Infallible;
use store::table::search::{self, Document};
use store::table::{Asked, Bounds, Cell, Kept, Marks, SearchIndex, Selection, Table, counts, page, ranges};
use store::testing::TestDatabase;
use support::counting::Counting;
use support::*;
use uuid::Uuid;

mod device {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "devices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub name_key: String,
        pub platform: String,
        pub seen_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

const SCHEMA: &str = "
    CREATE TABLE devices ({row_id} organization_id {uuid} NOT NULL, id {uuid} NOT NULL, name text NOT NULL,
        name_key {key} NOT NULL, platform {key} NOT NULL, seen_at bigint NOT NULL, UNIQUE (organization_id, id));
    CREATE INDEX devices_by_name ON devices (organization_id, name_key, id);
    CREATE INDEX devices_by_seen ON devices (organization_id, seen_at, id);
    CREATE TABLE device_counts (organization_id {uuid} NOT NULL, platform {key} NOT NULL,
        devices bigint NOT NULL CHECK (devices >= 0), PRIMARY KEY (organization_id, platform));
    CREATE TABLE device_range_sets (organization_id {uuid} NOT NULL, sort {key} NOT NULL, id {uuid} NOT NULL,
        PRIMARY KEY (organization_id, sort));
    CREATE TABLE device_ranges (organization_id {uuid} NOT NULL, set_id {uuid} NOT NULL, start_key {key} NOT NULL,
        start_id {uuid} NOT NULL, platform {key} NOT NULL, devices bigint NOT NULL,
        PRIMARY KEY (organization_id, set_id, start_key, start_id, platform));
    {search}";

async fn make_tables(db: &TestDatabase) {
    let (uuid, key, row_id, search) = match db.database.reader().get_database_backend() {
        DbBackend::Postgres => (
            "uuid",
            "text COLLATE \"C\"",
            "",
            "CREATE TABLE device_search (organization_id uuid NOT NULL, device_id uuid NOT NULL, grams tsvector NOT NULL,
                 PRIMARY KEY (organization_id, device_id));
             CREATE INDEX device_search_by_gram ON device_search USING gin (grams);",
        ),
        _ => (
            "blob",
            "text",
            "row_id integer NOT NULL PRIMARY KEY,",
            "CREATE VIRTUAL TABLE device_search
                 USING fts5 (grams, content = '', contentless_delete = 1, tokenize = 'ascii');",
        ),
    };
    let schema = SCHEMA.replace("{uuid}", uuid).replace("{key}", key).replace("{row_id}", row_id);
    db.execute(&schema.replace("{search}", search)).await.unwrap();
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Sort {
    #[default]
    Name,
    Seen,
}

impl SortColumn for Sort {
    const ALL: &'static [Self] = &[Self::Name, Self::Seen];
    fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Seen => "seen",
        }
    }
}

const PLATFORMS: [&str; 3] = ["linux", "macos", "windows"];

/// The place in [`PLATFORMS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Platform(usize);

impl Cell for Platform {
    fn words(self) -> Vec<&'static str> {
        vec![PLATFORMS[self.0]]
    }
    fn parse(words: &[String]) -> store::Result<Self> {
        Ok(Self(PLATFORMS.iter().position(|platform| words == [*platform]).unwrap()))
    }
}

#[derive(Clone, Copy, Debug)]
struct Devices;

impl Table for Devices {
    type Entity = device::Entity;
    type Sort = Sort;
    type Cell = Platform;
    const ORGANIZATION: device::Column = device::Column::OrganizationId;
    const ID: device::Column = device::Column::Id;
    const CELL: &'static [device::Column] = &[device::Column::Platform];
    const SEARCHED: &'static [device::Column] = &[device::Column::NameKey];
    const SAMPLED: &'static [device::Column] =
        &[device::Column::OrganizationId, device::Column::Id, device::Column::NameKey, device::Column::Platform];
    const KEPT: Option<Kept> =
        Some(Kept { counts: "device_counts", ranges: "device_ranges", sets: "device_range_sets", number: "devices" });
    const INDEX: Option<SearchIndex> = Some(SearchIndex { table: "device_search", id: "device_id" });
    fn order(sort: Sort) -> device::Column {
        match sort {
            Sort::Name => device::Column::NameKey,
            Sort::Seen => device::Column::SeenAt,
        }
    }
}

/// What somebody asks of the devices.
#[derive(Clone, Debug)]
struct Query {
    organization: OrganizationId,
    search: Search,
    platform: Option<Platform>,
    sort: Sort,
    direction: Direction,
    page: u32,
}

impl Selection for Query {
    type Table = Devices;
    type Own = Infallible;
    fn organization(&self) -> OrganizationId {
        self.organization
    }
    fn asked(&self) -> Asked<'_, Sort> {
        let Self { search, sort, direction, page, .. } = self;
        Asked { search, sort: *sort, direction: *direction, size: PageSize::Small, page: *page, on_top: 0 }
    }
    fn admits(&self, cell: Platform) -> bool {
        self.platform.is_none_or(|platform| cell == platform)
    }
    fn conditions(&self, all: Condition, _own: Option<&Infallible>) -> Condition {
        match self.platform {
            Some(platform) => all.add(Expr::col((device::Entity, device::Column::Platform)).eq(PLATFORMS[platform.0])),
            None => all,
        }
    }
    fn read_from(&self, own: &Infallible, _select: &mut SelectStatement, _all: Condition) -> Condition {
        match *own {}
    }
    fn marks(&self) -> Marks {
        Marks { with: self.platform.iter().map(|platform| PLATFORMS[platform.0]).collect(), without: None }
    }
}

const DEVICES: usize = 2_000;
const LENGTH: u32 = 100;

fn device(organization: OrganizationId, number: usize) -> device::Model {
    let name = ["Érable", "Kiosk", "孫 laptop", "Build agent", "Phone"][number % 5];
    let name = format!("{name} {}", number * 7_919 % DEVICES);
    device::Model {
        organization_id: organization.uuid(),
        id: id(10_000 + number as u128),
        name_key: fold(&name),
        name,
        platform: PLATFORMS[number * number % 7 % 3].into(),
        seen_at: i64::try_from(number * 31 % 500).unwrap(),
    }
}

fn platform(row: &device::Model) -> Platform {
    Platform::parse(std::slice::from_ref(&row.platform)).unwrap()
}

fn document(row: &device::Model) -> Document<Platform> {
    Document { id: row.id, texts: vec![row.name_key.clone()], cell: platform(row) }
}

/// Adds devices, and all that is kept of them elsewhere.
async fn add_devices(db: &impl ConnectionTrait, organization: OrganizationId, rows: &[device::Model]) {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let insert = async || {
        for some in rows.chunks(1_000) {
            let rows = some.iter().cloned().map(sea_orm::IntoActiveModel::into_active_model);
            device::Entity::insert_many(rows).exec_without_returning(db).await?;
        }
        Ok(())
    };
    ranges::around::<Devices, _, _>(db, organization, &ids, insert).await.unwrap();
    search::add::<Devices>(db, organization, rows.iter().map(document)).await.unwrap();
    let moves = rows.iter().map(|row| (platform(row), 1));
    counts::move_counts::<Devices>(db, organization, moves).await.unwrap();
}

/// Gives a device another name, platform and time, or takes it away.
async fn change(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    old: &device::Model,
    new: Option<&device::Model>,
) {
    search::remove::<Devices>(db, organization, [old.id].into_iter()).await.unwrap();
    if let Some(new) = new {
        search::add::<Devices>(db, organization, [document(new)].into_iter()).await.unwrap();
    }
    let write = async || {
        match new {
            Some(new) => _ = device::ActiveModel::from(new.clone()).reset_all().update(db).await?,
            None => {
                let this = device::Column::OrganizationId.eq(organization.uuid()).and(device::Column::Id.eq(old.id));
                _ = device::Entity::delete_many().filter(this).exec(db).await?;
            }
        }
        Ok(())
    };
    ranges::around::<Devices, _, _>(db, organization, &[old.id], write).await.unwrap();
    let moves = [(platform(old), -1)].into_iter().chain(new.map(|new| (platform(new), 1)));
    counts::move_counts::<Devices>(db, organization, moves).await.unwrap();
}

async fn build(db: &TestDatabase, organization: OrganizationId) {
    for (number, sort) in Sort::ALL.iter().enumerate() {
        let tx = db.database.begin().await.unwrap();
        let set = id(3_000_000 + number as u128);
        assert!(ranges::build::<Devices>(tx.connection(), organization, *sort, set, LENGTH).await.unwrap());
        tx.commit().await.unwrap();
    }
}

/// What a page should show: a plain filter and sort.
fn expected<'a>(all: &'a [device::Model], query: &Query) -> Vec<&'a device::Model> {
    let needle = query.search.needle();
    let fits = |row: &&device::Model| {
        row.name_key.contains(&needle) && query.platform.is_none_or(|wanted| platform(row) == wanted)
    };
    let mut rows: Vec<&device::Model> = all.iter().filter(fits).collect();
    match query.sort {
        Sort::Name => rows.sort_by(|a, b| (&a.name_key, a.id).cmp(&(&b.name_key, b.id))),
        Sort::Seen => rows.sort_by_key(|row| (row.seen_at, row.id)),
    }
    if query.direction == Direction::Descending {
        rows.reverse();
    }
    rows
}

/// Every way to find rows, with few of them.
const BOUNDS: [Bounds; 4] = [
    Bounds::USUAL,
    Bounds { few: 0, sample: 100, many: 500, short: 200, ..Bounds::USUAL },
    Bounds { few: 0, sample: 1, many: 1, short: 0, ..Bounds::USUAL },
    Bounds { few: 50, sample: 50, many: 50, short: 20, ..Bounds::USUAL },
];

/// Compares pages of every kind of query with the plain model: the first, the last and some between.
async fn everything_is_found(db: &TestDatabase, organization: OrganizationId, all: &[device::Model]) {
    let size = PageSize::Small.rows();
    for needle in ["", "k", "kiosk 1", "ERABLE", "孫", "agent 42", "nowhere"] {
        for platform in [None, Some(Platform(2))] {
            for (sort, direction) in [
                (Sort::Name, Direction::Ascending),
                (Sort::Name, Direction::Descending),
                (Sort::Seen, Direction::Ascending),
                (Sort::Seen, Direction::Descending),
            ] {
                let search = Search::parse(needle).unwrap();
                let mut query = Query { organization, search, platform, sort, direction, page: 1 };
                let wanted = expected(all, &query);
                let last = Total::Exact(wanted.len() as u64).last_page(size).unwrap();
                for (turn, number) in [1, last / 3 + 1, last / 2 + 1, last].into_iter().enumerate() {
                    query.page = number;
                    let bounds = BOUNDS[turn];
                    let found = page(db.database.reader(), &query, bounds).await.unwrap();
                    let from = ((found.number - 1) * size) as usize;
                    let these = wanted.iter().skip(from).take(size as usize).copied();
                    assert!(found.rows.iter().eq(these), "{query:?} {bounds:?}");
                    assert_eq!(found.total, Total::Exact(wanted.len() as u64), "{query:?} {bounds:?}");
                    assert_eq!((found.number, found.more), (number, number < last), "{query:?} {bounds:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_table_that_is_only_described_is_found_counted_searched_and_jumped_in() {
    for db in TestDatabase::both().await {
        make_tables(&db).await;
        let (ours, theirs) = (organization(&db, 1, "ours").await, organization(&db, 2, "theirs").await);
        let mut all: Vec<device::Model> = (0..DEVICES).map(|number| device(ours, number)).collect();
        let tx = db.database.begin().await.unwrap();
        add_devices(tx.connection(), ours, &all).await;
        // The same ones elsewhere: nothing of them may be seen or counted.
        let others: Vec<device::Model> = (0..300).map(|number| device(theirs, number)).collect();
        add_devices(tx.connection(), theirs, &others).await;
        tx.commit().await.unwrap();
        everything_is_found(&db, ours, &all).await;
        build(&db, ours).await;
        everything_is_found(&db, ours, &all).await;
        let tx = db.database.begin().await.unwrap();
        for number in (0..600).step_by(7) {
            let mut new = device(ours, number + 1);
            (new.id, new.seen_at) = (all[number].id, 1_000);
            change(tx.connection(), ours, &all[number], Some(&new)).await;
            all[number] = new;
        }
        for number in (700..800).rev() {
            change(tx.connection(), ours, &all[number], None).await;
            all.remove(number);
        }
        let new: Vec<device::Model> = (DEVICES..DEVICES + 150).map(|number| device(ours, number)).collect();
        add_devices(tx.connection(), ours, &new).await;
        all.extend(new);
        for set in ranges::kept::<Devices>(tx.connection()).await.unwrap() {
            ranges::sweep::<Devices>(tx.connection(), set, LENGTH).await.unwrap();
        }
        tx.commit().await.unwrap();
        let sum = "SELECT CAST(SUM(devices) AS BIGINT) FROM device_ranges";
        assert_eq!(db.number(sum).await, 2 * i64::try_from(all.len()).unwrap());
        everything_is_found(&db, ours, &all).await;
    }
}

// Of what is counted per range a jump passes no more rows than a range or two, wherever it goes.
#[tokio::test]
async fn a_jump_into_a_described_table_passes_few_rows() {
    for db in TestDatabase::both().await {
        make_tables(&db).await;
        let ours = organization(&db, 1, "ours").await;
        let all: Vec<device::Model> = (0..DEVICES).map(|number| device(ours, number)).collect();
        let tx = db.database.begin().await.unwrap();
        add_devices(tx.connection(), ours, &all).await;
        tx.commit().await.unwrap();
        build(&db, ours).await;
        let bounds = Bounds { few: 0, short: u64::from(LENGTH), ..Bounds::USUAL };
        for (sort, platform) in [(Sort::Name, None), (Sort::Seen, Some(Platform(1)))] {
            let search = Search::default();
            let query = Query { organization: ours, search, platform, sort, direction: Direction::Ascending, page: 20 };
            let asked = Counting::of(db.database.reader());
            let found = page(&asked, &query, bounds).await.unwrap();
            assert!(found.rows.iter().eq(expected(&all, &query).into_iter().skip(475).take(25)));
            // Counters, the set of the sort, the range, the rows.
            let statements = asked.statements();
            assert_eq!(statements.len(), 4, "{statements:?}");
            let passed = match statements[3].values.as_ref().unwrap().0.last() {
                Some(sea_orm::Value::BigUnsigned(Some(passed))) => *passed,
                other => panic!("{other:?}"),
            };
            assert!(passed <= u64::from(LENGTH), "{passed} rows are passed: {}", statements[3].sql);
        }
    }
}
