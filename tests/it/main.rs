//! Behaviour through the public API and the command line.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests may panic"
)]

mod account;
mod cli;
mod cli_pack;
mod cli_share;
mod cli_tree;
mod counts;
mod docs;
mod folder_tree;
mod guard;
mod import;
mod large_folder;
mod large_tree;
mod leak;
mod location;
mod mount_config;
mod parser;
mod paths;
mod reference;
mod search;
mod share;
mod support;
mod vectors;
mod vendor_fake;
