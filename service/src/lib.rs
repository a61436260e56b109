//! Use cases. Each takes the proof of the right that it requires ([`Grant`]), runs in one transaction and records what
//! it changed; clock and randomness are arguments of [`Services`].

pub mod actor;
pub mod audit_chain;
pub mod audit_log;
pub mod backup;
pub mod bulk;
pub mod clock;
pub mod demo;
pub mod error;
pub mod groups;
pub mod import;
pub mod inspection;
pub mod invitations;
pub mod key;
pub mod live;
pub mod lockout;
pub mod members;
pub mod operator;
pub mod organizations;
pub mod origin;
pub mod outbox;
pub mod password;
pub mod password_resets;
pub mod profile;
pub mod sessions;
pub mod setup;
pub mod upkeep;
pub mod views;
pub mod visit;

mod activity;
mod audit;
mod change;
mod grant;
mod seal;
mod services;
mod sheet;
mod token;
mod work;
mod zone;

pub use actor::Actor;
pub use error::{Error, Result};
pub use grant::{Grant, Group};
pub use operator::Operator;
pub use origin::{BrowserMark, Origin};
pub use services::{Environment, Limits, SecretKey, Services};
pub use store::{Readiness, Trouble};
pub use token::mark as link_mark;
pub use work::{Work, run_in_background};
