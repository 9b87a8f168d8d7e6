//! Globs: `*`, `?`, `[a-z]`, `[!a-z]` and, between slashes, `**`.
//!
//! Not by the `glob` crate: it brings traversal of the file system and Unicode's table of capitals into
//! the WASM, 10 KB with its own code, and matches a pattern against whole paths only: the folders of one
//! path, each matched anew, would take time that is quadratic in the path's length. The tests compare the
//! two.

use crate::name_glob::{NameGlob, Token};

/// A parsed glob, for a name or for names with slashes between them.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Vec<Part>);

/// A part of a pattern, which matches one segment of a path or any number of them.
#[derive(Clone, Debug)]
enum Part {
    /// `**`: any number of segments; at the end of a pattern one or more.
    Folders,
    /// A glob that matches one segment.
    Name(NameGlob),
}

/// The maximum number of parts in a pattern. A request's path has no more segments
/// (`path::MAX_SEGMENTS`).
const MAX_PARTS: usize = 80;
/// Why a text is not a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GlobError {
    /// A bracket is left open, stars stand where they can't, or there are more than 80 parts.
    NotAGlob,
    /// More than 64 characters, `?` and classes stand between two `*`, of which not all are characters.
    TooLong,
}

/// How far a pattern has matched a path: the parts that the next segment may match, a bit each. The bit
/// behind the last part says that the whole pattern matches the segments so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress(u128);

impl Pattern {
    /// Parses a glob of `*`, `?`, `[a-z]` and, between slashes, `**`.
    ///
    /// # Errors
    /// [`GlobError`] for a text that is none, or too long to be searched for.
    pub fn parse(text: &str) -> Result<Self, GlobError> {
        let parts = parts(text).filter(|parts| parts.len() <= MAX_PARTS);
        let parts = parts.ok_or(GlobError::NotAGlob)?.into_iter().map(|part| match part {
            None => Some(Part::Folders),
            Some(tokens) => NameGlob::new(&tokens).map(Part::Name),
        });
        parts.collect::<Option<_>>().map(Self).ok_or(GlobError::TooLong)
    }

    /// Whether the pattern matches one whole name.
    pub fn is_match(&self, name: &str) -> bool {
        self.is_match_at(self.start(), name)
    }

    /// The progress before the first segment.
    pub fn start(&self) -> Progress {
        self.reach(Progress(0), 0)
    }

    /// The progress after one more segment.
    pub fn step(&self, at: Progress, segment: &str) -> Progress {
        let mut next = Progress(0);
        for (index, part) in self.active(at) {
            match part {
                Part::Folders => {
                    next = self.reach(next, index);
                    if index + 1 == self.0.len() {
                        next = self.reach(next, index + 1);
                    }
                }
                Part::Name(name) if name.is_match(segment) => {
                    next = self.reach(next, index + 1);
                }
                Part::Name(_) => {}
            }
        }
        next
    }

    /// Whether the whole pattern matches, with this segment as the last one.
    pub fn is_match_at(&self, at: Progress, segment: &str) -> bool {
        let last = self.0.len().checked_sub(1);
        self.active(at).any(|(index, part)| {
            last == Some(index)
                && match part {
                    Part::Folders => true,
                    Part::Name(name) => name.is_match(segment),
                }
        })
    }

    /// The progress with the part at `index` among those that may come next, and with the part after it
    /// if this is a `**`, which may stand for no segment at all.
    fn reach(&self, Progress(bits): Progress, index: usize) -> Progress {
        let bits = bits | 1 << index;
        let is_inner_folders =
            matches!(self.0.get(index), Some(Part::Folders)) && index + 1 < self.0.len();
        Progress(if is_inner_folders { bits | 1 << (index + 1) } else { bits })
    }

    fn active(&self, Progress(bits): Progress) -> impl Iterator<Item = (usize, &Part)> {
        let parts = self.0.iter().enumerate();
        parts.filter(move |(index, _)| bits & (1 << index) != 0)
    }
}

