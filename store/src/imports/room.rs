//! How many rows of imports are stored for an organization.

use super::{DISCARDED, change_where, unsigned};
use crate::Result;
use crate::entities::import_rows;
use crate::entities::imports::{Column, Entity};
use domain::import::ImportState;
use domain::{ImportId, OrganizationId, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// An import as far as it takes room.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Which.
    pub id: ImportId,
    /// The file's name.
    pub file: String,
    /// How many rows are kept of it.
    pub rows: u64,
    /// Whether it is being read, by somebody who gave a sign of life.
    pub checking: bool,
    /// Whether it can be thrown away: nobody works on it.
    pub rests: bool,
}

/// What is kept of an organization's imports, the newest first, but for those that are thrown away: their rows go.
pub async fn kept(db: &impl ConnectionTrait, organization: OrganizationId, stale: Timestamp) -> Result<Vec<Kept>> {
    let rows: Vec<(Uuid, String, String, i64, [i64; 4])> = Entity::find()
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::State.ne(DISCARDED))
        .order_by_desc(Column::Id)
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row.file, row.state, row.beat_at, [row.added, row.changed, row.unchanged, row.refused]))
        .collect();
    let kept = rows.into_iter().map(|(id, file, state, beat_at, counts)| {
        let checking = state == ImportState::Checking.word() && beat_at >= stale.millis();
        let rests = state != ImportState::Applying.word() && !checking;
        Kept { id: ImportId::from_uuid(id), file, rows: counts.map(unsigned).iter().sum(), checking, rests }
    });
    Ok(kept.collect())
}

/// Deletes some rows of an import that could not be read to its end; with the last of them its counts are none. Says
/// whether that is so.
pub async fn empty_some(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ImportId,
    most: u64,
) -> Result<bool> {
    let none_left = delete_rows(db, organization, id, most).await?;
    if none_left {
        let counts = [Column::Added, Column::Changed, Column::Unchanged, Column::Refused, Column::GroupsMade];
        let changes = counts.into_iter().map(|column| (column, Expr::value(0))).collect();
        change_where(db, organization, id, Column::State.eq(ImportState::Failed.word()), changes).await?;
    }
    Ok(none_left)
}

/// Deletes some rows of an import; says whether none is left.
pub(super) async fn delete_rows(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ImportId,
    most: u64,
) -> Result<bool> {
    use import_rows::Column as Of;
    use sea_orm::sea_query::ExprTrait;
    let its = || Of::OrganizationId.eq(organization.uuid()).and(Of::ImportId.eq(id.uuid()));
    let last = import_rows::Entity::find()
        .select_only()
        .column(Of::Line)
        .filter(its())
        .order_by_asc(Of::Line)
        .offset(most)
        .limit(1)
        .into_tuple::<i64>()
        .one(db)
        .await?;
    let some = last.map_or_else(its, |line| its().and(Of::Line.lt(line)));
    import_rows::Entity::delete_many().filter(some).exec(db).await?;
    Ok(last.is_none())
}
