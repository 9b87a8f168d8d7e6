//! Globs for one name: `*`, `?`, `[a-z]` and `[!a-z]`.
//!
//! Anybody may write one for a shortcut, and it is matched with every name of a folder. So what stands between two
//! `*` is searched for in one pass over a name, whatever it is: a bit for each of its parts says whether the
//! parts up to there match what comes before (the algorithm Shift-And).

use crate::step_count;

/// A parsed glob for a name.
#[derive(Clone, Debug)]
pub struct NameGlob {
    /// The tokens before the first `*`, or all of them.
    first: Vec<Token>,
    /// The chunks between two `*`, in their order.
    searched: Vec<Chunk>,
    /// The tokens behind the last `*`; `None` if there is no `*`.
    last: Option<Vec<Token>>,
}

/// A part of a glob.
#[derive(Clone, Debug)]
pub enum Token {
    /// `?`: any one character.
    Any,
    /// `*`: any number of characters.
    Many,
    /// A character that stands for itself.
    One(char),
    /// `[a-z]`, as the first and last character of each range, of ascending ranges apart from each other.
    Class {
        /// Whether the class is `[!a-z]`: all characters but these.
        not: bool,
        /// The ranges of characters.
        ranges: Vec<(char, char)>,
    },
}

/// A chunk of a glob between two `*`.
#[derive(Clone, Debug)]
enum Chunk {
    Text(String),
    Parts(Masks),
}

/// For each character the tokens of a chunk that match it, a bit each.
#[derive(Clone, Debug)]
struct Masks {
    ascii: Box<[u64; ASCII as usize]>,
    /// The masks of all other characters, each from this code point on; ascending.
    others: Vec<(u32, u64)>,
    /// The bit of the last token.
    end: u64,
}

/// The number of ASCII characters.
const ASCII: u32 = 128;

impl Token {
    /// Parses the first token of a text, and returns it with the text behind it. `None` for an open bracket, and
    /// for no text.
    pub fn parse(text: &str) -> Option<(Self, &str)> {
        let (letter, after) = first(text)?;
        match letter {
            '?' => Some((Self::Any, after)),
            '*' => Some((Self::Many, after)),
            '[' => class(after),
            own => Some((Self::One(own), after)),
        }
    }

    fn is_match(&self, letter: u32) -> bool {
        match self {
            Self::One(own) => u32::from(*own) == letter,
            Self::Any => true,
            Self::Class { not, ranges } => {
                let at = ranges.partition_point(|(_, to)| u32::from(*to) < letter);
                let is_in = ranges.get(at).is_some_and(|(from, _)| u32::from(*from) <= letter);
                is_in != *not
            }
            Self::Many => false,
        }
    }
}

impl NameGlob {
    /// The glob of these tokens. `None` if more than 64 stand between two `*` and are not all characters that stand
    /// for themselves.
    pub fn new(tokens: &[Token]) -> Option<Self> {
        let mut chunks = tokens.split(|token| matches!(token, Token::Many));
        let first = chunks.next().unwrap_or_default().to_vec();
        let mut searched = chunks.collect::<Vec<_>>();
        let last = searched.pop().map(<[Token]>::to_vec);
        let searched = searched.into_iter().filter(|chunk| !chunk.is_empty());
        let searched = searched.map(Chunk::new).collect::<Option<_>>()?;
        Some(Self { first, searched, last })
    }

    /// Whether the glob matches a whole name.
    pub fn is_match(&self, name: &str) -> bool {
        let Some(last) = &self.last else { return after(&self.first, name) == Some("") };
        // The name's end is compared first: it tells most names at once.
        let mut letters = name.chars();
        for token in last.iter().rev() {
            step_count::count(1);
            if !letters.next_back().is_some_and(|letter| token.is_match(letter.into())) {
                return false;
            }
        }
        let rest = after(&self.first, letters.as_str());
        self.searched
            .iter()
            .try_fold(rest, |rest, chunk| Some(chunk.after(rest?)))
            .flatten()
            .is_some()
    }
}

/// The text behind the characters at its beginning that match these tokens.
fn after<'t>(tokens: &[Token], text: &'t str) -> Option<&'t str> {
    let mut letters = text.chars();
    for token in tokens {
        step_count::count(1);
        letters.next().filter(|letter| token.is_match((*letter).into()))?;
    }
    Some(letters.as_str())
}

impl Chunk {
    fn new(tokens: &[Token]) -> Option<Self> {
        let own = |token: &Token| match token {
            Token::One(own) => Some(*own),
            Token::Any | Token::Many | Token::Class { .. } => None,
        };
        let text = tokens.iter().map(own).collect::<Option<String>>();
        text.map(Self::Text).or_else(|| Masks::new(tokens).map(Self::Parts))
    }

    /// The text behind the first match in it.
    fn after<'t>(&self, text: &'t str) -> Option<&'t str> {
        step_count::count(text.len());
        match self {
            Self::Text(own) => {
                let at = memchr::memmem::find(text.as_bytes(), own.as_bytes())?;
                text.get(at + own.len()..)
            }
            Self::Parts(masks) => masks.after(text),
        }
    }
}

