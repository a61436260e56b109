//! Mail: what a letter looks like, how it leaves, and the worker that sees to it (spec I8).

mod letter;
mod post;
mod smtp;
mod talk;
mod worker;

pub use post::{Post, folder};
pub use worker::run;
