//! The client of one 123Pan account. It holds the account's tokens, spaces its API calls, and makes each
//! call once, however many requests wait for its result. It runs in the account's Durable Object; tests run
//! it on a [`host::AccountHost`] of their own.
//!
//! An instance of the object may be ended at any moment; the next one begins with what is stored. A request
//! may be abandoned at any moment too, so work that requests share is spawned, and requests wait for it.
//!
//! [`client`] takes commands ([`command`]). `listings` and `links` answer them through `api_client`, which
//! makes all API calls. [`store`] lists what is stored. Listings that nobody asks for any more stay stored:
//! a listing takes as much as its text, and 123Pan's folders are finite.

mod account_state;
mod api_client;
mod call_budget;
mod circuit_breaker;
pub mod client;
pub mod command;
mod credentials;
mod find_path;
mod folder;
mod held_token;
pub mod host;
mod kv_writes;
mod last_failure;
mod links;
mod listing_job;
mod listings;
mod mount;
mod own_place;
mod publish;
mod rate_limiter;
mod sign_in;
mod single_flight;
pub mod store;
