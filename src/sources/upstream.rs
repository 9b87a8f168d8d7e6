//! What 123Pan's APIs have in common: calls and answers as values, and what they mean. Nothing in here
//! sends: the [`crate::account`] does, through its host. The sources' own calls are in [`super`].
//!
//! [`pages`] puts a folder's pages together, [`relay`] leads from a file's first address to its last.
//! Below them: [`envelope`] (what every answer comes in, and its failures), [`row`] (entries and dates),
//! [`token`].

pub mod call;
pub mod entry;
pub mod envelope;
pub mod error;
pub mod pages;
pub mod relay;
pub mod row;
pub mod token;