/// The tokens of each part of a pattern, `None` for a `**`. Nothing if a bracket is left open, or stars stand where
/// they can't.
fn parts(text: &str) -> Option<Vec<Option<Vec<Token>>>> {
    let mut parts = Vec::new();
    // The part that is being read; `None` behind `**/`, where there may be no other.
    let mut name = Some(Vec::new());
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('/') {
            parts.push(Some(name.replace(Vec::new()).unwrap_or_default()));
            rest = after;
            continue;
        }
        if let Some(after) = rest.strip_prefix("**") {
            if !name.as_ref().is_none_or(Vec::is_empty) {
                return None;
            }
            // Two of them in a row say no more than one.
            if !matches!(parts.last(), Some(None)) {
                parts.push(None);
            }
            name = None;
            rest = if after.is_empty() { after } else { after.strip_prefix('/')? };
            continue;
        }
        let (token, after) = Token::parse(rest)?;
        name.get_or_insert_default().push(token);
        rest = after;
    }
    parts.extend(name.map(Some));
    Some(parts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::access::step_count;

    const LIKE_OURS: glob::MatchOptions = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: false,
    };

    /// Whether a pattern matches a whole path, folder by folder.
    fn matches(pattern: &Pattern, path: &str) -> bool {
        let mut segments = path.split('/').collect::<Vec<_>>();
        let last = segments.pop().unwrap();
        let at = segments.iter().fold(pattern.start(), |at, segment| pattern.step(at, segment));
        let whole = pattern.step(at, last).0 & (1 << pattern.0.len()) != 0;
        assert_eq!(pattern.is_match_at(at, last), whole, "{path}");
        whole
    }

    #[test]
    fn a_glob_of_many_stars_matches_in_bounded_time() {
        let pattern = Pattern::parse(&format!("{}b", "*a".repeat(200))).unwrap();
        assert!(!pattern.is_match(&"a".repeat(2000)));
    }

    #[test]
    fn a_name_that_is_too_short_is_told_at_once() {
        let pattern = Pattern::parse(&format!("*{}b*", "?".repeat(60))).unwrap();
        let before = step_count::steps();
        assert!(!pattern.is_match(&"a".repeat(60)) && pattern.is_match(&("a".repeat(95) + "b")));
        assert!(step_count::steps() - before < 1_000);
        let longer = Pattern::parse(&format!("a/*{}*", "?".repeat(65)));
        assert_eq!(longer.unwrap_err(), GlobError::TooLong);
    }

    #[test]
    fn a_pattern_has_no_more_parts_than_a_path() {
        assert!(Pattern::parse(&format!("a{}", "/a".repeat(79))).is_ok());
        let long = Pattern::parse(&format!("a{}", "/a".repeat(80)));
        assert_eq!(long.unwrap_err(), GlobError::NotAGlob);
        let many = Pattern::parse(&format!("{}a", "**/".repeat(200))).unwrap();
        assert!(matches(&many, "x/y/a") && !matches(&many, "x/y/b"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn a_glob_is_read_as_the_glob_crate_reads_it(
            pattern in r"([a-c中/*?]|\*\*/|/\*\*|\[|\]|!|-|\[!?[a-c\]-]{1,3}\]){0,9}",
            texts in prop::collection::vec(r"[a-c中\]-]{0,3}(/[a-c中!]{1,3}){0,3}", 8),
        ) {
            let (ours, theirs) = (Pattern::parse(&pattern).ok(), glob::Pattern::new(&pattern).ok());
            prop_assert_eq!(ours.is_some(), theirs.is_some(), "{}", &pattern);
            if let (Some(ours), Some(theirs)) = (ours, theirs) {
                for text in texts {
                    let want = theirs.matches_with(&text, LIKE_OURS);
                    prop_assert_eq!(matches(&ours, &text), want, "{} on {}", &pattern, &text);
                }
            }
        }
    }
}
