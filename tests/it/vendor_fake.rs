//! The fake vendor itself: it refuses what it should, and serves a correct client without a
//! violation.

mod client;
mod control;
mod digests;
mod links;
mod open;
mod paging;
mod share;
mod sign_in;
mod web;
