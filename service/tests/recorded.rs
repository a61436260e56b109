//! The audit log's stored JSON, pinned: every kind of change is made once, and the rows that it writes are compared with
//! a committed file. Rows are marked and sealed as they are stored (decision 19), and the log's page, its CSV file and
//! later readers rely on their shape, so a difference here is a change of format, never a detail.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/groups.rs"]
mod groups_support;
#[path = "support/import.rs"]
mod import_support;
#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::audit::AuditAction;
use domain::bulk::{BulkAction, BulkForm};
use domain::groups::{AddForm, ChosenAction, GroupForm};
use domain::invitations::InviteForm;
use domain::organizations::InviteLifetime;
use domain::permission::{EndSessions, ManageGroups, ManageOrganization, ReadMembers};
use domain::{BulkId, Bytes, Email, GroupId, GroupRole, MemberId, OrganizationRole, Password, PersonName, ZoneName};
use groups_support::World;
use invited::*;
use service::bulk::BulkAccess;
use service::demo::Plan;
use service::import::Upload;
use service::organizations::{self, GroupRules};
use service::{
    Operator, audit_chain, bulk, demo, groups, import, invitations, key, lockout, members, outbox, password_resets,
    profile, sessions, upkeep,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io::{Seek, Write as _};
use support::*;

const ROWS: &str = include_str!("recorded/rows.txt");
const ANA: &str = "ana@acme.example";
const NEW: &str = "orange ladders sing at dawn";
const DAY: i64 = 86_400;

/// What was written so far, step by step.
struct Log<'a> {
    of: &'a Installation,
    seen: BTreeSet<String>,
    text: String,
    actions: BTreeSet<String>,
}

impl<'a> Log<'a> {
    fn of(of: &'a Installation) -> Self {
        Self { of, seen: BTreeSet::new(), text: String::new(), actions: BTreeSet::new() }
    }

    /// Notes the rows that a step wrote. Rows of one instant have no order, so they are sorted.
    async fn step(&mut self, name: &str) {
        let (id, target) = match self.of.db.address.starts_with("sqlite") {
            true => ("lower(hex(id))", "lower(hex(target_id))"),
            false => ("replace(id::text, '-', '')", "replace(target_id::text, '-', '')"),
        };
        let sql = format!(
            "SELECT {id} || '|' || action || '|' || actor || '|' || COALESCE(NULLIF({target}, ''), 'no id') || '|' || target || '|' || \
             COALESCE(before, 'nothing') || '|' || COALESCE(after, 'nothing') FROM audit_events ORDER BY id"
        );
        let mut rows = Vec::new();
        for row in self.of.db.texts(&sql).await {
            let (id, rest) = row.split_once('|').unwrap();
            if self.seen.insert(id.to_owned()) {
                self.actions.insert(rest.split('|').next().unwrap().to_owned());
                rows.push(without_chance(rest));
            }
        }
        assert!(!rows.is_empty(), "{name} wrote nothing");
        rows.sort();
        writeln!(self.text, "{name}").unwrap();
        for row in rows {
            let [action, actor, target_id, target, before, after] =
                row.split('|').collect::<Vec<_>>().try_into().unwrap();
            writeln!(self.text, "  {action}: {actor} -> {target} ({target_id})\n    {before}\n    {after}").unwrap();
        }
    }
}

/// The text with `ID` for whatever chance decides: ids and hashes, which are long runs of hexadecimal digits.
fn without_chance(text: &str) -> String {
    let (mut out, mut run) = (String::new(), String::new());
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_hexdigit() || c == '-' {
            run.push(c);
            continue;
        }
        out += if run.len() >= 32 { "ID" } else { &run };
        run.clear();
        out.push(c);
    }
    out.trim_end().to_owned()
}

