//! The life of a group: created, edited, deleted; the default group, and reservations (spec G1–G4, I1, F3, R1).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/import.rs"]
mod import_support;
#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::groups::{GroupForm, GroupQuery, GroupsPage};
use domain::permission::{ManageGroups, ManageOrganization};
use domain::{Bytes, GroupId, OrganizationRole, Slug};
use import_support::assert_sound;
use invited::*;
use service::groups::{self, Saved};
use service::organizations::{self, GroupRules};
use service::{Error, Grant, Result};
use support::*;

const ANA: &str = "ana@acme.example";
const MADE: &str = "group.created";

async fn manage(of: &Installation, slug: &Slug) -> Grant<ManageGroups> {
    of.enter(ANA, slug).await.unwrap().require::<ManageGroups>(&of.services).await.unwrap()
}

#[allow(clippy::disallowed_methods, reason = "any id will do")]
fn fresh() -> GroupId {
    GroupId::from_uuid(uuid::Uuid::now_v7())
}

fn named(name: &str) -> GroupForm {
    GroupForm { name: name.into(), ..GroupForm::default() }
}

fn default(name: &str) -> GroupForm {
    GroupForm { is_default: true, ..named(name) }
}

fn reserving(name: &str, reservation: &str) -> GroupForm {
    GroupForm { reservation: reservation.into(), ..named(name) }
}

async fn make(of: &Installation, may: &Grant<ManageGroups>, form: GroupForm) -> GroupId {
    let id = fresh();
    groups::create(&of.services, may, id, form).await.unwrap();
    id
}

/// The one field that is refused, and why.
fn refused<T: std::fmt::Debug>(outcome: Result<T>) -> (String, String) {
    match outcome {
        Err(Error::Invalid(errors)) => {
            assert_eq!(errors.len(), 1, "{errors:?}");
            (errors[0].field.clone(), errors[0].message.clone())
        }
        other => panic!("{other:?}"),
    }
}

async fn audited(of: &Installation, action: &str) -> i64 {
    of.db.number(&format!("SELECT COUNT(*) FROM audit_events WHERE action = '{action}'")).await
}

async fn rules(of: &Installation, slug: &Slug, capacity: &str) -> Result<()> {
    let may = of.enter(ANA, slug).await.unwrap().require::<ManageOrganization>(&of.services).await.unwrap();
    let rules = GroupRules { capacity: Bytes::parse(capacity).unwrap(), owner_search: true };
    organizations::set_group_rules(&of.services, &may, rules).await
}

async fn list(of: &Installation, slug: &Slug, email: &str, url: &str) -> GroupsPage {
    let actor = of.enter(email, slug).await.unwrap();
    let (query, notices) = GroupQuery::parse(url);
    assert!(notices.is_empty(), "{url}");
    groups::list(&of.services, &actor, &query).await.unwrap()
}

async fn names(of: &Installation, slug: &Slug, url: &str) -> Vec<String> {
    list(of, slug, ANA, url).await.page.rows.into_iter().map(|row| row.name).collect()
}

async fn defaults(of: &Installation) -> Vec<String> {
    of.db.texts("SELECT name FROM groups WHERE is_default = 1").await
}

/// What must hold of groups after anything.
async fn assert_groups(of: &Installation) {
    let lists = "SELECT COUNT(*) FROM organizations o WHERE o.group_count <> (SELECT COUNT(*) FROM groups g WHERE g.organization_id = o.id)";
    assert_eq!(of.db.number(lists).await, 0, "group_count of organizations");
    let many = "SELECT COUNT(*) FROM organizations o WHERE (SELECT COUNT(*) FROM groups g WHERE g.organization_id = o.id AND g.is_default = 1) > 1";
    assert_eq!(of.db.number(many).await, 0, "default groups");
    let over = "SELECT COUNT(*) FROM organizations o WHERE (SELECT SUM(g.reservation) FROM groups g WHERE g.organization_id = o.id) > o.monthly_capacity";
    assert_eq!(of.db.number(over).await, 0, "more reserved than there is");
    assert_sound(of).await;
}

