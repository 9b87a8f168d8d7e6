//! Where a word of a query is in a name.

/// Where a word is in a name, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    Start,
    WordStart,
    Inside,
    SpelledStart,
    Spelled,
}
