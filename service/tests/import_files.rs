//! Files as people have them (spec A2), imported both from the command line and from the browser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;
#[path = "support/import.rs"]
mod tools;

use domain::import::{ImportQuery, ImportShown, Outcome};
use domain::permission::ManageMembers;
use domain::{ImportId, Slug};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use service::Grant;
use service::import::{self, Upload};
use std::io::{Seek, Write};
use support::*;
use tools::*;

async fn acme(at: &Installation) -> (Slug, Grant<ManageMembers>) {
    let slug = at.found("Acme", "ana@acme.example").await;
    let may = at.enter("ana@acme.example", &slug).await.unwrap().require(&at.services).await.unwrap();
    (slug, may)
}

/// Sends a file and waits until it is judged.
async fn judged(at: &Installation, may: &Grant<ManageMembers>, content: &[u8]) -> ImportId {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(content).unwrap();
    file.rewind().unwrap();
    let upload = Upload { name: "people.csv".into(), file, bytes: content.len() as u64 };
    let (id, work) = import::begin(&at.services, may, upload).await.unwrap();
    work.await.unwrap();
    id
}

async fn shown(at: &Installation, may: &Grant<ManageMembers>, id: ImportId) -> ImportShown {
    import::show(&at.services, may, id, &ImportQuery::parse("size=100").0).await.unwrap()
}

/// The file of refused rows.
async fn given_back(at: &Installation, may: &Grant<ManageMembers>, id: ImportId) -> String {
    let mut text = import::refused_rows_heading(&at.services, may, id).await.unwrap();
    if let Some((rows, _)) = import::refused_rows(&at.services, may, id, 0).await.unwrap() {
        text += &rows;
    }
    text
}

async fn apply(at: &Installation, may: &Grant<ManageMembers>, id: ImportId) {
    import::apply(&at.services, may, id).await.unwrap().expect("nobody else applies it").await.unwrap();
}

fn pairs(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

/// A text in every encoding that is recognised, and what that is called.
fn encodings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let marked = format!("\u{FEFF}{text}");
    vec![
        ("UTF-8", text.as_bytes().to_vec()),
        ("UTF-8", marked.clone().into_bytes()),
        ("UTF-16LE", pairs(text, u16::to_le_bytes)),
        ("UTF-16BE", pairs(text, u16::to_be_bytes)),
        ("UTF-16LE", pairs(&marked, u16::to_le_bytes)),
        ("UTF-16BE", pairs(&marked, u16::to_be_bytes)),
        // Of the letters that the two have in common.
        ("Windows-1252", text.chars().map(|c| u8::try_from(c).unwrap()).collect()),
    ]
}

#[tokio::test]
async fn an_encoding_is_named_and_refused_rows_have_what_was_there() {
    for at in installations().await {
        let (slug, may) = acme(&at).await;
        let text = "email;name\r\nlena@pub.example;Lena Hölt\r\nbroken;José Größe\r\nbo@pub.example;\"Bö\r\n";
        for (name, file) in encodings(text) {
            let read_as = format!("{name}, separated by semicolons");
            assert_eq!(try_import(&at, &slug, &file, DRY).await.unwrap().report.read_as, read_as);
            let id = judged(&at, &may, &file).await;
            let shown = shown(&at, &may, id).await;
            assert_eq!((shown.import.read_as, shown.import.counts), (read_as, [1, 0, 0, 2]));
            let back = given_back(&at, &may, id).await;
            assert!(back.contains("broken,José Größe,\"line 3, email: "), "{name}: {back}");
            assert!(
                back.contains("\"bo@pub.example;\"\"Bö\",,line 4: ") && !back.contains('\u{FFFD}'),
                "{name}: {back}"
            );
        }
        let id = judged(&at, &may, &encodings(text).pop().unwrap().1).await;
        apply(&at, &may, id).await;
        assert_eq!(people(&at).await, ["lena@pub.example|Lena Hölt|member|invited|"]);
    }
}

#[tokio::test]
async fn an_open_quote_takes_one_line_which_is_corrected_and_comes_in() {
    for at in installations().await {
        let (_, may) = acme(&at).await;
        let mut text = String::from("name,email\n");
        for number in 0..60 {
            let quote = if number == 20 { "\"" } else { "" };
            text += &format!("{quote}Person {number},p{number}@pub.example\n");
        }
        let id = judged(&at, &may, text.as_bytes()).await;
        assert_eq!(shown(&at, &may, id).await.import.counts, [59, 0, 0, 1]);
        apply(&at, &may, id).await;
        let back = given_back(&at, &may, id).await;
        let reason = "line 22: A quote is opened in this row that is never closed.";
        assert_eq!(back, format!("\u{FEFF}name,email,reason\r\n\"\"\"Person 20,p20@pub.example\",,{reason}\r\n"));
        // As it came back it is refused again, and comes back the same.
        let again = judged(&at, &may, back.as_bytes()).await;
        assert_eq!(shown(&at, &may, again).await.import.counts, [0, 0, 0, 1]);
        assert!(given_back(&at, &may, again).await.contains("\r\n\"\"\"Person 20,p20@pub.example\",,"));
        let mended = back.replace("\"\"\"Person 20,p20@pub.example\",", "Person 20,p20@pub.example");
        let mended = judged(&at, &may, mended.as_bytes()).await;
        assert_eq!(shown(&at, &may, mended).await.import.counts, [1, 0, 0, 0]);
        apply(&at, &may, mended).await;
        assert_eq!(people(&at).await.len(), 60);
    }
}

