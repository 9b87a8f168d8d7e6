//! Behaviour through the public API and the command line.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests may panic"
)]

mod cli;
mod location;
mod parser;
mod readme;
mod reference;
mod vectors;
