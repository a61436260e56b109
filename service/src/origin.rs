//! Where a request came from.

use crate::token;
use std::net::IpAddr;

/// The facts of a request that end in sessions and in the audit log.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The client's address, behind trusted proxies the one that they report (spec L7).
    pub ip: Option<IpAddr>,
    /// The browser, as it names itself, at most 300 characters.
    pub user_agent: String,
    /// By what the browser is known again that signed in before (spec L2).
    pub browser: Option<BrowserMark>,
    /// The id of the request in the logs; empty on the command line.
    pub request_id: String,
}

/// What the database has of the cookie by which a browser is known again: its hash.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BrowserMark(pub(crate) [u8; 32]);

impl BrowserMark {
    /// The mark of a cookie's value; nothing for what cannot be one.
    pub fn of(cookie: &str) -> Option<Self> {
        token::hash(cookie).map(Self)
    }
}

impl std::fmt::Debug for BrowserMark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BrowserMark(…)")
    }
}
