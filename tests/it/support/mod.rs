//! What the tests of whole answers share: a host in memory, and requests to send it.

pub mod command;
pub mod host;
pub mod request;
