//! Properties that importing any file must have, tested in batches that are small enough to matter.

use super::*;
use crate::clock::{SystemClock, SystemRandomness};
use crate::organizations::{NewOrganization, create};
use crate::{Limits, SecretKey};
use domain::{Email, GroupName, OrganizationKind, OrganizationName, Password, PersonName, text};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::io::Cursor;
use store::testing::TestDatabase;

const FOUNDER: &str = "ana@acme.example";

/// A database in which each case has an organization of its own.
struct Place {
    db: TestDatabase,
    services: Services,
    cases: std::cell::Cell<u32>,
}

impl Place {
    async fn on(db: TestDatabase) -> Self {
        let key = SecretKey([7; 32]);
        let services = Services::new(db.database.clone(), key, Limits::default(), SystemClock, SystemRandomness);
        for number in 0..10_u8 {
            let id = match db.address.starts_with("sqlite") {
                true => format!("X'0197a8b40000700080000000000000{number:02x}'"),
                false => format!("'0197a8b40000700080000000000000{number:02x}'"),
            };
            let address = format!("p{number}@acme.example");
            let sql = "INSERT INTO accounts (id, email, email_identity, name, created_at)";
            db.execute(&format!("{sql} VALUES ({id}, '{address}', '{address}', 'Own Name', 1)")).await.unwrap();
        }
        Self { db, services, cases: std::cell::Cell::new(0) }
    }

    async fn organization(&self) -> Job {
        self.cases.set(self.cases.get() + 1);
        let slug = Slug::parse(&format!("case-{}", self.cases.get())).unwrap();
        let new = NewOrganization {
            name: OrganizationName::parse("Acme").unwrap(),
            slug: Some(slug.clone()),
            kind: OrganizationKind::Customer,
            administrator_email: Email::parse(FOUNDER).unwrap(),
            administrator_name: PersonName::parse("Ana Lima").unwrap(),
            password: (self.cases.get() == 1).then(|| Password::parse("violet anchors drift past noon").unwrap()),
        };
        create(&self.services, &Operator::on_this_machine(), new).await.unwrap();
        let found = store::organizations::find_by_slug(self.services.reader(), &slug).await.unwrap().unwrap();
        Job {
            in_words: false,
            services: self.services.clone(),
            actor: AuditActor::operator(&Operator::on_this_machine()),
            organization: found.id,
            mode: Mode::Batches,
            batch: 4,
        }
    }

    /// Makes members active, external or deleted behind the application's back.
    async fn set(&self, fates: &[u8]) {
        let newest = "organization_id = (SELECT id FROM organizations WHERE slug LIKE 'case-%' ORDER BY created_at DESC, id DESC LIMIT 1)";
        for (number, fate) in fates.iter().enumerate() {
            let set = match fate % 5 {
                0 => {
                    "state = 'active', name = 'Own Name', name_key = 'own name', account_id = (SELECT a.id FROM accounts a WHERE a.email_identity = members.email_identity)"
                }
                1 => "kind = 'external', role = ''",
                2 => "state = 'deleted'",
                _ => continue,
            };
            let who = format!("email_identity = 'p{number}@acme.example' AND role <> 'administrator'");
            // An administrator may only be made active: the other fates would need the group to follow.
            let who = if fate % 5 == 0 { format!("email_identity = 'p{number}@acme.example'") } else { who };
            self.db.execute(&format!("UPDATE members SET {set} WHERE {newest} AND {who}")).await.unwrap();
        }
        for sql in [
            "DELETE FROM member_counts",
            "INSERT INTO member_counts (organization_id, state, kind, role, members) \
             SELECT organization_id, state, kind, role, COUNT(*) FROM members GROUP BY organization_id, state, kind, role",
            &format!("UPDATE groups SET member_count = {COUNTED}"),
        ] {
            self.db.execute(sql).await.unwrap();
        }
    }

