//! Decides whether a worker has been silent for so long that it counts as gone.

use domain::Timestamp;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{ExprTrait, SimpleExpr};

/// By how many seconds the clocks of servers may differ.
const APART: i64 = 60;

/// Says whether the last sign of life was before `stale`, or at an instant that is still to come: then the clock was set
/// back since, and who gave it may be gone for as long.
pub fn is_silent(last: Timestamp, (now, stale): (Timestamp, Timestamp)) -> bool {
    last < stale || last > now.plus_seconds(APART)
}

/// The same of a column.
pub(crate) fn silent(last: impl ColumnTrait, (now, stale): (Timestamp, Timestamp)) -> SimpleExpr {
    last.lt(stale.millis()).or(last.gt(now.plus_seconds(APART).millis()))
}
