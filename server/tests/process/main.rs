//! The real server process, over real connections.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "what fails here fails the test")]

mod assets;
mod audited;
mod authorized;
mod backup;
mod commands;
mod config;
mod headers;
mod health;
mod import;
mod join;
mod killed;
mod limits;
mod private;
mod set_up;
mod shutdown;
mod sign_in;
mod support;
mod tenancy;
mod verify;
mod views;