// spec G2
#[tokio::test]
async fn a_group_is_made_empty_once_however_often_it_is_sent() {
    for i in installations().await {
        let slug = i.found("Acme", ANA).await;
        let may = manage(&i, &slug).await;
        rules(&i, &slug, "1 TB").await.unwrap();
        let id = fresh();
        let form = GroupForm {
            name: "  London   Team ".into(),
            description: " Everybody in London ".into(),
            is_default: true,
            reservation: "0.5 TB".into(),
        };
        groups::create(&i.services, &may, id, form.clone()).await.unwrap();
        groups::create(&i.services, &may, id, form.clone()).await.unwrap();
        // Another form under the same id is no repetition.
        assert_eq!(refused(groups::create(&i.services, &may, id, named("Other")).await).0, "name");
        let page = list(&i, &slug, ANA, "").await;
        assert!(!page.own);
        let row = &page.page.rows[1];
        assert_eq!((row.name.as_str(), row.description.as_str()), ("London Team", "Everybody in London"));
        assert_eq!((row.members, row.is_default, row.built_in), (0, true, false));
        assert_eq!(row.reservation.to_string(), "500 GB");
        assert_eq!(audited(&i, MADE).await, 1);
        let kept = i.db.texts(&format!("SELECT after FROM audit_events WHERE action = '{MADE}'")).await;
        assert!(kept[0].contains("Everybody in London") && kept[0].contains("500 GB"), "{kept:?}");
        let errors = groups::create(&i.services, &may, fresh(), GroupForm::default()).await;
        assert_eq!(refused(errors).0, "name");
        assert_eq!(audited(&i, MADE).await, 1);
        assert_groups(&i).await;
    }
}

// spec G2, R1
#[tokio::test]
async fn names_that_nobody_can_tell_apart_are_one_name() {
    for i in installations().await {
        let slug = i.found("Acme", ANA).await;
        let may = manage(&i, &slug).await;
        for (first, others) in [
            ("Sales", &["Sales\u{200B}", "\u{2060}SALES", "Sa\u{FF4C}es", "sales\u{AD}\u{FE0F}"][..]),
            ("Straße", &["STRASSE", "strasse"][..]),
            ("O'Neil's", &["O’Neil’s", "OʼNEIL´S"][..]),
            ("North-West", &["North‐West", "North–West", "NORTH−WEST"][..]),
        ] {
            make(&i, &may, named(first)).await;
            for other in others {
                let (field, why) = refused(groups::create(&i.services, &may, fresh(), named(other)).await);
                assert!(field == "name" && why.contains("is there already"), "{other}: {why}");
                let found = names(&i, &slug, &format!("q={other}")).await;
                assert_eq!(found, [first], "the search for {other}");
            }
        }
        make(&i, &may, named("Malmo")).await;
        make(&i, &may, named("Malmö")).await;
        for name in [
            "administrators\u{200B}",
            "Administrators",
            "аdministrators",
            "ａｄｍｉｎｉｓｔｒａｔｏｒｓ",
            "ADMINISTRAT0RS",
        ] {
            let (field, why) = refused(groups::create(&i.services, &may, fresh(), named(name)).await);
            assert!(field == "name" && why.contains("built-in group"), "{name}: {why}");
        }
        let (_, why) = refused(groups::create(&i.services, &may, fresh(), named("Sa\u{200B}les 2")).await);
        assert_eq!(why, "A group's name has a character that cannot be shown: Sa<U+200B>les 2.");
        assert_groups(&i).await;
    }
}

