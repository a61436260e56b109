//! Names that an older version accepted although nobody could tell them apart (spec G2, M3).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

use domain::members::MemberQuery;
use domain::{MemberId, OrganizationId, Timestamp};
use store::members::list;
use store::testing::TestDatabase;

#[tokio::test]
async fn names_of_an_older_program_can_be_told_apart_and_found() {
    for old in TestDatabase::both_before("m0023_names").await {
        let sqlite = old.address.starts_with("sqlite");
        let bytes = |number: u8| match sqlite {
            true => format!("X'{number:032x}'"),
            false => format!("'{}'::uuid", uuid::Uuid::from_u128(number.into())),
        };
        let (acme, owner) = (bytes(1), bytes(10));
        let ip = if sqlite { "zeroblob(16)" } else { "decode(repeat('00', 16), 'hex')" };
        let mut all = vec![format!(
            "INSERT INTO organizations (id, slug, name, name_key, kind, created_at) VALUES ({acme}, 'acme', 'Ac\u{200B}me', 'ac\u{200B}me', 'customer', 1)"
        )];
        let group = |number: u8, name: &str, built_in: u8| {
            format!(
                "INSERT INTO groups (organization_id, id, name, name_identity, name_key, built_in, created_at, description) \
                 VALUES ({acme}, {}, '{name}', '{}', '{}', {built_in}, {number}, '{}')",
                bytes(number),
                name.to_lowercase(),
                name.to_lowercase(),
                if number == 21 { "What\u{AD} we sell" } else { "" }
            )
        };
        let long = "é".repeat(195) + "👨\u{200D}👩x";
        let long_too = format!("\u{2060}{long}");
        let names = [
            "Sales\u{200B}",
            "Sales",
            "administrators\u{2060}",
            "Straße",
            "STRASSE",
            "O’Neil''s",
            "Sales (2)",
            "\u{2060}\u{FFFD}",
            "North \u{200B} West",
            "аdministrators",
            &long,
            &long_too,
        ];
        all.push(group(20, "administrators", 1));
        all.extend(names.iter().zip(21..).map(|(name, number)| group(number, name, 0)));
        for (number, name) in [(10, "Siobh\u{AD}an  O’Neil"), (11, "Jean‐Luc"), (12, "Ana Lima")] {
            let (id, email) = (bytes(number), format!("m{number}@acme.example"));
            all.push(format!("INSERT INTO accounts (id, email, email_identity, name, created_at) VALUES ({id}, '{email}', '{email}', '{name}', 1)"));
            all.push(format!(
                "INSERT INTO members (organization_id, id, account_id, email, email_identity, email_key, name, name_key, kind, role, \
                 state, invite_expires_at, created_at, last_login_ip) VALUES ({acme}, {id}, {id}, '{email}', '{email}', '{email}', '{name}', \
                 '{}', 'internal', 'member', 'active', 253402300799000, 1, {ip})",
                name.to_lowercase()
            ));
            all.push(match sqlite {
                true => format!("INSERT INTO member_search (rowid, grams) SELECT row_id, 'old' FROM members WHERE id = {id}"),
                false => format!("INSERT INTO member_search (organization_id, member_id, grams) VALUES ({acme}, {id}, 'old'::tsvector)"),
            });
        }
        all.push(format!("INSERT INTO member_counts (organization_id, state, kind, role, members) VALUES ({acme}, 'active', 'internal', 'member', 3)"));
        for (number, name) in [(30, "Mine"), (31, "MINE\u{200B}")] {
            all.push(format!(
                "INSERT INTO views (organization_id, member_id, id, name, name_identity, query, created_at) VALUES ({acme}, {owner}, {}, '{name}', '{}', '', 1)",
                bytes(number),
                name.to_lowercase()
            ));
        }
        for sql in all {
            old.execute(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
        old.database.migrate().await.unwrap();

        let groups = old.texts("SELECT name || '|' || name_identity FROM groups ORDER BY created_at").await;
        assert_eq!(
            groups,
            [
                "administrators|administrators",
                "Sales (3)|sales (3)",
                "Sales|sales",
                "administrators (2)|administrators (2)",
                "Straße (2)|strasse (2)",
                "STRASSE|strasse",
                "O’Neil's|o'neil's",
                "Sales (2)|sales (2)",
                "?|?",
                "North West|north west",
                "аdministrators (2)|аdministrators (2)",
                &format!("{long}|{}", long.replace('\u{200D}', "")),
                &format!("{0} (2)|{0} (2)", "é".repeat(195) + "👨"),
            ]
        );
        assert_eq!(old.texts("SELECT description FROM groups WHERE description <> ''").await, ["What we sell"]);
        assert_eq!(old.texts("SELECT name || '|' || name_key FROM organizations").await, ["Acme|acme"]);
        assert_eq!(
            old.texts("SELECT name FROM accounts ORDER BY email").await,
            ["Siobhan  O’Neil", "Jean‐Luc", "Ana Lima"]
        );
        assert_eq!(
            old.texts("SELECT name || '|' || name_key FROM members ORDER BY email").await,
            ["Siobhan  O’Neil|siobhan o'neil", "Jean‐Luc|jean-luc", "Ana Lima|ana lima"]
        );
        assert_eq!(old.texts("SELECT name FROM views ORDER BY id").await, ["Mine", "MINE (2)"]);
        let organization = OrganizationId::from_uuid(uuid::Uuid::from_u128(1));
        for (typed, number) in [("siobhan o'neil", 10), ("O’NEIL", 10), ("jean-luc", 11)] {
            let query = MemberQuery::parse(&format!("q={typed}")).0;
            let found = list(old.database.reader(), organization, &query, Timestamp::from_millis(2)).await.unwrap();
            let ids: Vec<MemberId> = found.rows.iter().map(|row| row.id).collect();
            assert_eq!(ids, [MemberId::from_uuid(uuid::Uuid::from_u128(number))], "{typed}");
        }
    }
}
