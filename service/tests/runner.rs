//! What the runner of changes owns (decision 40): the second check of the right, for every change that takes a grant;
//! and that nothing else opens a transaction to get around it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/groups.rs"]
mod groups_support;
#[path = "support/import.rs"]
mod import_support;
#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::bulk::{BulkAction, BulkForm};
use domain::groups::{AddForm, ChosenAction, GroupForm};
use domain::members::Assigned;
use domain::organizations::InviteLifetime;
use domain::permission::{EndSessions, ManageGroups, ManageOrganization};
use domain::{BulkId, Bytes, GroupId, GroupRole, OrganizationRole};
use groups_support::World;
use invited::*;
use service::bulk::BulkAccess;
use service::import::Upload;
use service::organizations::{self, GroupRules};
use service::{Error, Result, bulk, groups, import, invitations, members, outbox};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use support::*;

/// Notes what was not refused because the right is gone.
fn expect_lost<T>(wrong: &mut Vec<&'static str>, name: &'static str, outcome: Result<T>) {
    let lost = match &outcome {
        Err(Error::Invalid(errors)) => {
            errors.iter().any(|error| error.field == "member" && error.message == "You may not do this any more.")
        }
        _ => false,
    };
    if !lost {
        wrong.push(name);
    }
}

// spec R8
#[tokio::test]
async fn whoever_lost_the_right_makes_no_change_with_the_grant_of_before() {
    for i in installations().await {
        let world = World::new(&i).await;
        let (s, may) = (&i.services, &world.right);
        let ending = world.ana.require::<EndSessions>(s).await.unwrap();
        let managing = world.ana.require::<ManageGroups>(s).await.unwrap();
        let organization = world.ana.require::<ManageOrganization>(s).await.unwrap();
        let people = world.manager(world.design).await;
        let action = BulkAction::Role(OrganizationRole::Security);
        let many = BulkAccess::require(s, &world.ana, action.kind()).await.unwrap();
        let (ben, dan) = (world.ben.member(), world.dan);
        let seen = world.seen(world.design, ben).await;
        let mail = outbox::list(s, may, 1).await.unwrap().page.rows[0].id;
        let rows = "SELECT COUNT(*) FROM audit_events";
        let before = i.db.number(rows).await;

        // Demoted by somebody else in between.
        i.rank("ana@acme.example", "member").await;
        let mut wrong = Vec::new();
        let w = &mut wrong;
        expect_lost(w, "members::remove", members::remove(s, may, ben).await);
        expect_lost(w, "members::restore", members::restore(s, may, ben).await);
        expect_lost(w, "members::erase", members::erase(s, may, ben).await);
        expect_lost(w, "members::unlock", members::unlock(s, may, ben).await);
        expect_lost(w, "members::end_sessions", members::end_sessions(s, &ending, ben).await);
        let edit = members::edit(s, may, ben, Assigned::default(), Assigned::default()).await;
        expect_lost(w, "members::edit", edit);
        let id = GroupId::from_uuid(key().uuid());
        let form = || GroupForm { name: "New".into(), ..GroupForm::default() };
        expect_lost(w, "groups::create", groups::create(s, &managing, id, form()).await);
        expect_lost(w, "groups::edit", groups::edit(s, &managing, world.sales, form(), form()).await);
        expect_lost(w, "groups::delete", groups::delete(s, &managing, world.sales, "Sales".into()).await);
        let adding = AddForm { members: vec![dan], ..AddForm::default() };
        expect_lost(w, "groups::add", groups::add(s, &people, adding).await);
        expect_lost(w, "groups::remove", groups::remove(s, &people, ben).await);
        let role = (GroupRole::Member, String::new());
        expect_lost(w, "groups::change_role", groups::change_role(s, &people, ben, seen, role).await);
        let chosen = groups::change_chosen(s, &people, &[ben], ChosenAction::Remove).await;
        expect_lost(w, "groups::change_chosen", chosen);
        expect_lost(w, "invitations::send", invite(&i, may, &["new@acme.example"]).await);
        expect_lost(w, "invitations::resend", invitations::resend(s, may, dan, None).await);
        expect_lost(w, "invitations::copy_link", invitations::copy_link(s, may, dan).await);
        expect_lost(w, "outbox::send_again", outbox::send_again(s, may, mail).await);
        expect_lost(w, "outbox::send_all_again", outbox::send_all_again(s, may).await);
        let lifetime = organizations::set_invite_lifetime(s, &organization, InviteLifetime::of_days(2).unwrap()).await;
        expect_lost(w, "organizations::set_invite_lifetime", lifetime);
        let rules = GroupRules { capacity: Bytes::parse("1 TB").unwrap(), owner_search: false };
        expect_lost(w, "organizations::set_group_rules", organizations::set_group_rules(s, &organization, rules).await);
        let form = BulkForm { members: vec![ben], matching: None };
        let begun = bulk::begin(s, &many, BulkId::from_uuid(key().uuid()), action, form).await;
        expect_lost(w, "bulk::begin", begun.map(drop));
        let upload = Upload { name: "people.csv".into(), file: tempfile::tempfile().unwrap(), bytes: 1 };
        expect_lost(w, "import::begin", import::begin(s, may, upload).await.map(drop));
        assert!(wrong.is_empty(), "not refused: {wrong:?}");
        assert_eq!(i.db.number(rows).await, before, "rows of the audit log");
    }
}

