//! The source `personal`: a person's own drive, by the web API.

pub mod api;
pub mod config;
