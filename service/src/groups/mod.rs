//! Groups: as lists show them, what administrators make of them (spec G1–G4), and one group's people (spec G5).

mod change;
mod create;
mod delete;
mod edit;
mod facts;
mod list;
mod members;
mod sidebar;

pub use create::create;
pub use delete::delete;
pub use edit::{Saved, edit};
pub use facts::{deletion, facts};
pub use list::list;
pub use members::{GroupAccess, page};
pub use sidebar::sidebar;
