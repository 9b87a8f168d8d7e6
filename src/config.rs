//! The owner's settings: how they are looked up, read and reported when wrong, and those of rules and
//! branding.
//!
//! The settings of mounts are read by `sources/config.rs`, all settings of a site together by
//! `site/config.rs`.

pub(crate) mod base_url;
pub mod brand;
pub mod error;
pub(crate) mod lookup;
pub(crate) mod mount_fields;
pub(crate) mod raw_rule;
pub(crate) mod read;
pub(crate) mod remote_mount;
pub mod rule;
mod rule_fields;
mod rule_parts;
pub(crate) mod secret_name;
