//! Who sees what of one group's page (spec G5, G7, R1, R4–R6).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::groups::{GroupMemberQuery, GroupPage, GroupReader};
use domain::members::Assigned;
use domain::permission::ReadMembers;
use domain::table::Total;
use domain::{GroupId, GroupRole, MemberId, Slug};
use invited::*;
use service::groups::GroupAccess;
use service::sessions::SignedIn;
use service::{Error, Result, members};
use std::collections::HashMap;
use support::*;

/// An organization with a group, and people in it and beside it: each by the first part of the address.
struct Scene {
    slug: Slug,
    group: GroupId,
    people: HashMap<&'static str, (MemberId, SignedIn)>,
}

const PEOPLE: [(&str, Option<GroupRole>); 6] = [
    ("owner", Some(GroupRole::Owner)),
    ("member", Some(GroupRole::Member)),
    ("observer", Some(GroupRole::Observer)),
    ("gone", Some(GroupRole::Owner)),
    ("security", None),
    ("outsider", None),
];

/// A group of that name, made as a command would.
async fn make_group(i: &Installation, number: u128, name: &str) -> GroupId {
    let id = uuid::Uuid::from_u128(0x0197_a8b4_0000_7000_a000_0000_0000_0000 + number);
    let literal = match i.db.address.starts_with("sqlite") {
        true => format!("X'{}'", id.simple()),
        false => format!("'{id}'::uuid"),
    };
    i.db.execute(&format!(
        "INSERT INTO groups (organization_id, id, name, name_identity, name_key, description, created_at, reservation) \
         SELECT id, {literal}, '{name}', lower('{name}'), lower('{name}'), 'Answers the phone', 1, 5000 FROM organizations \
         WHERE slug = 'acme'"
    ))
    .await
    .unwrap();
    GroupId::from_uuid(id)
}

async fn scene(i: &Installation) -> Scene {
    let slug = i.found("Acme", "ana@acme.example").await;
    let group = make_group(i, 1, "Support").await;
    let mut people = HashMap::new();
    for (number, (name, role)) in PEOPLE.into_iter().enumerate() {
        let email = format!("{name}@acme.example");
        let may = right(i, &slug).await;
        service::invitations::send(&i.services, &may, key(), inviting(&[&email])).await.unwrap();
        let token = delivered(i).await.remove(0).1;
        let person = account(i, number as u128 + 1, &email).await;
        service::invitations::accept(&i.services, &token, &person, &origin()).await.unwrap();
        let id = member(i, &email).await;
        session(i, &person).await;
        if let Some(role) = role {
            let read = may.actor().require::<ReadMembers>(&i.services).await.unwrap();
            let seen = members::facts(&i.services, &read, id).await.unwrap().assigned();
            let wanted = Assigned { groups: [(group, role)].into(), ..seen.clone() };
            members::edit(&i.services, &may, id, seen, wanted).await.unwrap();
        }
        people.insert(name, (id, person));
    }
    i.rank("security@acme.example", "security").await;
    let scene = Scene { slug, group, people };
    // The other owner's membership ends an hour from now.
    let ends = i.services.now().plus_seconds(3_600).millis();
    end(i, &scene, "gone", ends).await;
    scene
}

async fn end(i: &Installation, scene: &Scene, who: &str, at: i64) {
    let id = scene.people[who].0.uuid();
    let literal = match i.db.address.starts_with("sqlite") {
        true => format!("X'{}'", id.simple()),
        false => format!("'{id}'::uuid"),
    };
    i.db.execute(&format!("UPDATE group_members SET ends_at = {at} WHERE member_id = {literal}")).await.unwrap();
}

impl Scene {
    async fn page_of(&self, i: &Installation, who: &str, group: GroupId, url: &str) -> Result<GroupPage> {
        let actor = match self.people.get(who) {
            Some((_, person)) => service::actor::enter(&i.services, person, &self.slug, &origin()).await?,
            None => i.enter(&format!("{who}@acme.example"), &self.slug).await?,
        };
        let may = GroupAccess::of(&i.services, &actor, group).await?;
        service::groups::page(&i.services, &may, &GroupMemberQuery::parse(url).0).await
    }
    async fn page(&self, i: &Installation, who: &str, url: &str) -> Result<GroupPage> {
        self.page_of(i, who, self.group, url).await
    }
}

/// The first parts of the rows' addresses.
fn shown(page: &GroupPage) -> Vec<&str> {
    page.page.rows.iter().filter_map(|row| row.member.email.split('@').next()).collect()
}

const ALL: GroupReader = GroupReader { sees_all: true, manages: true };
const SECURITY: GroupReader = GroupReader { sees_all: true, manages: false };
const OWNER: GroupReader = GroupReader { sees_all: false, manages: true };
const PERSON: GroupReader = GroupReader { sees_all: false, manages: false };

// spec G5, R4–R6
#[tokio::test]
async fn each_sees_of_a_group_what_is_theirs() {
    for i in installations().await {
        let scene = scene(&i).await;
        i.db.execute("UPDATE members SET last_active_at = 1795262300000").await.unwrap();
        for (who, reader) in
            [("ana", ALL), ("security", SECURITY), ("owner", OWNER), ("member", PERSON), ("observer", PERSON)]
        {
            let page = scene.page(&i, who, "sort=last_active").await.unwrap();
            assert_eq!(page.reader, reader, "{who}");
            assert_eq!(page.group.tag.name, "Support");
            assert_eq!((page.group.description.as_str(), page.group.reservation), ("Answers the phone", 5_000));
            assert_eq!((page.group.members, page.group.owners), (4, Total::Exact(2)), "{who}");
            let row = page.page.rows.iter().find(|row| row.member.email.starts_with("owner")).unwrap();
            assert_eq!((row.role, row.member.name.is_empty()), (Some(GroupRole::Owner), false), "{who}");
            // Groups and times belong to those who read all members.
            assert_eq!(
                (row.member.group_count, row.member.groups.len()),
                if reader.sees_all { (1, 1) } else { (0, 0) }
            );
            assert_eq!(row.member.last_active.is_some(), reader.sees_all, "{who}");
            assert_eq!((row.member.role, row.member.logins, &row.member.last_login_ip), (None, 0, &None));
            // When a membership ends is for those who look after the group.
            let ends = page.page.rows.iter().filter(|row| row.ends.is_some()).count();
            assert_eq!(ends, usize::from(reader.sees_ends()), "{who}");
        }
    }
}

