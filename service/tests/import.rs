//! Import of people from a file (spec A2), on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::import::Column;
use domain::{PersonName, Slug};
use service::import::{Options, Progress, RefusedRow, Report};
use service::{Error, Operator};
use std::io::Cursor;
use support::*;

const DRY: Options = Options { dry_run: true, all_or_nothing: false };
const REAL: Options = Options { dry_run: false, all_or_nothing: false };
const WHOLE: Options = Options { dry_run: false, all_or_nothing: true };

/// What an import said.
struct Said {
    report: Report,
    refused: Vec<RefusedRow>,
    progress: Vec<Progress>,
}

impl Said {
    /// Line, column and reason of each bad row.
    fn bad(&self) -> Vec<(u64, Option<Column>, &str)> {
        self.refused.iter().map(|row| (row.line, row.column, row.reason.as_str())).collect()
    }
    fn counts(&self) -> (u64, u64, u64, u64) {
        (self.report.added, self.report.changed, self.report.unchanged, self.report.refused)
    }
}

async fn try_import(to: &Installation, slug: &Slug, file: &[u8], options: Options) -> Result<Said, Error> {
    let (mut refused, mut progress) = (Vec::new(), Vec::new());
    let file = Cursor::new(file.to_vec());
    let proof = Operator::on_this_machine();
    let on_progress = |step| progress.push(step);
    let report =
        service::import::run(&to.services, &proof, slug, file, options, on_progress, |row| refused.push(row)).await?;
    Ok(Said { report, refused, progress })
}

async fn import(to: &Installation, slug: &Slug, file: &str) -> Said {
    try_import(to, slug, file.as_bytes(), REAL).await.unwrap()
}

/// Everybody of the organization but its founder, with the groups by name.
async fn people(of: &Installation) -> Vec<String> {
    let groups = "SELECT g.name FROM group_members gm JOIN groups g ON g.organization_id = gm.organization_id AND g.id = gm.group_id \
                  WHERE gm.organization_id = m.organization_id AND gm.member_id = m.id ORDER BY g.name_key";
    let list = match of.db.address.starts_with("sqlite") {
        true => format!("COALESCE((SELECT group_concat(name, '+') FROM ({groups})), '')"),
        false => format!("array_to_string(ARRAY({groups}), '+')"),
    };
    of.db
        .texts(&format!(
            "SELECT m.email || '|' || m.name || '|' || m.role || '|' || m.state || '|' || {list} FROM members m \
             WHERE m.email <> 'ana@acme.example' ORDER BY m.email_key"
        ))
        .await
}

/// What must hold after anything (spec R1, R7, DESIGN 3).
async fn assert_sound(of: &Installation) {
    let wrong = "SELECT COUNT(*) FROM (SELECT state, kind, role, COUNT(*) AS n FROM members GROUP BY state, kind, role) AS cell \
                 LEFT JOIN member_counts c ON c.state = cell.state AND c.kind = cell.kind AND c.role = cell.role \
                 WHERE c.members IS NULL OR c.members <> cell.n";
    assert_eq!(of.db.number(wrong).await, 0, "member_counts");
    let wrong = "SELECT COUNT(*) FROM groups g WHERE g.member_count <> (SELECT COUNT(*) FROM group_members gm \
                 JOIN members m ON m.organization_id = gm.organization_id AND m.id = gm.member_id \
                 WHERE gm.organization_id = g.organization_id AND gm.group_id = g.id AND m.state <> 'deleted')";
    assert_eq!(of.db.number(wrong).await, 0, "member_count of groups");
    let wrong = "SELECT COUNT(*) FROM members m WHERE (m.role = 'administrator') <> EXISTS (SELECT 1 FROM group_members gm \
                 JOIN groups g ON g.organization_id = gm.organization_id AND g.id = gm.group_id \
                 WHERE gm.organization_id = m.organization_id AND gm.member_id = m.id AND g.name = 'administrators')";
    assert_eq!(of.db.number(wrong).await, 0, "the group of administrators");
    let active = "SELECT COUNT(*) FROM members WHERE role = 'administrator' AND state = 'active'";
    assert!(of.db.number(active).await > 0, "an active administrator");
}

