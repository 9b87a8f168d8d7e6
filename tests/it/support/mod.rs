//! What the tests of whole answers share: a host in memory, and requests to send it.

pub mod account;
pub mod command;
pub mod host;
pub mod mounts;
pub mod request;
#[allow(
    dead_code,
    reason = "the same files serve `examples/fake_vendor.rs`, which uses others of them"
)]
pub mod vendor;
