//! Adds and changes members, many at a time.

use super::search;
use super::table::Entry;
use super::{Cell, State, move_counts, ranges, role_of, role_word};
use crate::entities::members::{ActiveModel, Column, Entity};
use crate::ip::ip_bytes;
use crate::{Given, Result, bulk};
use domain::audit::MemberRecord;
use domain::{AccountId, Email, MemberId, MemberKind, OrganizationId, OrganizationRole, Timestamp};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Value};
use std::collections::HashMap;
use std::net::IpAddr;

/// A member that is to be added.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// The id.
    pub id: MemberId,
    /// The account; an invited person has none before accepting.
    pub account: Option<AccountId>,
    /// The address.
    pub email: Email,
    /// The name, empty where none is known.
    pub name: String,
    /// Internal or external.
    pub kind: MemberKind,
    /// The organization role; none for external members.
    pub role: Option<OrganizationRole>,
    /// Active, invited or deleted.
    pub state: State,
    /// When the invitation runs out; [`Timestamp::NO_END`] while it has no link.
    pub invite_expires_at: Timestamp,
    /// When the member is added.
    pub created_at: Timestamp,
    /// The member who gave the role; nobody where it was done on the command line.
    pub role_given_by: Option<MemberId>,
    /// When the member was last active here.
    pub last_active_at: Timestamp,
    /// How often the member signed in here.
    pub logins_count: u64,
    /// When the member last signed in here.
    pub last_login_at: Timestamp,
    /// From where.
    pub last_login_ip: Option<IpAddr>,
}

/// Adds members and moves the counters. Their groups are added by `groups::add_members`.
///
/// # Errors
/// [`crate::Error::Duplicate`] where an address has a row already.
pub async fn insert(db: &impl ConnectionTrait, organization: OrganizationId, new: Vec<NewMember>) -> Result<()> {
    let entry =
        |m: &NewMember| Entry::of(m.id, m.email.as_str(), &m.name, Cell { state: m.state, kind: m.kind, role: m.role });
    let entries: Vec<Entry> = new.iter().map(entry).collect();
    let changes: Vec<(Cell, i64)> = entries.iter().map(|entry| (entry.cell, 1)).collect();
    let row = |(member, entry): (NewMember, &Entry)| ActiveModel {
        organization_id: Set(organization.uuid()),
        id: Set(member.id.uuid()),
        account_id: Set(member.account.map(AccountId::uuid)),
        email_identity: Set(member.email.identity()),
        email_key: Set(entry.email_key.clone()),
        email: Set(member.email.into()),
        name_key: Set(entry.name_key.clone()),
        name: Set(member.name),
        kind: Set(member.kind.word().into()),
        role: Set(role_word(member.role).into()),
        state: Set(member.state.word().into()),
        invite_expires_at: Set(member.invite_expires_at.millis()),
        created_at: Set(member.created_at.millis()),
        last_active_at: Set(member.last_active_at.millis()),
        logins_count: Set(i64::try_from(member.logins_count).unwrap_or(i64::MAX)),
        last_login_at: Set(member.last_login_at.millis()),
        last_login_ip: Set(ip_bytes(member.last_login_ip)),
        version: Set(1),
        role_given_by: Set(member.role_given_by.map(MemberId::uuid)),
        role_given_at: Set(member.created_at.millis()),
    };
    let ids: Vec<MemberId> = new.iter().map(|member| member.id).collect();
    ranges::around(db, organization, &ids, async || bulk::insert(db, new.into_iter().zip(&entries).map(row)).await)
        .await?;
    search::add(db, organization, entries.into_iter()).await?;
    move_counts(db, organization, changes).await
}

/// A member as a bulk change finds it.
#[derive(Clone, Debug)]
pub struct Existing {
    /// The member.
    pub id: MemberId,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// Internal or external.
    pub kind: MemberKind,
    /// The organization role.
    pub role: Option<OrganizationRole>,
    /// Active, invited or deleted.
    pub state: State,
}

impl Existing {
    /// As the audit log records it.
    pub fn record(&self) -> MemberRecord {
        MemberRecord { name: self.name.clone(), role: self.role, status: self.state.into() }
    }
}

