//! The database, SQLite or PostgreSQL: entities (private), migrations and queries.
//!
//! Functions are generic over the connection, so the caller owns the transaction; they return domain
//! types and records of this crate, never an entity.

pub mod accounts;
pub mod actors;
pub mod audit;
pub mod backup;
pub mod browsers;
pub mod bulk_jobs;
pub mod groups;
pub mod imports;
pub mod inspection;
pub mod installation;
pub mod invitations;
pub mod ip;
pub mod letters;
pub mod live;
pub mod lockouts;
pub mod members;
pub mod organizations;
pub mod outbox;
pub mod password_resets;
pub mod private;
pub mod sessions;
pub mod sidebar;
pub mod submissions;
pub mod table;
pub mod views;

#[cfg(feature = "testing")]
pub mod testing;

mod bulk;
mod database;
mod deferred;
mod dialect;
mod entities;
mod error;
mod given;
mod migrations;
mod silence;
mod trouble;

pub use database::{Database, Grown, OpenOptions, Readiness, Snapshot, Transaction};
pub use deferred::DeferredIndexes;
pub use error::{Error, Result};
pub use given::Given;
pub use sea_orm::ConnectionTrait;
pub use silence::is_silent;
pub use trouble::Trouble;
