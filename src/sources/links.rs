//! The source `links`: a tree of direct links that the owner wrote. The tree in service is
//! [`self::source`], since nothing may reach an entry of it but by the guard.

pub mod config;
pub mod source;
