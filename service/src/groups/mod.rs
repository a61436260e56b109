//! Groups: as lists show them, and what administrators make of them (spec G1–G4).

mod change;
mod create;
mod delete;
mod edit;
mod facts;
mod list;
mod sidebar;

pub use create::create;
pub use delete::delete;
pub use edit::{Saved, edit};
pub use facts::{deletion, facts};
pub use list::list;
pub use sidebar::sidebar;