// spec R5: a group that is not theirs reads as one that is not there.
#[tokio::test]
async fn to_whoever_is_not_in_a_group_it_is_not_there() {
    for i in installations().await {
        let scene = scene(&i).await;
        let missing = GroupId::from_uuid(uuid::Uuid::from_u128(7));
        for (who, group) in [("outsider", scene.group), ("outsider", missing), ("ana", missing), ("security", missing)]
        {
            let found = scene.page_of(&i, who, group, "").await;
            assert!(matches!(found, Err(Error::NotFound)), "{who}");
        }
        // Nor a group of another organization to an administrator of this one (spec T1).
        i.found("Other", "bo@other.example").await;
        let other = i.enter("bo@other.example", &slug("other")).await.unwrap();
        assert!(matches!(GroupAccess::of(&i.services, &other, scene.group).await, Err(Error::NotFound)));
    }
}

// spec G7: from its end on a membership gives nothing, whether or not anything has swept it up.
#[tokio::test]
async fn an_ended_membership_gives_nothing_and_is_shown_as_ended() {
    for i in installations().await {
        let scene = scene(&i).await;
        let before = scene.page(&i, "gone", "").await.unwrap();
        assert_eq!(before.reader, OWNER);
        i.clock.forward(3_600);
        assert!(matches!(scene.page(&i, "gone", "").await, Err(Error::NotFound)));
        for who in ["ana", "security", "owner"] {
            let page = scene.page(&i, who, "").await.unwrap();
            assert_eq!(shown(&page), ["gone", "member", "observer", "owner"], "{who}");
            let row = &page.page.rows[0];
            assert!(row.ended && row.ends.is_some_and(|ends| ends.at <= i.services.now()), "{who}");
            assert_eq!((page.group.members, page.group.owners, page.page.total), (3, Total::Exact(1), Total::Exact(4)));
            assert_eq!(shown(&scene.page(&i, who, "membership=ended").await.unwrap()), ["gone"]);
            assert_eq!(
                shown(&scene.page(&i, who, "membership=current").await.unwrap()),
                ["member", "observer", "owner"]
            );
        }
        // People of the group see who is in it, not who was.
        for url in ["", "membership=ended", "role=owner&membership=ended"] {
            let page = scene.page(&i, "member", url).await.unwrap();
            assert!(!shown(&page).contains(&"gone"), "{url}");
        }
    }
}

#[tokio::test]
async fn roles_filter_and_order_the_rows() {
    for i in installations().await {
        let scene = scene(&i).await;
        for who in ["ana", "owner", "member"] {
            assert_eq!(shown(&scene.page(&i, who, "role=observer").await.unwrap()), ["observer"], "{who}");
            let by_role = scene.page(&i, who, "sort=role&dir=desc").await.unwrap();
            let roles: Vec<_> = by_role.page.rows.iter().filter_map(|row| row.role).collect();
            use GroupRole::{Member, Observer, Owner};
            assert_eq!(roles, [Owner, Owner, Observer, Member], "{who}");
            assert_eq!(shown(&scene.page(&i, who, "q=OBSERV").await.unwrap()), ["observer"], "{who}");
        }
    }
}

// spec R1: its page is the place to see who holds full rights; nobody has a group role there.
#[tokio::test]
async fn administrators_has_no_roles_and_is_managed_by_administrators_alone() {
    for i in installations().await {
        let scene = scene(&i).await;
        let actor = i.enter("ana@acme.example", &scene.slug).await.unwrap();
        let own = service::groups::sidebar(&i.services, &actor, "").await.unwrap().list.groups[0].clone();
        assert!(own.built_in);
        for (who, manages) in [("ana", true), ("security", false)] {
            for url in ["", "role=observer", "sort=role"] {
                let page = scene.page_of(&i, who, own.id, url).await.unwrap();
                assert_eq!(shown(&page), ["ana"], "{who} {url}");
                assert_eq!(page.page.rows[0].role, None);
                assert_eq!(
                    (page.reader.manages, page.reader.why_not(&page.group).is_none()),
                    (manages, manages),
                    "{who}"
                );
            }
        }
        assert!(matches!(scene.page_of(&i, "owner", own.id, "").await, Err(Error::NotFound)));
    }
}

// Removed from the organization, they are in no group's page; nor do they come back into it by a search.
#[tokio::test]
async fn deleted_members_are_on_no_groups_page() {
    for i in installations().await {
        let scene = scene(&i).await;
        let may = right(&i, &scene.slug).await;
        members::remove(&i.services, &may, scene.people["member"].0).await.unwrap();
        for url in ["", "q=member", "role=member", "membership=current", "sort=role"] {
            let page = scene.page(&i, "ana", url).await.unwrap();
            assert!(!shown(&page).contains(&"member"), "{url}");
        }
        assert_eq!(scene.page(&i, "ana", "").await.unwrap().group.members, 3);
    }
}
