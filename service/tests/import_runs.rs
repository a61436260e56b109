//! Whole imports (spec A2): dry runs, complete ones, interrupted ones, and alongside others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;
#[path = "support/import.rs"]
mod tools;

use service::{Error, Operator};
use std::io::Cursor;
use support::*;
use tools::*;

#[tokio::test]
async fn two_imports_that_race_leave_an_administrator() {
    for to in installations().await {
        let slug = to.found("Acme", "ana@acme.example").await;
        import(&to, &slug, "email,organization_role\nbo@acme.example,administrator\n").await;
        accept(&to, "bo@acme.example").await;
        for _ in 0..5 {
            let one = try_import(&to, &slug, b"email,organization_role\nana@acme.example,member\n", REAL);
            let other = try_import(&to, &slug, b"email,organization_role\nbo@acme.example,member\n", REAL);
            let (one, other) = tokio::join!(one, other);
            assert_eq!(one.unwrap().report.refused + other.unwrap().report.refused, 1);
            assert_sound(&to).await;
            import(
                &to,
                &slug,
                "email,organization_role\nana@acme.example,administrator\nbo@acme.example,administrator\n",
            )
            .await;
        }
    }
}

#[tokio::test]
async fn imports_that_race_for_the_same_people_and_groups_add_each_once() {
    for to in installations().await {
        let slug = to.found("Acme", "ana@acme.example").await;
        let mut file = String::from("email,groups\n");
        for number in 0..300 {
            file += &format!("p{number}@acme.example,Team {};Sales\n", number % 40);
        }
        let all = (0..3).map(|_| try_import(&to, &slug, file.as_bytes(), REAL));
        let mut added = 0;
        let (one, two, three) = {
            let mut all = all;
            let mut next = || all.next().unwrap();
            tokio::join!(next(), next(), next())
        };
        for said in [one, two, three] {
            let said = said.unwrap();
            assert_eq!(said.report.refused, 0);
            added += said.report.added;
        }
        assert_eq!(added, 300);
        assert_eq!(to.db.number("SELECT COUNT(*) FROM groups").await, 42);
        assert_sound(&to).await;
    }
}

#[tokio::test]
async fn a_batch_is_tried_again_where_somebody_else_makes_the_same_group() {
    // On SQLite nobody else writes between the look and the write.
    let to = installations().await.remove(1);
    let slug = to.found("Acme", "ana@acme.example").await;
    let reader = to.db.database.reader();
    let organization = store::organizations::find_by_slug(reader, &slug).await.unwrap().unwrap().id;
    let other = to.db.database.begin().await.unwrap();
    let group = store::groups::NewGroup {
        id: domain::GroupId::from_uuid(domain::new_uuid(to.services.now(), [9; 10])),
        name: domain::GroupName::parse("SALES").unwrap(),
        description: String::new(),
        created_at: to.services.now(),
    };
    store::groups::insert(other.connection(), organization, vec![group]).await.unwrap();
    let later = async {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        other.commit().await.unwrap();
    };
    let (said, ()) = tokio::join!(import(&to, &slug, "email,groups\nbo@acme.example,Sales\n"), later);
    assert_eq!((said.counts(), said.report.groups_made), ((1, 0, 0, 0), 0));
    assert_eq!(people(&to).await, ["bo@acme.example||member|invited|SALES"]);
    assert_sound(&to).await;
}

#[tokio::test]
async fn the_dry_run_writes_nothing() {
    for to in installations().await {
        let slug = to.found("Acme", "ana@acme.example").await;
        let log = "SELECT COUNT(*) FROM audit_events";
        let before = to.db.number(log).await;
        let file = "email,groups\nbo@acme.example,Sales\ncy@acme.example,sales;Stock\nana@acme.example,Sales\n";
        let said = try_import(&to, &slug, file.as_bytes(), DRY).await.unwrap();
        assert_eq!((said.counts(), said.report.groups_made), ((2, 1, 0, 0), 2));
        assert_eq!((people(&to).await.len(), to.db.number("SELECT COUNT(*) FROM groups").await), (0, 1));
        assert_eq!(to.db.number(log).await, before);
    }
}

