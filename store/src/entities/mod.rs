//! One module for each table; none of them leaves the crate.

pub mod accounts;
pub mod audit_adoptions;
pub mod audit_events;
pub mod audit_seals;
pub mod audit_slips;
pub mod bulk_jobs;
pub mod bulk_rows;
pub mod entries;
pub mod group_members;
pub mod groups;
pub mod import_rows;
pub mod imports;
pub mod installation;
pub mod invitations;
pub mod known_browsers;
pub mod letters;
pub mod lockouts;
pub mod members;
pub mod organizations;
pub mod outbox;
pub mod password_resets;
pub mod sessions;
pub mod submissions;
pub mod views;
