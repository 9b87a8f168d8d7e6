//! Sort order of names as people expect it, and search in names by what people type.

mod fold;
mod key;
mod pinyin;
mod position;
mod query;
mod spelled;

pub use key::Keys;
pub use query::{Finder, MatchRank, NameMatch, Query};
