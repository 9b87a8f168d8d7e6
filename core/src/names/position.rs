//! Position of a query's word in a name.

/// Position of a query's word in a name; the first variant is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// At the start of the name.
    Start,
    /// At the start of a later word of the name.
    WordStart,
    /// Inside a word of the name.
    Inside,
    /// At the start of the name, by pinyin.
    SpelledStart,
    /// Anywhere else in the name, by pinyin.
    Spelled,
}