#[tokio::test]
async fn all_or_nothing_is_nothing_where_one_row_is_bad() {
    for to in installations().await {
        let slug = to.found("Acme", "ana@acme.example").await;
        let file = "email\nbo@acme.example\nbroken\n";
        let said = try_import(&to, &slug, file.as_bytes(), WHOLE).await.unwrap();
        assert_eq!((said.counts(), people(&to).await.len()), ((1, 0, 0, 1), 0));
        let said = try_import(&to, &slug, b"email\nbo@acme.example\ncy@acme.example\n", WHOLE).await.unwrap();
        assert_eq!((said.counts(), people(&to).await.len()), ((2, 0, 0, 0), 2));
        assert_sound(&to).await;
    }
}

#[tokio::test]
async fn what_is_no_csv_file_gives_one_error() {
    let to = installations().await.remove(0);
    let slug = to.found("Acme", "ana@acme.example").await;
    for (file, part) in [
        (&b""[..], "is empty"),
        (b"PK\x03\x04\x14\x00\x06\x00", "spreadsheet"),
        (b"name,phone\nBo,1\n", "names a column “phone”"),
        (b"name\nBo\n", "no column “email”"),
        (b"email,\x1B[31mname\n", "names a column “<U+001B>[31mname”"),
        (b"\"email\n", "cannot be read"),
    ] {
        for options in [DRY, REAL, WHOLE] {
            match try_import(&to, &slug, file, options).await.map(|said| said.report) {
                Err(Error::Invalid(errors)) => {
                    assert!(errors[0].field == "file" && errors[0].message.contains(part), "{errors:?}");
                }
                other => panic!("{file:?}: {other:?}"),
            }
        }
    }
    let nowhere = try_import(&to, &support::slug("nowhere"), b"email\n", REAL).await;
    assert!(matches!(nowhere.map(|said| said.report), Err(Error::NotFound)));
}

/// Fails behind the middle, as a disk or a connection does, when it was read to its end once.
struct Broken {
    file: Cursor<Vec<u8>>,
    was_read: bool,
}

impl std::io::Read for Broken {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.file.get_ref().len() as u64;
        if self.was_read && self.file.position() > length * 3 / 4 {
            return Err(std::io::ErrorKind::ConnectionReset.into());
        }
        self.file.read(buffer)
    }
}

impl std::io::Seek for Broken {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.was_read |= self.file.position() == self.file.get_ref().len() as u64;
        self.file.seek(to)
    }
}

#[tokio::test]
async fn an_interrupted_import_leaves_whole_rows_and_can_be_run_again() {
    for to in installations().await {
        let slug = to.found("Acme", "ana@acme.example").await;
        let mut file = String::from("email,name,groups\n");
        for number in 0..40_000 {
            file += &format!("p{number}@acme.example,Person {number},Sales;Team {}\n", number % 7);
        }
        let (proof, bytes) = (Operator::on_this_machine(), file.clone().into_bytes());
        let broken = Broken { file: Cursor::new(bytes), was_read: false };
        let cut = service::import::run(&to.services, &proof, &slug, broken, REAL, |_| {}, |_| {}).await;
        assert!(matches!(cut, Err(Error::Invalid(errors)) if errors[0].message.contains("cannot be read")));
        assert_sound(&to).await;
        let lone = "SELECT COUNT(*) FROM members m WHERE m.state = 'invited' AND (SELECT COUNT(*) FROM group_members gm \
                    WHERE gm.organization_id = m.organization_id AND gm.member_id = m.id) <> 2";
        assert_eq!(to.db.number(lone).await, 0);
        let there = u64::try_from(people(&to).await.len()).unwrap();
        assert!(there > 0, "whole batches stay");
        let said = import(&to, &slug, &file).await;
        assert_eq!(said.counts(), (40_000 - there, 0, there, 0));
        assert_sound(&to).await;
        assert!(said.progress.len() > 1 && said.progress.is_sorted_by_key(|step| step.rows), "{:?}", said.progress);
    }
}
