//! Importing people from a file (spec A2).

mod choose;
mod job;

pub use choose::ImportsPage;
pub use job::ImportPage;

use domain::text::grouped;

/// "1 row", "12 rows".
fn counted(rows: u64) -> String {
    grouped(rows) + if rows == 1 { " row" } else { " rows" }
}
