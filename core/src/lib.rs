//! The code that every redirect of Signpost runs: value types, signing and the link tree.
//!
//! A crate of its own, which knows neither settings nor I/O. The main crate re-exports these modules as its own.

pub mod absolute_url;
pub mod alist_object;
pub mod bytes;
pub mod direct_host;
pub mod file_name;
pub mod host;
pub mod http_date;
pub mod kind;
pub mod library;
pub mod name_glob;
pub mod names;
pub mod origin;
pub mod path;
pub mod percent;
pub mod secret;
pub mod seed;
pub mod sign;
pub mod step_count;
pub mod strm_name;
pub mod time;
pub mod tree;
