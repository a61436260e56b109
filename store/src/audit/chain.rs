//! The chain of seals over an organization's audit log: the rows that wait to be sealed, and the seals (decision 19).

use crate::entities::{audit_adoptions, audit_events, audit_seals, audit_slips, organizations};
use crate::{Error, Result, bulk};
use domain::audit::chain::{ChainHash, ChainHead, MOST_IN_A_SEAL, Manner, MarkedRow, StoredRow};
use domain::{AuditId, OrganizationId, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

pub use crate::dialect::try_lock_chain as try_lock;

/// Marks that no seal has yet.
#[derive(Clone, Debug)]
pub struct Slip {
    /// The lowest id of its rows.
    pub id: AuditId,
    /// The packed marks.
    pub marks: Vec<u8>,
}

/// A link of the chain.
#[derive(Clone, Debug)]
pub struct Seal {
    /// Which one it is, and its hash.
    pub head: ChainHead,
    /// When it was made.
    pub sealed_at: Timestamp,
    /// How its rows came into it.
    pub manner: Manner,
    /// The packed marks of its rows.
    pub marks: Vec<u8>,
}

/// Rows from before there was a chain that are still to be sealed.
#[derive(Clone, Copy, Debug)]
pub struct Adoption {
    /// Those after this one; all where there is none.
    pub after: Option<AuditId>,
    /// Up to this one.
    pub until: AuditId,
}

/// Writes marks down, to be sealed by whoever does that next.
pub(super) async fn add_slips(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    marks: &[MarkedRow],
) -> Result<()> {
    let slip = |marks: &[MarkedRow]| audit_slips::ActiveModel {
        organization_id: Set(organization.uuid()),
        id: Set(marks.iter().map(|row| row.id.uuid()).min().unwrap_or_default()),
        marks: Set(MarkedRow::pack(marks)),
    };
    bulk::insert(db, marks.chunks(MOST_IN_A_SEAL).map(slip)).await
}

/// The organizations in which something waits to be sealed.
pub async fn waiting(db: &impl ConnectionTrait) -> Result<Vec<OrganizationId>> {
    let slips = audit_slips::Entity::find().select_only().column(audit_slips::Column::OrganizationId).distinct();
    let mut found: Vec<uuid::Uuid> = slips.into_tuple().all(db).await?;
    let adoptions = audit_adoptions::Entity::find().select_only().column(audit_adoptions::Column::OrganizationId);
    found.extend(adoptions.into_tuple::<uuid::Uuid>().all(db).await?);
    found.sort_unstable();
    found.dedup();
    Ok(found.into_iter().map(OrganizationId::from_uuid).collect())
}

/// Slips after one, by their ids.
pub async fn slips(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    after: Option<AuditId>,
    most: u64,
) -> Result<Vec<Slip>> {
    let mut all = audit_slips::Entity::find().filter(audit_slips::Column::OrganizationId.eq(organization.uuid()));
    if let Some(after) = after {
        all = all.filter(audit_slips::Column::Id.gt(after.uuid()));
    }
    slips_of(db, all.order_by_asc(audit_slips::Column::Id).limit(most)).await
}

/// Slips that have rows up to this one.
pub async fn slips_until(db: &impl ConnectionTrait, organization: OrganizationId, until: AuditId) -> Result<Vec<Slip>> {
    let all = audit_slips::Entity::find()
        .filter(audit_slips::Column::OrganizationId.eq(organization.uuid()))
        .filter(audit_slips::Column::Id.lte(until.uuid()));
    slips_of(db, all).await
}

async fn slips_of(db: &impl ConnectionTrait, some: sea_orm::Select<audit_slips::Entity>) -> Result<Vec<Slip>> {
    let slip = |row: audit_slips::Model| Slip { id: AuditId::from_uuid(row.id), marks: row.marks };
    Ok(some.all(db).await?.into_iter().map(slip).collect())
}

/// The last seal of an organization's chain.
pub async fn last(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<Option<Seal>> {
    let found = audit_seals::Entity::find()
        .filter(audit_seals::Column::OrganizationId.eq(organization.uuid()))
        .order_by_desc(audit_seals::Column::Position)
        .one(db)
        .await?;
    found.map(TryInto::try_into).transpose()
}

/// Seals after a position, in their order.
pub async fn seals(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    after: i64,
    most: u64,
) -> Result<Vec<Seal>> {
    let found = audit_seals::Entity::find()
        .filter(audit_seals::Column::OrganizationId.eq(organization.uuid()))
        .filter(audit_seals::Column::Position.gt(after))
        .order_by_asc(audit_seals::Column::Position)
        .limit(most)
        .all(db)
        .await?;
    found.into_iter().map(TryInto::try_into).collect()
}

impl TryFrom<audit_seals::Model> for Seal {
    type Error = Error;
    fn try_from(row: audit_seals::Model) -> Result<Self> {
        let unreadable = || Error::Unreadable(format!("audit seal {} of {}", row.position, row.organization_id));
        Ok(Self {
            // What is no hash is not the right one either.
            head: ChainHead { position: row.position, hash: ChainHash(row.hash.try_into().unwrap_or_default()) },
            sealed_at: Timestamp::from_millis(row.sealed_at),
            manner: Manner::parse(&row.manner).ok_or_else(unreadable)?,
            marks: row.marks,
        })
    }
}

/// Adds seals to an organization's chain.
///
/// # Errors
/// [`Error::Duplicate`] where somebody else sealed at the same positions.
pub async fn add_seals(db: &impl ConnectionTrait, organization: OrganizationId, seals: Vec<Seal>) -> Result<()> {
    let row = |seal: Seal| audit_seals::ActiveModel {
        organization_id: Set(organization.uuid()),
        position: Set(seal.head.position),
        sealed_at: Set(seal.sealed_at.millis()),
        manner: Set(seal.manner.word().into()),
        marks: Set(seal.marks),
        hash: Set(seal.head.hash.0.to_vec()),
    };
    bulk::insert(db, seals.into_iter().map(row)).await
}

/// Seals that are for no rows, the last first: the first one of each chain that was begun behind an old one.
pub async fn without_rows(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<Vec<Seal>> {
    let found = audit_seals::Entity::find()
        .filter(audit_seals::Column::OrganizationId.eq(organization.uuid()))
        .filter(Expr::cust("length(marks) = 0"))
        .order_by_desc(audit_seals::Column::Position)
        .all(db)
        .await?;
    found.into_iter().map(TryInto::try_into).collect()
}

/// Says whether any organization has a seal, or waits for one.
pub async fn is_any(db: &impl ConnectionTrait) -> Result<bool> {
    let seal: Option<i64> =
        audit_seals::Entity::find().select_only().column(audit_seals::Column::Position).into_tuple().one(db).await?;
    let slip: Option<uuid::Uuid> =
        audit_slips::Entity::find().select_only().column(audit_slips::Column::Id).into_tuple().one(db).await?;
    Ok(seal.is_some() || slip.is_some())
}

/// How many seals and how many rows all logs have.
pub async fn count(db: &impl ConnectionTrait) -> Result<(u64, u64)> {
    Ok((audit_seals::Entity::find().count(db).await?, audit_events::Entity::find().count(db).await?))
}

/// Takes away what waits to be sealed, or to be adopted.
pub async fn forget_waiting(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<()> {
    audit_slips::Entity::delete_many()
        .filter(audit_slips::Column::OrganizationId.eq(organization.uuid()))
        .exec(db)
        .await?;
    set_adopted(db, organization, None).await
}

/// Takes away slips that are sealed.
pub async fn delete_slips(db: &impl ConnectionTrait, organization: OrganizationId, slips: &[AuditId]) -> Result<()> {
    let slips: Vec<uuid::Uuid> = slips.iter().map(|slip| slip.uuid()).collect();
    audit_slips::Entity::delete_many()
        .filter(audit_slips::Column::OrganizationId.eq(organization.uuid()))
        .filter(audit_slips::Column::Id.is_in(bulk::padded(&slips)))
        .exec(db)
        .await?;
    Ok(())
}

/// What is still to be adopted of an organization's log.
pub async fn adoption(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<Option<Adoption>> {
    let found = audit_adoptions::Entity::find_by_id(organization.uuid()).one(db).await?;
    let adoption = |row: audit_adoptions::Model| Adoption {
        after: row.after_id.map(AuditId::from_uuid),
        until: AuditId::from_uuid(row.until_id),
    };
    Ok(found.map(adoption))
}

/// Notes that rows up to this one are adopted; all of them where there is none.
pub async fn set_adopted(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    until: Option<AuditId>,
) -> Result<()> {
    match until {
        None => _ = audit_adoptions::Entity::delete_by_id(organization.uuid()).exec(db).await?,
        Some(row) => {
            audit_adoptions::Entity::update_many()
                .col_expr(audit_adoptions::Column::AfterId, row.uuid().into())
                .filter(audit_adoptions::Column::OrganizationId.eq(organization.uuid()))
                .exec(db)
                .await?;
        }
    }
    Ok(())
}

/// Rows of an organization's log as they are stored.
pub struct StoredRows(Vec<audit_events::Model>);

impl StoredRows {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = StoredRow<'_>> {
        self.0.iter().map(audit_events::Model::stored)
    }
}

/// The rows of these ids, as far as there are any, in no order.
pub async fn rows(db: &impl ConnectionTrait, organization: OrganizationId, ids: &[AuditId]) -> Result<StoredRows> {
    let ids: Vec<uuid::Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let found = audit_events::Entity::find()
        .filter(audit_events::Column::OrganizationId.eq(organization.uuid()))
        .filter(audit_events::Column::Id.is_in(bulk::padded(&ids)));
    Ok(StoredRows(found.all(db).await?))
}

/// The next rows that are to be adopted, by their ids.
pub async fn rows_of(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    adoption: Adoption,
    most: u64,
) -> Result<StoredRows> {
    let mut all = audit_events::Entity::find()
        .filter(audit_events::Column::OrganizationId.eq(organization.uuid()))
        .filter(audit_events::Column::Id.lte(adoption.until.uuid()));
    if let Some(after) = adoption.after {
        all = all.filter(audit_events::Column::Id.gt(after.uuid()));
    }
    Ok(StoredRows(all.order_by_asc(audit_events::Column::Id).limit(most).all(db).await?))
}

/// Ids of an organization's rows after one, in their order.
pub async fn ids(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    after: Option<AuditId>,
    most: u64,
) -> Result<Vec<AuditId>> {
    let mut all = audit_events::Entity::find()
        .select_only()
        .column(audit_events::Column::Id)
        .filter(audit_events::Column::OrganizationId.eq(organization.uuid()));
    if let Some(after) = after {
        all = all.filter(audit_events::Column::Id.gt(after.uuid()));
    }
    let found: Vec<uuid::Uuid> = all.order_by_asc(audit_events::Column::Id).limit(most).into_tuple().all(db).await?;
    Ok(found.into_iter().map(AuditId::from_uuid).collect())
}

/// All organizations, by their slugs.
pub async fn logs(db: &impl ConnectionTrait) -> Result<Vec<(OrganizationId, String)>> {
    let found: Vec<(uuid::Uuid, String)> = organizations::Entity::find()
        .select_only()
        .columns([organizations::Column::Id, organizations::Column::Slug])
        .order_by_asc(organizations::Column::Slug)
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().map(|(id, slug)| (OrganizationId::from_uuid(id), slug)).collect())
}