    /// What holds whatever was imported: each row by the rules for a single member, and spec R1 and R7.
    async fn assert_sound(&self) {
        for row in self.db.texts("SELECT email || '\n' || email_identity || '\n' || email_key FROM members").await {
            let parts: Vec<&str> = row.split('\n').collect();
            let email = Email::parse(parts[0]).unwrap();
            assert_eq!([email.as_str(), &email.identity(), &text::fold(email.as_str())], parts[..]);
        }
        for row in self.db.texts("SELECT name || '\n' || name_key FROM members WHERE name <> ''").await {
            let (name, key) = row.split_once('\n').unwrap();
            assert_eq!((PersonName::parse(name).unwrap().as_str(), text::fold(name).as_str()), (name, key));
        }
        for name in self.db.texts("SELECT name FROM groups WHERE built_in = 0").await {
            let group = GroupName::parse(&name).unwrap();
            assert!(group.as_str() == name && !group.is_administrators(), "{name:?}");
        }
        let is_administrator = "EXISTS (SELECT 1 FROM group_members gm JOIN groups g ON g.organization_id = gm.organization_id \
             AND g.id = gm.group_id WHERE gm.organization_id = m.organization_id AND gm.member_id = m.id AND g.built_in = 1)";
        for (what, wrong) in [
            ("members with an account before they accept", "members WHERE state = 'invited' AND account_id IS NOT NULL".to_owned()),
            ("administrators", format!("members m WHERE (m.role = 'administrator') <> {is_administrator}")),
            ("group counters", format!("groups WHERE member_count <> {COUNTED}")),
            ("roles in groups", "group_members WHERE role <> 'member'".to_owned()),
            (
                "member counters",
                "member_counts c WHERE c.members <> (SELECT COUNT(*) FROM members m WHERE m.organization_id = c.organization_id \
                 AND m.state = c.state AND m.kind = c.kind AND m.role = c.role)"
                    .to_owned(),
            ),
            (
                "organizations without an active administrator",
                "organizations o WHERE NOT EXISTS (SELECT 1 FROM members m WHERE m.organization_id = o.id \
                 AND m.role = 'administrator' AND m.state = 'active')"
                    .to_owned(),
            ),
        ] {
            assert_eq!(self.db.number(&format!("SELECT COUNT(*) FROM {wrong}")).await, 0, "{what}");
        }
        let sum = "SELECT CAST((SELECT COALESCE(SUM(members), 0) FROM member_counts) - (SELECT COUNT(*) FROM members) AS BIGINT)";
        assert_eq!(self.db.number(sum).await, 0, "members that no counter counts");
    }
}

const COUNTED: &str = "(SELECT COUNT(*) FROM group_members gm JOIN members m ON m.organization_id = gm.organization_id \
     AND m.id = gm.member_id WHERE gm.organization_id = groups.organization_id AND gm.group_id = groups.id AND m.state <> 'deleted')";

async fn import(job: &Job, mode: Mode, file: &[u8]) -> Result<(Report, Vec<RefusedRow>)> {
    let mut refused = Vec::new();
    let job = Job { mode, ..job.clone() };
    let (report, _) = pass(job, Cursor::new(file.to_vec()), &mut |step| refused.extend(step.refused)).await?;
    Ok((report, refused))
}

/// Cells from few words, so that rows meet each other and what is there.
fn row() -> impl Strategy<Value = String> {
    let email = prop_oneof![
        12 => (0..10_u8).prop_map(|number| format!("p{number}@acme.example")),
        2 => (0..10_u8).prop_map(|number| format!("P{number}@ACME.example")),
        1 => Just(FOUNDER.to_owned()),
        1 => prop::sample::select(vec!["broken", "a@b@c.example", "", "\"x\ny\"@z.example"]).prop_map(String::from),
    ];
    let name =
        prop::sample::select(vec!["", "", "Bo", "Łukasz", "\"Lima, Bo\"", "\"two\nlines\"", "e\u{301}a", "\u{202E}oB"]);
    let role = prop::sample::select(vec!["", "", "member", "Administrator", "security", "boss"]);
    let groups = prop::collection::vec(
        prop::sample::select(vec![
            "Sales",
            "SALES",
            " sales ",
            "Stock",
            "Émile",
            "émile",
            "administrators",
            "Administrators",
            "",
        ]),
        0..4,
    );
    let end = prop::sample::select(vec!["\n", "\r\n", "\n\n", ",\n"]);
    (email, name, role, groups, end)
        .prop_map(|(email, name, role, groups, end)| format!("{email},{name},{role},{}{end}", groups.join(";")))
}