/// The files that open a transaction without the runner, how often, and why they may.
const OUTSIDE: &[(&str, usize, &str)] = &[
    ("activity.rs", 1, "when sessions were last active is no change"),
    ("actor.rs", 1, "entering an organization is what makes an actor"),
    ("audit_chain/seal.rs", 1, "seals what is recorded"),
    ("bulk/run.rs", 8, "keeps the state of a bulk change, whose batches are made by the runner"),
    ("demo/mod.rs", 1, "the operator founds an organization"),
    ("groups/expire.rs", 2, "the server itself ends memberships on their day"),
    ("import/abandoned.rs", 3, "keeps the state of an import"),
    ("import/apply.rs", 3, "looks at the right itself, before each batch"),
    ("import/check.rs", 2, "keeps the state of an import"),
    ("import/jobs.rs", 5, "keeps the state of an import"),
    ("import/write.rs", 1, "an import in one piece is one transaction over many batches, and the operator's"),
    ("invitations/accept.rs", 1, "whoever accepts has a link, and no right yet"),
    ("invitations/letters.rs", 1, "forgets old counts"),
    ("key.rs", 1, "notes which key the database has"),
    ("key/replace.rs", 1, "the operator"),
    ("lockout.rs", 4, "signing in, and the operator"),
    ("members/columns.rs", 1, "is for the eyes of whoever chose it (decision 21)"),
    ("organizations/found.rs", 1, "there is no organization yet"),
    ("outbox.rs", 1, "forgets old letters"),
    ("outbox/send.rs", 3, "the server itself hands letters over"),
    ("password_resets.rs", 3, "whoever follows a link proves who they are by it"),
    ("profile.rs", 4, "one's own account, recorded in each organization (decision 33)"),
    ("profile/rename.rs", 1, "one's own account, recorded in each organization (decision 33)"),
    ("sessions.rs", 2, "signing in and out"),
    ("upkeep.rs", 3, "the server itself keeps tables quick"),
    ("views.rs", 4, "is for the eyes of whoever saved it (decision 21)"),
];

// A new use case that takes a grant belongs into `Services::change`; what has none is listed here with its reason.
#[test]
fn transactions_outside_the_runner_are_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut found) = (vec![root.clone()], BTreeMap::new());
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let number = transactions(&path);
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            if number > 0 && !["services.rs", "change.rs"].contains(&name.as_str()) {
                found.insert(name, number);
            }
        }
    }
    let listed: BTreeMap<String, usize> =
        OUTSIDE.iter().map(|(name, number, _)| ((*name).to_owned(), *number)).collect();
    assert_eq!(found, listed, "a change that takes a grant is made by Services::change");
}

fn transactions(path: &PathBuf) -> usize {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let opens = [".write(", ".write_members(", ".write_members_of(", ".write_sessions(", "database.begin("];
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.map(|line| opens.iter().map(|open| line.matches(open).count()).sum::<usize>()).sum()
}
