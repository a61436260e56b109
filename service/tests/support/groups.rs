//! An organization with groups, an owner of one of them, and people of every role.
#![allow(dead_code, reason = "not every test file needs all of it")]

use crate::import_support::import;
use crate::invited::*;
use crate::support::*;
use domain::groups::Joined;
use domain::permission::ManageMembers;
use domain::{GroupId, GroupRole, MemberId, OrganizationRole, Slug, Timestamp};
use service::groups::{self, GroupManager};
use service::sessions::SignedIn;
use service::{Actor, Grant};
use std::collections::HashSet;

pub struct World<'a> {
    of: &'a Installation,
    pub slug: Slug,
    /// The administrator, with the right.
    pub ana: Actor,
    pub right: Grant<ManageMembers>,
    /// Owner of Design.
    pub ben: Actor,
    /// Member of Design.
    pub cleo: Actor,
    pub cleo_id: MemberId,
    pub cleo_signed_in: SignedIn,
    /// In the Security role.
    pub sec: Actor,
    /// Invited, and in no group.
    pub dan: MemberId,
    pub design: GroupId,
    pub sales: GroupId,
}

impl<'a> World<'a> {
    pub async fn new(of: &'a Installation) -> World<'a> {
        Self::made(of, "Acme", "acme.example", 0).await
    }

    /// Another one in the same installation.
    pub async fn fresh(of: &'a Installation, name: &str) -> World<'a> {
        let word: String = name.chars().filter(char::is_ascii_alphabetic).collect();
        let number = name.len() as u128 * 100 + u128::from(name.as_bytes()[0]);
        Self::made(of, &word, &format!("{word}.example"), number).await
    }

    async fn made(of: &'a Installation, name: &str, host: &str, number: u128) -> World<'a> {
        let ana = format!("ana@{host}");
        let slug = of.found(name, &ana).await;
        let zoe = format!("zoe@{host}");
        import(of, &slug, &format!("email,name,organization_role,groups\n{zoe},Zoe,member,Design;Sales\n")).await;
        let right = right_of(of, &slug, &ana).await;
        let id = |slug: &Slug| format!("(SELECT id FROM organizations WHERE slug = '{slug}')");
        let group = async |name: &str| {
            let column = if is_sqlite(of) { "lower(hex(id))" } else { "replace(id::text, '-', '')" };
            let rest = format!("FROM groups WHERE name = '{name}' AND organization_id = {}", id(&slug));
            GroupId::from_uuid(
                uuid::Uuid::try_parse(&of.db.texts(&format!("SELECT {column} {rest}")).await[0]).unwrap(),
            )
        };
        let (design, sales) = (group("Design").await, group("Sales").await);
        let joined = async |n: u128, email: &str, role| {
            let person = account(of, number * 10 + n, email).await;
            let form = domain::invitations::InviteForm { role, ..inviting(&[email]) };
            service::invitations::send(&of.services, &right, key(), form).await.unwrap();
            let token = delivered(of).await.into_iter().find(|(to, _)| to == email).unwrap().1;
            service::invitations::accept(&of.services, &token, &person, &origin()).await.unwrap();
            session(of, &person).await;
            (service::actor::enter(&of.services, &person, &slug, &origin()).await.unwrap(), person)
        };
        let (ben, _) = joined(1, &format!("ben@{host}"), OrganizationRole::Member).await;
        let (cleo, cleo_signed_in) = joined(2, &format!("cleo@{host}"), OrganizationRole::Member).await;
        let (sec, _) = joined(3, &format!("sec@{host}"), OrganizationRole::Security).await;
        let dan = format!("dan@{host}");
        invite(of, &right, &[&dan]).await.unwrap();
        delivered(of).await;
        let dan = member(of, &dan).await;
        let ana = right.actor().clone();
        let all = GroupManager::of(&of.services, &ana, design).await.unwrap();
        let zoe = member(of, &zoe).await;
        groups::remove(&of.services, &all, zoe).await.unwrap();
        let form = domain::groups::AddForm { members: vec![ben.member(), cleo.member()], ..Default::default() };
        groups::add(&of.services, &all, form).await.unwrap();
        let seen = Joined { role: GroupRole::Member, ends_at: Timestamp::NO_END };
        groups::change_role(&of.services, &all, ben.member(), seen, (GroupRole::Owner, String::new())).await.unwrap();
        let cleo_id = cleo.member();
        World { of, slug, ana, right, ben, cleo, cleo_id, cleo_signed_in, sec, dan, design, sales }
    }

    fn organization(&self) -> String {
        format!("(SELECT id FROM organizations WHERE slug = '{}')", self.slug)
    }

    pub async fn group(&self, name: &str) -> GroupId {
        let column = if is_sqlite(self.of) { "lower(hex(id))" } else { "replace(id::text, '-', '')" };
        let rest = format!("FROM groups WHERE name = '{name}' AND organization_id = {}", self.organization());
        GroupId::from_uuid(
            uuid::Uuid::try_parse(&self.of.db.texts(&format!("SELECT {column} {rest}")).await[0]).unwrap(),
        )
    }

    /// Ben's right in Design.
    pub async fn owner(&self) -> GroupManager {
        GroupManager::of(&self.of.services, &self.ben, self.design).await.unwrap()
    }

    /// Ana's in a group.
    pub async fn manager(&self, group: GroupId) -> GroupManager {
        GroupManager::of(&self.of.services, &self.ana, group).await.unwrap()
    }

    /// Somebody who signs in once more.
    pub async fn again(&self, email: &str) -> Actor {
        self.of.enter(email, &self.slug).await.unwrap()
    }

    /// What a form would be filled from.
    pub async fn seen(&self, group: GroupId, member: MemberId) -> Joined {
        groups::member_facts(&self.of.services, &self.manager(group).await, member).await.unwrap().joined
    }

    /// The day so many days from now, as a date field has it.
    pub fn day(&self, later: i64) -> String {
        let at = self.of.services.now().plus_seconds(later * 86_400);
        domain::Moment { at, offset: 0 }.iso().chars().take(10).collect()
    }

    /// The counter of a group.
    pub async fn count(&self, group: GroupId) -> i64 {
        let id = literal(self.of, group.uuid());
        self.of.db.number(&format!("SELECT member_count FROM groups WHERE id = {id}")).await
    }

    /// Whether somebody's membership of a group goes on.
    pub async fn is_in(&self, group: GroupId, email: &str) -> bool {
        let id = literal(self.of, group.uuid());
        let of = format!(
            "SELECT COUNT(*) FROM group_members g JOIN members m ON m.organization_id = g.organization_id AND m.id = g.member_id \
                          WHERE g.group_id = {id} AND m.email = '{email}' AND g.closed_at = 0"
        );
        self.of.db.number(&of).await == 1
    }

    /// The rows of the organization's log, as id and action.
    pub async fn rows(&self) -> HashSet<String> {
        let id = if is_sqlite(self.of) { "lower(hex(id))" } else { "id::text" };
        let organization = self.organization();
        let of = format!("SELECT {id} || '|' || action FROM audit_events WHERE organization_id = {organization}");
        self.of.db.texts(&of).await.into_iter().collect()
    }

    /// The actions of the rows that came since, in the order of the alphabet.
    pub async fn new_rows(&self, before: &HashSet<String>) -> Vec<String> {
        let now = self.rows().await;
        let action = |row: &String| row.split_once('|').unwrap().1.to_owned();
        let mut new: Vec<String> = now.difference(before).map(action).collect();
        new.sort_unstable();
        new
    }

    /// Makes somebody external, as linking a partner would.
    pub async fn make_external(&self, email: &str) {
        let db = &self.of.db;
        db.execute(&format!("UPDATE members SET kind = 'external', role = '' WHERE email = '{email}'")).await.unwrap();
        db.execute("DELETE FROM member_counts").await.unwrap();
        let counts = "INSERT INTO member_counts (organization_id, state, kind, role, members) \
                      SELECT organization_id, state, kind, role, COUNT(*) FROM members GROUP BY organization_id, state, kind, role";
        db.execute(counts).await.unwrap();
    }
}

fn is_sqlite(of: &Installation) -> bool {
    of.db.address.starts_with("sqlite")
}

fn literal(of: &Installation, id: uuid::Uuid) -> String {
    if is_sqlite(of) { format!("X'{}'", id.simple()) } else { format!("'{id}'::uuid") }
}
