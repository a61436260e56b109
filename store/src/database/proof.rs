//! Proves that the database accepts a change and shows it to readers, which is what readiness reports.

use super::Database;
use crate::{Result, Trouble};
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use std::time::Duration;
use tokio::time::timeout;

/// How long the proof may wait for others who write.
const WRITTEN_WITHIN: Duration = Duration::from_millis(1_000);
/// How long reading may take.
const READ_WITHIN: Duration = Duration::from_millis(700);

/// What a database can do right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It takes changes and shows them; or it is busy with a long change of somebody's, and answers who reads.
    Ready,
    /// It does not answer, or has another schema.
    NoAnswer,
    /// It refuses changes.
    NoChanges(Option<Trouble>),
    /// A change was answered that nobody sees.
    Lost,
}

impl Database {
    /// Makes a change and looks, as anybody who reads would, whether it is there. Takes less than two seconds.
    pub async fn prove(&self) -> Readiness {
        let written = timeout(WRITTEN_WITHIN, self.count_on()).await;
        let seen = match timeout(READ_WITHIN, self.counted()).await {
            Ok(Ok(seen)) => seen,
            Ok(Err(_)) | Err(_) => return Readiness::NoAnswer,
        };
        match written {
            // Somebody else writes for long. Whatever waits for the connection is given up with the time.
            Err(_) => Readiness::Ready,
            Ok(Err(error)) => Readiness::NoChanges(error.trouble()),
            Ok(Ok(number)) if seen < number => Readiness::Lost,
            Ok(Ok(_)) => Readiness::Ready,
        }
    }

    async fn count_on(&self) -> Result<i64> {
        let transaction = self.begin_quietly().await?;
        let db = transaction.connection();
        let count = "INSERT INTO proofs (id, number) VALUES (1, 1) \
                     ON CONFLICT (id) DO UPDATE SET number = proofs.number + 1 RETURNING number";
        let number = number(db.query_one_raw(Statement::from_string(self.backend(), count)).await?)?;
        transaction.commit().await?;
        Ok(number)
    }

    async fn counted(&self) -> Result<i64> {
        // The other table: a schema that somebody took apart is none.
        let count = "SELECT number FROM proofs WHERE id = 1 AND (SELECT COUNT(*) FROM installation) >= 0";
        let count = Statement::from_string(self.backend(), count);
        number(self.read.query_one_raw(count).await?)
    }
}

fn number(row: Option<QueryResult>) -> Result<i64> {
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0))
}