// spec G2, R1
#[tokio::test]
async fn names_are_unique_ignoring_case_and_spaces() {
    for i in installations().await {
        let slug = i.found("Acme", ANA).await;
        let other = i.found("Other", "bo@other.example").await;
        let may = manage(&i, &slug).await;
        let london = make(&i, &may, named("London Team")).await;
        let paris = make(&i, &may, named("Paris")).await;
        for taken in ["London Team", " london   TEAM ", "LONDON\u{A0}TEAM"] {
            let (field, why) = refused(groups::create(&i.services, &may, fresh(), named(taken)).await);
            assert_eq!(field, "name");
            assert!(why.contains("already"), "{why}");
            let edit = groups::edit(&i.services, &may, paris, named("Paris"), named(taken)).await;
            assert_eq!(refused(edit).0, "name", "{taken}");
        }
        for reserved in ["administrators", "ADMINISTRATORS"] {
            assert_eq!(refused(groups::create(&i.services, &may, fresh(), named(reserved)).await).0, "name");
            let edit = groups::edit(&i.services, &may, paris, named("Paris"), named(reserved)).await;
            assert_eq!(refused(edit).0, "name");
        }
        // Its own name in another case is free for it, and every name in another organization.
        let edit = groups::edit(&i.services, &may, london, named("London Team"), named("LONDON team")).await;
        assert_eq!(edit.unwrap(), Saved::Saved);
        let theirs = i.enter("bo@other.example", &other).await.unwrap();
        let theirs = theirs.require::<ManageGroups>(&i.services).await.unwrap();
        make(&i, &theirs, named("London Team")).await;
        assert_eq!(names(&i, &slug, "").await, ["administrators", "LONDON team", "Paris"]);
        assert_groups(&i).await;
    }
}

// spec G3
#[tokio::test]
async fn a_new_default_group_takes_the_place_of_the_old_one() {
    for i in installations().await {
        let slug = i.found("Acme", ANA).await;
        let may = manage(&i, &slug).await;
        let first = make(&i, &may, default("First")).await;
        let second = make(&i, &may, default("Second")).await;
        assert_eq!(defaults(&i).await, ["Second"]);
        groups::edit(&i.services, &may, first, named("First"), default("First")).await.unwrap();
        assert_eq!(defaults(&i).await, ["First"]);
        // One row of the log for both groups, which says what was.
        assert_eq!(audited(&i, "group.changed").await, 1);
        let kept = i.db.texts("SELECT before FROM audit_events WHERE action = 'group.changed'").await;
        assert!(kept[0].contains("Second"), "{kept:?}");
        let facts = groups::facts(&i.services, &may, Some(second)).await.unwrap();
        assert_eq!(facts.default_group.as_deref(), Some("First"));
        assert_eq!(groups::facts(&i.services, &may, Some(first)).await.unwrap().default_group, None);
        // There may be none.
        groups::edit(&i.services, &may, first, default("First"), named("First")).await.unwrap();
        assert_eq!(defaults(&i).await, Vec::<String>::new());
        groups::edit(&i.services, &may, first, named("First"), default("First")).await.unwrap();
        groups::delete(&i.services, &may, first, "First".into()).await.unwrap();
        assert_eq!(defaults(&i).await, Vec::<String>::new());
        assert_groups(&i).await;
    }
}

// spec G3
#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_choose_a_default_group_at_once_the_later_one_has_it() {
    for i in installations().await {
        let slug = i.found("Acme", ANA).await;
        let may = manage(&i, &slug).await;
        let both = [make(&i, &may, named("A")).await, make(&i, &may, named("B")).await];
        for _ in 0..5 {
            i.db.database.gate.gather(2);
            let choose = |id, name: &'static str| {
                let (services, may) = (i.services.clone(), may.clone());
                tokio::spawn(async move { groups::edit(&services, &may, id, named(name), default(name)).await })
            };
            let (one, other) = (choose(both[0], "A"), choose(both[1], "B"));
            let outcomes = [one.await.unwrap(), other.await.unwrap()];
            i.db.database.gate.gather(0);
            assert!(outcomes.iter().all(|one| matches!(one, Ok(Saved::Saved))), "{outcomes:?}");
            let now = defaults(&i).await;
            assert_eq!(now.len(), 1);
            let id = if now[0] == "A" { both[0] } else { both[1] };
            groups::edit(&i.services, &may, id, default(&now[0]), named(&now[0])).await.unwrap();
        }
        assert_groups(&i).await;
    }
}

