//! Records who granted somebody their access (spec S6).

use domain::{MemberId, Timestamp};

/// Who gave a role or a membership, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// The member who did; nobody where it was done on the command line.
    pub by: Option<MemberId>,
    /// When; [`Timestamp::NEVER`] where that was not kept yet.
    pub at: Timestamp,
}

impl Given {
    /// As the columns of a row have it.
    pub(crate) fn read(by: Option<uuid::Uuid>, at: i64) -> Self {
        Self { by: by.map(MemberId::from_uuid), at: Timestamp::from_millis(at) }
    }
}
