//! People in a group, and queries on the members table and on a group's page that together use every way of finding
//! rows.

use super::NOW;
use super::{add, id, member};
use domain::*;
use store::groups::{GroupMember, NewGroup};
use store::members::{Bounds, NewMember, State};
use store::testing::TestDatabase;

pub const PEOPLE: u128 = 60;

pub fn people() -> Vec<NewMember> {
    let person = |n: u128| {
        let mut one = member(100 + n, &format!("m{n:02}@x.example"), &format!("Person {:02}", n * 7 % PEOPLE));
        one.role = OrganizationRole::ALL.get(usize::try_from(n % 3).unwrap()).copied();
        if n.is_multiple_of(11) {
            (one.kind, one.role) = (MemberKind::External, None);
        }
        if n.is_multiple_of(9) {
            one.state = State::Deleted;
        }
        if n.is_multiple_of(5) {
            one.invite_expires_at = NOW.plus_seconds(-60);
        }
        one.created_at = NOW.plus_seconds(-i64::try_from(n).unwrap());
        one.logins_count = u64::try_from(n % 4).unwrap();
        one
    };
    (0..PEOPLE).map(person).collect()
}

pub fn group() -> GroupId {
    GroupId::from_uuid(id(9_000))
}

pub async fn fill(db: &TestDatabase, organization: OrganizationId) {
    add(db, organization, people()).await;
    let tx = db.database.begin().await.unwrap();
    for (id, name) in [(group(), "Everyone"), (GroupId::from_uuid(id(9_001)), "Nobody")] {
        let new = NewGroup { id, name: GroupName::parse(name).unwrap(), description: String::new(), created_at: NOW };
        store::groups::insert(tx.connection(), organization, vec![new]).await.unwrap();
    }
    let membership = |n: u128| GroupMember {
        group: group(),
        member: MemberId::from_uuid(id(100 + n)),
        role: if n.is_multiple_of(4) { GroupRole::Owner } else { GroupRole::Member },
        created_at: NOW,
        given_by: None,
        ends_at: if n.is_multiple_of(10) { NOW.plus_seconds(-9) } else { Timestamp::NO_END },
    };
    let gone = |member: MemberId| (member.uuid().as_u128() - id(100).as_u128()).is_multiple_of(9);
    let memberships = (0..PEOPLE).step_by(2).map(membership).collect();
    store::groups::add_members(tx.connection(), organization, memberships, |member| !gone(member)).await.unwrap();
    tx.commit().await.unwrap();
}

/// Every way to find rows, with few members.
pub const BOUNDS: [(&str, Bounds); 5] = [
    ("usual", Bounds::USUAL),
    ("walk", Bounds { few: 0, sample: 20, many: 60, short: 30, ..Bounds::USUAL }),
    ("jump", Bounds { few: 0, sample: 1, many: 1, short: 0, ..Bounds::USUAL }),
    ("leap", Bounds { few: 0, sample: 30, many: 5, short: 2, ..Bounds::USUAL }),
    ("uncounted", Bounds { few: 5, sample: 10, many: 10, short: 5, counted: 3 }),
];

pub const MEMBERS: [&str; 27] = [
    "",
    "page=2",
    "page=9",
    "dir=desc",
    "sort=name",
    "sort=role&dir=desc&page=2",
    "sort=created",
    "sort=created&dir=desc&page=2",
    "sort=last_active",
    "sort=logins&page=2",
    "sort=last_login",
    "sort=ip&dir=desc",
    "role=security",
    "kind=external",
    "status=active",
    "status=invited",
    "status=expired&sort=name",
    "status=deleted",
    "deleted=1&page=2",
    "role=member&kind=internal&status=invited",
    "group=GROUP",
    "group=GROUP&status=expired",
    "group=GROUP&q=m1&deleted=1",
    "q=m",
    "q=person+1",
    "q=person&role=member&page=2",
    "q=x.example&status=deleted",
];

pub const GROUP: [&str; 9] = [
    "",
    "sort=name&dir=desc",
    "sort=role",
    "sort=role&q=person&role=owner",
    "sort=last_active",
    "role=owner",
    "membership=ended",
    "membership=current&q=m1",
    "page=9",
];
