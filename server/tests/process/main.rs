//! The real server process, over real connections.

mod assets;
mod commands;
mod config;
mod headers;
mod health;
mod limits;
mod set_up;
mod shutdown;
mod sign_in;
mod support;
mod tenancy;
