//! The HTTP side: what stands before all endpoints, and the endpoints by what they are: pages, changes, downloads, uploads,
//! streams of notices, getting in.

mod assets;
mod changes;
mod downloads;
mod failed;
mod front_door;
mod limits;
mod live;
mod middleware;
mod pages;
mod probes;
mod request;
mod router;
mod uploads;
mod web;

pub use probes::doctor::{Carried, HEADER, PATH};
pub use request::client_address::Peer;
pub use router::router;
pub use web::Web;