// spec F3
#[tokio::test]
async fn groups_never_reserve_more_than_there_is() {
    for i in installations().await {
        let slug = i.found("Acme", ANA).await;
        let may = manage(&i, &slug).await;
        let (field, why) = refused(groups::create(&i.services, &may, fresh(), reserving("A", "1 B")).await);
        assert_eq!(field, "reservation");
        assert!(why.contains("no monthly capacity yet"), "{why}");
        rules(&i, &slug, "100 GB").await.unwrap();
        let a = make(&i, &may, reserving("A", "60 GB")).await;
        let (field, why) = refused(groups::create(&i.services, &may, fresh(), reserving("B", "41 GB")).await);
        assert_eq!(field, "reservation");
        assert!(why.contains("100 GB a month") && why.contains("60 GB") && why.contains("At most 40 GB"), "{why}");
        let b = make(&i, &may, reserving("B", "40 GB")).await;
        let raise = groups::edit(&i.services, &may, b, reserving("B", "40 GB"), reserving("B", "40.001 GB")).await;
        assert_eq!(refused(raise).0, "reservation");
        // The capacity stays above what is reserved.
        let (field, why) = refused(rules(&i, &slug, "99 GB").await);
        assert_eq!(field, "capacity");
        assert!(why.contains("reserved 100 GB a month"), "{why}");
        groups::edit(&i.services, &may, a, reserving("A", "60 GB"), reserving("A", "")).await.unwrap();
        rules(&i, &slug, "40 GB").await.unwrap();
        let facts = groups::facts(&i.services, &may, Some(a)).await.unwrap();
        assert_eq!((facts.capacity.to_string(), facts.reserved.to_string()), ("40 GB".into(), "40 GB".into()));
        // What is deleted reserves nothing any more.
        groups::delete(&i.services, &may, b, "B".into()).await.unwrap();
        rules(&i, &slug, "0").await.unwrap();
        assert_eq!(audited(&i, "organization.changed").await, 3);
        assert_groups(&i).await;
    }
}

// spec F3
#[tokio::test(flavor = "multi_thread")]
async fn of_two_reservations_that_do_not_fit_together_one_is_refused() {
    for i in installations().await {
        let slug = i.found("Acme", ANA).await;
        let may = manage(&i, &slug).await;
        rules(&i, &slug, "100 GB").await.unwrap();
        let both = [make(&i, &may, named("A")).await, make(&i, &may, named("B")).await];
        for _ in 0..5 {
            i.db.database.gate.gather(2);
            let raise = |id, name: &'static str| {
                let (services, may) = (i.services.clone(), may.clone());
                let form = reserving(name, "60 GB");
                tokio::spawn(async move { groups::edit(&services, &may, id, named(name), form).await })
            };
            let (one, other) = (raise(both[0], "A"), raise(both[1], "B"));
            let outcomes = [one.await.unwrap(), other.await.unwrap()];
            i.db.database.gate.gather(0);
            assert_eq!(outcomes.iter().filter(|one| one.is_ok()).count(), 1, "{outcomes:?}");
            assert_groups(&i).await;
            let (id, name) = if outcomes[0].is_ok() { (both[0], "A") } else { (both[1], "B") };
            groups::edit(&i.services, &may, id, reserving(name, "60 GB"), named(name)).await.unwrap();
        }
    }
}

