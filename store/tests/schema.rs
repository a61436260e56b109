//! The schema: migrations, constraints between tenants, and rows that cannot be changed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::audit::AuditAction;
use domain::audit::chain::{ChainHash, ChainHead, Manner, Mark};
use domain::*;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use store::audit::chain;
use store::testing::TestDatabase;
use store::{Database, Error, Readiness};
use support::*;

#[tokio::test]
async fn migrating_again_changes_nothing() {
    for db in TestDatabase::both().await {
        let applied = db.number("SELECT COUNT(*) FROM seaql_migrations").await;
        db.database.migrate().await.unwrap();
        assert_eq!(db.number("SELECT COUNT(*) FROM seaql_migrations").await, applied);
        assert_eq!(db.database.prove().await, Readiness::Ready);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_at_once_take_turns_to_migrate() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite://{}", folder.path().join("new/muster.db").display());
    for address in [sqlite, TestDatabase::empty_postgres().await] {
        let starts: Vec<_> = (0..4)
            .map(|_| {
                let address = address.clone();
                tokio::spawn(async move { Database::open(&address).await?.migrate().await })
            })
            .collect();
        for start in starts {
            start.await.unwrap().unwrap();
        }
    }
}

// spec A7
#[tokio::test]
async fn an_sqlite_file_is_copied_before_it_is_migrated() {
    let db = TestDatabase::sqlite().await;
    organization(&db, 1, "ours").await;
    // As a program left it that did not know of them.
    for sql in [
        "DROP INDEX audit_events_by_action",
        "DROP INDEX audit_events_by_actor",
        "DROP INDEX audit_events_by_target",
        "DELETE FROM seaql_migrations WHERE version = 'm0007_audit'",
    ] {
        db.execute(sql).await.unwrap();
    }
    let next = db.number("SELECT COUNT(*) + 1 FROM seaql_migrations").await;
    db.database.migrate().await.unwrap();
    let indexes = "SELECT name FROM sqlite_master WHERE name LIKE 'audit_events_by_%'";
    assert_eq!(db.texts(indexes).await.len(), 4, "the indexes are made");
    let copy = format!("{}.before-{next:04}", db.address.replace("sqlite://", ""));
    let before = Database::open(&format!("sqlite://{copy}")).await.unwrap();
    let ask = async |sql: &str| before.reader().query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await;
    assert_eq!(ask("SELECT slug FROM organizations").await.unwrap().len(), 1, "what was in the file is in its copy");
    // Only that of a later migration, which was there.
    assert_eq!(ask(indexes).await.unwrap().len(), 1, "the copy has the schema of before");
    // Nothing more to do: no second copy.
    std::fs::remove_file(&copy).unwrap();
    db.database.migrate().await.unwrap();
    assert!(!std::path::Path::new(&copy).exists());
}

// Looking through the references of a million people takes ten seconds.
#[tokio::test]
async fn references_are_looked_through_when_a_migration_changed_something_and_at_no_other_start() {
    let db = TestDatabase::sqlite().await;
    let ours = organization(&db, 1, "ours").await;
    add(&db, ours, vec![member(10, "a@x.example", "A")]).await;
    let broken = sea_orm::Database::connect(format!("{}?mode=rw", db.address)).await.unwrap();
    broken.execute_unprepared("PRAGMA foreign_keys = OFF").await.unwrap();
    broken.execute_unprepared("DELETE FROM organizations").await.unwrap();
    broken.close().await.unwrap();
    db.database.migrate().await.unwrap();
    db.execute("DELETE FROM seaql_migrations WHERE version = 'm0022_proofs'").await.unwrap();
    db.execute("DROP TABLE proofs").await.unwrap();
    let refused = db.database.migrate().await.unwrap_err().to_string();
    assert!(refused.contains("refer to rows that are not there"), "{refused}");
}

// spec A7
#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    for db in TestDatabase::both().await {
        db.execute("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_future', 0)").await.unwrap();
        let refused = db.database.migrate().await.unwrap_err();
        assert!(matches!(refused, Error::NewerSchema(name) if name == "m9999_future"));
    }
}

#[tokio::test]
async fn an_address_of_no_database_is_refused_without_repeating_it() {
    let refused = Database::open("mysql://root:secret@host/db").await.err().unwrap().to_string();
    assert!(refused.contains("postgres://") && !refused.contains("secret"), "{refused}");
}

// spec T1: the database itself refuses a reference across organizations.
#[tokio::test]
async fn a_group_has_no_members_of_another_organization() {
    for db in TestDatabase::both().await {
        let (ours, theirs) = (organization(&db, 1, "ours").await, organization(&db, 2, "theirs").await);
        add(&db, theirs, vec![member(10, "a@x.example", "A")]).await;
        let group = GroupId::from_uuid(id(20));
        let new = store::groups::NewGroup {
            id: group,
            name: GroupName::parse("G").unwrap(),
            description: String::new(),
            created_at: NOW,
        };
        let tx = db.database.begin().await.unwrap();
        store::groups::insert(tx.connection(), ours, vec![new]).await.unwrap();
        tx.commit().await.unwrap();
        let foreign = store::groups::GroupMember {
            group,
            member: MemberId::from_uuid(id(10)),
            role: GroupRole::Member,
            created_at: NOW,
            given_by: None,
            ends_at: Timestamp::NO_END,
        };
        let tx = db.database.begin().await.unwrap();
        assert!(store::groups::add_members(tx.connection(), ours, vec![foreign], |_| true).await.is_err());
    }
}

