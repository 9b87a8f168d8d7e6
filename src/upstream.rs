//! 123Pan's three APIs: calls and answers as values, and what they mean. Nothing in here sends: the
//! [`crate::desk`] does, through its host.
//!
//! [`web`] and [`open`] make calls and read their answers; [`share_key`] reads a share's address,
//! [`pages`] puts a folder's pages together, [`relay`] leads from a file's first address to its last.
//! Below them: [`request_sign`] (the web API's query signature), [`envelope`] (what every answer comes
//! in, and its failures), [`row`] (entries and dates), [`token`].

pub mod call;
pub mod entry;
pub mod envelope;
pub mod open;
pub mod pages;
pub mod relay;
pub mod request_sign;
pub mod row;
pub mod settings;
pub mod share_key;
pub mod token;
pub mod trouble;
pub mod web;