// spec G4
#[tokio::test]
async fn deleting_says_what_goes_and_takes_it_as_one_change() {
    for i in installations().await {
        let slug = i.found("Acme", ANA).await;
        let may = manage(&i, &slug).await;
        let (sales, design) = (make(&i, &may, named("Sales")).await, make(&i, &may, named("Design")).await);
        let invites = right(&i, &slug).await;
        let invite = async |entries: &[&str], groups: &[GroupId]| {
            let form = domain::invitations::InviteForm { groups: groups.to_vec(), ..inviting(entries) };
            service::invitations::send(&i.services, &invites, key(), form).await.unwrap()
        };
        invite(&["a@acme.example", "b@acme.example"], &[sales]).await;
        invite(&["c@acme.example", "d@acme.example"], &[sales, design]).await;
        invite(&["gone@acme.example"], &[sales]).await;
        // Who was removed has nothing to lose, and a membership that ended is none.
        service::members::remove(&i.services, &invites, member(&i, "gone@acme.example").await).await.unwrap();
        let end = "UPDATE group_members SET ends_at = 1 WHERE group_id IN (SELECT id FROM groups WHERE name = 'Design') \
                   AND member_id IN (SELECT id FROM members WHERE email = 'd@acme.example')";
        i.db.execute(end).await.unwrap();
        let facts = groups::deletion(&i.services, &may, sales).await.unwrap();
        assert_eq!((facts.members, facts.alone), (4, 3));
        for typed in ["", "sales", "Design"] {
            let (field, why) = refused(groups::delete(&i.services, &may, sales, typed.into()).await);
            assert_eq!(field, "typed");
            assert!(why.contains("Type Sales"), "{why}");
        }
        assert_eq!(audited(&i, "group.deleted").await, 0);
        assert_eq!(groups::delete(&i.services, &may, sales, "  Sales ".into()).await.unwrap(), "Sales");
        assert_eq!(audited(&i, "group.deleted").await, 1);
        assert!(matches!(groups::delete(&i.services, &may, sales, "Sales".into()).await, Err(Error::NotFound)));
        assert!(matches!(groups::deletion(&i.services, &may, sales).await, Err(Error::NotFound)));
        assert_eq!(names(&i, &slug, "").await, ["administrators", "Design"]);
        assert_eq!(i.db.number("SELECT COUNT(*) FROM members").await, 6);
        assert_eq!(i.db.number("SELECT COUNT(*) FROM group_members").await, 3);
        let restored = service::members::restore(&i.services, &invites, member(&i, "gone@acme.example").await).await;
        restored.unwrap();
        i.db.execute("UPDATE group_members SET ends_at = 253402300799000").await.unwrap();
        assert_groups(&i).await;
    }
}

// spec R1
#[tokio::test]
async fn administrators_is_neither_edited_nor_deleted() {
    for i in installations().await {
        let slug = i.found("Acme", ANA).await;
        let may = manage(&i, &slug).await;
        rules(&i, &slug, "1 TB").await.unwrap();
        let id = list(&i, &slug, ANA, "").await.page.rows[0].id;
        let seen = named("administrators");
        for form in [named("Bosses"), default("administrators"), reserving("administrators", "1 GB"), seen.clone()] {
            let (field, why) = refused(groups::edit(&i.services, &may, id, seen.clone(), form).await);
            assert_eq!(field, "name");
            assert!(why.contains("built in"), "{why}");
        }
        let (field, why) = refused(groups::delete(&i.services, &may, id, "administrators".into()).await);
        assert!(field == "name" && why.contains("built in"), "{why}");
        assert!(groups::facts(&i.services, &may, Some(id)).await.unwrap().group.unwrap().built_in);
        assert_eq!(names(&i, &slug, "").await, ["administrators"]);
        assert_groups(&i).await;
    }
}

// decision 16
#[tokio::test]
async fn a_form_that_is_older_than_the_group_says_what_changed() {
    for i in installations().await {
        let slug = i.found("Acme", ANA).await;
        let may = manage(&i, &slug).await;
        let id = make(&i, &may, named("Sales")).await;
        let theirs = GroupForm { description: "Sells".into(), ..default("Sales") };
        groups::edit(&i.services, &may, id, named("Sales"), theirs.clone()).await.unwrap();
        let mine = named("Sales and more");
        let Saved::Changed { what, .. } =
            groups::edit(&i.services, &may, id, named("Sales"), mine.clone()).await.unwrap()
        else {
            panic!("theirs was overwritten");
        };
        assert_eq!(what, ["The description is “Sells” now.", "It is the default group now."]);
        // Sent again it is already so; with what is there now it is saved.
        assert_eq!(groups::edit(&i.services, &may, id, named("x"), theirs.clone()).await.unwrap(), Saved::Saved);
        assert_eq!(groups::edit(&i.services, &may, id, theirs, mine).await.unwrap(), Saved::Saved);
        assert_eq!(audited(&i, "group.changed").await, 2);
        assert_eq!(names(&i, &slug, "").await, ["administrators", "Sales and more"]);
    }
}

