//! A membership that has ended gives no access (spec G7): what the services show and allow, tried for everybody and
//! every group.

use crate::drawn::ADMINISTRATORS;
use crate::holds::assert_invariants;
use crate::scene::{BYSTANDER, PEOPLE, QUIET, SILENT, Scene, email};
use domain::groups::{GroupMemberQuery, GroupQuery, Membership};
use domain::members::Source;
use domain::permission::{ManageMembers, ReadAudit, ReadMembers};
use domain::table::Total;
use domain::{GroupId, Timestamp};
use service::groups::{self, GroupAccess, GroupManager};
use service::{members, upkeep};
use std::collections::{BTreeMap, BTreeSet};

/// One row of who is in which group.
struct Row {
    email: String,
    group: String,
    owns: bool,
    ends_at: Timestamp,
    removed: bool,
}

/// Lets what has an end come to it, and looks before it is closed and after.
pub async fn assert_nothing_by_what_ended(scene: &Scene) {
    // Of somebody whom nobody touched until now, so that it is two memberships at least.
    let administrator = scene.enter(scene.administrators().await[0], "ends").await.unwrap();
    let bystander = scene.member(BYSTANDER).await;
    for name in [QUIET, SILENT] {
        let may = GroupManager::of(&scene.i.services, &administrator, scene.group(name).await).await.unwrap();
        let seen = groups::member_facts(&scene.i.services, &may, bystander).await.unwrap().joined;
        let ends = (seen.role, scene.day(Some(0)));
        groups::change_role(&scene.i.services, &may, bystander, seen, ends).await.unwrap();
    }
    scene.i.clock.forward(86_400);
    assert!(due(scene).await >= 2, "what ended waits to be closed");
    assert_access(scene).await;
    upkeep::run(&scene.i.services).await.unwrap();
    assert_eq!(due(scene).await, 0, "memberships that ended and are not closed");
    assert_access(scene).await;
    assert_invariants(&scene.i).await;
}

/// How many memberships have ended and are not closed.
async fn due(scene: &Scene) -> i64 {
    let now = scene.i.services.now().millis();
    let due = format!("SELECT COUNT(*) FROM group_members WHERE closed_at = 0 AND ends_at <= {now}");
    scene.i.db.number(&due).await
}

async fn rows(scene: &Scene) -> Vec<Row> {
    let rows = "SELECT m.email || '|' || g.name || '|' || gm.role || '|' || gm.ends_at || '|' || m.state \
                FROM group_members gm JOIN members m ON m.organization_id = gm.organization_id AND m.id = gm.member_id \
                JOIN groups g ON g.organization_id = gm.organization_id AND g.id = gm.group_id \
                JOIN organizations o ON o.id = gm.organization_id WHERE o.slug = 'acme'";
    let row = |text: &String| {
        let [email, group, role, ends_at, state] = text.split('|').collect::<Vec<_>>().try_into().unwrap();
        Row {
            email: email.into(),
            group: group.into(),
            owns: role == "owner",
            ends_at: Timestamp::from_millis(ends_at.parse().unwrap()),
            removed: state == "deleted",
        }
    };
    scene.i.db.texts(rows).await.iter().map(row).collect()
}

async fn assert_access(scene: &Scene) {
    let (services, now) = (&scene.i.services, scene.i.services.now());
    let rows = rows(scene).await;
    let (current, ended): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.ends_at > now);
    let names = scene
        .i
        .db
        .texts("SELECT g.name FROM groups g JOIN organizations o ON o.id = g.organization_id WHERE o.slug = 'acme'");
    let mut ids: BTreeMap<String, GroupId> = BTreeMap::new();
    for name in names.await {
        ids.insert(name.clone(), scene.group(&name).await);
    }
    let mut refused = 0;
    for person in 0..=BYSTANDER {
        let Ok(actor) = scene.enter(person, "looks").await else { continue };
        let email = email(person);
        let theirs = |group: &str| current.iter().find(|row| row.email == email && row.group == group);
        let own: BTreeSet<&str> =
            current.iter().filter(|row| row.email == email).map(|row| row.group.as_str()).collect();
        let (reads, manages) = (actor.holds::<ReadMembers>(), actor.holds::<ManageMembers>());
        let listed = groups::list(services, &actor, &GroupQuery::default()).await.unwrap();
        let listed: BTreeSet<&str> = listed.page.rows.iter().map(|row| row.name.as_str()).collect();
        let all: BTreeSet<&str> = ids.keys().map(String::as_str).collect();
        assert_eq!(listed, if reads { all } else { own.clone() }, "what {email} sees");
        for (name, id) in &ids {
            let opens = GroupAccess::of(services, &actor, *id).await.is_ok();
            assert_eq!(opens, reads || own.contains(name.as_str()), "whether {email} opens {name}");
            let owns = theirs(name).is_some_and(|row| row.owns) && name != ADMINISTRATORS;
            let may = GroupManager::of(services, &actor, *id).await.is_ok();
            assert_eq!(may, manages || owns, "whether {email} changes who is in {name}");
            let was = ended.iter().any(|row| row.email == email && row.group == *name);
            refused += usize::from(was && !opens);
        }
    }
    assert!(refused >= 2, "who lost a group by its end");
    assert_shown(scene, &current, &ids).await;
}

/// What an administrator reads of everybody, and of every group.
async fn assert_shown(scene: &Scene, current: &[&Row], ids: &BTreeMap<String, GroupId>) {
    let services = &scene.i.services;
    let actor = scene.enter(scene.administrators().await[0], "reads").await.unwrap();
    let (reads, log) =
        (actor.require::<ReadMembers>(services).await.unwrap(), actor.require::<ReadAudit>(services).await.unwrap());
    for person in 0..PEOPLE {
        let (id, email) = (scene.member(person).await, email(person));
        if id == scene.stranger {
            continue;
        }
        let details = members::details(services, &reads, &log, id).await.unwrap();
        let group = |source: &Source| match source {
            Source::Group { group, .. } => Some(group.name.clone()),
            _ => None,
        };
        let shown: BTreeSet<String> = details.access.iter().filter_map(|one| group(&one.source)).collect();
        let own = current.iter().filter(|row| row.email == email && !row.removed).map(|row| row.group.clone());
        assert_eq!(shown, own.collect(), "what gives {email} access");
    }
    let (query, notices) = GroupMemberQuery::parse("membership=current");
    assert!(notices.is_empty() && query.filters.membership == Some(Membership::Current));
    for (name, id) in ids {
        let access = GroupAccess::of(services, &actor, *id).await.unwrap();
        let page = groups::page(services, &access, &query).await.unwrap();
        let in_it = current.iter().filter(|row| row.group == *name && !row.removed).count() as u64;
        assert_eq!((page.page.total, page.group.members), (Total::Exact(in_it), in_it), "who is in {name}");
    }
}
