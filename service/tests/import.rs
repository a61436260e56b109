//! The values that a row of an imported file may have, and what it does (spec A2), on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;
#[path = "support/import.rs"]
mod tools;

use domain::PersonName;
use domain::import::Column;
use service::import::Progress;
use support::*;
use tools::*;

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
        assert_eq!((said.counts(), said.report.groups_made, said.report.names_stay), ((0, 2, 1, 0), 1, 1));
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
                        ed@acme.example;;;;;x\r\n\
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
            (2, Some(Column::Name), "Bo<U+000D><U+000A>der"),
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
