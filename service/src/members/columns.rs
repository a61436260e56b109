//! The columns of the members table that an account has chosen (spec M9).

use crate::{Grant, Result, Services};
use domain::members::ShownColumns;
use domain::permission::ReadMembers;

/// Remembers the columns, for every organization of the account.
pub async fn choose_columns(services: &Services, may: &Grant<ReadMembers>, columns: ShownColumns) -> Result<()> {
    let account = may.actor().signed_in().account;
    services
        .write(move |tx| {
            Box::pin(async move { Ok(store::accounts::set_member_columns(tx.connection(), account, columns).await?) })
        })
        .await
}
