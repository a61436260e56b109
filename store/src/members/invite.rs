//! Changes that invitations make to members (spec I5–I7, E5).

use super::search;
use super::table::Entry;
use super::{Cell, Existing, State, move_counts, ranges, role_of, role_word};
use crate::entities::group_members;
use crate::entities::members::{Column, Entity, Model};
use crate::given::called;
use crate::ip::ip_of;
use crate::{Given, Result, lockouts};
use domain::{AccountId, MemberId, MemberKind, MemberStatus, OrganizationId, OrganizationRole, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait};
use std::net::IpAddr;

/// One member, with what an invitation is about.
#[derive(Clone, Debug)]
pub struct Single {
    /// Address, name, role and state.
    pub member: Existing,
    /// The account, once there was one.
    pub account: Option<AccountId>,
    /// When the invitation runs out.
    pub invite_expires_at: Timestamp,
    /// Who gave the role.
    pub role_given: Given,
    /// When they came, and when they were there.
    pub seen: Seen,
}

/// When a member came, and when they were there.
#[derive(Clone, Debug)]
pub struct Seen {
    /// When the member was added.
    pub created_at: Timestamp,
    /// When the member was last active here, or never.
    pub last_active_at: Timestamp,
    /// How often the member signed in here.
    pub logins_count: u64,
    /// When the member last did, or never.
    pub last_login_at: Timestamp,
    /// From where.
    pub last_login_ip: Option<IpAddr>,
}

impl Single {
    /// The status at an instant.
    pub fn status(&self, now: Timestamp) -> MemberStatus {
        self.member.state.at(self.invite_expires_at, now)
    }
}

impl TryFrom<Model> for Single {
    type Error = crate::Error;
    fn try_from(row: Model) -> Result<Self> {
        let (kind, role, state) = (super::kind_of(&row.kind)?, role_of(&row.role)?, State::parse(&row.state)?);
        let id = MemberId::from_uuid(row.id);
        Ok(Self {
            member: Existing { id, email: row.email, name: row.name, kind, role, state },
            account: row.account_id.map(AccountId::from_uuid),
            invite_expires_at: Timestamp::from_millis(row.invite_expires_at),
            role_given: Given::read(row.role_given_by, row.role_given_at),
            seen: Seen {
                created_at: Timestamp::from_millis(row.created_at),
                last_active_at: Timestamp::from_millis(row.last_active_at),
                logins_count: u64::try_from(row.logins_count).unwrap_or(0),
                last_login_at: Timestamp::from_millis(row.last_login_at),
                last_login_ip: ip_of(&row.last_login_ip),
            },
        })
    }
}

/// A member by id.
pub async fn find_one(db: &impl ConnectionTrait, organization: OrganizationId, id: MemberId) -> Result<Option<Single>> {
    let row = Entity::find()
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .one(db)
        .await?;
    row.map(TryInto::try_into).transpose()
}

/// A member, with what other tables say of them.
#[derive(Clone, Debug)]
pub struct Detailed {
    /// The member.
    pub member: Single,
    /// Whether wrong passwords locked their account's sign-in (spec L2).
    pub locked: bool,
    /// What the member is called who gave the role; nothing where nobody did, or where they were erased.
    pub role_giver: Option<String>,
}

/// A member by id, with what other tables say of them at an instant.
pub async fn find_detailed(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: MemberId,
    now: Timestamp,
) -> Result<Option<Detailed>> {
    let row = Entity::find()
        .expr_as(Expr::case(lockouts::is_locked((Entity, Column::AccountId), now), 1_i64).finally(0_i64), LOCKED)
        .expr_as(Expr::from(called(organization, Expr::col((Entity, Column::RoleGivenBy)))), ROLE_GIVER)
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .into_query();
    let Some(row) = db.query_one(&row).await? else { return Ok(None) };
    Ok(Some(Detailed {
        member: Model::from_query_result(&row, "")?.try_into()?,
        locked: row.try_get::<i64>("", LOCKED)? == 1,
        role_giver: row.try_get("", ROLE_GIVER)?,
    }))
}

/// The names under which a statement says whether somebody is locked out, and what the giver of their role is called.
const LOCKED: &str = "is_locked";
const ROLE_GIVER: &str = "role_giver";

/// Starts the clock of members' invitations anew.
pub async fn restart_invites(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    members: &[MemberId],
    expires_at: Timestamp,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::InviteExpiresAt, Expr::value(expires_at.millis()))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::Id.is_in(members.iter().map(|id| id.uuid())))
        .exec(db)
        .await?;
    Ok(())
}

/// Makes an invited member an active one: the account's, under its name.
pub async fn accept(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    member: &Existing,
    account: AccountId,
    name: &str,
) -> Result<()> {
    let cell = Cell { state: State::Active, kind: member.kind, role: member.role };
    let entry = Entry::of(member.id, &member.email, name, cell);
    let set = [
        (Column::AccountId, Expr::value(account.uuid())),
        (Column::State, Expr::value(State::Active.word())),
        (Column::Name, Expr::value(name)),
        (Column::NameKey, Expr::value(entry.name_key.clone())),
        (Column::InviteExpiresAt, Expr::value(Timestamp::NO_END.millis())),
    ];
    change(db, organization, member, entry, &set).await
}

/// Invites a removed member once more, as somebody new: with these roles, in no group yet (spec E5).
pub async fn invite_again(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    member: &Existing,
    (role, given): (OrganizationRole, Given),
    name: &str,
) -> Result<()> {
    use group_members::Column as Join;
    // Removed members are counted nowhere.
    group_members::Entity::delete_many()
        .filter(Join::OrganizationId.eq(organization.uuid()))
        .filter(Join::MemberId.eq(member.id.uuid()))
        .exec(db)
        .await?;
    let cell = Cell { state: State::Invited, kind: MemberKind::Internal, role: Some(role) };
    let entry = Entry::of(member.id, &member.email, name, cell);
    let set = [
        (Column::State, Expr::value(State::Invited.word())),
        (Column::Kind, Expr::value(MemberKind::Internal.word())),
        (Column::Role, Expr::value(role_word(Some(role)))),
        (Column::RoleGivenBy, Expr::value(given.by.map(MemberId::uuid))),
        (Column::RoleGivenAt, Expr::value(given.at.millis())),
        // Whoever had an account here accepts anew.
        (Column::AccountId, Expr::value(Option::<uuid::Uuid>::None)),
        (Column::Name, Expr::value(name)),
        (Column::NameKey, Expr::value(entry.name_key.clone())),
    ];
    change(db, organization, member, entry, &set).await
}

/// Changes one member, and all that is kept of members elsewhere with it.
pub(super) async fn change(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    member: &Existing,
    entry: Entry,
    set: &[(Column, Expr)],
) -> Result<()> {
    let before = Cell { state: member.state, kind: member.kind, role: member.role };
    let after = entry.cell;
    search::remove(db, organization, [member.id].into_iter()).await?;
    search::add(db, organization, [entry].into_iter()).await?;
    ranges::around(db, organization, &[member.id], async || {
        let mut update = Entity::update_many()
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::OrganizationId.eq(organization.uuid()))
            .filter(Column::Id.eq(member.id.uuid()));
        for (column, value) in set {
            update = update.col_expr(*column, value.clone());
        }
        update.exec(db).await?;
        Ok(())
    })
    .await?;
    move_counts(db, organization, [(before, -1), (after, 1)]).await
}
