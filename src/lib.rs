//! Signpost turns a path on the owner's domain into a fresh, signed 123Pan link.
//!
//! A map, in reading order; each layer uses only those above it:
//!
//! - `core/`, a crate of its own: values ([`time`], [`bytes`], [`secret`], [`path`], `percent`, [`seed`]),
//!   `absolute_url` (URLs of others, read as browsers do), [`names`] (their order, and search in them), signing ([`host`]: whom a key may meet; [`origin`]: a URL
//!   that every parser reads alike; [`sign`]: the `auth_key`), and the link [`tree`]
//! - [`config`]: how settings are looked up and read, and errors that name the setting
//! - [`error`]: why a request fails, and why 123Pan does
//! - [`access`]: rules with their settings, credentials, and the decision who may have what
//! - [`quota`]: what a link costs, and whether it fits the budgets
//! - [`sources`]: where entries come from, one folder a source, with its settings, its API and its wire
//!   format; what 123Pan's APIs have in common is [`sources::upstream`]
//! - [`account`]: the client of one 123Pan account, which runs in its Durable Object
//! - [`platform`] (the port: all that is asked of the outside) and [`context`] (one request's use of it)
//! - [`sources::links::source`] (a tree in service) and [`sources::remote`] (a mount of 123Pan's in service)
//! - [`site`]: mounts and access rules together; [`site::Site::open`] is the guard that every route passes
//! - [`routes`] (one file each, request → response) and [`http`] (requests, responses, the router). What a
//!   page shows is handed over as a [`signpost_pages::view`], which the pages turn into bytes;
//!   `dav/`, a crate of its own, writes the XML of WebDAV
//! - hosts: `edge` is the Worker and the only folder that knows its platform; [`cli`] is the command line on
//!   the owner's machine
//!
//! Decisions are pure: time, random bytes and outcomes come in as values. What has to be asked outside is
//! awaited through [`platform::Platform`], once a request.

pub use signpost_core::{
    bytes, direct_host, file_name, host, http_date, library, name_glob, names, origin, path,
    secret, seed, sign, strm_name, time, tree,
};

use signpost_core::{absolute_url, percent};

pub mod access;
pub mod account;
pub mod config;
pub mod context;
pub mod error;
pub mod http;
pub mod platform;
pub mod quota;
pub mod routes;
pub mod site;
pub mod sources;

#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
#[cfg(target_arch = "wasm32")]
mod edge;
