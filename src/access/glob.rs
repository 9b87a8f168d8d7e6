//! Globs: `*`, `?`, `[a-z]`, `[!a-z]` and, between slashes, `**`.
//!
//! Not by the `glob` crate: it brings traversal of the file system and Unicode's table of capitals into
//! the WASM, 10 KB with its own code, and matches a pattern against whole paths only: the folders of one
//! path, each matched anew, would take time that is quadratic in the path's length. The tests compare the
//! two.

use super::step_count;

/// A parsed glob, for a name or for names with slashes between them.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Vec<Part>);

/// A part of a pattern, which matches one segment of a path or any number of them.
#[derive(Clone, Debug)]
enum Part {
    /// `**`: any number of segments; at the end of a pattern one or more.
    Folders,
    /// A glob that matches one segment.
    Name(Vec<Token>),
}

#[derive(Clone, Debug)]
enum Token {
    /// `?`: any one character.
    Any,
    /// `*`: any number of characters.
    Many,
    One(char),
    /// `[a-z]`, as the first and last character of each range, of ascending ranges apart from each other; with
    /// `not`, `[!a-z]`.
    Class {
        not: bool,
        ranges: Vec<(char, char)>,
    },
}

/// The maximum number of parts in a pattern. A request's path has no more segments
/// (`path::MAX_SEGMENTS`).
const MAX_PARTS: usize = 80;

/// How far a pattern has matched a path: the parts that the next segment may match, a bit each. The bit
/// behind the last part says that the whole pattern matches the segments so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress(u128);

impl Token {
    fn is_match(&self, letter: char) -> bool {
        match self {
            Self::One(own) => *own == letter,
            Self::Any => true,
            Self::Class { not, ranges } => {
                let at = ranges.partition_point(|(_, to)| *to < letter);
                ranges.get(at).is_some_and(|(from, _)| *from <= letter) != *not
            }
            Self::Many => false,
        }
    }
}