/// The members whose addresses have one of these identities, by identity.
pub async fn find_existing(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    identities: Vec<String>,
) -> Result<HashMap<String, Existing>> {
    let mut found = HashMap::new();
    for some in identities.chunks(10_000) {
        let rows: Vec<(String, uuid::Uuid, String, String, String, String, String)> = Entity::find()
            .select_only()
            .columns([Column::EmailIdentity, Column::Id, Column::Email, Column::Name])
            .columns([Column::Kind, Column::Role, Column::State])
            .filter(Column::OrganizationId.eq(organization.uuid()))
            .filter(Column::EmailIdentity.is_in(bulk::padded(some)))
            .into_tuple()
            .all(db)
            .await?;
        for (identity, id, email, name, kind, role, state) in rows {
            let (kind, role, state) = (super::kind_of(&kind)?, role_of(&role)?, State::parse(&state)?);
            found.insert(identity, Existing { id: MemberId::from_uuid(id), email, name, kind, role, state });
        }
    }
    Ok(found)
}

/// What a change sets; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Update {
    /// A new name.
    pub name: Option<String>,
    /// A new organization role, and whose doing it is.
    pub role: Option<(OrganizationRole, Given)>,
}

impl Update {
    /// Another name.
    pub fn name(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), role: None }
    }
    /// Another role.
    pub fn role(role: OrganizationRole, given: Given) -> Self {
        Self { name: None, role: Some((role, given)) }
    }
    /// The role afterwards, where there was one before.
    pub fn role_or(&self, before: Option<OrganizationRole>) -> Option<OrganizationRole> {
        self.role.map(|(role, _)| role).or(before)
    }
}

/// Changes members and moves the counters. Each must be there once.
pub async fn update_many(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    changes: Vec<(Existing, Update)>,
) -> Result<()> {
    let (mut names, mut raised, mut roles) = (Vec::new(), Vec::new(), Vec::new());
    let (mut moves, mut entries) = (Vec::new(), Vec::new());
    let ids: Vec<MemberId> = changes.iter().map(|(member, _)| member.id).collect();
    for (member, update) in changes {
        let id = Value::from(member.id.uuid());
        let name = update.name.as_ref().unwrap_or(&member.name);
        let cell = Cell { state: member.state, kind: member.kind, role: update.role_or(member.role) };
        let entry = Entry::of(member.id, &member.email, name, cell);
        if let Some((role, given)) = update.role {
            let cell = |role| Cell { state: member.state, kind: member.kind, role };
            moves.extend([(cell(member.role), -1), (cell(Some(role)), 1)]);
            let rows = if role == OrganizationRole::Administrator { &mut raised } else { &mut roles };
            let by = Value::Uuid(given.by.map(MemberId::uuid));
            rows.push([id.clone(), role.word().into(), by, given.at.millis().into()]);
        }
        if let Some(name) = update.name {
            names.push([id, entry.name_key.clone().into(), name.into()]);
        }
        entries.push(entry);
    }
    search::remove(db, organization, entries.iter().map(|entry| entry.id)).await?;
    search::add(db, organization, entries.into_iter()).await?;
    // One statement for each column that changes: setting a column, even to what it is, costs its index.
    let organization_id = organization.uuid();
    ranges::around(db, organization, &ids, async || {
        let set = "name_key = given.name_key, name = given.name, version = version + 1";
        bulk::update(db, "members", set, ["id", "name_key", "name"], organization_id, names).await?;
        let set =
            "role = given.role, role_given_by = given.given_by, role_given_at = given.given_at, version = version + 1";
        let columns = ["id", "role", "given_by", "given_at"];
        // Whoever becomes an administrator does so before others cease to be: there always is one (spec R7).
        bulk::update(db, "members", set, columns, organization_id, raised).await?;
        bulk::update(db, "members", set, columns, organization_id, roles).await
    })
    .await?;
    move_counts(db, organization, moves).await
}

/// Changes a member and moves the counters.
pub async fn update(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    member: &Existing,
    update: Update,
) -> Result<()> {
    update_many(db, organization, vec![(member.clone(), update)]).await
}