/// Makes an invited member an active one with an account, as an accepted invitation would.
async fn accept(of: &Installation, email: &str) {
    let account = "X'0197a8b400007000800000000000";
    let account = |end: &str| match of.db.address.starts_with("sqlite") {
        true => format!("{account}{end}'"),
        false => format!("'0197a8b400007000800000000000{end}'::uuid"),
    };
    let end = format!("{:04x}", email.len() * 256 + usize::from(email.as_bytes()[0]));
    for sql in [
        format!(
            "INSERT INTO accounts (id, email, email_identity, name, created_at) \
             VALUES ({}, '{email}', '{email}', 'Own Name', 1)",
            account(&end)
        ),
        format!(
            "INSERT INTO member_counts (organization_id, state, kind, role, members) \
             SELECT organization_id, 'active', kind, role, 0 FROM members WHERE email = '{email}' ON CONFLICT DO NOTHING"
        ),
        format!(
            "UPDATE member_counts SET members = members + CASE state WHEN 'active' THEN 1 ELSE -1 END \
             WHERE state IN ('active', 'invited') AND role = (SELECT role FROM members WHERE email = '{email}')"
        ),
        format!(
            "UPDATE members SET state = 'active', name = 'Own Name', name_key = 'own name', account_id = {} WHERE email = '{email}'",
            account(&end)
        ),
    ] {
        of.db.execute(&sql).await.unwrap();
    }
}

// spec A2
#[tokio::test]
async fn people_come_in_as_invited_without_a_link() {
    for to in installations().await {
        let slug = to.found("Acme", "ana@acme.example").await;
        let file = "groups,name,email,organization_role\n\
                    Sales; SALES ;Night Shift,\"Lima, Bo\",Bo@Acme.example,\n\
                    ,,cy@acme.example,administrator\n\
                    sales,\"Dé\u{301}a \"\"D\"\" Ruiz\",dea@acme.example,security\n";
        let said = import(&to, &slug, file).await;
        assert_eq!((said.counts(), said.report.groups_made), ((3, 0, 0, 0), 2));
        assert_eq!(
            people(&to).await,
            [
                "Bo@Acme.example|Lima, Bo|member|invited|Night Shift+Sales",
                "cy@acme.example||administrator|invited|administrators",
                "dea@acme.example|Dé\u{301}a \"D\" Ruiz|security|invited|Sales",
            ]
            .map(domain::text::normalize::nfc)
        );
        let linkless = "SELECT COUNT(*) FROM members WHERE state = 'invited' AND account_id IS NULL AND invite_expires_at = 253402300799000";
        assert_eq!(to.db.number(linkless).await, 3);
        assert_sound(&to).await;
        assert_eq!(said.progress.last(), Some(&Progress { bytes: file.len() as u64, rows: 3 }));
    }
}

// spec A1
#[tokio::test]
async fn every_person_and_group_leaves_a_row_in_the_log() {
    for to in installations().await {
        let slug = to.found("Acme", "ana@acme.example").await;
        import(&to, &slug, "email,groups\nbo@acme.example,Sales\ncy@acme.example,sales\n").await;
        to.clock.forward(60);
        import(&to, &slug, "email,organization_role\nbo@acme.example,security\ncy@acme.example,\n").await;
        let log = to.db.texts("SELECT action || ' ' || target || ' by ' || actor FROM audit_events WHERE action <> 'organization.created' ORDER BY at, id").await;
        let by = "by operator (command line)";
        assert_eq!(
            log,
            [
                format!("member.imported bo@acme.example {by}"),
                format!("group.created Sales {by}"),
                format!("member.imported cy@acme.example {by}"),
                format!("member.changed bo@acme.example {by}"),
            ]
        );
        let changed =
            to.db.texts("SELECT before || ' ' || after FROM audit_events WHERE action = 'member.changed'").await;
        assert!(changed[0].contains("\"member\"") && changed[0].contains("\"security\""), "{changed:?}");
    }
}