// spec M1
#[tokio::test]
async fn a_row_that_names_an_active_member_otherwise_says_that_the_name_stays() {
    for at in installations().await {
        let (slug, may) = acme(&at).await;
        import(&at, &slug, "email,name\nbo@acme.example,Bo\ncy@acme.example,Cy\n").await;
        accept(&at, "bo@acme.example").await;
        let file = "email,name,organization_role\n\
                    bo@acme.example,Somebody Else,\n\
                    ana@acme.example,Anastasia,administrator\n\
                    cy@acme.example,Cy,\n";
        let says = |shown: &ImportShown| {
            let rows = shown.page.rows.iter().map(|row| (row.outcome, row.detail.clone()));
            rows.collect::<Vec<_>>()
        };
        let stays = "Name stays: people change their own name";
        let id = judged(&at, &may, file.as_bytes()).await;
        let unchanged = |detail: &str| (Outcome::Unchanged, detail.to_owned());
        assert_eq!(says(&shown(&at, &may, id).await), [unchanged(stays), unchanged(stays), unchanged("")]);
        let said = import(&at, &slug, file).await;
        assert_eq!((said.counts(), said.report.names_stay), ((0, 0, 3, 0), 2));
        let with_role = judged(&at, &may, b"email,name,organization_role\nbo@acme.example,Robert,security\n").await;
        let detail = format!("Role: Member → Security · {stays}");
        assert_eq!(says(&shown(&at, &may, with_role).await), [(Outcome::Changed, detail)]);
    }
}

/// Lines of which each is a row, or empty.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let address = "[a-f]{1,2}@[a-c]{1,2}\\.example";
    let line = prop_oneof![
        4 => (address, "[A-C][a-zäö]{0,5}").prop_map(|(email, name)| format!("{email};{name}")),
        2 => (address, "[A-C][a-zäö]{0,5}").prop_map(|(email, name)| format!("{email};\"{name}")),
        1 => (address, "[A-C][a-z]{0,5}").prop_map(|(email, name)| format!("\"{email}\";\"{name}\" x")),
        1 => "[a-cä@,]{1,6}",
        1 => Just(String::new()),
    ];
    prop::collection::vec(line, 0..30)
}

// spec A2
#[test]
fn lines_in_are_lines_told_by_both_routes() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for at in runtime.block_on(installations()) {
        let (slug, may) = runtime.block_on(acme(&at));
        let rounds = std::env::var("MUSTER_FILE_ROUNDS").ok().and_then(|rounds| rounds.parse::<u32>().ok());
        let config =
            Config { cases: rounds.map_or(25, |rounds| rounds / 100), failure_persistence: None, ..Config::default() };
        let outcome = TestRunner::new(config).run(&(lines(), 0_usize..7), |(lines, encoding)| {
            runtime.block_on(async {
                let text = format!("email;name\n{}", lines.join("\n"));
                let file = encodings(&text).swap_remove(encoding).1;
                let holds = |(_, line): &(usize, &String)| !line.is_empty();
                let expected: Vec<u64> =
                    lines.iter().enumerate().filter(holds).map(|(place, _)| place as u64 + 2).collect();
                let id = judged(&at, &may, &file).await;
                let told = shown(&at, &may, id).await;
                let lines: Vec<u64> = told.page.rows.iter().map(|row| row.line).collect();
                prop_assert_eq!(&lines, &expected);
                let refused = told.page.rows.iter().filter(|row| row.outcome == Outcome::Refused);
                let refused: Vec<u64> = refused.map(|row| row.line).collect();
                let said = try_import(&at, &slug, &file, DRY).await.unwrap();
                let by_command: Vec<u64> = said.refused.iter().map(|row| row.line).collect();
                prop_assert_eq!(&by_command, &refused);
                let (added, changed, unchanged, refused) = said.counts();
                prop_assert_eq!(added + changed + unchanged + refused, expected.len() as u64);
                import::discard(&at.services, &may, id).await.unwrap().unwrap().await.unwrap();
                Ok(())
            })
        });
        outcome.unwrap();
    }
}
