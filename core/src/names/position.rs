//! Position of a query's word in a name.

/// Position of a query's word in a name; the first variant is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    Start,
    WordStart,
    Inside,
    SpelledStart,
    Spelled,
}
