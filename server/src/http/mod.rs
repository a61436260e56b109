//! The HTTP side: one endpoint per file, and what stands before all of them.

mod access;
mod assets;
mod attempts;
mod audit;
mod bulk;
mod client_address;
mod cookies;
mod failed;
mod group;
mod health;
mod import;
mod invite;
mod join;
mod link;
mod live;
mod mail;
mod member;
mod observe;
mod organization;
mod page;
mod profile;
mod protect;
mod reset;
mod router;
mod server_functions;
mod set_up;
mod settings;
mod sign_in;
mod sign_out;
mod start;
mod theme;
mod views;
mod web;

pub use client_address::Peer;
pub use router::router;
pub use web::Web;
