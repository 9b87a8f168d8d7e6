//! Sort order of names as people expect it, and search in names by what people type.

mod fold;
mod key;
mod letters;
mod order;
mod pinyin;
mod position;
mod query;
mod spelled;

pub use key::Keys;
pub use letters::LetterSet;
pub use order::{compare, sort_names};
pub use query::{Finder, MatchRank, NameMatch, Query};

/// The folded form of a text: letters in lower case, without accents, and of normal width.
pub fn folded(text: &str) -> String {
    let mut folded = String::new();
    fold::push_folded(&mut folded, text);
    folded
}
