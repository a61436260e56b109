//! Mail: what a letter looks like, how it leaves, and the worker that sees to it (spec I8).

mod address;
mod letter;
mod post;
mod refusal;
mod smtp;
mod talk;
mod worker;
mod written;

pub use post::{Post, folder};
pub use worker::run;
