//! Links name the person who made them by id, because a name or an address inside a text could not be found again when
//! that person is erased (spec E6).

use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult, Statement};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};
use uuid::Uuid;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0019_inviters"
    }
}

/// What stood in links of an organization as whom to ask.
#[derive(FromQueryResult)]
struct Inviter {
    organization_id: Uuid,
    inviter: String,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (db, backend) = (manager.get_connection(), manager.get_database_backend());
        let template = "ALTER TABLE invitations ADD COLUMN inviter_id {uuid}";
        db.execute_unprepared(&crate::dialect::migration(backend, template)).await?;
        let each = Statement::from_string(backend, "SELECT DISTINCT organization_id, inviter FROM invitations");
        for Inviter { organization_id, inviter } in Inviter::find_by_statement(each).all(db).await? {
            // Whoever cannot be read or was erased already is nobody.
            let Some(identity) = identity(&inviter) else { continue };
            let sql = match backend {
                DbBackend::Postgres => {
                    "UPDATE invitations SET inviter_id = members.id FROM members WHERE members.email_identity = $1 \
                     AND members.organization_id = $2 AND invitations.organization_id = $2 AND invitations.inviter = $3"
                }
                _ => {
                    "UPDATE invitations SET inviter_id = members.id FROM members WHERE members.email_identity = ?1 \
                     AND members.organization_id = ?2 AND invitations.organization_id = ?2 AND invitations.inviter = ?3"
                }
            };
            let values = [identity.into(), organization_id.into(), inviter.into()];
            db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
        }
        db.execute_unprepared("ALTER TABLE invitations DROP COLUMN inviter").await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// The address of `Ana Lima <ana@acme.example>`, or of one that stands alone, as it is compared.
fn identity(inviter: &str) -> Option<String> {
    let address = inviter.rsplit_once('<').map_or(inviter, |(_, rest)| rest.trim_end_matches('>'));
    address.contains('@').then(|| domain::Email::stored(address).identity())
}
