//! Where a request came from.

use std::net::IpAddr;

/// The facts of a request that end in sessions and in the audit log.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The client's address, behind trusted proxies the one that they report (spec L7).
    pub ip: Option<IpAddr>,
    /// The browser, as it names itself, at most 300 characters.
    pub user_agent: String,
    /// The id of the request in the logs; empty on the command line.
    pub request_id: String,
}
