//! The installation in which the clients act.

use crate::import_support::import;
use crate::invited::*;
use crate::support::*;
use domain::groups::{AddForm, GroupForm, Joined};
use domain::permission::{ManageGroups, ManageOrganization};
use domain::{Bytes, GroupId, GroupRole, MemberId, SessionId, Slug, Timestamp};
use service::groups::{self, GroupManager};
use service::sessions::SignedIn;
use service::{Actor, Error, Origin, Result, actor, invitations, organizations};
use std::sync::Mutex;
use store::organizations::GroupRules;
use tokio::sync::RwLock;

/// How many addresses there are in the game. The first of them administer at the beginning.
pub const PEOPLE: usize = 24;
pub const ACTING: usize = 6;
/// Somebody in the Member role whom nothing is done to: they own one group, and are in another.
pub const BYSTANDER: usize = PEOPLE;
pub const QUIET: &str = "Quiet";
pub const SILENT: &str = "Silent";

pub fn email(person: usize) -> String {
    if person == 0 { "ana@acme.example".into() } else { format!("p{person}@acme.example") }
}

/// Where all of them are.
pub struct Scene {
    pub i: Installation,
    pub slug: Slug,
    /// The accounts of all addresses, each with the session that it acts by.
    people: Mutex<Vec<SignedIn>>,
    /// A member of another organization, whom every operation may be tried with.
    pub stranger: MemberId,
    sessions: Mutex<u128>,
    /// Held while somebody counts on what erasing takes away: a file or an answer that names who is erased (spec E6).
    /// Nor does half a minute pass then, after which who works without a sign of life is taken for dead.
    pub at_work: RwLock<()>,
}

impl Scene {
    pub async fn new(i: Installation) -> Self {
        let slug = i.found("Acme", &email(0)).await;
        let file: String = crate::drawn::GROUPS.iter().map(|group| format!("first@acme.example,{group}\n")).collect();
        // One row for each address: a file of its own for each group.
        for line in file.lines() {
            import(&i, &slug, &format!("email,groups\n{line}\n")).await;
        }
        let other = i.found("Globex", "bo@globex.example").await;
        let theirs = right_of(&i, &other, "bo@globex.example").await;
        invite(&i, &theirs, &["cy@globex.example"]).await.unwrap();
        let mut people = vec![i.sign_in(&email(0)).await];
        for person in 1..=BYSTANDER {
            people.push(account(&i, person as u128, &email(person)).await);
            session(&i, &people[person]).await;
        }
        // Everybody is somewhere else too, so that erasing somebody leaves their account.
        for person in &people[1..] {
            invite(&i, &theirs, &[&person.email]).await.unwrap();
            let link = invitations::copy_link(&i.services, &theirs, member(&i, &person.email).await).await.unwrap();
            invitations::accept(&i.services, token_of(&link), person, &origin()).await.unwrap();
        }
        let may = right(&i, &slug).await;
        let acting = people[1..ACTING].iter().map(|person| (person, administrators(&[&person.email])));
        let bystander = &people[BYSTANDER];
        for (person, form) in acting.chain([(bystander, inviting(&[&bystander.email]))]) {
            invitations::send(&i.services, &may, key(), form).await.unwrap();
            let id = ours(&i.db, &person.email).await.unwrap();
            let link = invitations::copy_link(&i.services, &may, id).await.unwrap();
            invitations::accept(&i.services, token_of(&link), person, &origin()).await.unwrap();
        }
        let ana = may.actor();
        let rules = GroupRules { capacity: Bytes::parse("100 GB").unwrap(), owner_search: true };
        let settings = ana.require::<ManageOrganization>(&i.services).await.unwrap();
        organizations::set_group_rules(&i.services, &settings, rules).await.unwrap();
        let makes = ana.require::<ManageGroups>(&i.services).await.unwrap();
        let bystander = ours(&i.db, &bystander.email).await.unwrap();
        for (name, role) in [(QUIET, GroupRole::Owner), (SILENT, GroupRole::Member)] {
            let (id, form) = (GroupId::from_uuid(key().uuid()), GroupForm { name: name.into(), ..Default::default() });
            groups::create(&i.services, &makes, id, form).await.unwrap();
            let manages = GroupManager::of(&i.services, ana, id).await.unwrap();
            let form = AddForm { members: vec![bystander], ..AddForm::default() };
            groups::add(&i.services, &manages, form).await.unwrap();
            let seen = Joined { role: GroupRole::Member, ends_at: Timestamp::NO_END };
            groups::change_role(&i.services, &manages, bystander, seen, (role, String::new())).await.unwrap();
        }
        let stranger = member(&i, "cy@globex.example").await;
        Self { i, slug, people: Mutex::new(people), stranger, sessions: Mutex::new(0), at_work: RwLock::new(()) }
    }

    pub fn person(&self, person: usize) -> SignedIn {
        self.people.lock().unwrap()[person].clone()
    }