// spec T3
#[tokio::test]
async fn an_account_joins_only_by_accepting() {
    for to in installations().await {
        to.found("Beta", "bo@beta.example").await;
        let slug = to.found("Acme", "ana@acme.example").await;
        assert_eq!(import(&to, &slug, "email\nBO@beta.example\n").await.counts(), (1, 0, 0, 0));
        let joined =
            "SELECT COUNT(*) FROM members WHERE email = 'BO@beta.example' AND state = 'invited' AND account_id IS NULL";
        assert_eq!(to.db.number(joined).await, 1);
    }
}

// spec A2
#[tokio::test]
async fn a_second_import_adds_to_what_is_there() {
    for to in installations().await {
        let slug = to.found("Acme", "ana@acme.example").await;
        let first = "email,name,organization_role,groups\n\
                     bo@acme.example,Bo,security,Sales\n\
                     cy@acme.example,Cy,administrator,\n\
                     di@acme.example,Di,,Sales\n";
        import(&to, &slug, first).await;
        accept(&to, "di@acme.example").await;
        assert_eq!(import(&to, &slug, first).await.counts(), (0, 0, 3, 0), "the same changes nothing");
        let second = "email,name,organization_role,groups\n\
                      BO@acme.example,,,Stock;SALES\n\
                      cy@acme.example,Cyrus,member,\n\
                      di@acme.example,Somebody Else,,sales\n";
        let said = import(&to, &slug, second).await;
        assert_eq!((said.counts(), said.report.groups_made), ((0, 2, 1, 0), 1));
        assert_eq!(
            people(&to).await,
            [
                "bo@acme.example|Bo|security|invited|Sales+Stock",
                "cy@acme.example|Cyrus|member|invited|",
                "di@acme.example|Own Name|member|active|Sales",
            ]
        );
        assert_sound(&to).await;
    }
}

// spec A2, I3
#[tokio::test]
async fn bad_rows_are_listed_with_line_column_and_reason_and_good_ones_go_in() {
    for to in installations().await {
        let slug = to.found("Acme", "ana@acme.example").await;
        let mut file = "\u{FEFF}email;name;organization_role;groups\r\n\
                        bo@acme.example;\"Bo\r\nder Zweite\";;\r\n\
                        broken@@acme.example;X;;\r\n\
                        cy@acme.example;\"Cy; Junior\";boss;\r\n\
                        BO@ACME.example;Bo again;;\r\n\
                        dé@acme.example;;;administrators\r\n\
                        \r\n\
                        ed@acme.example;;;;;\r\n\
                        ;Nobody;;\r\n\
                        CY@acme.example;;;\r\n"
            .as_bytes()
            .to_vec();
        file.extend_from_slice(
            b"fi@acme.example;Fi\xEBn;;\r\nJo@acme.example;Jo;member;\"Sales;Stock\"\r\ngi@acme.example;\"Gi;;\r\n",
        );
        let said = try_import(&to, &slug, &file, REAL).await.unwrap();
        let bad: Vec<_> = said.bad();
        let expected = [
            (2, Some(Column::Name), "line breaks"),
            (4, Some(Column::Email), "is not an e-mail address"),
            (5, Some(Column::OrganizationRole), "“boss” is not an organization role"),
            (6, Some(Column::Email), "BO@ACME.example is listed twice. The first time is in line 2."),
            (7, Some(Column::Groups), "organization role administrator"),
            (9, None, "has 6 cells"),
            (10, Some(Column::Email), "is missing"),
            (11, Some(Column::Email), "is listed twice"),
            (12, Some(Column::Name), "UTF-8"),
            (14, None, "never closed"),
        ];
        assert_eq!(bad.len(), expected.len(), "{bad:#?}");
        for (found, (line, column, part)) in bad.iter().zip(expected) {
            assert!(found.0 == line && found.1 == column && found.2.contains(part), "{found:?}: {part}");
        }
        assert_eq!(said.refused[8].email, "fi@acme.example");
        assert_eq!(people(&to).await, ["Jo@acme.example|Jo|member|invited|Sales+Stock"]);
        assert_sound(&to).await;
    }
}