// spec R2, R4, R5, R8
#[tokio::test]
async fn only_administrators_change_groups() {
    for i in installations().await {
        let slug = i.found("Acme", ANA).await;
        let may = manage(&i, &slug).await;
        let id = make(&i, &may, named("Sales")).await;
        for role in ["security", "member"] {
            i.rank(ANA, role).await;
            let actor = i.enter(ANA, &slug).await.unwrap();
            assert!(matches!(actor.require::<ManageGroups>(&i.services).await, Err(Error::Forbidden(_))), "{role}");
            // A right that was proved before holds no longer than it is held.
            assert_eq!(refused(groups::create(&i.services, &may, fresh(), named("B")).await).0, "member");
            let edit = groups::edit(&i.services, &may, id, named("Sales"), named("B")).await;
            assert_eq!(refused(edit).0, "member");
            assert_eq!(refused(groups::delete(&i.services, &may, id, "Sales".into()).await).0, "member");
        }
        assert_eq!(i.db.texts("SELECT name FROM groups WHERE built_in = 0").await, ["Sales"]);
        assert_eq!(i.db.number("SELECT COUNT(*) FROM audit_events WHERE action LIKE 'group.%'").await, 1);
    }
}

// spec T1
#[tokio::test]
async fn a_group_of_another_organization_is_missing() {
    for i in installations().await {
        let slug = i.found("Acme", ANA).await;
        let other = i.found("Other", "bo@other.example").await;
        let may = manage(&i, &slug).await;
        let theirs = i.enter("bo@other.example", &other).await.unwrap();
        let theirs = theirs.require::<ManageGroups>(&i.services).await.unwrap();
        let foreign = make(&i, &theirs, named("Secret")).await;
        let before = i.db.texts("SELECT name || version FROM groups ORDER BY name").await;
        for id in [foreign, fresh()] {
            assert!(matches!(groups::facts(&i.services, &may, Some(id)).await, Err(Error::NotFound)));
            assert!(matches!(groups::deletion(&i.services, &may, id).await, Err(Error::NotFound)));
            let edit = groups::edit(&i.services, &may, id, named("Secret"), named("Mine")).await;
            assert!(matches!(edit, Err(Error::NotFound)));
            assert!(matches!(groups::delete(&i.services, &may, id, "Secret".into()).await, Err(Error::NotFound)));
        }
        assert_eq!(i.db.texts("SELECT name || version FROM groups ORDER BY name").await, before);
        assert_eq!(names(&i, &slug, "").await, ["administrators"]);
        // Its id is free here, and tells nothing.
        groups::create(&i.services, &may, foreign, named("Secret")).await.unwrap();
        assert_groups(&i).await;
    }
}

// spec G1, R5
#[tokio::test]
async fn the_table_is_sorted_searched_and_paged_with_administrators_on_top() {
    for i in installations().await {
        let slug = i.found("Acme", ANA).await;
        let may = manage(&i, &slug).await;
        for number in 0..26 {
            make(&i, &may, named(&format!("Ädelgroup {number:02}"))).await;
        }
        let zulu = make(&i, &may, named("Zulu")).await;
        let invites = right(&i, &slug).await;
        let form =
            domain::invitations::InviteForm { groups: vec![zulu], ..inviting(&["a@acme.example", "b@acme.example"]) };
        service::invitations::send(&i.services, &invites, key(), form).await.unwrap();
        let all = list(&i, &slug, ANA, "").await.page;
        assert_eq!((all.range().as_str(), all.more), ("1–28 of 28", false));
        assert_eq!((all.rows[0].name.as_str(), all.rows[0].built_in), ("administrators", true));
        assert_eq!((all.rows[1].name.as_str(), all.rows[27].name.as_str()), ("Ädelgroup 00", "Zulu"));
        assert_eq!(names(&i, &slug, "dir=desc").await[..3], ["administrators", "Zulu", "Ädelgroup 25"]);
        let most = names(&i, &slug, "sort=members&dir=desc").await;
        assert_eq!(most[..2], ["administrators", "Zulu"]);
        let fewest = names(&i, &slug, "sort=members").await;
        assert_eq!((fewest[0].as_str(), fewest[27].as_str()), ("administrators", "Zulu"));
        // Every row is on one page just once.
        let first = list(&i, &slug, ANA, "size=25").await.page;
        let second = list(&i, &slug, ANA, "size=25&page=2").await.page;
        assert_eq!((first.rows.len(), first.more, second.rows.len(), second.more), (25, true, 3, false));
        let both: Vec<_> = first.rows.into_iter().chain(second.rows).map(|row| row.id).collect();
        assert_eq!(both, all.rows.iter().map(|row| row.id).collect::<Vec<_>>());
        let beyond = list(&i, &slug, ANA, "size=25&page=9").await.page;
        assert_eq!((beyond.number, beyond.asked), (2, Some(9)));
        // Any part of the name, without case and marks.
        assert_eq!(names(&i, &slug, "q=ADELGROUP+1").await.len(), 10);
        assert_eq!(names(&i, &slug, "q=minis").await, ["administrators"]);
        assert_eq!(names(&i, &slug, "q=u&sort=members&dir=desc").await[..2], ["Zulu", "Ädelgroup 25"]);
        assert_eq!(names(&i, &slug, "q=%25").await, Vec::<String>::new());
    }
}