impl Pattern {
    /// Parses a glob of `*`, `?`, `[a-z]` and, between slashes, `**`. `None` if a bracket is left open, stars
    /// stand where they can't, or there are more than [`MAX_PARTS`].
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        // The part that is being read; `None` behind `**/`, where there may be no other.
        let mut name = Some(Vec::new());
        let mut rest = text;
        while let Some((letter, after)) = first(rest) {
            let begins = name.as_ref().is_none_or(Vec::is_empty);
            let (token, after) = match letter {
                '/' => {
                    parts.push(Part::Name(name.replace(Vec::new()).unwrap_or_default()));
                    rest = after;
                    continue;
                }
                '?' => (Token::Any, after),
                '[' => class(after)?,
                '*' => match after.strip_prefix('*') {
                    None => (Token::Many, after),
                    Some(_) if !begins => return None,
                    Some(after) => {
                        // Two of them in a row say no more than one.
                        if !matches!(parts.last(), Some(Part::Folders)) {
                            parts.push(Part::Folders);
                        }
                        name = None;
                        rest = if after.is_empty() { after } else { after.strip_prefix('/')? };
                        continue;
                    }
                },
                own => (Token::One(own), after),
            };
            name.get_or_insert_default().push(token);
            rest = after;
        }
        parts.extend(name.map(Part::Name));
        (parts.len() <= MAX_PARTS).then_some(Self(parts))
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
                Part::Name(tokens) if is_name_match(tokens, segment) => {
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
                    Part::Name(tokens) => is_name_match(tokens, segment),
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

/// Whether the tokens match a whole name. What stands behind the last `*` is the name's end: it is compared
/// first, since it tells most names at once.
fn is_name_match(tokens: &[Token], name: &str) -> bool {
    let last_many = tokens.iter().rposition(|token| matches!(token, Token::Many));
    let Some(last_many) = last_many else { return is_begin_match(tokens, name) };
    let (before, end) = tokens.split_at_checked(last_many + 1).unwrap_or_default();
    let mut letters = name.chars();
    for token in end.iter().rev() {
        step_count::count(1);
        if !letters.next_back().is_some_and(|letter| token.is_match(letter)) {
            return false;
        }
    }
    is_begin_match(before, letters.as_str())
}

/// Whether the tokens, of which none or the last is the last `*`, match a whole text.
fn is_begin_match(tokens: &[Token], text: &str) -> bool {
    if matches!(tokens, [Token::Many]) {
        return true;
    }
    let (mut tokens, mut rest) = (tokens, text);
    // Where to go on if something doesn't fit: behind the last `*`, which takes more. Those before need
    // not be asked again: what they can take, the last one can as well.
    let mut many = None;
    loop {
        step_count::count(1);
        match (tokens.split_first(), first(rest)) {
            (None, None) => return true,
            (Some((Token::Many, after)), _) => {
                many = Some((after, rest));
                tokens = after;
                continue;
            }
            (Some((token, after)), Some((letter, left))) if token.is_match(letter) => {
                (tokens, rest) = (after, left);
                continue;
            }
            // If a `*` took more of the name, even fewer characters would be left.
            (Some(_), None) => return false,
            _ => {}
        }
        let longer = many.and_then(|(after, from)| first(from).map(|(_, left)| (after, left)));
        let Some(next) = longer else { return false };
        many = longer;
        (tokens, rest) = next;
    }
}

fn first(text: &str) -> Option<(char, &str)> {
    let mut letters = text.chars();
    Some((letters.next()?, letters.as_str()))
}

/// Parses a character class whose opening bracket is gone already, and returns it with the text behind
/// it. A `]` that comes first means itself.
fn class(text: &str) -> Option<(Token, &str)> {
    let (not, text) = text.strip_prefix('!').map_or((false, text), |text| (true, text));
    let (letter, after) = first(text)?;
    let (others, after) = after.split_once(']')?;
    let letters = std::iter::once(letter).chain(others.chars()).collect::<Vec<_>>();
    let mut ranges = Vec::new();
    let mut rest = letters.as_slice();
    loop {
        rest = match rest {
            [] => return Some((Token::Class { not, ranges: apart(ranges) }, after)),
            [from, '-', to, rest @ ..] => {
                ranges.push((*from, *to));
                rest
            }
            [one, rest @ ..] => {
                ranges.push((*one, *one));
                rest
            }
        };
    }
}

/// The same characters as ranges that ascend and don't overlap, so that one of many is found quickly: anybody may
/// write a class of a hundred.
fn apart(mut ranges: Vec<(char, char)>) -> Vec<(char, char)> {
    ranges.retain(|(from, to)| from <= to);
    ranges.sort_unstable();
    let mut merged = Vec::<(char, char)>::with_capacity(ranges.len());
    for (from, to) in ranges {
        match merged.last_mut() {
            Some((_, end)) if from <= *end => *end = to.max(*end),
            _ => merged.push((from, to)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
        let pattern = Pattern::parse(&format!("*{}b*", "?".repeat(90))).unwrap();
        let before = step_count::steps();
        assert!(!pattern.is_match(&"a".repeat(90)) && pattern.is_match(&("a".repeat(95) + "b")));
        assert!(step_count::steps() - before < 1_000);
    }

    #[test]
    fn a_class_is_read_as_ranges_that_ascend() {
        let pattern = Pattern::parse("[x-za-cc-ebz-ym中]").unwrap();
        let [Part::Name(tokens)] = &*pattern.0 else { panic!("{pattern:?}") };
        let [Token::Class { not: false, ranges }] = &**tokens else { panic!("{pattern:?}") };
        assert_eq!(ranges[..], [('a', 'e'), ('m', 'm'), ('x', 'z'), ('中', '中')]);
        for (letter, want) in [("a", true), ("d", true), ("f", false), ("y", true), ("中", true)] {
            assert_eq!(pattern.is_match(letter), want, "{letter}");
        }
    }

    #[test]
    fn a_pattern_has_no_more_parts_than_a_path() {
        assert!(Pattern::parse(&format!("a{}", "/a".repeat(79))).is_some());
        assert!(Pattern::parse(&format!("a{}", "/a".repeat(80))).is_none());
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
            let (ours, theirs) = (Pattern::parse(&pattern), glob::Pattern::new(&pattern).ok());
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
