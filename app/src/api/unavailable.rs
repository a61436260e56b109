//! What a person is told when something that the server depends on refuses or does not answer.

use super::ApiError;
use service::Trouble;

const DISK_FULL: u16 = 507;
const AWAY: u16 = 503;

/// The same in an answer that no page draws: its status, a heading and what it means for whoever reads it.
pub fn unavailable(trouble: Trouble) -> (u16, &'static str, &'static str) {
    match trouble {
        Trouble::Away => (
            AWAY,
            "The database does not answer",
            "Nothing that was saved is lost. If you were just changing something, look whether it was done before you do it again. Try again in a moment; if it stays like this, tell whoever runs this server.",
        ),
        Trouble::Busy => (
            AWAY,
            "The server is busy",
            "It has more to do right now than it can. Nothing was changed; try again in a moment.",
        ),
        Trouble::Full => (
            DISK_FULL,
            "The disk is full",
            "Nothing was changed, and all that was saved before is kept. Whoever runs this server has to make room on the disk of the database; then try again.",
        ),
        Trouble::NoRoomForFiles => (
            DISK_FULL,
            "No room for the file",
            "Nothing was changed. Whoever runs this server has to make room in its folder for temporary files; then try again.",
        ),
        Trouble::Storage => (
            AWAY,
            "The server cannot write",
            "Its disk refuses changes. All that was saved before is kept. Whoever runs this server finds the reason in its log.",
        ),
    }
}

impl From<Trouble> for ApiError {
    fn from(trouble: Trouble) -> Self {
        let (status, heading, sentence) = unavailable(trouble);
        let said = format!("{heading}. {sentence}");
        if status == DISK_FULL { Self::NoRoom(said) } else { Self::Unavailable(said) }
    }
}
