//! Imports that are started in a browser (spec A2): checked, viewed, applied, stopped, discarded.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;
#[path = "support/import.rs"]
mod tools;

use domain::import::{Import, ImportQuery, ImportShown, ImportState, LARGEST_FILE, MOST_KEPT, MOST_REFUSED, Outcome};
use domain::permission::ManageMembers;
use domain::text::grouped;
use domain::{ImportId, Slug};
use service::Work;
use service::import::{self, Upload};
use service::{Error, Grant};
use std::fs::File;
use std::io::{Seek, Write};
use support::*;
use tools::*;

/// Acme, whose administrator is Ana.
async fn acme(at: &Installation) -> (Slug, Grant<ManageMembers>) {
    let slug = at.found("Acme", "ana@acme.example").await;
    let may = at.enter("ana@acme.example", &slug).await.unwrap().require(&at.services).await.unwrap();
    (slug, may)
}

fn upload(content: &[u8]) -> Upload {
    let mut file: File = tempfile::tempfile().unwrap();
    file.write_all(content).unwrap();
    file.rewind().unwrap();
    Upload { name: "C:\\Users\\ana\\people.csv".into(), file, bytes: content.len() as u64 }
}

/// Sends a file and waits until it is judged.
async fn judged(at: &Installation, may: &Grant<ManageMembers>, content: &str) -> ImportId {
    let (id, work) = import::begin(&at.services, may, upload(content.as_bytes())).await.unwrap();
    work.await.unwrap();
    id
}

async fn show(at: &Installation, may: &Grant<ManageMembers>, id: ImportId, query: &str) -> ImportShown {
    import::show(&at.services, may, id, &ImportQuery::parse(query).0).await.unwrap()
}

async fn look(at: &Installation, may: &Grant<ManageMembers>, id: ImportId) -> Import {
    show(at, may, id, "").await.import
}

async fn apply(at: &Installation, may: &Grant<ManageMembers>, id: ImportId) {
    import::apply(&at.services, may, id).await.unwrap().expect("nobody else applies it").await.unwrap();
}

async fn run(work: Option<Work>) -> bool {
    match work {
        Some(work) => work.await.map(|()| true).unwrap(),
        None => false,
    }
}

/// Everything that can be wrong with a row, and everything that can be right.
const MESSY: &str = "Email,name,Organization_Role,groups\r\n\
    bo@acme.example,Bo,member,Sales;Lisbon\r\n\
    broken,Nobody,,\r\n\
    BO@acme.example,Again,,\r\n\
    cy@acme.example,Cy,boss,\r\n\
    dee@acme.example,\"Dee, the \"\"Great\"\"\",security,sales\r\n\
    ana@acme.example,,member,\r\n\
    ana@acme.example.,,,\r\n\
    eve@acme.example,=cmd(),,administrators\r\n\
    fay@acme.example,a,b,c,d\r\n\
    ana2@acme.example,Ana Two,administrator,\r\n";

async fn all_refused(at: &Installation, may: &Grant<ManageMembers>, id: ImportId) -> String {
    let mut text = import::refused_rows_heading(&at.services, may, id).await.unwrap();
    let mut after = 0;
    while let Some((some, last)) = import::refused_rows(&at.services, may, id, after).await.unwrap() {
        text += &some;
        after = last;
    }
    text
}

// spec A2, R8
#[tokio::test]
async fn who_lost_the_right_meanwhile_brings_nobody_in() {
    for at in installations().await {
        let (_, may) = acme(&at).await;
        let id = judged(&at, &may, MESSY).await;
        let work = import::apply(&at.services, &may, id).await.unwrap().unwrap();
        at.rank("ana@acme.example", "member").await;
        work.await.unwrap();
        assert!(people(&at).await.is_empty());
        assert_eq!(look(&at, &may, id).await.state, ImportState::Stopped);
        assert!(run(import::apply(&at.services, &may, id).await.unwrap()).await, "it can be tried again");
        assert!(people(&at).await.is_empty());
        let another = import::begin(&at.services, &may, upload(MESSY.as_bytes())).await;
        assert!(matches!(another, Err(Error::Invalid(errors)) if errors[0].field == "member"));
        at.db.execute("UPDATE members SET state = 'deleted'").await.unwrap();
        let another = import::begin(&at.services, &may, upload(MESSY.as_bytes())).await;
        assert!(matches!(another, Err(Error::NotFound)));
    }
}

