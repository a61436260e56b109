//! Organizations, and which of them an account belongs to.

use crate::entities::members;
use crate::entities::organizations::{ActiveModel, Column, Entity, Model};
use crate::{Error, Result};
use domain::organizations::{InviteLifetime, OrganizationSummary};
use domain::{AccountId, Bytes, OrganizationId, OrganizationKind, OrganizationName, Slug, Timestamp, ZoneName, text};
use sea_orm::sea_query::{Expr, ExprTrait, LockType, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

/// An organization as it is stored.
#[derive(Clone, Debug)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Slug, name and kind.
    pub summary: OrganizationSummary,
    /// The zone for members who chose none.
    pub time_zone: Option<ZoneName>,
}

impl TryFrom<Model> for Organization {
    type Error = Error;
    fn try_from(row: Model) -> Result<Self> {
        let unreadable = |what: domain::Refused| Error::Unreadable(format!("organization {}: {what}", row.id));
        Ok(Self {
            id: OrganizationId::from_uuid(row.id),
            summary: OrganizationSummary {
                slug: Slug::parse(&row.slug).map_err(unreadable)?,
                name: OrganizationName::parse(&row.name).map_err(unreadable)?,
                kind: OrganizationKind::parse(&row.kind).map_err(unreadable)?,
            },
            time_zone: row.time_zone.and_then(|zone| ZoneName::parse(&zone).ok()),
        })
    }
}

/// The organization of a slug.
pub async fn find_by_slug(db: &impl ConnectionTrait, slug: &Slug) -> Result<Option<Organization>> {
    Entity::find().filter(Column::Slug.eq(slug.as_str())).one(db).await?.map(TryInto::try_into).transpose()
}

/// An organization by its id.
pub async fn find(db: &impl ConnectionTrait, id: OrganizationId) -> Result<Option<Organization>> {
    Entity::find_by_id(id.uuid()).one(db).await?.map(TryInto::try_into).transpose()
}

/// Makes an organization.
///
/// # Errors
/// [`Error::Duplicate`] where the slug is taken.
pub async fn insert(db: &impl ConnectionTrait, new: &Organization, at: Timestamp) -> Result<()> {
    let row = ActiveModel {
        id: Set(new.id.uuid()),
        slug: Set(new.summary.slug.to_string()),
        name: Set(new.summary.name.to_string()),
        name_key: Set(text::fold(new.summary.name.as_str())),
        kind: Set(new.summary.kind.word().into()),
        time_zone: Set(new.time_zone.clone().map(Into::into)),
        created_at: Set(at.millis()),
        group_count: Set(0),
        invite_days: Set(InviteLifetime::default().days().into()),
        version: Set(1),
        monthly_capacity: Set(0),
        owner_search: Set(1),
    };
    row.insert(db).await?;
    Ok(())
}

/// Holds an organization's row until the transaction ends, so that whoever changes who administers it
/// takes turns (DESIGN 4). SQLite has one writer at a time anyway. Rows that only refer to the organization may
/// still be written: `FOR UPDATE` would make a sign-in wait for an import, which may wait for the sign-in.
pub async fn lock(db: &impl ConnectionTrait, id: OrganizationId) -> Result<()> {
    if db.get_database_backend() == DbBackend::Postgres {
        Entity::find_by_id(id.uuid()).lock(LockType::NoKeyUpdate).one(db).await?;
    }
    Ok(())
}

/// The organizations in which an account is an active member, by name.
pub async fn of_account(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Organization>> {
    let theirs = Query::select()
        .column(members::Column::OrganizationId)
        .from(members::Entity)
        .and_where(members::Column::AccountId.eq(account.uuid()))
        .and_where(members::Column::State.eq("active"))
        .to_owned();
    let rows = Entity::find()
        .filter(Column::Id.in_subquery(theirs))
        .order_by_asc(Column::NameKey)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// When an account was last active in an organization that it entered as an active member.
#[derive(Clone, Copy, Debug)]
pub struct Entered {
    /// The organization.
    pub organization: OrganizationId,
    /// When, as far as it is written: up to a few minutes late.
    pub last_active_at: Timestamp,
}

/// The organizations that an account ever entered and is an active member of.
pub async fn entered(db: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Entered>> {
    let found: Vec<(uuid::Uuid, i64)> = members::Entity::find()
        .select_only()
        .columns([members::Column::OrganizationId, members::Column::LastActiveAt])
        .filter(members::Column::AccountId.eq(account.uuid()))
        .filter(members::Column::State.eq("active"))
        .filter(members::Column::LastLoginAt.gt(0))
        .into_tuple()
        .all(db)
        .await?;
    let entered = |(organization, at)| Entered {
        organization: OrganizationId::from_uuid(organization),
        last_active_at: Timestamp::from_millis(at),
    };
    Ok(found.into_iter().map(entered).collect())
}

/// How long an organization's invitations live (spec I5).
pub async fn invite_lifetime(db: &impl ConnectionTrait, id: OrganizationId) -> Result<InviteLifetime> {
    let days: Option<i64> =
        Entity::find_by_id(id.uuid()).select_only().column(Column::InviteDays).into_tuple().one(db).await?;
    let unreadable = |what| Error::Unreadable(format!("organization {id}: {what}"));
    match days {
        Some(days) => InviteLifetime::of_days(days).map_err(unreadable),
        None => Ok(InviteLifetime::default()),
    }
}

/// Sets how long invitations live that are made from now on.
pub async fn set_invite_lifetime(
    db: &impl ConnectionTrait,
    id: OrganizationId,
    lifetime: InviteLifetime,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::InviteDays, Expr::value(i64::from(lifetime.days())))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

/// What an organization gives its groups, and lets their owners do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupRules {
    /// What it has a month, of which groups reserve shares (spec F3).
    pub capacity: Bytes,
    /// Whether owners of groups find people of the whole organization (spec R6).
    pub owner_search: bool,
}

/// An organization's rules for groups.
pub async fn group_rules(db: &impl ConnectionTrait, id: OrganizationId) -> Result<GroupRules> {
    let found: Option<(i64, i64)> = rules_of(id).into_tuple().one(db).await?;
    let (capacity, owner_search) = found.unwrap_or((0, 1));
    GroupRules::read(id, capacity, owner_search)
}

/// Asks for the columns of an organization's rules for groups.
pub(crate) fn rules_of(id: OrganizationId) -> Select<Entity> {
    Entity::find_by_id(id.uuid()).select_only().columns([Column::MonthlyCapacity, Column::OwnerSearch])
}

impl GroupRules {
    /// As the columns have them.
    ///
    /// # Errors
    /// [`Error::Unreadable`] where the capacity is none.
    pub(crate) fn read(id: OrganizationId, capacity: i64, owner_search: i64) -> Result<Self> {
        let capacity = u64::try_from(capacity).ok().and_then(|bytes| Bytes::of(bytes).ok());
        let capacity = capacity.ok_or_else(|| Error::Unreadable(format!("organization {id}: its capacity")))?;
        Ok(Self { capacity, owner_search: owner_search == 1 })
    }
}

/// Sets them. Hold the organization's row first.
pub async fn set_group_rules(db: &impl ConnectionTrait, id: OrganizationId, rules: GroupRules) -> Result<()> {
    let capacity = i64::try_from(rules.capacity.number()).unwrap_or(i64::MAX);
    Entity::update_many()
        .col_expr(Column::MonthlyCapacity, Expr::value(capacity))
        .col_expr(Column::OwnerSearch, Expr::value(i64::from(rules.owner_search)))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id.uuid()))
        .exec(db)
        .await?;
    Ok(())
}
