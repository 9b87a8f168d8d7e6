//! The owner's settings: how they are looked up, read and reported when wrong, and the setting `SITE`.
//!
//! The settings of rules are read by `access/rule_config.rs`, those of mounts by `sources/config.rs`, all
//! settings of a site together by `site/config.rs`.

pub(crate) mod base_url;
pub mod error;
pub(crate) mod lookup;
pub(crate) mod mount_fields;
pub mod path_map;
pub(crate) mod read;
pub(crate) mod remote_mount;
pub(crate) mod secret_name;
pub mod site_settings;
pub mod surface_settings;
pub(crate) mod text_settings;
