//! Signpost turns a path on the owner's domain into a fresh, signed 123Pan link.
//!
//! A map, in reading order; each layer uses only those above it:
//!
//! - values: [`time`], [`bytes`], [`secret`], [`path`] (what a request may ask for), `percent`,
//!   [`stamp`], [`web_origin`] (which page is whose)
//! - names: [`names`] (their order, and what is found in them)
//! - signing: [`host`] (whom a key may meet), [`origin`] (a URL that every parser reads alike),
//!   [`sign`] (the `auth_key`)
//! - locks: [`keys`] (the ring), [`password`], [`session`] (the cookie), [`share`] (share links),
//!   [`alist`] (its signatures)
//! - the tree: [`tree`], its grammar in `tree/line.rs` and `tree/parse.rs`
//! - limits: [`rules`] (what holds at a path), [`ledger`] (what a link costs, and whether it fits)
//! - the vendor: [`upstream`] (what its APIs have in common), [`sources`] (one folder each), [`listing`] (a folder as one text), [`desk`] (the one
//!   hand that calls it)
//! - the platform: [`platform`] (the port to all that lies outside), [`context`] (one request's use of it)
//! - the site: [`config`] (settings → values, or [`fault`]s), [`site`] (mounts), [`site::links`] (a
//!   tree in service), [`site::drive`] (a mount of the vendor's in service), `site/authorize.rs` (who may
//!   have what), `site/guard.rs` (path → [`site::Opened`], or [`error::Error`])
//! - memory: [`cache`] (bounded, for whatever an isolate keeps)
//! - surfaces: [`web`], request → answer, one file a surface. What it shows it hands over as a view
//!   ([`signpost_pages::view`]), which the pages turn into bytes
//! - hosts: `edge` is the Worker and the only module that knows its platform; [`cli`] is the
//!   command line on the owner's machine
//!
//! Deciding is pure: time, random bytes and outcomes come in as values. What has to be asked outside is
//! awaited through [`platform::Platform`], once a request.

pub use signpost_core::{bytes, host, names, origin, path, secret, sign, stamp, time, tree};

use signpost_core::percent;

pub mod alist;
pub mod cache;
pub mod config;
pub mod context;
pub mod desk;
pub mod error;
pub mod fault;
mod json;
pub mod keys;
pub mod ledger;
pub mod listing;
mod order;
pub mod password;
pub mod platform;
pub mod rules;
pub mod session;
pub mod share;
pub mod site;
pub mod sources;
pub mod upstream;
pub mod web;
pub mod web_origin;

#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
#[cfg(target_arch = "wasm32")]
mod edge;
