//! Writing many rows with few statements.

use crate::Result;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryTrait, sea_query::OnConflict};

/// The most values that one statement may carry: SQLite's bound, the lower of the two.
const MOST_VALUES: usize = 32_000;

/// Inserts rows, as many with one statement as it carries.
pub(crate) async fn insert<E, M>(db: &impl ConnectionTrait, rows: Vec<M>, conflict: Option<OnConflict>) -> Result<()>
where
    E: EntityTrait,
    M: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
{
    use sea_orm::Iterable;
    let columns = E::Column::iter().count();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some: Vec<M> = rows.by_ref().take(MOST_VALUES / columns).collect();
        let mut insert = E::insert_many(some.into_iter().map(IntoActiveModel::into_active_model));
        if let Some(conflict) = &conflict {
            insert = insert.on_conflict(conflict.clone());
        }
        db.execute(&insert.into_query()).await?;
    }
    Ok(())
}
