//! Mail: what a letter looks like, how it leaves, and the worker that sends it (spec I8).

mod address;
mod letter;
mod post;
mod refusal;
mod session;
mod smtp;
mod worker;
mod written;

pub use post::{Post, folder};
pub use worker::run;
