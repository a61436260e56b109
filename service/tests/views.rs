//! Saved views of the members table, and an account's choice of columns (spec M9).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::members::{MemberColumn, MemberQuery, ShownColumns};
use domain::permission::ReadMembers;
use domain::views::{MOST_VIEWS, SavedView};
use domain::{Slug, ViewId};
use service::members::{self, MemberAccess};
use service::{Actor, Error, Grant, Result, groups, views};
use support::*;

const ANA: &str = "ana@acme.example";
const BO: &str = "bo@acme.example";

fn query(url: &str) -> MemberQuery {
    let (query, notices) = MemberQuery::parse(url);
    assert!(notices.is_empty(), "{url}");
    query
}

async fn right(i: &Installation, email: &str, slug: &Slug) -> Grant<ReadMembers> {
    i.enter(email, slug).await.unwrap().require::<ReadMembers>(&i.services).await.unwrap()
}

/// Acme, where Ana and Bo are administrators; Bo is in another organization too.
async fn acme(i: &Installation) -> Slug {
    let acme = i.found("Acme", ANA).await;
    i.found("Elsewhere", BO).await;
    let joins = "INSERT INTO members (organization_id, id, account_id, email, email_identity, email_key, name, name_key, kind, role, state, \
                 invite_expires_at, created_at, last_login_ip) \
                 SELECT o.id, m.id, m.account_id, m.email, m.email_identity, m.email_key, m.name, m.name_key, m.kind, m.role, m.state, \
                 m.invite_expires_at, m.created_at, m.last_login_ip FROM members m, organizations o \
                 WHERE m.email = 'bo@acme.example' AND o.slug = 'acme'";
    i.db.execute(joins).await.unwrap();
    acme
}

async fn named(i: &Installation, actor: &Actor) -> Vec<(String, String)> {
    let views = groups::sidebar(&i.services, actor, "").await.unwrap().views;
    views.into_iter().map(|view| (view.name, view.query)).collect()
}