#[tokio::test]
async fn it_judges_as_the_command_line_does_and_writes_nobody() {
    for at in installations().await {
        let (slug, may) = acme(&at).await;
        let id = judged(&at, &may, MESSY).await;
        let said = try_import(&at, &slug, MESSY.as_bytes(), DRY).await.unwrap();
        let ImportShown { import, page } = show(&at, &may, id, "").await;
        assert_eq!(
            (import.state, import.file.as_str(), import.by.as_str()),
            (ImportState::Ready, "people.csv", "ana@acme.example")
        );
        let (added, changed, unchanged, refused) = said.counts();
        assert_eq!(import.counts, [added, changed, unchanged, refused]);
        assert_eq!((import.groups_made, import.percent()), (said.report.groups_made, 100));
        let bad: Vec<_> = page
            .rows
            .iter()
            .filter(|row| row.outcome == Outcome::Refused)
            .map(|row| (row.line, row.fault_at(), row.detail.as_str()))
            .collect();
        assert_eq!(bad, said.bad());
        let told = |line: u64| page.rows.iter().find(|row| row.line == line).unwrap();
        assert_eq!(told(2).detail, "Member · Joins Sales, Lisbon");
        assert_eq!((told(6).name.as_str(), told(6).detail.as_str()), ("Dee, the \"Great\"", "Security · Joins sales"));
        assert!(page.rows.iter().all(|row| !row.applied));
        assert!(people(&at).await.is_empty());
        assert_eq!(at.db.number("SELECT COUNT(*) FROM groups").await, 1);
    }
}

#[tokio::test]
async fn applying_brings_in_what_was_shown_under_the_name_of_who_applied() {
    for at in installations().await {
        let (slug, may) = acme(&at).await;
        let id = judged(&at, &may, MESSY).await;
        let before = look(&at, &may, id).await;
        apply(&at, &may, id).await;
        let ImportShown { import, page } = show(&at, &may, id, "outcome=added").await;
        assert_eq!((import.state, import.counts), (ImportState::Done, before.counts));
        assert_eq!(import.rows, (import.counts[0] + import.counts[1] + import.counts[2], import.counts[0]));
        assert!(page.rows.iter().all(|row| row.applied) && !page.rows.is_empty());
        assert_eq!(people(&at).await.len() as u64, import.counts[0]);
        let by_ana = "SELECT COUNT(*) FROM audit_events WHERE action = 'member.imported' AND actor = 'ana@acme.example' AND actor_id IS NOT NULL";
        assert_eq!(at.db.number(by_ana).await as u64, import.counts[0]);
        assert_sound(&at).await;
        // Whoever applies what is done changes nothing.
        assert!(!run(import::apply(&at.services, &may, id).await.unwrap()).await);
        let again = judged(&at, &may, MESSY).await;
        let again = look(&at, &may, again).await;
        assert_eq!((again.counts[0], again.counts[2]), (0, import.counts[0]), "{slug}: nothing is left to do");
    }
}