// spec E5
#[tokio::test]
async fn a_removed_member_is_not_brought_back() {
    for to in installations().await {
        let slug = to.found("Acme", "ana@acme.example").await;
        import(&to, &slug, "email\nbo@acme.example\n").await;
        to.db.execute("UPDATE members SET state = 'deleted' WHERE email = 'bo@acme.example'").await.unwrap();
        let said = import(&to, &slug, "email,name\nbo@acme.example,Bo\n").await;
        assert!(said.bad()[0].2.contains("bo@acme.example was removed"), "{:?}", said.bad());
        assert_eq!(people(&to).await, ["bo@acme.example||member|deleted|"]);
    }
}

// spec X2
#[tokio::test]
async fn an_external_member_gets_groups_but_no_role() {
    for to in installations().await {
        let slug = to.found("Acme", "ana@acme.example").await;
        import(&to, &slug, "email\nbo@acme.example\n").await;
        to.db.execute("UPDATE members SET kind = 'external', role = '' WHERE email = 'bo@acme.example'").await.unwrap();
        let role = import(&to, &slug, "email,organization_role\nbo@acme.example,member\n").await;
        assert_eq!(role.bad()[0].1, Some(Column::OrganizationRole));
        let group = import(&to, &slug, "email,groups\nbo@acme.example,Administrators\n").await;
        assert_eq!(group.bad()[0].1, Some(Column::Groups));
        assert_eq!(import(&to, &slug, "email,groups\nbo@acme.example,Sales\n").await.counts(), (0, 1, 0, 0));
        assert_eq!(people(&to).await, ["bo@acme.example|||invited|Sales"]);
    }
}

// spec R1
#[tokio::test]
async fn the_group_administrators_follows_the_role() {
    for to in installations().await {
        let slug = to.found("Acme", "ana@acme.example").await;
        let said = import(
            &to,
            &slug,
            "email,organization_role,groups\n\
             bo@acme.example,Administrator,ADMINISTRATORS\n\
             cy@acme.example,,administrators\n\
             di@acme.example,administrator,Sales\n",
        )
        .await;
        assert_eq!(said.counts(), (2, 0, 0, 1));
        assert_sound(&to).await;
        // By the role that they have: no cell names one.
        let again = import(&to, &slug, "email,groups\nbo@acme.example,administrators\ndi@acme.example,stock\n").await;
        assert_eq!(again.counts(), (0, 1, 1, 0));
        import(&to, &slug, "email,organization_role\nbo@acme.example,member\n").await;
        assert_eq!(
            people(&to).await,
            ["bo@acme.example||member|invited|", "di@acme.example||administrator|invited|administrators+Sales+stock"]
        );
        assert_sound(&to).await;
    }
}