#[tokio::test]
async fn every_event_is_stored_as_it_always_was() {
    let mut all = BTreeMap::new();
    for i in installations().await {
        let text = everything(&i).await;
        if let Some(place) = std::env::var_os("MUSTER_WRITE_RECORDED") {
            std::fs::write(place, &text).unwrap();
        }
        all.insert(i.db.address.starts_with("sqlite"), text);
    }
    for (sqlite, text) in all {
        for (place, (now, then)) in text.lines().zip(ROWS.lines()).enumerate() {
            assert_eq!(now, then, "line {} (SQLite: {sqlite})", place + 1);
        }
        assert_eq!(text.lines().count(), ROWS.lines().count(), "SQLite: {sqlite}");
    }
}

async fn everything(i: &Installation) -> String {
    let mut log = Log::of(i);
    let world = World::new(i).await;
    log.step("An organization, a file, people who join, a group that they are put into").await;
    of_members(i, &world, &mut log).await;
    of_groups(i, &world, &mut log).await;
    of_many(i, &world, &mut log).await;
    of_the_organization(i, &world, &mut log).await;
    of_oneself(i, &world, &mut log).await;
    let missing: Vec<_> = AuditAction::ALL.iter().filter(|action| !log.actions.contains(action.word())).collect();
    assert!(missing.is_empty(), "{missing:?} is not among the changes that this test makes");
    log.text
}

async fn of_members(i: &Installation, world: &World<'_>, log: &mut Log<'_>) {
    let (services, may) = (&i.services, &world.right);
    let form = InviteForm { groups: vec![world.design], ..inviting(&["Fay Green <fay@acme.example>"]) };
    invitations::send(services, may, key(), form).await.unwrap();
    log.step("Invited into a group").await;
    let fay = member(i, "fay@acme.example").await;
    invitations::send(services, may, key(), administrators(&["gus@acme.example"])).await.unwrap();
    log.step("Invited as an administrator").await;
    i.clock.forward(3 * DAY);
    invitations::resend(services, may, fay, None).await.unwrap();
    log.step("Resent").await;
    invitations::copy_link(services, may, fay).await.unwrap();
    log.step("Copied").await;
    members::remove(services, may, fay).await.unwrap();
    log.step("Removed before joining").await;
    invite(i, may, &["fay@acme.example"]).await.unwrap();
    log.step("Invited again").await;
    members::remove(services, may, fay).await.unwrap();
    log.step("Removed once more").await;
    i.clock.forward(3 * DAY);
    members::restore(services, may, fay).await.unwrap();
    log.step("Restored before joining").await;
    let reads = world.ana.require::<ReadMembers>(services).await.unwrap();
    let seen = members::facts(services, &reads, world.cleo_id).await.unwrap().assigned();
    let mut wanted = seen.clone();
    wanted.role = Some(OrganizationRole::Security);
    // One group only: several stand in the order of their ids, which is chance.
    wanted.groups = [(world.sales, GroupRole::Owner)].into();
    members::edit(services, may, world.cleo_id, seen, wanted).await.unwrap();
    log.step("Edited").await;
    let ending = world.ana.require::<EndSessions>(services).await.unwrap();
    members::end_sessions(services, &ending, world.ben.member()).await.unwrap();
    log.step("Sessions ended by an administrator").await;
    members::remove(services, may, world.sec.member()).await.unwrap();
    log.step("Removed").await;
    members::restore(services, may, world.sec.member()).await.unwrap();
    log.step("Restored").await;
    members::remove(services, may, world.dan).await.unwrap();
    log.step("Removed for good").await;
    members::erase(services, may, world.dan).await.unwrap();
    log.step("Erased").await;
}