impl Masks {
    fn new(tokens: &[Token]) -> Option<Self> {
        let end = 1_u64.checked_shl(u32::try_from(tokens.len()).ok()?.checked_sub(1)?)?;
        let mask = |letter: u32| {
            let bits = tokens.iter().enumerate();
            bits.fold(0, |mask, (at, token)| mask | u64::from(token.is_match(letter)) << at)
        };
        let mut ascii = Box::new([0; ASCII as usize]);
        for (letter, of_letter) in (0..).zip(ascii.iter_mut()) {
            *of_letter = mask(letter);
        }
        // Between two of these every character matches the same tokens.
        let mut starts = vec![ASCII];
        for token in tokens {
            let mut add = |from: char, to: char| starts.extend([from.into(), u32::from(to) + 1]);
            match token {
                Token::One(own) => add(*own, *own),
                Token::Class { ranges, .. } => ranges.iter().for_each(|(from, to)| add(*from, *to)),
                Token::Any | Token::Many => {}
            }
        }
        starts.retain(|start| *start >= ASCII);
        starts.sort_unstable();
        starts.dedup();
        let others = starts.into_iter().map(|start| (start, mask(start))).collect();
        Some(Self { ascii, others, end })
    }

    fn of(&self, letter: char) -> u64 {
        let letter = u32::from(letter);
        if let Some(mask) = self.ascii.get(letter as usize) {
            return *mask;
        }
        let behind = self.others.partition_point(|(start, _)| *start <= letter);
        let before = behind.checked_sub(1).and_then(|at| self.others.get(at));
        before.map_or(0, |(_, mask)| *mask)
    }

    fn after<'t>(&self, text: &'t str) -> Option<&'t str> {
        let (mut letters, mut matched) = (text.chars(), 0_u64);
        loop {
            matched = (matched << 1 | 1) & self.of(letters.next()?);
            if matched & self.end != 0 {
                return Some(letters.as_str());
            }
        }
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
    use super::*;

    fn parse(mut text: &str) -> Option<NameGlob> {
        let mut tokens = Vec::new();
        while !text.is_empty() {
            let (token, after) = Token::parse(text).unwrap();
            tokens.push(token);
            text = after;
        }
        NameGlob::new(&tokens)
    }

    fn is_match(glob: &str, name: &str) -> bool {
        parse(glob).unwrap().is_match(name)
    }

    #[test]
    fn a_glob_matches_whole_names() {
        for (glob, name, want) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("a*", "a", true),
            ("a*a", "a", false),
            ("*a*a*", "bab", false),
            ("*a*a*", "baba", true),
            ("*ab*b", "abb", true),
            ("*ab*b", "ab", false),
            ("*a?a*", "aabaa", true),
            ("*[0-9][0-9]*", "S1E02.mkv", true),
            ("*[0-9][0-9]*", "S1E2.mkv", false),
            ("*[!中]?*x", "中中x", false),
            ("*[!中]?*x", "中文a中x", true),
            ("*[一-龥]b[!é]*", "é中b中", true),
            ("*[一-龥]b[!é]*", "é中bé", false),
            ("*aab?*", "aaabc", true),
            ("x*?", "x", false),
        ] {
            assert_eq!(is_match(glob, name), want, "{glob} on {name}");
        }
    }

    #[test]
    fn a_class_is_read_as_ranges_that_ascend() {
        let (token, _) = Token::parse("[x-za-cc-ebz-ym中]").unwrap();
        let Token::Class { not: false, ranges } = &token else { panic!("{token:?}") };
        assert_eq!(ranges[..], [('a', 'e'), ('m', 'm'), ('x', 'z'), ('中', '中')]);
        for (letter, want) in [('a', true), ('d', true), ('f', false), ('y', true), ('中', true)] {
            assert_eq!(token.is_match(letter.into()), want, "{letter}");
        }
    }

    #[test]
    fn the_cost_of_a_name_is_its_length_whatever_the_glob() {
        let (ascii, chinese) = ("abcdefghij".repeat(20), "长".repeat(200));
        for glob in [
            format!("*{}#*", "[!#]".repeat(24)),
            format!("*{}[#]*", "[!#]".repeat(23)),
            format!("*{}b*", "?".repeat(60)),
            format!("{}#*", "*?[!#]".repeat(20)),
            format!("{}b", "*a".repeat(200)),
            format!("*{}*", "a".repeat(200)),
        ] {
            let parsed = parse(&glob).unwrap();
            for name in [&ascii, &chinese] {
                let before = step_count::steps();
                let _ = parsed.is_match(name);
                let steps = step_count::steps() - before;
                // A chunk is searched for in what those before it leave.
                assert!(steps <= 20 * 600, "{glob}: {steps} steps");
            }
        }
        let one = parse(&format!("*{}#*", "[!#]".repeat(24))).unwrap();
        let before = step_count::steps();
        assert!(!one.is_match(&ascii));
        assert!(step_count::steps() - before <= 210, "a pass over the name");
    }

    #[test]
    fn more_than_64_parts_are_not_searched_for() {
        assert!(parse(&format!("*{}*", "?".repeat(64))).is_some());
        assert!(parse(&format!("*{}*", "?".repeat(65))).is_none());
        // At one place of a name, or as a plain text.
        assert!(parse(&format!("{0}*{0}", "?".repeat(100))).is_some());
        assert!(parse(&format!("*{}*", "a".repeat(100))).is_some());
    }
}
