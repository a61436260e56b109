//! Whether the installation has an owner, and which key it is sealed with.

use crate::Result;
use crate::entities::{installation, organizations};
use domain::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

/// The name of the change of the schema since which an installation knows its key.
const KNOWS_ITS_KEY: &str = "m0017_key_and_turns";

/// Says whether the installation has no owner yet: no set-up and no organization.
pub async fn is_unowned(db: &impl ConnectionTrait) -> Result<bool> {
    let owned = installation::Column::SetUpAt.ne(Timestamp::NEVER.millis());
    if installation::Entity::find().filter(owned).one(db).await?.is_some() {
        return Ok(false);
    }
    let organization: Option<uuid::Uuid> =
        organizations::Entity::find().select_only().column(organizations::Column::Id).into_tuple().one(db).await?;
    Ok(organization.is_none())
}

/// Takes ownership. Says whether this call was the one that did.
pub async fn own(db: &impl ConnectionTrait, at: Timestamp) -> Result<bool> {
    let row = installation::ActiveModel { id: Set(1), set_up_at: Set(at.millis()), key_print: Set(None) };
    // The row may be there for the key alone.
    let never = Expr::col((installation::Entity, installation::Column::SetUpAt)).eq(Timestamp::NEVER.millis());
    put(db, row, installation::Column::SetUpAt, never).await
}

/// What shows which key the installation is sealed with; none where none was noted yet, also in a database from before
/// that was done.
pub async fn key_print(db: &impl ConnectionTrait) -> Result<Option<Vec<u8>>> {
    if !crate::migrations::has(db, KNOWS_ITS_KEY).await? {
        return Ok(None);
    }
    Ok(installation::Entity::find().one(db).await?.and_then(|row| row.key_print))
}

/// Notes which key the installation is sealed with, where none is noted. Says whether this call was the one that did.
pub async fn note_key(db: &impl ConnectionTrait, print: &[u8]) -> Result<bool> {
    let none = Expr::col((installation::Entity, installation::Column::KeyPrint)).is_null();
    put(db, printed(print), installation::Column::KeyPrint, none).await
}

/// Notes that the installation is sealed with another key from now on.
pub async fn replace_key(db: &impl ConnectionTrait, print: &[u8]) -> Result<()> {
    put(db, printed(print), installation::Column::KeyPrint, Expr::value(true)).await?;
    Ok(())
}

fn printed(print: &[u8]) -> installation::ActiveModel {
    let never = Timestamp::NEVER.millis();
    installation::ActiveModel { id: Set(1), set_up_at: Set(never), key_print: Set(Some(print.to_vec())) }
}

/// Inserts the one row, or sets one column of it where a condition holds. Says whether it did either.
async fn put(
    db: &impl ConnectionTrait,
    row: installation::ActiveModel,
    column: installation::Column,
    condition: Expr,
) -> Result<bool> {
    let conflict =
        OnConflict::column(installation::Column::Id).update_column(column).action_and_where(condition).to_owned();
    Ok(installation::Entity::insert(row).on_conflict(conflict).exec_without_returning(db).await? == 1)
}