fn why<T: std::fmt::Debug>(outcome: Result<T>) -> String {
    match outcome {
        Err(Error::Invalid(errors)) => {
            assert_eq!(errors.len(), 1);
            assert_eq!(errors[0].field, "name");
            errors[0].message.clone()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_view_keeps_what_is_shown_and_is_renamed_updated_and_deleted() {
    for i in installations().await {
        let acme = acme(&i).await;
        let may = right(&i, ANA, &acme).await;
        let shown = "q=an&status=invited&sort=created&dir=desc&size=25";
        let saved =
            views::save(&i.services, &may, "  Who   waits ", query(&(shown.to_owned() + "&page=7"))).await.unwrap();
        // The page is not kept, the columns are.
        let kept = format!("{shown}&columns=all");
        assert_eq!((saved.name.as_str(), saved.query.as_str()), ("Who waits", kept.as_str()));
        views::save(&i.services, &may, "Äpfel", query("columns=role")).await.unwrap();
        let list = named(&i, may.actor()).await;
        assert_eq!(list, [("Äpfel".into(), "columns=role".into()), ("Who waits".to_owned(), kept.clone())]);

        // Sent again, it is the same one.
        let again = views::save(&i.services, &may, "Who waits", query(shown)).await.unwrap();
        assert_eq!(again, saved);
        assert!(why(views::save(&i.services, &may, "WHO WAITS", query(shown)).await).contains("already"));
        assert!(why(views::save(&i.services, &may, "who waits", query("")).await).contains("already"));
        assert_eq!(why(views::save(&i.services, &may, " ", query("")).await), "A view's name is missing.");

        assert!(why(views::rename(&i.services, &may, saved.id, "ÄPFEL").await).contains("already"));
        views::rename(&i.services, &may, saved.id, "WHO waits").await.unwrap();
        views::update(&i.services, &may, saved.id, query("deleted=1&page=2&columns=none")).await.unwrap();
        let list = named(&i, may.actor()).await;
        assert_eq!(list[1], ("WHO waits".into(), "deleted=1&columns=none".into()));
        views::delete(&i.services, &may, saved.id).await.unwrap();
        assert_eq!(named(&i, may.actor()).await.len(), 1);
        assert!(matches!(views::delete(&i.services, &may, saved.id).await, Err(Error::NotFound)));
        assert_eq!(i.db.number("SELECT COUNT(*) FROM audit_events WHERE action LIKE '%view%'").await, 0);
    }
}

// spec T1
#[tokio::test]
async fn a_view_of_somebody_else_or_of_another_organization_is_missing() {
    for i in installations().await {
        let acme = acme(&i).await;
        let ana = right(&i, ANA, &acme).await;
        let SavedView { id, .. } = views::save(&i.services, &ana, "Mine", query("q=a")).await.unwrap();
        let before = named(&i, ana.actor()).await;
        let mut foreign = vec![ViewId::from_uuid(uuid::Uuid::nil()), id];
        // The second is somebody of the same id, in another organization.
        for other in [right(&i, BO, &acme).await, right(&i, BO, &slug("elsewhere")).await] {
            assert!(named(&i, other.actor()).await.is_empty());
            for id in &foreign {
                let outcomes = [
                    views::rename(&i.services, &other, *id, "Theirs").await,
                    views::update(&i.services, &other, *id, query("")).await,
                    views::delete(&i.services, &other, *id).await,
                ];
                for outcome in outcomes {
                    assert!(matches!(outcome, Err(Error::NotFound)), "{outcome:?}");
                }
            }
            // Names are free for everybody.
            foreign.push(views::save(&i.services, &other, "mine", query("")).await.unwrap().id);
        }
        assert_eq!(named(&i, ana.actor()).await, before);
        assert_eq!(i.db.number("SELECT COUNT(*) FROM views").await, 3);
    }
}

// spec R5
#[tokio::test]
async fn who_may_not_read_the_table_any_more_sees_no_views() {
    for i in installations().await {
        let acme = acme(&i).await;
        let may = right(&i, ANA, &acme).await;
        views::save(&i.services, &may, "Mine", query("")).await.unwrap();
        i.rank(ANA, "member").await;
        let actor = i.enter(ANA, &acme).await.unwrap();
        assert!(named(&i, &actor).await.is_empty());
        assert!(matches!(actor.require::<ReadMembers>(&i.services).await, Err(Error::Forbidden(_))));
        // They are still there, should the right come back.
        i.rank(ANA, "security").await;
        let actor = i.enter(ANA, &acme).await.unwrap();
        assert_eq!(named(&i, &actor).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_save_one_name_at_once_one_is_told() {
    for i in installations().await {
        let acme = acme(&i).await;
        let may = right(&i, ANA, &acme).await;
        for round in 0..50 {
            i.db.database.gate.gather(2);
            let saving = ["q=a", "q=b"].map(|url| {
                let (services, may) = (i.services.clone(), may.clone());
                tokio::spawn(async move { views::save(&services, &may, "One Name", query(url)).await })
            });
            let mut outcomes = Vec::new();
            for one in saving {
                outcomes.push(one.await.unwrap());
            }
            i.db.database.gate.gather(0);
            let (saved, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
            assert_eq!((saved.len(), refused.len()), (1, 1), "round {round}");
            assert!(refused.into_iter().all(|one| why(one).contains("already")));
            views::delete(&i.services, &may, saved.into_iter().next().unwrap().unwrap().id).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_never_more_than_fifty_views() {
    for i in installations().await {
        let acme = acme(&i).await;
        let may = right(&i, ANA, &acme).await;
        for number in 1..MOST_VIEWS {
            views::save(&i.services, &may, &format!("View {number}"), query("")).await.unwrap();
        }
        for round in 0..20 {
            i.db.database.gate.gather(2);
            let saving = ["Last", "One more"].map(|name| {
                let (services, may) = (i.services.clone(), may.clone());
                tokio::spawn(async move { views::save(&services, &may, name, query("")).await })
            });
            let mut outcomes = Vec::new();
            for one in saving {
                outcomes.push(one.await.unwrap());
            }
            i.db.database.gate.gather(0);
            let (saved, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
            assert_eq!((saved.len(), refused.len()), (1, 1), "round {round}");
            let sentence = "You have 50 views here, which is the most. Delete one first.";
            assert!(refused.into_iter().all(|one| why(one) == sentence));
            views::delete(&i.services, &may, saved.into_iter().next().unwrap().unwrap().id).await.unwrap();
        }
        assert_eq!(i.db.number("SELECT COUNT(*) FROM views").await, 49);
    }
}

// spec E3, E4, E6
#[tokio::test]
async fn views_outlast_a_removal_and_go_with_the_account() {
    for i in installations().await {
        let acme = acme(&i).await;
        let may = right(&i, ANA, &acme).await;
        views::save(&i.services, &may, "Mine", query("")).await.unwrap();
        views::save(&i.services, &right(&i, BO, &acme).await, "Theirs", query("")).await.unwrap();
        i.allow_no_administrator().await;
        let ana = "WHERE email = 'ana@acme.example'";
        i.db.execute(&format!("UPDATE members SET state = 'deleted', account_id = account_id {ana}")).await.unwrap();
        assert_eq!(i.db.number("SELECT COUNT(*) FROM views").await, 2, "who comes back finds them");
        i.db.execute(&format!("UPDATE members SET account_id = NULL {ana}")).await.unwrap();
        assert_eq!(i.db.texts("SELECT name FROM views").await, ["Theirs"]);
    }
}

// spec M9
#[tokio::test]
async fn columns_are_remembered_for_the_account_and_the_address_wins() {
    for i in installations().await {
        let acme = acme(&i).await;
        let may = right(&i, BO, &acme).await;
        let some: ShownColumns = [MemberColumn::Created, MemberColumn::Role].into_iter().collect();
        let shown = async |email: &str, slug: &Slug, url: &str| {
            let actor = i.enter(email, slug).await.unwrap();
            let access = MemberAccess::of(&i.services, &actor, &query(url)).await.unwrap();
            members::list(&i.services, &access, &query(url)).await.unwrap().shown
        };
        assert_eq!(shown(BO, &acme, "").await, ShownColumns::ALL);
        members::choose_columns(&i.services, &may, some).await.unwrap();
        // The next sign-in has them, in each organization; nobody else has.
        assert_eq!(shown(BO, &acme, "").await, some);
        assert_eq!(shown(BO, &slug("elsewhere"), "").await, some);
        assert_eq!(shown(ANA, &acme, "").await, ShownColumns::ALL);
        assert_eq!(shown(BO, &acme, "columns=ip").await.len(), 1);
        assert_eq!(shown(BO, &acme, "columns=all").await, ShownColumns::ALL);
        // A hidden column orders the rows all the same.
        assert_eq!(shown(BO, &acme, "sort=last_login&dir=desc").await, some);
        // A view keeps the columns that its maker sees.
        let may = right(&i, BO, &acme).await;
        let saved = views::save(&i.services, &may, "Mine", query("")).await.unwrap();
        assert_eq!(saved.query, "columns=role.created");
        members::choose_columns(&i.services, &may, ShownColumns::NONE).await.unwrap();
        assert!(shown(BO, &acme, "").await.is_empty());
    }
}