#[tokio::test]
async fn cancelling_leaves_nothing_behind() {
    for at in installations().await {
        let (_, may) = acme(&at).await;
        let id = judged(&at, &may, MESSY).await;
        assert!(run(import::discard(&at.services, &may, id).await.unwrap()).await);
        assert!(matches!(import::show(&at.services, &may, id, &ImportQuery::default()).await, Err(Error::NotFound)));
        assert!(matches!(import::apply(&at.services, &may, id).await, Err(Error::NotFound)));
        assert!(import::recent(&at.services, &may).await.unwrap().imports.is_empty());
        for table in ["imports", "import_rows"] {
            assert_eq!(at.db.number(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
        }
        assert!(people(&at).await.is_empty());
        // While it is judged, too: what comes later is not kept.
        let (id, work) = import::begin(&at.services, &may, upload(MESSY.as_bytes())).await.unwrap();
        assert!(run(import::discard(&at.services, &may, id).await.unwrap()).await);
        work.await.unwrap();
        assert_eq!(at.db.number("SELECT COUNT(*) FROM import_rows").await, 0);
    }
}

fn many(rows: usize) -> String {
    let row = |number| format!("p{number}@acme.example,Person {number},Sales;Team {}\n", number % 7);
    "email,name,groups\n".to_owned() + &(0..rows).map(row).collect::<String>()
}

#[tokio::test]
async fn it_is_stopped_between_two_batches_and_goes_on_from_there() {
    const ROWS: u64 = 30_000;
    for at in installations().await {
        let (_, may) = acme(&at).await;
        let id = judged(&at, &may, &many(ROWS as usize)).await;
        let work = tokio::spawn(import::apply(&at.services, &may, id).await.unwrap().unwrap());
        while look(&at, &may, id).await.rows.0 == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        import::stop(&at.services, &may, id).await.unwrap();
        work.await.unwrap().unwrap();
        let ImportShown { import, page } = show(&at, &may, id, "").await;
        assert_eq!(import.state, ImportState::Stopped);
        assert!((1..ROWS).contains(&import.rows.0), "{:?}", import.rows);
        assert_eq!(people(&at).await.len() as u64, import.rows.0, "what the page says is what is there");
        assert!(page.rows[0].applied);
        let last = show(&at, &may, id, "page=600").await.page;
        assert!(!last.rows[0].applied);
        assert_sound(&at).await;
        // What is being applied cannot be thrown away; what was stopped can go on.
        apply(&at, &may, id).await;
        let import = look(&at, &may, id).await;
        assert_eq!((import.state, import.rows), (ImportState::Done, (ROWS, ROWS)));
        assert_eq!(people(&at).await.len() as u64, ROWS);
        assert_sound(&at).await;
    }
}

#[tokio::test]
async fn two_who_apply_at_once_bring_everybody_in_once() {
    for at in installations().await {
        let (_, may) = acme(&at).await;
        for round in 0..10 {
            let id = judged(&at, &may, &format!("email\nbo{round}@acme.example\n")).await;
            let begin = || async { run(import::apply(&at.services, &may, id).await.unwrap()).await };
            let (one, other) = tokio::join!(begin(), begin());
            assert!(one ^ other, "one of them applies");
            assert_eq!(look(&at, &may, id).await.state, ImportState::Done);
        }
        assert_eq!(people(&at).await.len(), 10);
    }
}

/// What nobody works on any more: the work of going on.
async fn abandoned(at: &Installation) -> Vec<Work> {
    import::abandoned(&at.services).await.unwrap()
}

#[tokio::test]
async fn what_a_dead_server_left_goes_on_by_itself_once() {
    for at in installations().await {
        let (_, may) = acme(&at).await;
        let id = judged(&at, &may, "email\nbo@acme.example\n").await;
        // As the server leaves it that is killed now.
        drop(import::apply(&at.services, &may, id).await.unwrap().unwrap());
        assert_eq!(look(&at, &may, id).await.state, ImportState::Applying);
        assert!(import::apply(&at.services, &may, id).await.unwrap().is_none(), "somebody may still be at it");
        assert!(import::discard(&at.services, &may, id).await.unwrap().is_none(), "somebody may still be at it");
        assert!(abandoned(&at).await.is_empty(), "somebody may still be at it");
        at.clock.forward(31);
        assert_eq!(look(&at, &may, id).await.state, ImportState::Applying, "it is not over");
        let mut works = abandoned(&at).await;
        assert!(works.len() == 1 && abandoned(&at).await.is_empty(), "once");
        works.remove(0).await.unwrap();
        assert_eq!(look(&at, &may, id).await.state, ImportState::Done);
        assert_eq!(people(&at).await.len(), 1);
        // In the name of whoever applied it, from where they did.
        let by_ana = "SELECT COUNT(*) FROM audit_events WHERE action = 'member.imported' AND actor = 'ana@acme.example' AND actor_id IS NOT NULL AND request_id = 'r1'";
        assert_eq!(at.db.number(by_ana).await, 1);
    }
}

#[tokio::test]
async fn a_file_that_a_dead_server_read_is_lost_and_leaves_no_rows() {
    for at in installations().await {
        let (_, may) = acme(&at).await;
        let (id, work) = import::begin(&at.services, &may, upload(b"email\nbo@acme.example\n")).await.unwrap();
        drop(work);
        at.db.execute("UPDATE imports SET added = 1").await.unwrap();
        let row = "INSERT INTO import_rows (organization_id, import_id, line, outcome, email, name, detail, column_word, cells) \
                   SELECT organization_id, id, 2, 'added', '', '', '', '', '[]' FROM imports";
        at.db.execute(row).await.unwrap();
        assert!(abandoned(&at).await.is_empty());
        at.clock.forward(31);
        let import = look(&at, &may, id).await;
        assert_eq!(import.state, ImportState::Failed);
        assert!(import.problem.contains("restarted"), "{}", import.problem);
        for work in abandoned(&at).await {
            work.await.unwrap();
        }
        let import = look(&at, &may, id).await;
        assert_eq!((import.state, import.counts), (ImportState::Failed, [0; 4]));
        assert!(import.problem.contains("restarted"), "{}", import.problem);
        assert_eq!(at.db.number("SELECT COUNT(*) FROM import_rows").await, 0);
        assert!(abandoned(&at).await.is_empty(), "once");
    }
}

// spec R8: whoever lost the right brings nobody in, whichever server goes on.
#[tokio::test]
async fn a_server_that_takes_over_asks_for_the_right_again() {
    for at in installations().await {
        let (_, may) = acme(&at).await;
        let id = judged(&at, &may, "email\nbo@acme.example\n").await;
        drop(import::apply(&at.services, &may, id).await.unwrap().unwrap());
        at.rank("ana@acme.example", "member").await;
        at.clock.forward(31);
        abandoned(&at).await.remove(0).await.unwrap();
        assert!(people(&at).await.is_empty());
        assert_eq!(look(&at, &may, id).await.state, ImportState::Stopped);
    }
}

#[tokio::test]
async fn a_server_that_stops_lets_go_of_what_it_brings_in_and_of_what_it_reads() {
    for at in installations().await {
        let (_, may) = acme(&at).await;
        let id = judged(&at, &may, "email\nbo@acme.example\n").await;
        let (lost, reading) = import::begin(&at.services, &may, upload(b"email\ncy@acme.example\n")).await.unwrap();
        let work = import::apply(&at.services, &may, id).await.unwrap().unwrap();
        at.services.settled().await;
        work.await.unwrap();
        reading.await.unwrap();
        assert!(people(&at).await.is_empty());
        // Another server need not wait for half a minute.
        let other = Installation { services: with_key(&at, [7; 32]), clock: at.clock.clone(), db: at.db };
        let works = abandoned(&other).await;
        assert_eq!(works.len(), 2);
        for work in works {
            work.await.unwrap();
        }
        assert_eq!(look(&other, &may, id).await.state, ImportState::Done);
        assert_eq!(people(&other).await.len(), 1);
        let lost = look(&other, &may, lost).await;
        assert_eq!((lost.state, lost.counts), (ImportState::Failed, [0; 4]), "half a file is none");
    }
}

fn problem(refused: Result<(ImportId, Work), Error>) -> String {
    match refused {
        Err(Error::Invalid(errors)) if errors[0].field == "file" => errors[0].message.clone(),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it is taken"),
    }
}

// A row of two bytes takes three hundred of the database.
#[tokio::test]
async fn reading_ends_after_ten_thousand_refused_rows_and_says_so() {
    for at in installations().await {
        let (_, may) = acme(&at).await;
        let good = "bo@acme.example\n";
        let id = judged(&at, &may, &format!("email\n{good}{}", "x\n".repeat(40_000))).await;
        let import = look(&at, &may, id).await;
        assert_eq!(import.state, ImportState::Failed);
        let [added, _, _, refused] = import.counts;
        assert!(added == 1 && (MOST_REFUSED..MOST_REFUSED + 5_000).contains(&refused), "{:?}", import.counts);
        assert_eq!(at.db.number("SELECT COUNT(*) FROM import_rows").await as u64, refused + 1);
        let said = format!(
            "Reading ended at line {}: of {} rows up to there, {} were refused.",
            grouped(refused + 2),
            grouped(refused + 1),
            grouped(refused)
        );
        assert!(import.problem.starts_with(&said), "{}", import.problem);
        // They can be looked at, and given back; nothing can be applied.
        assert!(!show(&at, &may, id, "outcome=refused").await.page.rows.is_empty());
        assert!(import::refused_rows(&at.services, &may, id, 0).await.unwrap().is_some());
        assert!(import::apply(&at.services, &may, id).await.unwrap().is_none());
        assert!(run(import::discard(&at.services, &may, id).await.unwrap()).await);
        // On the command line the same.
        let said =
            try_import(&at, &slug("acme"), format!("email\n{}", "x\n".repeat(40_000)).as_bytes(), DRY).await.unwrap();
        assert!(
            said.report.refused < 40_000 && said.report.gave_up_at == Some(said.report.refused + 1),
            "{:?}",
            said.report
        );
    }
}

#[tokio::test]
async fn two_files_are_read_at_once_and_a_third_is_told_to_wait() {
    for at in installations().await {
        let (_, may) = acme(&at).await;
        let file = || upload(b"email\nbo@acme.example\n");
        let (first, work) = import::begin(&at.services, &may, file()).await.unwrap();
        let (_, _second) = import::begin(&at.services, &may, file()).await.unwrap();
        let why = problem(import::begin(&at.services, &may, file()).await);
        assert!(why.starts_with("2 files are being checked"), "{why}");
        assert!(run(import::discard(&at.services, &may, first).await.unwrap()).await);
        work.await.unwrap();
        let (_, _third) = import::begin(&at.services, &may, file()).await.unwrap();
        let another = at.found("Another", "cy@another.example").await;
        let theirs = at.enter("cy@another.example", &another).await.unwrap().require(&at.services).await.unwrap();
        assert!(import::begin(&at.services, &theirs, file()).await.is_ok(), "two of others");
        // Those whose server died count no more.
        at.clock.forward(31);
        assert!(import::begin(&at.services, &may, file()).await.is_ok());
        // Nor do those of others.
        let other = at.found("Other", "bo@other.example").await;
        let theirs = at.enter("bo@other.example", &other).await.unwrap().require(&at.services).await.unwrap();
        assert!(import::begin(&at.services, &theirs, file()).await.is_ok());
    }
}

#[tokio::test]
async fn only_so_many_rows_are_kept_and_the_refusal_says_what_to_delete() {
    for at in installations().await {
        let (_, may) = acme(&at).await;
        let small = judged(&at, &may, "email\nbo@acme.example\n").await;
        let large = judged(&at, &may, "email\nbo@acme.example\n").await;
        let count = format!(
            "UPDATE imports SET added = {}, file = 'large.csv' WHERE refused = 0 AND id = (SELECT MAX(id{}) FROM imports)",
            MOST_KEPT - 3,
            if at.db.address.starts_with("sqlite") { "" } else { "::text" }
        );
        let count = if at.db.address.starts_with("sqlite") { count } else { count.replace("id = (", "id::text = (") };
        at.db.execute(&count).await.unwrap();
        // What fits is kept; of what does not, not even the beginning is.
        let one = judged(&at, &may, "email\nbo@acme.example\n").await;
        assert_eq!(look(&at, &may, one).await.state, ImportState::Ready);
        let id = judged(&at, &may, "email\nbo@acme.example\ncy@acme.example\n").await;
        let import = look(&at, &may, id).await;
        assert_eq!((import.state, import.counts), (ImportState::Failed, [0; 4]));
        assert_eq!(at.db.number("SELECT COUNT(*) FROM import_rows").await, 3);
        let named = format!("Delete the import of “large.csv”, of which {} rows are kept", grouped(MOST_KEPT - 3));
        assert!(import.problem.contains(&named), "{}", import.problem);
        judged(&at, &may, "email\nbo@acme.example\n").await;
        let why = problem(import::begin(&at.services, &may, upload(b"email\n")).await);
        assert!(why.contains(&named), "{why}");
        assert!(run(import::discard(&at.services, &may, large).await.unwrap()).await);
        assert!(import::begin(&at.services, &may, upload(b"email\n")).await.is_ok());
        assert_eq!(look(&at, &may, small).await.state, ImportState::Ready);
    }
}

#[tokio::test]
async fn of_a_file_without_room_not_even_the_beginning_is_kept() {
    for at in installations().await {
        let (_, may) = acme(&at).await;
        judged(&at, &may, "email\nbo@acme.example\n").await;
        let count = format!("UPDATE imports SET added = {}, file = 'large.csv'", MOST_KEPT - 5_000);
        at.db.execute(&count).await.unwrap();
        // More than one batch fits, and two do not.
        let id = judged(&at, &may, &many(6_000)).await;
        let import = look(&at, &may, id).await;
        assert_eq!((import.state, import.counts), (ImportState::Failed, [0; 4]));
        assert_eq!(at.db.number("SELECT COUNT(*) FROM import_rows").await, 1);
        // What is under way is not named.
        at.db.execute("UPDATE imports SET state = 'applying' WHERE file = 'large.csv'").await.unwrap();
        let why = import::begin(&at.services, &may, upload(b"email\nbo@acme.example\n")).await.unwrap();
        why.1.await.unwrap();
        at.db.execute(&format!("UPDATE imports SET added = {MOST_KEPT} WHERE file = 'large.csv'")).await.unwrap();
        let why = problem(import::begin(&at.services, &may, upload(b"email\n")).await);
        assert!(!why.contains("large.csv"), "{why}");
    }
}

// Its last sign of life is an hour ahead then.
#[tokio::test]
async fn what_a_dead_server_left_goes_on_although_the_clock_was_set_back() {
    for at in installations().await {
        let (_, may) = acme(&at).await;
        let id = judged(&at, &may, "email\nbo@acme.example\n").await;
        drop(import::apply(&at.services, &may, id).await.unwrap().unwrap());
        at.clock.forward(-3_600);
        abandoned(&at).await.remove(0).await.unwrap();
        assert_eq!(look(&at, &may, id).await.state, ImportState::Done);
    }
}

#[tokio::test]
async fn whoever_was_taken_over_writes_no_more() {
    for at in installations().await {
        let (_, may) = acme(&at).await;
        let id = judged(&at, &may, "email\nbo@acme.example\n").await;
        let slow = import::apply(&at.services, &may, id).await.unwrap().unwrap();
        at.clock.forward(31);
        let second = import::apply(&at.services, &may, id).await.unwrap().unwrap();
        slow.await.unwrap();
        assert!(people(&at).await.is_empty(), "it is not theirs any more");
        second.await.unwrap();
        assert_eq!((people(&at).await.len(), look(&at, &may, id).await.rows), (1, (1, 1)));
    }
}

#[tokio::test]
async fn refused_rows_come_back_to_be_corrected() {
    for at in installations().await {
        let (_, may) = acme(&at).await;
        let id = judged(&at, &may, MESSY).await;
        apply(&at, &may, id).await;
        let text = all_refused(&at, &may, id).await;
        let mut lines = text.split("\r\n");
        assert_eq!(lines.next(), Some("\u{FEFF}Email,name,Organization_Role,groups,reason"));
        assert!(text.contains("broken,Nobody,,,\"line 3, email: broken is not an e-mail address"), "{text}");
        assert!(text.contains("eve@acme.example,'=cmd(),,administrators,"), "defused: {text}");
        assert_eq!(lines.filter(|line| !line.is_empty()).count() as u64, look(&at, &may, id).await.counts[3]);

        // As it is, it is refused again, with the reasons of now in the place of the old ones.
        let again = judged(&at, &may, &text).await;
        let refused = look(&at, &may, again).await;
        // Bo, who was listed twice, stands alone in this file and gets the second name.
        assert_eq!(refused.counts, [0, 1, 0, look(&at, &may, id).await.counts[3] - 1]);
        let text_again = all_refused(&at, &may, again).await;
        assert!(text_again.starts_with("\u{FEFF}Email,name,Organization_Role,groups,reason\r\n"), "{text_again}");
        assert!(text_again.contains("broken,Nobody,,,\"line 2, email: "), "{text_again}");

        let mended = text.replace("broken,", "gus@acme.example,").replace("boss", "member");
        let mended = judged(&at, &may, &mended).await;
        let added = show(&at, &may, mended, "outcome=added").await.page;
        let added: Vec<_> = added.rows.iter().map(|row| row.email.as_str()).collect();
        assert_eq!(added, ["gus@acme.example", "cy@acme.example"]);
    }
}

#[tokio::test]
async fn a_formula_that_was_defused_comes_back_as_the_name_that_it_was() {
    let at = installations().await.remove(0);
    let (_, may) = acme(&at).await;
    let id = judged(&at, &may, "email,name\nbroken,-Bo-\n").await;
    let mended = all_refused(&at, &may, id).await.replace("broken", "bo@acme.example");
    assert!(mended.contains("'-Bo-"), "{mended}");
    let id = judged(&at, &may, &mended).await;
    apply(&at, &may, id).await;
    assert_eq!(people(&at).await, ["bo@acme.example|-Bo-|member|invited|"]);
}

#[tokio::test]
async fn what_is_no_csv_file_says_so_on_its_page() {
    let at = installations().await.remove(0);
    let (_, may) = acme(&at).await;
    let id = judged(&at, &may, "name,phone\nBo,1\n").await;
    let import = look(&at, &may, id).await;
    assert_eq!(import.state, ImportState::Failed);
    assert!(import.problem.contains("names a column “phone”"), "{}", import.problem);
    assert!(!run(import::apply(&at.services, &may, id).await.unwrap()).await);
    for (bytes, part) in [(0, "not empty"), (LARGEST_FILE + 1, "larger than 100 MB")] {
        let too_much = Upload { bytes, ..upload(b"") };
        match import::begin(&at.services, &may, too_much).await {
            Err(Error::Invalid(errors)) => {
                assert!(errors[0].field == "file" && errors[0].message.contains(part), "{errors:?}");
            }
            _ => panic!("{bytes} bytes are taken"),
        }
    }
}

// spec T1: a foreign import reads as a missing one, for everything that can be done with it.
#[tokio::test]
async fn an_import_of_another_organization_is_not_found() {
    for at in installations().await {
        let (_, ours) = acme(&at).await;
        let id = judged(&at, &ours, MESSY).await;
        let other = at.found("Other", "bo@other.example").await;
        let theirs: Grant<ManageMembers> =
            at.enter("bo@other.example", &other).await.unwrap().require(&at.services).await.unwrap();
        let query = ImportQuery::default();
        assert!(matches!(import::show(&at.services, &theirs, id, &query).await, Err(Error::NotFound)));
        assert!(matches!(import::apply(&at.services, &theirs, id).await, Err(Error::NotFound)));
        assert!(matches!(import::stop(&at.services, &theirs, id).await, Err(Error::NotFound)));
        assert!(matches!(import::discard(&at.services, &theirs, id).await, Err(Error::NotFound)));
        assert!(matches!(import::refused_rows(&at.services, &theirs, id, 0).await, Err(Error::NotFound)));
        assert!(matches!(import::refused_rows_heading(&at.services, &theirs, id).await, Err(Error::NotFound)));
        assert!(import::recent(&at.services, &theirs).await.unwrap().imports.is_empty());
        assert_eq!(look(&at, &ours, id).await.state, ImportState::Ready);
    }
}

#[tokio::test]
async fn what_changed_since_it_was_judged_is_judged_anew() {
    for at in installations().await {
        let (slug, may) = acme(&at).await;
        let id = judged(
            &at,
            &may,
            "email,organization_role\nbo@acme.example,member\nana@acme.example,member\ncy@acme.example,\n",
        )
        .await;
        assert_eq!(look(&at, &may, id).await.counts, [2, 0, 0, 1], "Ana is the last administrator");
        import(&at, &slug, "email,organization_role\nbo@acme.example,security\n").await;
        at.db.execute("UPDATE members SET state = 'deleted' WHERE email = 'bo@acme.example'").await.unwrap();
        apply(&at, &may, id).await;
        let ImportShown { import, page } = show(&at, &may, id, "").await;
        assert_eq!((import.counts, import.rows), ([1, 0, 0, 2], (1, 1)));
        assert!(page.rows[0].detail.contains("was removed"), "{:?}", page.rows[0]);
    }
}

#[tokio::test]
async fn old_imports_go_with_what_their_rows_hold() {
    for at in installations().await {
        let (_, may) = acme(&at).await;
        judged(&at, &may, MESSY).await;
        at.clock.forward(6 * 86_400);
        let young = judged(&at, &may, MESSY).await;
        at.clock.forward(86_400 + 1);
        service::upkeep::run(&at.services).await.unwrap();
        assert_eq!(at.db.number("SELECT COUNT(*) FROM imports").await, 1);
        assert_eq!(at.db.number("SELECT COUNT(*) FROM import_rows").await, 10);
        assert_eq!(look(&at, &may, young).await.state, ImportState::Ready);
    }
}

#[tokio::test]
async fn a_page_beyond_the_end_is_the_last_one() {
    for at in installations().await {
        let (_, may) = acme(&at).await;
        let id = judged(&at, &may, &many(120)).await;
        let page = show(&at, &may, id, "page=9").await.page;
        assert_eq!((page.number, page.rows.len(), page.asked, page.more), (3, 20, Some(9), false));
        let page = show(&at, &may, id, "outcome=refused").await.page;
        assert_eq!((page.rows.len(), page.range()), (0, "0 of 0".into()));
    }
}