// spec R4, R5
#[tokio::test]
async fn members_see_their_own_groups_and_security_sees_all() {
    for i in installations().await {
        let slug = i.found("Acme", ANA).await;
        let may = manage(&i, &slug).await;
        let (mine, _) = (make(&i, &may, named("Mine")).await, make(&i, &may, named("Theirs")).await);
        let invites = right(&i, &slug).await;
        let form = domain::invitations::InviteForm { groups: vec![mine], ..inviting(&["mia@acme.example"]) };
        service::invitations::send(&i.services, &invites, key(), form).await.unwrap();
        let person = account(&i, 7, "mia@acme.example").await;
        session(&i, &person).await;
        let token = delivered(&i).await.remove(0).1;
        service::invitations::accept(&i.services, &token, &person, &origin()).await.unwrap();
        let actor = service::actor::enter(&i.services, &person, &slug, &origin()).await.unwrap();
        let seen = async |url: &str| {
            let page = groups::list(&i.services, &actor, &GroupQuery::parse(url).0).await.unwrap();
            assert!(page.own);
            page.page.rows.into_iter().map(|row| row.name).collect::<Vec<_>>()
        };
        assert_eq!(seen("").await, ["Mine"]);
        assert_eq!(seen("q=theirs").await, Vec::<String>::new());
        assert_eq!(seen("sort=members&dir=desc").await, ["Mine"]);
        // A membership that ended shows nothing from that instant on.
        let end = format!("UPDATE group_members SET ends_at = {}", i.services.now().millis());
        i.db.execute(&end).await.unwrap();
        assert_eq!(seen("").await, Vec::<String>::new());
        i.rank(ANA, "security").await;
        assert_eq!(names(&i, &slug, "").await, ["administrators", "Mine", "Theirs"]);
    }
}

// spec I1
#[tokio::test]
async fn who_is_invited_without_a_group_joins_the_default_group() {
    for i in installations().await {
        let slug = i.found("Acme", ANA).await;
        let may = manage(&i, &slug).await;
        let invites = right(&i, &slug).await;
        let facts = || service::invitations::facts(&i.services, &invites);
        assert_eq!(facts().await.unwrap().default_group, None);
        invite(&i, &invites, &["nobody@acme.example"]).await.unwrap();
        make(&i, &may, default("Everyone")).await;
        let sales = make(&i, &may, named("Sales")).await;
        assert_eq!(facts().await.unwrap().default_group.as_deref(), Some("Everyone"));
        invite(&i, &invites, &["new@acme.example"]).await.unwrap();
        let form = domain::invitations::InviteForm { groups: vec![sales], ..inviting(&["sales@acme.example"]) };
        service::invitations::send(&i.services, &invites, key(), form).await.unwrap();
        let form = domain::invitations::InviteForm {
            role: OrganizationRole::Administrator,
            ..inviting(&["boss@acme.example"])
        };
        service::invitations::send(&i.services, &invites, key(), form).await.unwrap();
        let people = import_support::people(&i).await;
        assert_eq!(
            people,
            [
                "boss@acme.example||administrator|invited|administrators+Everyone",
                "new@acme.example||member|invited|Everyone",
                "nobody@acme.example||member|invited|",
                "sales@acme.example||member|invited|Sales",
            ]
        );
        let kept = i.db.texts("SELECT after FROM audit_events WHERE target = 'new@acme.example'").await;
        assert!(kept[0].contains("Everyone"), "{kept:?}");
        assert_groups(&i).await;
    }
}