// spec R7
#[tokio::test]
async fn the_last_active_administrator_keeps_the_role() {
    for to in installations().await {
        let slug = to.found("Acme", "ana@acme.example").await;
        let demote = "email,organization_role\nana@acme.example,member\n";
        // An invited administrator is none who could act.
        import(&to, &slug, "email,organization_role\nbo@acme.example,administrator\ncy@acme.example,administrator\n")
            .await;
        for options in [DRY, REAL, WHOLE] {
            let said = try_import(&to, &slug, demote.as_bytes(), options).await.unwrap();
            assert!(said.bad()[0].2.contains("the last active administrator"), "{:?}", said.bad());
        }
        accept(&to, "bo@acme.example").await;
        accept(&to, "cy@acme.example").await;
        // One after another: the third would be the last.
        let all =
            "email,organization_role\nana@acme.example,member\nbo@acme.example,security\ncy@acme.example,member\n";
        for options in [DRY, REAL] {
            let said = try_import(&to, &slug, all.as_bytes(), options).await.unwrap();
            assert_eq!((said.counts(), said.bad()[0].0), ((0, 2, 0, 1), 4), "{options:?}");
        }
        assert_sound(&to).await;
        // Whoever is ranked up in the same file counts.
        let swap = "email,organization_role\nbo@acme.example,administrator\ncy@acme.example,member\n";
        for options in [DRY, REAL] {
            assert_eq!(try_import(&to, &slug, swap.as_bytes(), options).await.unwrap().counts(), (0, 2, 0, 0));
        }
        assert_sound(&to).await;
    }
}

// spec R7
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
        (b"email,\x1B[31mname\n", "names a column “\u{FFFD}[31mname”"),
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

/// Fails after some bytes, as a disk or a connection does.
struct Broken(Cursor<Vec<u8>>);

impl std::io::Read for Broken {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(std::io::ErrorKind::ConnectionReset.into()),
            some => Ok(some),
        }
    }
}

#[tokio::test]
async fn an_interrupted_import_leaves_whole_rows_and_can_be_run_again() {
    for to in installations().await {
        let slug = to.found("Acme", "ana@acme.example").await;
        let mut file = String::from("email,name,groups\n");
        for number in 0..12_000 {
            file += &format!("p{number}@acme.example,Person {number},Sales;Team {}\n", number % 7);
        }
        let (proof, half) = (Operator::on_this_machine(), file.as_bytes()[..file.len() / 2].to_vec());
        let broken = Broken(Cursor::new(half));
        let cut = service::import::run(&to.services, &proof, &slug, broken, REAL, |_| {}, |_| {}).await;
        assert!(matches!(cut, Err(Error::Invalid(errors)) if errors[0].message.contains("cannot be read")));
        assert_sound(&to).await;
        let lone = "SELECT COUNT(*) FROM members m WHERE m.state = 'invited' AND (SELECT COUNT(*) FROM group_members gm \
                    WHERE gm.organization_id = m.organization_id AND gm.member_id = m.id) <> 2";
        assert_eq!(to.db.number(lone).await, 0);
        let there = u64::try_from(people(&to).await.len()).unwrap();
        assert!(there > 0, "whole batches stay");
        let said = import(&to, &slug, &file).await;
        assert_eq!(said.counts(), (12_000 - there, 0, there, 0));
        assert_sound(&to).await;
        assert!(said.progress.len() > 1 && said.progress.is_sorted_by_key(|step| step.rows), "{:?}", said.progress);
    }
}

// spec M1
#[tokio::test]
async fn people_added_in_one_import_keep_the_order_of_the_file() {
    for to in installations().await {
        let slug = to.found("Acme", "ana@acme.example").await;
        let emails: Vec<String> = (0..50).map(|number| format!("p{}@acme.example", (number * 37) % 50)).collect();
        import(&to, &slug, &format!("email\n{}\n", emails.join("\n"))).await;
        let listed = to.db.texts("SELECT email FROM members WHERE state = 'invited' ORDER BY created_at, id").await;
        assert_eq!(listed, emails);
    }
}

#[tokio::test]
async fn a_name_that_everybody_accepts_is_stored_as_the_single_member_rules_store_it() {
    let to = installations().await.remove(0);
    let slug = to.found("Acme", "ana@acme.example").await;
    import(&to, &slug, "email,name\nbo@acme.example,  e\u{301}a \n").await;
    let name = PersonName::parse("  e\u{301}a ").unwrap();
    assert_eq!(people(&to).await, [format!("bo@acme.example|{name}|member|invited|")]);
}