// spec A1
#[tokio::test]
async fn the_audit_log_is_append_only() {
    for db in TestDatabase::both().await {
        let ours = organization(&db, 1, "ours").await;
        let event = store::audit::Event {
            id: AuditId::from_uuid(id(5)),
            at: NOW,
            actor_id: None,
            actor: "operator".into(),
            action: AuditAction::GroupCreated,
            target_id: None,
            target: "nothing".into(),
            before: None,
            after: None,
            ip: None,
            request_id: String::new(),
        };
        let tx = db.database.begin().await.unwrap();
        store::audit::insert(tx.connection(), ours, vec![event], |_| Mark([0; 16])).await.unwrap();
        let head = ChainHead { position: 1, hash: ChainHash([0; 32]) };
        let seal = chain::Seal { head, sealed_at: NOW, manner: Manner::Written, marks: Vec::new() };
        chain::add_seals(tx.connection(), ours, vec![seal]).await.unwrap();
        tx.commit().await.unwrap();
        for sql in [
            "UPDATE audit_events SET actor = 'nobody'",
            "DELETE FROM audit_events",
            "UPDATE audit_seals SET position = 2",
            "DELETE FROM audit_seals",
        ] {
            assert!(db.execute(sql).await.is_err(), "{sql}");
        }
        assert_eq!(store::audit::count(db.database.reader(), ours, AuditAction::GroupCreated).await.unwrap(), 1);
    }
}

// spec R1
#[tokio::test]
async fn the_name_of_the_administrators_group_is_reserved_in_any_case() {
    for db in TestDatabase::both().await {
        let ours = organization(&db, 1, "ours").await;
        let group = |number, name: &str| store::groups::NewGroup {
            id: GroupId::from_uuid(id(number)),
            name: GroupName::parse(name).unwrap(),
            description: String::new(),
            created_at: NOW,
        };
        for (number, name, free) in
            [(1, "administrators", true), (2, "Administrators", false), (3, "Sales", true), (4, "SALES", false)]
        {
            let tx = db.database.begin().await.unwrap();
            let made = store::groups::insert(tx.connection(), ours, vec![group(number, name)]).await;
            assert_eq!(made.is_ok(), free, "{name}: {made:?}");
            if free {
                tx.commit().await.unwrap();
            } else {
                assert!(matches!(made, Err(Error::Duplicate(_))), "{made:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_wait_for_each_other_instead_of_failing() {
    for db in TestDatabase::both().await {
        let ours = organization(&db, 1, "ours").await;
        let mut writers = Vec::new();
        for writer in 0..8_u128 {
            let database = db.database.clone();
            writers.push(tokio::spawn(async move {
                for turn in 0..10 {
                    let number = 100 + writer * 100 + turn;
                    let tx = database.begin().await.unwrap();
                    store::organizations::lock(tx.connection(), ours).await.unwrap();
                    let one = member(number, &format!("m{number}@x.example"), "M");
                    store::members::insert(tx.connection(), ours, vec![one]).await.unwrap();
                    tx.commit().await.unwrap();
                }
            }));
        }
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(db.number("SELECT members FROM member_counts WHERE state = 'invited'").await, 80);
    }
}

// decision 9
#[tokio::test]
async fn indexes_that_wait_come_back_as_they_were() {
    for db in TestDatabase::both().await {
        let is_sqlite = db.address.starts_with("sqlite");
        let schema = if is_sqlite {
            "SELECT name || COALESCE(sql, '') FROM sqlite_schema UNION ALL SELECT COALESCE(idx, '') || stat FROM sqlite_stat1 \
             UNION ALL SELECT k || ' = ' || v FROM member_search_config ORDER BY 1"
        } else {
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
        };
        let before = db.texts(schema).await;
        let tx = db.database.begin().await.unwrap();
        let deferred = store::DeferredIndexes::take(tx.connection()).await.unwrap();
        deferred.put_back(tx.connection()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(db.texts(schema).await, before);
    }
}

// spec I8, G7: the table of letters is made anew for another kind of them
#[tokio::test]
async fn letters_that_wait_outlast_the_change_of_the_schema() {
    for old in TestDatabase::both_of_the_version_before().await {
        let (id, empty) = match old.address.starts_with("sqlite") {
            true => ("randomblob(16)", "zeroblob(0)"),
            false => ("gen_random_uuid()", "''::bytea"),
        };
        let insert = |kind: &str| {
            format!(
                "INSERT INTO outbox (id, recipient, kind, state, sealed, next_at, created_at) \
                 VALUES ({id}, 'ana@acme.example', '{kind}', 'queued', {empty}, 1, 1)"
            )
        };
        old.execute(&insert("password_reset")).await.unwrap();
        old.database.migrate().await.unwrap();
        old.execute(&insert("membership_ending")).await.unwrap();
        assert!(old.execute(&insert("nonsense")).await.is_err());
        let kinds = old.texts("SELECT kind FROM outbox WHERE state = 'queued' ORDER BY kind").await;
        assert_eq!(kinds, ["membership_ending", "password_reset"]);
    }
}

// M11, decision 9: whoever takes a part of the index away reads that part, not the million's index.
#[tokio::test]
async fn the_search_index_is_written_without_reading_all_of_it() {
    let db = TestDatabase::sqlite().await;
    let plan = "EXPLAIN QUERY PLAN DELETE FROM member_search_data WHERE id >= 1 AND id <= 2";
    let row = db.database.reader().query_one_raw(Statement::from_string(DbBackend::Sqlite, plan)).await.unwrap();
    let detail: String = row.unwrap().try_get("", "detail").unwrap();
    assert!(detail.starts_with("SEARCH"), "{detail}");
}
