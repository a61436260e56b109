//! The real server process, over real connections.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "what fails here fails the test")]

mod assets;
mod audited;
mod authorized;
mod away;
mod backup;
mod commands;
mod config;
mod elsewhere;
mod faults;
mod headers;
mod health;
mod import;
mod key;
mod killed;
mod limits;
mod mail;
mod set_up;
mod shutdown;
mod sign_in;
mod start;
mod support;
mod tenancy;
mod verify;
mod views;