fn file() -> impl Strategy<Value = String> {
    prop::collection::vec(row(), 0..24)
        .prop_map(|rows| format!("email,name,organization_role,groups\n{}", rows.concat()))
}

async fn places(cases: [u32; 2]) -> Vec<(Place, u32)> {
    let mut places = Vec::new();
    for (db, cases) in TestDatabase::both().await.into_iter().zip(cases) {
        places.push((Place::on(db).await, cases));
    }
    places
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() })
}

// spec A2
#[test]
fn the_dry_run_says_what_the_real_one_does() {
    let runtime = runtime();
    for (place, cases) in runtime.block_on(places([60, 30])) {
        let strategy = (file(), prop::collection::vec(any::<u8>(), 10), file());
        let outcome = runner(cases).run(&strategy, |(before, fates, file)| {
            runtime.block_on(async {
                let job = place.organization().await;
                import(&job, Mode::Batches, before.as_bytes()).await.unwrap();
                place.set(&fates).await;
                place.assert_sound().await;
                let dry = import(&job, Mode::Dry, file.as_bytes()).await.unwrap();
                let real = import(&job, Mode::Batches, file.as_bytes()).await.unwrap();
                place.assert_sound().await;
                prop_assert_eq!(dry, real);
                Ok(())
            })
        });
        outcome.unwrap();
    }
}

#[test]
fn all_or_nothing_does_the_same_or_nothing() {
    let runtime = runtime();
    for (place, cases) in runtime.block_on(places([40, 15])) {
        let outcome = runner(cases).run(&(file(), any::<bool>()), |(file, clean)| {
            runtime.block_on(async {
                let job = place.organization().await;
                let (dry, refused) = import(&job, Mode::Dry, file.as_bytes()).await.unwrap();
                // Without its bad rows, every other time.
                let bad: Vec<u64> = refused.iter().map(|row| row.line).collect();
                let good = |(number, _): &(usize, &str)| !clean || !bad.contains(&(*number as u64 + 1));
                let kept: Vec<&str> =
                    file.split_inclusive('\n').enumerate().filter(good).map(|(_, line)| line).collect();
                let whole = import(&job, Mode::Whole, kept.concat().as_bytes()).await.unwrap().0;
                place.assert_sound().await;
                let now =
                    store::members::counts(job.services.reader(), job.organization, job.services.now()).await.unwrap();
                if whole.refused == 0 {
                    prop_assert_eq!(now.invited, whole.added);
                } else {
                    prop_assert_eq!((now.invited, dry.refused > 0), (0, true));
                }
                Ok(())
            })
        });
        outcome.unwrap();
    }
}

/// Any bytes; bytes after a first line that names the columns; a messy file with some bytes replaced.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let some = || prop::collection::vec(any::<u8>(), 0..400);
    let after = (some(), any::<bool>()).prop_map(|(bytes, comma)| {
        let first = if comma { &b"email,name,groups\n"[..] } else { b"\xEF\xBB\xBFemail;groups;organization_role\r\n" };
        [first, &bytes].concat()
    });
    let replaced = (file(), prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12)).prop_map(
        |(file, changes)| {
            let mut bytes = file.into_bytes();
            for (place, byte) in changes {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            bytes
        },
    );
    prop_oneof![1 => some(), 2 => after, 4 => replaced]
}

// spec A2
#[test]
fn any_bytes_are_imported_without_panic_and_only_by_the_rules() {
    let runtime = runtime();
    for (place, cases) in runtime.block_on(places([150, 40])) {
        let job = runtime.block_on(place.organization());
        let outcome = runner(cases).run(&bytes(), |bytes| {
            runtime.block_on(async {
                let dry = import(&job, Mode::Dry, &bytes).await;
                let real = import(&job, Mode::Batches, &bytes).await;
                place.assert_sound().await;
                match (dry, real) {
                    (Ok(dry), Ok(real)) => prop_assert_eq!(dry, real),
                    (Err(Error::Invalid(dry)), Err(Error::Invalid(real))) => prop_assert_eq!(dry, real),
                    (dry, real) => prop_assert!(false, "{:?} {:?}", dry, real),
                }
                Ok(())
            })
        });
        outcome.unwrap();
    }
}
