//! The whole installation in one file, and back (spec A7): a compressed tar archive of the key, the data and, as its
//! last part, a table of contents with the checksum of every part before it. A file that breaks off anywhere has none.

mod archive;
mod error;
mod manifest;
mod restore;
mod write;

pub use error::{Error, Result};
pub use manifest::Manifest;
pub use restore::{Backup, Occupied, Open, Restored};
pub use store::backup::{Kind, open};
pub use write::write;
