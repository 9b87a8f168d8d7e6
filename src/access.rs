//! Access control: rules and the policies merged from them, credentials, and the decision which client
//! may have what.
//!
//! Values first: [`conditions`], [`address_range`], [`hide`] and its `glob`s, [`rule_fields`] (the table of
//! all fields of a rule), [`rule_config`] (the setting `RULES`), [`policy`], and [`rules`], which merges
//! all of them for each path. Credentials: [`key_ring`], [`password`], [`session`] (the
//! cookie), [`share_link`], [`revocation`], [`alist_sign`], [`file_sign`], [`alist_login`]. The decision: [`client`] (the request and its
//! client), [`credentials`], [`check_outcomes`], [`control`], [`authorize`] (opening), [`visibility`]
//! (listing), and [`explain`] for the owner. Nothing in here does I/O; [`step_count`] is for tests.

pub mod address_range;
pub mod alist_login;
pub mod alist_sign;
pub mod authorize;
pub mod check_outcomes;
pub mod client;
pub mod conditions;
pub mod control;
pub mod credentials;
pub mod explain;
pub mod file_sign;
mod glob;
pub mod hide;
pub mod key_ring;
pub mod login;
pub mod password;
pub mod password_list;
pub mod policy;
pub mod revocation;
pub mod rule_config;
pub mod rule_fields;
pub mod rules;
pub mod session;
pub mod share_link;
pub mod visibility;
pub mod web_origin;

pub use signpost_core::step_count;
