//! The client of one 123Pan account. It holds the account's tokens, spaces its calls, and asks for each thing
//! once, however many want it. It runs in the account's Durable Object; tests run it on their own
//! [`host::AccountHost`].
//!
//! An instance may be ended at any moment; the next one begins with what is stored. A request may be
//! abandoned at any moment too, so work that requests share is spawned, and requests wait for it.
//!
//! [`client`] takes commands ([`command`]). `listings` and `links` answer them by `api_client`, the one
//! way that calls leave by. [`store`] lists what is stored. Listings that nobody asks for any more stay
//! there: a folder's costs what its text takes, and 123Pan's folders are finite.

mod api_client;
mod circuit_breaker;
pub mod client;
pub mod command;
mod folder;
pub mod host;
mod kv_writes;
mod links;
mod listing_job;
mod listings;
mod login;
mod mount;
mod path;
mod publish;
mod rate_limiter;
mod single_flight;
pub mod store;
mod tokens;
