//! How many rows of imports an organization may store, and which import to delete if there is no room for more.

use crate::{Error, Result};
use domain::import::{MOST_CHECKED, MOST_KEPT};
use domain::setup::FieldError;
use domain::text::grouped;
use domain::{ImportId, OrganizationId, Timestamp};
use store::ConnectionTrait;
use store::imports::{self, Kept};

/// Refuses another file where too many are being read, or where there is no room. Hold the organization's row.
pub(super) async fn for_another(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    stale: Timestamp,
) -> Result<()> {
    let kept = imports::kept(db, organization, stale).await?;
    if kept.iter().filter(|one| one.checking).count() >= MOST_CHECKED {
        return Err(at_file(format!(
            "{MOST_CHECKED} files are being checked in this organization already. Wait until one of them is checked, or cancel it; then choose the file again."
        )));
    }
    if rows(&kept) >= MOST_KEPT {
        return Err(at_file(no_room(&kept)));
    }
    Ok(())
}

/// Says why so many more rows of a file cannot be kept, where that is so.
pub(super) async fn for_rows(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    import: ImportId,
    more: u64,
    stale: Timestamp,
) -> Result<Option<String>> {
    let kept = imports::kept(db, organization, stale).await?;
    if rows(&kept) + more <= MOST_KEPT {
        return Ok(None);
    }
    let others: Vec<Kept> = kept.into_iter().filter(|one| one.id != import).collect();
    Ok(Some(match rows(&others) {
        0 => format!(
            "The file has more than {} rows. Nothing was changed; split it, or use muster import where the server runs.",
            grouped(MOST_KEPT)
        ),
        _ => no_room(&others),
    }))
}

fn rows(kept: &[Kept]) -> u64 {
    kept.iter().map(|one| one.rows).sum()
}

/// Names the one that makes most room.
fn no_room(kept: &[Kept]) -> String {
    let what =
        format!("At most {} rows of imports are kept for an organization. Nothing was changed. ", grouped(MOST_KEPT));
    let most = kept.iter().filter(|one| one.rests && one.rows > 0).max_by_key(|one| one.rows);
    what + &match most {
        Some(most) => format!(
            "Delete the import of “{}”, of which {} rows are kept, and choose the file again.",
            most.file,
            grouped(most.rows)
        ),
        None => "Wait until what is under way is done, and choose the file again.".into(),
    }
}

fn at_file(why: String) -> Error {
    Error::Invalid(vec![FieldError::at("file", why)])
}