async fn of_groups(i: &Installation, world: &World<'_>, log: &mut Log<'_>) {
    let services = &i.services;
    let organization = world.ana.require::<ManageOrganization>(services).await.unwrap();
    let rules = GroupRules { capacity: Bytes::parse("1 TB").unwrap(), owner_search: false };
    organizations::set_group_rules(services, &organization, rules).await.unwrap();
    log.step("Rules of groups").await;
    let may = world.ana.require::<ManageGroups>(services).await.unwrap();
    let id = GroupId::from_uuid(key().uuid());
    let form = GroupForm {
        name: "London".into(),
        description: "Everybody in London".into(),
        is_default: true,
        reservation: "0.5 TB".into(),
    };
    groups::create(services, &may, id, form.clone()).await.unwrap();
    log.step("A default group is created").await;
    let plain = GroupForm { name: "Plain".into(), ..GroupForm::default() };
    groups::create(services, &may, GroupId::from_uuid(key().uuid()), plain).await.unwrap();
    log.step("A plain group is created").await;
    let renamed = GroupForm { name: "Paris".into(), is_default: false, ..form.clone() };
    groups::edit(services, &may, id, form, renamed).await.unwrap();
    log.step("A group is edited").await;
    groups::delete(services, &may, id, "Paris".into()).await.unwrap();
    log.step("A group is deleted").await;
    let plain = world.group("Plain").await;
    let before = GroupForm { name: "Plain".into(), ..GroupForm::default() };
    let default = GroupForm { is_default: true, ..before.clone() };
    groups::edit(services, &may, plain, before, default).await.unwrap();
    log.step("A group becomes the default").await;
    groups::delete(services, &may, plain, "Plain".into()).await.unwrap();
    log.step("The default group is deleted").await;

    let (zoe, ben) = (member(i, "zoe@acme.example").await, world.ben.member());
    let design = world.manager(world.design).await;
    let add = |who: MemberId, ends: &str| AddForm { members: vec![who], ends: ends.into(), confirmed: true };
    groups::add(services, &design, add(zoe, "2026-12-31")).await.unwrap();
    log.step("Added until a day").await;
    let seen = world.seen(world.design, zoe).await;
    groups::change_role(services, &design, zoe, seen, (GroupRole::Owner, "2026-12-24".into())).await.unwrap();
    log.step("Another role and another day").await;
    i.clock.forward(60 * DAY);
    upkeep::run(services).await.unwrap();
    log.step("Ended").await;
    groups::add(services, &design, add(zoe, "")).await.unwrap();
    log.step("Added without end").await;
    groups::change_chosen(services, &design, &[zoe, ben], ChosenAction::Role(GroupRole::Observer)).await.unwrap();
    log.step("Another role for several").await;
    groups::change_chosen(services, &design, &[zoe, ben], ChosenAction::Remove).await.unwrap();
    log.step("Several taken out").await;
    let administrators = world.manager(world.group("administrators").await).await;
    groups::add(services, &administrators, add(ben, "")).await.unwrap();
    log.step("Added to administrators").await;
    groups::remove(services, &administrators, ben).await.unwrap();
    log.step("Taken out of administrators").await;
}

async fn of_many(i: &Installation, world: &World<'_>, log: &mut Log<'_>) {
    let fay = member(i, "fay@acme.example").await;
    let (ben, design) = (world.ben.member(), world.design);
    for (name, action, who) in [
        ("Many: role", BulkAction::Role(OrganizationRole::Security), ben),
        ("Many: into a group", BulkAction::Join(design, GroupRole::Observer), ben),
        ("Many: role in a group", BulkAction::GroupRole(design, GroupRole::Owner), ben),
        ("Many: out of a group", BulkAction::Leave(design), ben),
        ("Many: resend", BulkAction::Resend, fay),
        ("Many: remove", BulkAction::Remove, ben),
        ("Many: restore", BulkAction::Restore, ben),
    ] {
        many(i, world, action, who).await;
        log.step(name).await;
    }
    many(i, world, BulkAction::EndSessions, world.cleo_id).await;
    log.step("Many: end sessions").await;

    let content = "email,name,organization_role,groups\nzoe@acme.example,Zoe Again,security,Design;Oslo\nhal@acme.example,Hal,,Sales\n";
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(content.as_bytes()).unwrap();
    file.rewind().unwrap();
    let upload = Upload { name: "people.csv".into(), file, bytes: content.len() as u64 };
    let (id, work) = import::begin(&i.services, &world.right, upload).await.unwrap();
    work.await.unwrap();
    import::apply(&i.services, &world.right, id).await.unwrap().unwrap().await.unwrap();
    log.step("A file").await;
}

