//! Telling other servers of one PostgreSQL what changed.

use crate::{Database, Result};
use domain::OrganizationId;
use sea_orm::sqlx::postgres::PgListener;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// The channel on which servers tell each other.
const CHANNEL: &str = "muster_members";

/// Tells every server, once this transaction lasts, that members of an organization changed. Nothing on SQLite,
/// where there is one server.
pub async fn notify(db: &impl ConnectionTrait, organization: OrganizationId) -> Result<()> {
    if db.get_database_backend() == DbBackend::Postgres {
        let values = [CHANNEL.into(), organization.uuid().to_string().into()];
        db.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, "SELECT pg_notify($1, $2)", values)).await?;
    }
    Ok(())
}

/// Hears what servers of the same PostgreSQL tell each other.
pub struct Ear(PgListener);

impl Ear {
    /// Listens, on a connection of its own; nothing on SQLite.
    pub async fn open(database: &Database) -> Result<Option<Self>> {
        let Some(pool) = database.postgres_pool() else { return Ok(None) };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Self(listener)))
    }

    /// The next organization whose members changed; none where the connection was lost in between and is there
    /// again: anything may have changed.
    pub async fn next(&mut self) -> Result<Option<OrganizationId>> {
        let heard = self.0.try_recv().await?;
        Ok(heard.and_then(|heard| heard.payload().parse().ok()))
    }
}
