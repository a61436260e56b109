//! The HTTP side: middleware in front of all endpoints, and the endpoints by kind: pages, changes, downloads, uploads,
//! live notices, and the front door.

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