    /// Enters as somebody; in a new session where the last one was ended.
    pub async fn enter(&self, person: usize, request: &str) -> Result<Actor> {
        let origin = Origin { request_id: request.into(), ..origin() };
        let signed_in = self.person(person);
        match actor::enter(&self.i.services, &signed_in, &self.slug, &origin).await {
            Err(Error::NotSignedIn) => {}
            entered => return entered,
        }
        let number = {
            let mut sessions = self.sessions.lock().unwrap();
            *sessions += 1;
            *sessions
        };
        let id = uuid::Uuid::from_u128(0x0197_a8b4_0000_7000_a000_0000_0000_0000 + number);
        let anew = SignedIn { session: SessionId::from_uuid(id), ..signed_in };
        session(&self.i, &anew).await;
        self.people.lock().unwrap()[person] = anew.clone();
        actor::enter(&self.i.services, &anew, &self.slug, &origin).await
    }

    /// The places of those who administer at the moment.
    pub async fn administrators(&self) -> Vec<usize> {
        let them = "SELECT email FROM members WHERE role = 'administrator' AND state = 'active' \
                    AND organization_id = (SELECT id FROM organizations WHERE slug = 'acme')";
        let them = self.i.db.texts(them).await;
        (0..PEOPLE).filter(|person| them.contains(&email(*person))).collect()
    }

    /// The places of those who own a group at the moment, and do not administer.
    pub async fn owners(&self, group: &str) -> Vec<usize> {
        self.there(group, "gm.role = 'owner' AND m.state = 'active' AND m.role <> 'administrator'").await
    }

    /// The places of those who are in a group at the moment.
    async fn there(&self, group: &str, who: &str) -> Vec<usize> {
        let them = format!(
            "SELECT m.email FROM group_members gm JOIN members m ON m.organization_id = gm.organization_id \
             AND m.id = gm.member_id JOIN groups g ON g.organization_id = gm.organization_id AND g.id = gm.group_id \
             JOIN organizations o ON o.id = g.organization_id WHERE o.slug = 'acme' AND lower(g.name) = '{}' \
             AND gm.ends_at > {} AND {who}",
            group.to_lowercase(),
            self.i.services.now().millis()
        );
        let them = self.i.db.texts(&them).await;
        (0..=BYSTANDER).filter(|person| them.contains(&email(*person))).collect()
    }

    /// The member of an address, or whoever is in a group at that place of those who are.
    pub async fn member_in(&self, group: &str, person: usize, in_it: bool) -> MemberId {
        let mut there = if in_it { self.there(group, "m.state <> 'deleted'").await } else { Vec::new() };
        there.retain(|one| *one != BYSTANDER);
        let person = if there.is_empty() { person } else { there[person % there.len()] };
        self.member(person).await
    }

    pub async fn group(&self, name: &str) -> GroupId {
        let sqlite = self.i.db.address.starts_with("sqlite");
        let id = if sqlite { "lower(hex(id))" } else { "replace(id::text, '-', '')" };
        let acme = "organization_id = (SELECT id FROM organizations WHERE slug = 'acme')";
        let named = format!("SELECT {id} FROM groups WHERE lower(name) = '{}' AND {acme}", name.to_lowercase());
        let found = self.i.db.texts(&named).await;
        // Somebody may have deleted it.
        let gone = || uuid::Uuid::from_u128(0x0197_a8b4_0000_7000_b000_0000_0000_0000);
        GroupId::from_uuid(found.first().map_or_else(gone, |id| uuid::Uuid::try_parse(id).unwrap()))
    }

    /// The day so many days from now, as a date field has it; the organization says nothing of a zone.
    pub fn day(&self, later: Option<i64>) -> String {
        let day = |later: i64| {
            let at = self.i.services.now().plus_seconds(later * 86_400);
            domain::Moment { at, offset: 0 }.iso().chars().take(10).collect()
        };
        later.map_or_else(String::new, day)
    }

    /// The member of an address; the stranger where there is none.
    pub async fn member(&self, person: usize) -> MemberId {
        ours(&self.i.db, &email(person)).await.unwrap_or(self.stranger)
    }

    pub async fn members(&self, people: &[usize]) -> Vec<MemberId> {
        let mut members = Vec::new();
        for person in people {
            members.push(self.member(*person).await);
        }
        members
    }
}

/// The member of an address in the organization of the game.
pub async fn ours(db: &store::testing::TestDatabase, email: &str) -> Option<MemberId> {
    let id = if db.address.starts_with("sqlite") { "lower(hex(id))" } else { "replace(id::text, '-', '')" };
    let acme = "organization_id = (SELECT id FROM organizations WHERE slug = 'acme')";
    let found = db.texts(&format!("SELECT {id} FROM members WHERE email = '{email}' AND {acme}")).await;
    found.first().map(|id| MemberId::from_uuid(uuid::Uuid::try_parse(id).unwrap()))
}

pub fn token_of(link: &str) -> &str {
    link.rsplit('/').next().unwrap()
}
