//! Invents people in batches.

use super::addresses::Addresses;
use super::dice::Dice;
use super::groups::Groups;
use super::lives::{Life, OLDEST, before};
use super::names::Names;
use crate::{Error, Result};
use domain::{
    AccountId, Email, GroupId, GroupRole, MemberId, MemberKind, OrganizationRole, PersonName, Refused, Timestamp,
    new_uuid,
};
use std::collections::HashSet;
use store::accounts::NewAccount;
use store::groups::GroupMember;
use store::members::{NewMember, State};

/// How many people one statement or a few write.
const CHUNK: u64 = 24_000;

/// Some people, to be written together.
#[derive(Default)]
pub(super) struct Chunk {
    pub accounts: Vec<NewAccount>,
    pub members: Vec<NewMember>,
    pub joins: Vec<GroupMember>,
    /// Those who count in no group.
    pub deleted: HashSet<MemberId>,
}

/// The accounts that can sign in: name, address, role.
const NAMED: [(&str, &str, OrganizationRole); 4] = [
    ("Amara Okafor", "admin@demo.example", OrganizationRole::Administrator),
    ("Sven Lindqvist", "security@demo.example", OrganizationRole::Security),
    ("Oksana Brandt", "owner@demo.example", OrganizationRole::Member),
    ("Mateo Ríos", "member@demo.example", OrganizationRole::Member),
];

/// How many people have a name of their own here.
pub(super) const FEWEST: u64 = NAMED.len() as u64;

/// Makes people.
pub(super) struct People {
    now: Timestamp,
    left: u64,
    groups: Groups,
    password_hash: String,
    names: Names,
    addresses: Addresses,
    dice: Dice,
}

impl People {
    pub fn new(now: Timestamp, members: u64, groups: Groups, password_hash: String, dice: Dice) -> Self {
        let (names, addresses) = (Names::read(), Addresses::default());
        Self { now, left: members, groups, password_hash, names, addresses, dice }
    }

    /// Those who can sign in.
    pub fn named(&mut self) -> Result<Chunk> {
        let mut chunk = Chunk::default();
        let since = before(self.now, OLDEST);
        for (name, email, role) in NAMED {
            let life = Life::fresh(State::Active, since);
            let member = self.member(&mut chunk, (name, email), MemberKind::Internal, Some(role), life)?;
            let join = |group: GroupId, role: GroupRole| GroupMember {
                group,
                member,
                role,
                created_at: since,
                given_by: None,
                ends_at: Timestamp::NO_END,
            };
            match email {
                "owner@demo.example" => chunk.joins.push(join(self.groups.support, GroupRole::Owner)),
                "member@demo.example" => {
                    chunk.joins.extend(self.groups.ordinary().map(|group| join(group, GroupRole::Member)));
                }
                _ => {}
            }
        }
        for account in &mut chunk.accounts {
            account.password_hash = Some(self.password_hash.clone());
        }
        self.left = self.left.saturating_sub(FEWEST);
        Ok(chunk)
    }

    /// The next people; nothing when all are made.
    pub fn next(&mut self) -> Result<Option<Chunk>> {
        let number = self.left.min(CHUNK);
        self.left -= number;
        let mut chunk = Chunk::default();
        for _ in 0..number {
            self.somebody(&mut chunk)?;
        }
        Ok((number > 0).then_some(chunk))
    }

    fn somebody(&mut self, chunk: &mut Chunk) -> Result<()> {
        let external = self.dice.in_hundred(2);
        let name = self.names.draw(&mut self.dice);
        let email = self.addresses.draw(&name, external, &mut self.dice);
        let life = Life::draw(self.now, external, &mut self.dice);
        let role = match self.dice.below(1_000) {
            _ if external => None,
            0..4 if life.state != State::Deleted => Some(OrganizationRole::Administrator),
            4..29 => Some(OrganizationRole::Security),
            _ => Some(OrganizationRole::Member),
        };
        let kind = if external { MemberKind::External } else { MemberKind::Internal };
        let may_own = life.state == State::Active && !external;
        let since = life.created_at;
        // People whose directory had no name of them.
        let shown = if life.state == State::Invited && self.dice.in_hundred(15) { "" } else { name.text.as_str() };
        let member = self.member(chunk, (shown, &email), kind, role, life)?;
        chunk.joins.extend(self.groups.of(member, since, may_own, &mut self.dice));
        Ok(())
    }

    /// Adds a member, the account where there must be one, and the membership among the administrators
    /// that goes with the role (spec R1).
    fn member(
        &mut self,
        chunk: &mut Chunk,
        (name, email): (&str, &str),
        kind: MemberKind,
        role: Option<OrganizationRole>,
        life: Life,
    ) -> Result<MemberId> {
        let id = MemberId::from_uuid(new_uuid(life.created_at, self.dice.bytes()));
        let email = Email::parse(email).map_err(wrong)?;
        let name = match name {
            "" => None,
            name => Some(PersonName::parse(name).map_err(wrong)?),
        };
        let mut account = None;
        if let (State::Active | State::Deleted, Some(name)) = (life.state, &name) {
            let id = AccountId::from_uuid(new_uuid(life.created_at, self.dice.bytes()));
            account = Some(id);
            chunk.accounts.push(NewAccount {
                id,
                email: email.clone(),
                name: name.clone(),
                password_hash: None,
                time_zone: None,
                created_at: life.created_at,
            });
        }
        if life.state == State::Deleted {
            chunk.deleted.insert(id);
        }
        if role == Some(OrganizationRole::Administrator) {
            let (group, role) = (self.groups.administrators, GroupRole::Member);
            chunk.joins.push(GroupMember {
                group,
                member: id,
                role,
                created_at: life.created_at,
                given_by: None,
                ends_at: Timestamp::NO_END,
            });
        }
        chunk.members.push(NewMember {
            id,
            account,
            email,
            name: name.map(String::from).unwrap_or_default(),
            kind,
            role,
            state: life.state,
            invite_expires_at: life.invite_expires_at,
            created_at: life.created_at,
            role_given_by: None,
            last_active_at: life.last_active_at,
            logins_count: life.logins_count,
            last_login_at: life.last_login_at,
            last_login_ip: life.last_login_ip,
        });
        Ok(id)
    }
}

fn wrong(refused: Refused) -> Error {
    Error::Internal(format!("the demo's tables: {refused}"))
}
