//! The real server process, over real connections.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "what fails here fails the test")]

mod assets;
mod audited;
mod authorized;
mod away;
mod backup;
mod commands;
mod config;
mod connections;
mod doctor;
mod downloads;
mod elsewhere;
mod empty_root;
mod escaping;
mod faults;
mod headers;
mod health;
mod import;
mod join;
mod key;
mod killed;
mod left_imports;
mod limits;
mod mail;
mod member_forms;
mod private;
mod set_up;
mod shutdown;
mod sign_in;
mod start;
mod statements;
mod streams;
mod support;
mod tenancy;
mod uploads;
mod verify;
mod views;
