//! Globs: `*`, `?`, `[a-z]`, `[!a-z]` and, between slashes, `**`.
//!
//! By ourselves: the `glob` crate brings walks of the file system and Unicode's table of capitals into
//! the WASM, 10 KB with its own code. The tests hold the two against each other.

/// A pattern for a name, or for names with slashes between them.
#[derive(Clone, Debug)]
pub(super) struct Pattern(Vec<Token>);

#[derive(Clone, Debug)]
enum Token {
    /// `?`.
    Any,
    /// `*`: any number of characters but `/`.
    Many,
    /// `**/`: any number of folders. At the end: all there is.
    Folders,
    One(char),
    /// `[a-z]`, from and to; or with a `!`, anything else.
    Class {
        not: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Token {
    fn fits(&self, letter: char) -> bool {
        match self {
            Self::One(own) => *own == letter,
            Self::Any => letter != '/',
            Self::Class { not, ranges } => {
                let is_in = ranges.iter().any(|(from, to)| (from..=to).contains(&&letter));
                letter != '/' && is_in != *not
            }
            Self::Many | Self::Folders => false,
        }
    }
}

impl Pattern {
    /// `None` if a bracket is left open, or stars stand where they can't.
    pub fn parse(text: &str) -> Option<Self> {
        let mut tokens = Vec::new();
        let mut rest = text;
        let mut begins = true;
        while let Some((letter, after)) = first(rest) {
            let (token, after) = match letter {
                '?' => (Token::Any, after),
                '[' => class(after)?,
                '*' => match after.strip_prefix('*') {
                    None => (Token::Many, after),
                    Some(_) if !begins => return None,
                    Some("") => (Token::Folders, ""),
                    Some(after) => (Token::Folders, after.strip_prefix('/')?),
                },
                own => (Token::One(own), after),
            };
            begins = letter == '/' || matches!(token, Token::Folders);
            tokens.push(token);
            rest = after;
        }
        Some(Self(tokens))
    }

    /// Whether it fits the whole text.
    pub fn matches(&self, text: &str) -> bool {
        let (mut tokens, mut rest) = (self.0.as_slice(), text);
        // Where to go on if something doesn't fit: behind the last `*` or `**/`, which takes more.
        // Those before need not be asked again: what they can take, the last one can as well.
        let (mut many, mut folders) = (None, None);
        loop {
            match (tokens.split_first(), first(rest)) {
                (None, None) | (Some((Token::Folders, [])), _) => return true,
                (Some((Token::Folders, after)), _) => {
                    (many, folders) = (None, Some((after, rest)));
                    tokens = after;
                    continue;
                }
                (Some((Token::Many, after)), _) => {
                    many = Some((after, rest));
                    tokens = after;
                    continue;
                }
                (Some((token, after)), Some((letter, left))) if token.fits(letter) => {
                    (tokens, rest) = (after, left);
                    continue;
                }
                _ => {}
            }
            let longer = many.and_then(|(after, from)| {
                first(from).filter(|(letter, _)| *letter != '/').map(|(_, left)| (after, left))
            });
            let deeper =
                || folders.and_then(|(after, from)| Some((after, from.split_once('/')?.1)));
            (tokens, rest) = if let Some(next) = longer {
                many = longer;
                next
            } else if let Some(next) = deeper() {
                (many, folders) = (None, Some(next));
                next
            } else {
                return false;
            };
        }
    }
}

fn first(text: &str) -> Option<(char, &str)> {
    let mut letters = text.chars();
    Some((letters.next()?, letters.as_str()))
}

/// What stands in brackets, the first of which is gone already, and what follows them. A `]` that
/// comes first means itself.
fn class(text: &str) -> Option<(Token, &str)> {
    let (not, text) = text.strip_prefix('!').map_or((false, text), |text| (true, text));
    let (letter, after) = first(text)?;
    let (others, after) = after.split_once(']')?;
    let letters = std::iter::once(letter).chain(others.chars()).collect::<Vec<_>>();
    let mut ranges = Vec::new();
    let mut rest = letters.as_slice();
    loop {
        rest = match rest {
            [] => return Some((Token::Class { not, ranges }, after)),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIKE_OURS: glob::MatchOptions = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: false,
    };

    #[test]
    fn many_stars_take_no_longer() {
        let pattern = Pattern::parse(&format!("{}b", "*a".repeat(200))).unwrap();
        assert!(!pattern.matches(&"a".repeat(2000)));
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
                    prop_assert_eq!(ours.matches(&text), want, "{} on {}", &pattern, &text);
                }
            }
        }
    }
}
