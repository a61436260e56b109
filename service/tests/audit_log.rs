//! Reading the audit log (spec A1, R4).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::audit::{AuditAction, AuditPage, AuditQuery};
use domain::permission::ReadAudit;
use domain::{AuditId, Slug};
use invited::*;
use service::{Error, Grant, audit_log, members};
use support::*;

const DAY: i64 = 86_400;

async fn reader(of: &Installation, slug: &Slug) -> Grant<ReadAudit> {
    of.enter("ana@acme.example", slug).await.unwrap().require::<ReadAudit>(&of.services).await.unwrap()
}

async fn shown(of: &Installation, may: &Grant<ReadAudit>, query: &str) -> AuditPage {
    audit_log::list(&of.services, may, &AuditQuery::parse(query)).await.unwrap()
}

fn actions(page: &AuditPage) -> Vec<AuditAction> {
    page.rows.iter().map(|row| row.action).collect()
}

#[tokio::test]
async fn it_is_narrowed_by_person_action_and_day() {
    use AuditAction::*;
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        i.found("Other", "bo@other.example").await;
        // Within a millisecond there is no order.
        i.clock.forward(1);
        let may = right(&i, &slug).await;
        i.clock.forward(1);
        invite(&i, &may, &["Ben Ode <ben@acme.example>", "cleo@acme.example"]).await.unwrap();
        i.clock.forward(DAY);
        let ben = member(&i, "ben@acme.example").await;
        members::remove(&i.services, &may, ben).await.unwrap();
        i.clock.forward(1);
        let log = reader(&i, &slug).await;

        let all = shown(&i, &log, "").await;
        assert_eq!(actions(&all)[1], MemberRemoved, "the newest on top, after the reader's own sign-in: {all:?}");
        assert_eq!(all.rows.last().unwrap().action, OrganizationCreated);
        assert!(!all.newer && !all.older);
        assert!(all.rows.iter().all(|row| !row.actor.contains("other.example")), "nothing of others");

        let of_ben = shown(&i, &log, "person=BEN@acme.example").await;
        assert_eq!(actions(&of_ben), [MemberRemoved, MemberInvited]);
        let change = &of_ben.rows[0].changes[0];
        assert_eq!((&*change.what, &*change.before, &*change.after), ("state", "invited", "deleted"));
        assert_eq!(of_ben.rows[0].actor, "ana@acme.example");
        assert_eq!(of_ben.rows[0].ip.as_deref(), Some("203.0.113.7"));
        // Ana did all of it; what was done to her is among it once.
        let of_ana = shown(&i, &log, "person=ana@acme.example").await;
        assert_eq!(of_ana.rows.len(), all.rows.len() - 1, "all but the organization's making");
        assert_eq!(actions(&shown(&i, &log, "action=member.invited").await), [MemberInvited, MemberInvited]);
        let both = shown(&i, &log, "person=ben@acme.example&action=member.invited").await;
        assert_eq!(actions(&both), [MemberInvited]);

        // The clock began at 2026-11-21T12:00:00Z, and the reader has no zone.
        assert_eq!(actions(&shown(&i, &log, "from=2026-11-22&action=member.removed").await), [MemberRemoved]);
        assert!(shown(&i, &log, "to=2026-11-21&action=member.removed").await.rows.is_empty());
        assert_eq!(shown(&i, &log, "from=2026-11-21&to=2026-11-21&action=member.invited").await.rows.len(), 2);

        let nobody = shown(&i, &log, "person=bo@other.example").await;
        assert!(nobody.nobody && nobody.rows.is_empty());
        assert!(shown(&i, &log, "person=no+address").await.nobody);
        assert!(!shown(&i, &log, "person=cleo@acme.example&action=member.removed").await.nobody);
    }
}

#[tokio::test]
async fn pages_follow_each_other_both_ways_and_the_file_has_all() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        for batch in 0..3 {
            let entries: Vec<String> = (0..40).map(|n| format!("p{}@acme.example", batch * 40 + n)).collect();
            let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
            invite(&i, &may, &entries).await.unwrap();
            i.clock.forward(1);
        }
        let log = reader(&i, &slug).await;
        let query = |text: &str| format!("action=member.invited&{text}");
        let mut seen: Vec<AuditId> = Vec::new();
        let mut page = shown(&i, &log, &query("")).await;
        assert!(!page.newer);
        let mut pages = vec![page.clone()];
        while page.older {
            seen.extend(page.rows.iter().map(|row| row.id));
            page = shown(&i, &log, &query(&format!("before={}", page.rows.last().unwrap().id))).await;
            assert!(page.newer);
            pages.push(page.clone());
        }
        seen.extend(page.rows.iter().map(|row| row.id));
        assert_eq!(seen.len(), 120);
        assert!(seen.is_sorted_by(|one, other| one > other), "each once, the newest first");
        for before in pages.iter().rev().skip(1).rev().skip(1) {
            let back = shown(&i, &log, &query(&format!("after={}", before.rows.first().unwrap().id))).await;
            assert!(back.rows.last().unwrap().id > before.rows[0].id);
        }
        let back = shown(&i, &log, &query(&format!("after={}", pages[1].rows[0].id))).await;
        assert_eq!(back.rows, pages[0].rows, "the way back leads to the same page");

        let (mut text, mut last) = (audit_log::heading().unwrap(), None);
        let asked = AuditQuery::parse("action=member.invited");
        while let Some((lines, at)) = audit_log::lines(&i.services, &log, &asked, last).await.unwrap() {
            text += &lines;
            last = Some(at);
        }
        let mut file = csv::Reader::from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
        let ids: Vec<String> = file.records().map(|row| row.unwrap()[0].to_owned()).collect();
        assert_eq!(ids, seen.iter().map(ToString::to_string).collect::<Vec<_>>());
    }
}

// spec R4, R5
#[tokio::test]
async fn security_reads_it_and_members_do_not() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        i.rank("ana@acme.example", "security").await;
        reader(&i, &slug).await;
        i.rank("ana@acme.example", "member").await;
        let actor = i.enter("ana@acme.example", &slug).await.unwrap();
        assert!(matches!(actor.require::<ReadAudit>(&i.services).await, Err(Error::Forbidden(_))));
    }
}
