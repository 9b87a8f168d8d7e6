//! 123Pan's three APIs: calls and answers as values, and what they mean. Nothing in here sends: the
//! [`crate::desk`] does, through its host.

pub mod call;
pub mod entry;
pub mod settings;
pub mod trouble;
