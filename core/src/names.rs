//! How names are compared and found: in the order that people look for them in, and by what they type.

mod fold;
mod key;
mod pinyin;
mod position;
mod query;
mod spelled;

pub use key::Keys;
pub use query::{Finder, Look, MatchRank, Query};
