//! Answers for programs that watch over the server.

pub mod doctor;
pub mod health;
