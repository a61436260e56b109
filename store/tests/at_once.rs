//! Compares pages that are read without a transaction (decision 45) with pages that are read in a snapshot.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::groups::GroupMemberQuery;
use domain::members::MemberQuery;
use domain::table::{PageSize, Total};
use domain::*;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use sea_orm_migration::async_trait;
use store::members::Bounds;
use store::testing::TestDatabase;
use support::counting::Counting;
use support::tables::{BOUNDS, GROUP, MEMBERS, fill, group};
use support::*;

/// A connection through which somebody joins after the first statement.
struct Disturbed<'a, C> {
    db: &'a C,
    joins: tokio::sync::Mutex<Option<(&'a TestDatabase, OrganizationId)>>,
}

#[async_trait::async_trait]
impl<C: ConnectionTrait> ConnectionTrait for Disturbed<'_, C> {
    fn get_database_backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }
    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.db.execute_raw(statement).await
    }
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.db.execute_unprepared(sql).await
    }
    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.db.query_one_raw(statement).await
    }
    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let answer = self.db.query_all_raw(statement).await;
        if let Some((db, organization)) = self.joins.lock().await.take() {
            add(db, organization, vec![member(700, "aaa@x.example", "Aaa")]).await;
        }
        answer
    }
}

#[tokio::test]
async fn a_page_read_at_once_is_the_page_or_none() {
    for db in TestDatabase::both().await {
        let ours = organization(&db, 1, "ours").await;
        fill(&db, ours).await;
        build_ranges(&db, ours, 7).await;
        let reader = db.database.reader();
        let nobody = MemberId::from_uuid(id(999));
        let size = store::groups::facts(reader, ours, group(), nobody, NOW).await.unwrap().unwrap().size;
        let mut at_once = 0;
        for (name, bounds) in BOUNDS {
            for url in MEMBERS {
                let query = MemberQuery::parse(&url.replace("GROUP", &group().to_string())).0;
                let query = query.clone().with_size(PageSize::Small).on_page(query.page());
                let page = store::members::list_within(reader, ours, &query, NOW, bounds).await.unwrap();
                let Some(found) = store::members::list_at_once(reader, ours, &query, NOW, bounds).await.unwrap() else {
                    continue;
                };
                at_once += 1;
                assert_eq!(found.rows, page.rows, "{url} ({name})");
                assert_eq!(
                    (found.total, found.number, found.more),
                    (page.total, page.number, page.more),
                    "{url} ({name})"
                );
            }
            for url in GROUP {
                let query = GroupMemberQuery::parse(url).0;
                let query = query.clone().with_size(PageSize::Small).on_page(query.page());
                let page =
                    store::members::list_group_within(reader, (ours, group()), &query, NOW, bounds).await.unwrap();
                let here = (ours, group());
                let found = store::members::list_group_at_once(reader, here, size, &query, NOW, bounds).await.unwrap();
                let Some(found) = found else { continue };
                at_once += 1;
                assert_eq!(found.rows, page.rows, "group {url} ({name})");
                assert_eq!(
                    (found.total, found.number, found.more),
                    (page.total, page.number, page.more),
                    "group {url} ({name})"
                );
            }
        }
        assert!(at_once > 30, "only {at_once}");

        // Counting and reading see another state: then it is none, and the next one is whole.
        let all = MemberQuery::default();
        let disturbed = Disturbed { db: reader, joins: tokio::sync::Mutex::new(Some((&db, ours))) };
        let Total::Exact(before) = store::members::list(reader, ours, &all, NOW).await.unwrap().total else {
            panic!("not counted")
        };
        assert!(store::members::list_at_once(&disturbed, ours, &all, NOW, Bounds::USUAL).await.unwrap().is_none());
        let counting = Counting::of(reader);
        let found = store::members::list_at_once(&counting, ours, &all, NOW, Bounds::USUAL).await.unwrap().unwrap();
        assert_eq!(found.total, Total::Exact(before + 1));
        // Counters, rows, and what other tables say of them.
        assert_eq!(counting.number(), 3);
    }
}
