//! Sends live notices between the servers of one PostgreSQL.

use crate::{Database, Result};
use domain::{AccountId, OrganizationId};
use sea_orm::sqlx::postgres::PgListener;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// The channel for organizations whose members changed.
const MEMBERS: &str = "muster_members";
/// The channel for accounts whose sessions ended.
const SESSIONS: &str = "muster_sessions";

/// What other servers and open pages are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Members of an organization changed.
    Members(OrganizationId),
    /// Sessions of an account ended.
    Sessions(AccountId),
    /// Anything may have happened: notices were missed for a moment.
    Anything,
}

/// Sends a notice to every server once this transaction commits. Does nothing on SQLite, where there is one server.
pub async fn notify(db: &impl ConnectionTrait, notice: Notice) -> Result<()> {
    let (channel, id) = match notice {
        Notice::Members(organization) => (MEMBERS, organization.uuid()),
        Notice::Sessions(account) => (SESSIONS, account.uuid()),
        // Only a listener that missed something makes this one.
        Notice::Anything => return Ok(()),
    };
    if db.get_database_backend() == DbBackend::Postgres {
        let values = [channel.into(), id.to_string().into()];
        db.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, "SELECT pg_notify($1, $2)", values)).await?;
    }
    Ok(())
}

/// Receives the notices of all servers of one PostgreSQL.
pub struct Listener(PgListener);

impl Listener {
    /// Listens, on a connection of its own; nothing on SQLite.
    pub async fn open(database: &Database) -> Result<Option<Self>> {
        let Some(pool) = database.postgres_pool() else { return Ok(None) };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen_all([MEMBERS, SESSIONS]).await?;
        Ok(Some(Self(listener)))
    }

    /// The next notice; [`Notice::Anything`] where the connection was lost and is back.
    pub async fn next(&mut self) -> Result<Notice> {
        let Some(heard) = self.0.try_recv().await? else { return Ok(Notice::Anything) };
        let notice = match heard.channel() {
            SESSIONS => heard.payload().parse().map(Notice::Sessions).ok(),
            _ => heard.payload().parse().map(Notice::Members).ok(),
        };
        Ok(notice.unwrap_or(Notice::Anything))
    }
}
