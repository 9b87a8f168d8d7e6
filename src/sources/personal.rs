//! The source `personal`: a 123Pan user's own drive, by the web API.

pub mod api;
pub mod config;
