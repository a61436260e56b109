//! One module for each table; nothing of this leaves the crate.

pub mod accounts;
pub mod audit_events;
pub mod entries;
pub mod group_members;
pub mod groups;
pub mod import_rows;
pub mod imports;
pub mod installation;
pub mod invitations;
pub mod member_counts;
pub mod member_range_sets;
pub mod member_ranges;
pub mod members;
pub mod organizations;
pub mod outbox;
pub mod password_resets;
pub mod sessions;
pub mod submissions;
