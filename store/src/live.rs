//! Telling other servers of one PostgreSQL what changed.

use crate::{Database, Result};
use domain::{AccountId, OrganizationId};
use sea_orm::sqlx::postgres::PgListener;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// The channel on which servers tell each other whose members changed.
const MEMBERS: &str = "muster_members";
/// The channel on which they tell each other whose sessions ended.
const SESSIONS: &str = "muster_sessions";

/// What somebody did, as far as others are told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Members of an organization changed.
    Members(OrganizationId),
    /// Sessions of an account ended.
    Sessions(AccountId),
    /// Anything may have happened: nobody heard for a moment.
    Anything,
}

/// Tells every server once this transaction lasts. Nothing on SQLite, where there is one server.
pub async fn notify(db: &impl ConnectionTrait, told: Told) -> Result<()> {
    let (channel, id) = match told {
        Told::Members(organization) => (MEMBERS, organization.uuid()),
        Told::Sessions(account) => (SESSIONS, account.uuid()),
        // That is heard where something is missed.
        Told::Anything => return Ok(()),
    };
    if db.get_database_backend() == DbBackend::Postgres {
        let values = [channel.into(), id.to_string().into()];
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
        listener.listen_all([MEMBERS, SESSIONS]).await?;
        Ok(Some(Self(listener)))
    }

    /// What is told next; [`Told::Anything`] where the connection was lost in between and is there again.
    pub async fn next(&mut self) -> Result<Told> {
        let Some(heard) = self.0.try_recv().await? else { return Ok(Told::Anything) };
        let told = match heard.channel() {
            SESSIONS => heard.payload().parse().map(Told::Sessions).ok(),
            _ => heard.payload().parse().map(Told::Members).ok(),
        };
        Ok(told.unwrap_or(Told::Anything))
    }
}
