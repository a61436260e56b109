//! Backs up the whole installation to one file, and restores it (spec A7). The file is a compressed tar archive of the
//! key, the data and, as its last part, a table of contents with the checksum of every part before it, which a file
//! that was cut off lacks.

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
