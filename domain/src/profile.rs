//! One's own profile (spec L3): time zone, password, and open sessions.

use crate::{Moment, SessionId, Timestamp, ZoneName};
use serde::{Deserialize, Serialize};

/// The most sessions of an account. One more ends the session that has been unused for longest.
pub const MOST_SESSIONS: u32 = 50;

/// A session of the account, as its profile lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// The session.
    pub id: SessionId,
    /// Whether it is the current session.
    pub here: bool,
    /// Browser and system, as [`device`] reads them.
    pub device: String,
    /// The network address from which it was begun.
    pub ip: Option<String>,
    /// When it was begun.
    pub begun: Moment,
    /// When it was last used, up to some minutes.
    pub last_seen: Moment,
}

/// The profile, as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The full name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The account's time zone; `None` for the organization's.
    pub time_zone: Option<ZoneName>,
    /// All time zones.
    pub zones: Vec<String>,
    /// The sessions: the current one first, then the most recently used.
    pub sessions: Vec<SessionRow>,
    /// The instant that relative times count from.
    pub now: Timestamp,
    /// The name of the time zone of every moment here.
    pub zone: String,
}

/// The browser and system in a `User-Agent`, such as "Firefox on Windows". Browsers also name others, so the order of
/// the checks matters.
pub fn device(user_agent: &str) -> String {
    const BROWSERS: [(&str, &str); 7] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let named = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.into(),
        (None, None) => "Another program".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn devices_are_named_by_browser_and_system() {
        for (agent, name) in [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("curl/8.9.1", "Another program"),
            ("", "Another program"),
        ] {
            assert_eq!(device(agent), name, "{agent}");
        }
    }
}