async fn many(i: &Installation, world: &World<'_>, action: BulkAction, who: MemberId) {
    let access = BulkAccess::require(&i.services, &world.ana, action.kind()).await.unwrap();
    let form = BulkForm { members: vec![who], matching: None };
    let id = BulkId::from_uuid(key().uuid());
    bulk::begin(&i.services, &access, id, action, form).await.unwrap().unwrap().await.unwrap();
}

async fn of_the_organization(i: &Installation, world: &World<'_>, log: &mut Log<'_>) {
    let services = &i.services;
    let may = world.ana.require::<ManageOrganization>(services).await.unwrap();
    let days = InviteLifetime::of_days(2).unwrap();
    organizations::set_invite_lifetime(services, &may, days).await.unwrap();
    log.step("How long invites live").await;
    let mail = outbox::list(services, &world.right, 1).await.unwrap().page.rows.remove(0);
    outbox::claim(services, 100).await.unwrap();
    i.db.execute("UPDATE outbox SET state = 'given_up'").await.unwrap();
    outbox::send_again(services, &world.right, mail.id).await.unwrap();
    log.step("A letter is sent again").await;
    i.db.execute("UPDATE outbox SET state = 'queued', problem = 'It failed.'").await.unwrap();
    outbox::send_all_again(services, &world.right).await.unwrap();
    log.step("All letters are sent again").await;
    demo::run(
        services,
        &Operator::on_this_machine(),
        Plan { members: 20, groups: 2, seed: 7 },
        Password::typed("demo"),
        |_| {},
    )
    .await
    .unwrap();
    log.step("A demo").await;
}

async fn of_oneself(i: &Installation, world: &World<'_>, log: &mut Log<'_>) {
    let (services, from) = (&i.services, origin());
    let (here, there) = (i.sign_in(ANA).await, i.sign_in(ANA).await);
    for session in [&here, &there] {
        service::actor::enter(services, session, &world.slug, &from).await.unwrap();
    }
    log.step("Signed in").await;
    profile::rename(services, &here, &PersonName::parse("Ana Maria Lima").unwrap(), &from).await.unwrap();
    log.step("Renamed").await;
    profile::set_time_zone(services, &here, ZoneName::parse("Asia/Tokyo").ok(), &from).await.unwrap();
    log.step("A time zone").await;
    profile::end_other_sessions(services, &here, &from).await.unwrap();
    log.step("Sessions ended by themselves").await;
    wrong(i).await;
    log.step("Locked").await;
    members::unlock(services, &world.right, world.ana.member()).await.unwrap();
    log.step("Unlocked by an administrator").await;
    wrong(i).await;
    lockout::unlock(services, &Operator::on_this_machine(), &Email::parse(ANA).unwrap()).await.unwrap();
    log.step("Unlocked by the operator").await;
    profile::change_password(services, &here, PASSWORD, NEW, &from).await.unwrap();
    log.step("Another password").await;
    sessions::sign_out(services, &here, &from).await.unwrap();
    log.step("Signed out").await;
    password_resets::request(services, &Email::parse(ANA).unwrap()).await.unwrap();
    let token = delivered(i).await.into_iter().rfind(|(to, _)| to == ANA).unwrap().1;
    password_resets::run(services, &token, PASSWORD, &from).await.unwrap();
    log.step("Another password by a link").await;
    audit_chain::seal(services).await.unwrap();
    let other = with_key(i, [8; 32]);
    key::replace(&other, &Operator::on_this_machine()).await.unwrap();
    log.step("Another key").await;
}

/// Ten wrong passwords. The row of the lock comes a moment after the answer.
async fn wrong(i: &Installation) {
    let locks = "SELECT COUNT(*) FROM audit_events WHERE action = 'member.sign_in_locked'";
    let before = i.db.number(locks).await;
    for _ in 0..10 {
        let tried = sessions::sign_in(&i.services, &form(ANA, "this is not the password"), &origin(), None).await;
        assert!(tried.is_err());
    }
    while i.db.number(locks).await == before {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}
