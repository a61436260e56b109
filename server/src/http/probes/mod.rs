//! Endpoints for programs that monitor the server.

pub mod doctor;
pub mod health;
