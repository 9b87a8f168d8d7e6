//! A regular expression as alternative sequences of tokens.

use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{
    AssertionKind, Ast, ClassSet, ClassSetItem, Flag, FlagsItemKind, GroupKind, LiteralKind,
    RepetitionKind, RepetitionRange,
};

/// A part of a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// The beginning of the subject.
    Start,
    /// The end of the subject.
    End,
    /// One character of these ranges; with `not`, any other one.
    Class { not: bool, ranges: Vec<(char, char)> },
    /// Any one character.
    Any,
    /// Any number of any characters.
    Many,
    /// Any number of any characters but slashes.
    ManyWithin,
}

impl Token {
    /// The single character that the token matches.
    pub fn letter(&self) -> Option<char> {
        match self {
            Self::Class { not: false, ranges } => match ranges.as_slice() {
                [(from, to)] if from == to => Some(*from),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the token matches this character.
    pub fn is_match(&self, letter: char) -> bool {
        match self {
            Self::Class { not, ranges } => {
                ranges.iter().any(|(from, to)| (from..=to).contains(&&letter)) != *not
            }
            Self::Any | Self::Many => true,
            Self::ManyWithin => letter != '/',
            Self::Start | Self::End => false,
        }
    }
}

/// Tokens one after the other.
pub type Sequence = Vec<Token>;

/// Maximum number of alternatives.
const MAX_SEQUENCES: usize = 32;
/// Maximum number of tokens of an alternative.
const MAX_TOKENS: usize = 200;

/// The alternatives of a regular expression; `None` if it has parts that no glob has.
pub fn sequences(regex: &str, is_any_case: bool) -> Option<Vec<Sequence>> {
    let ast = Parser::new().parse(regex).ok()?;
    let mut reader = Reader { is_any_case };
    reader.read(&ast)
}

struct Reader {
    is_any_case: bool,
}

impl Reader {
    fn read(&mut self, ast: &Ast) -> Option<Vec<Sequence>> {
        match ast {
            Ast::Empty(_) => Some(vec![Vec::new()]),
            Ast::Flags(flags) => {
                self.is_any_case = any_case(&flags.flags.items)?;
                Some(vec![Vec::new()])
            }
            Ast::Literal(literal) => {
                let is_plain = matches!(
                    literal.kind,
                    LiteralKind::Verbatim | LiteralKind::Meta | LiteralKind::Superfluous
                );
                // Escaped letters mean other things elsewhere.
                let token = self.class(false, &[(literal.c, literal.c)])?;
                is_plain.then(|| vec![vec![token]])
            }
            Ast::Dot(_) => Some(vec![vec![Token::Any]]),
            Ast::Assertion(assertion) => match assertion.kind {
                AssertionKind::StartLine => Some(vec![vec![Token::Start]]),
                AssertionKind::EndLine => Some(vec![vec![Token::End]]),
                _ => None,
            },
            Ast::ClassBracketed(class) => {
                let mut ranges = Vec::new();
                match &class.kind {
                    ClassSet::Item(item) => read_ranges(item, &mut ranges)?,
                    ClassSet::BinaryOp(_) => return None,
                }
                Some(vec![vec![self.class(class.negated, &ranges)?]])
            }
            Ast::Repetition(repetition) => self.repeat(&repetition.ast, &repetition.op.kind),
            Ast::Group(group) => {
                let outside = self.is_any_case;
                if let GroupKind::NonCapturing(flags) = &group.kind
                    && !flags.items.is_empty()
                {
                    self.is_any_case = any_case(&flags.items)?;
                }
                let read = self.read(&group.ast);
                self.is_any_case = outside;
                read
            }
            Ast::Alternation(alternation) => {
                let mut all = Vec::new();
                for ast in &alternation.asts {
                    all.extend(self.read(ast)?);
                }
                within_limits(all)
            }
            Ast::Concat(concat) => {
                let mut all = vec![Vec::new()];
                for ast in &concat.asts {
                    all = joined(&all, &self.read(ast)?)?;
                }
                Some(all)
            }
            Ast::ClassUnicode(_) | Ast::ClassPerl(_) => None,
        }
    }

    /// A class of these ranges, with both cases of each letter where case does not count.
    fn class(&self, not: bool, ranges: &[(char, char)]) -> Option<Token> {
        let mut ranges = ranges.to_vec();
        if self.is_any_case {
            for (from, to) in ranges.clone() {
                // Which letters are the same in another case differs beyond ASCII.
                if from != to && !to.is_ascii()
                    || from.is_lowercase() && !from.is_ascii()
                    || from.is_uppercase() && !from.is_ascii()
                {
                    return None;
                }
                let both = (from..=to).filter(char::is_ascii_alphabetic);
                let other = both.map(|letter| {
                    if letter.is_ascii_lowercase() {
                        letter.to_ascii_uppercase()
                    } else {
                        letter.to_ascii_lowercase()
                    }
                });
                ranges.extend(other.map(|letter| (letter, letter)));
            }
        }
        Some(Token::Class { not, ranges: merged(ranges) })
    }

    fn repeat(&mut self, ast: &Ast, kind: &RepetitionKind) -> Option<Vec<Sequence>> {
        let (least, most) = match kind {
            RepetitionKind::ZeroOrOne => (0, Some(1)),
            RepetitionKind::ZeroOrMore => (0, None),
            RepetitionKind::OneOrMore => (1, None),
            RepetitionKind::Range(RepetitionRange::Exactly(n)) => (*n, Some(*n)),
            RepetitionKind::Range(RepetitionRange::AtLeast(n)) => (*n, None),
            RepetitionKind::Range(RepetitionRange::Bounded(m, n)) => (*m, Some(*n)),
        };
        let once = self.read(ast)?;
        let mut all = vec![Vec::new()];
        for _ in 0..least {
            all = joined(&all, &once)?;
        }
        let Some(most) = most else {
            // A glob repeats any character, or any within a name, and nothing else.
            let within = Token::Class { not: true, ranges: vec![('/', '/')] };
            let many = match once.as_slice() {
                [any] if *any == [Token::Any] => Token::Many,
                [any] if *any == [within] => Token::ManyWithin,
                _ => return None,
            };
            return joined(&all, &[vec![many]]);
        };
        let mut longest = all.clone();
        for _ in least..most {
            longest = joined(&longest, &once)?;
            all.extend(longest.iter().cloned());
        }
        within_limits(all)
    }
}

/// Each sequence of `before` followed by each of `after`.
fn joined(before: &[Sequence], after: &[Sequence]) -> Option<Vec<Sequence>> {
    if before.len() * after.len() > MAX_SEQUENCES {
        return None;
    }
    let all = before.iter().flat_map(|before| {
        after.iter().map(move |after| [before.as_slice(), after.as_slice()].concat())
    });
    within_limits(all.collect())
}

fn within_limits(all: Vec<Sequence>) -> Option<Vec<Sequence>> {
    let fits = all.len() <= MAX_SEQUENCES && all.iter().all(|one| one.len() <= MAX_TOKENS);
    fits.then_some(all)
}

/// Whether these flags switch the difference of case off; `None` for any other flag.
fn any_case(items: &[regex_syntax::ast::FlagsItem]) -> Option<bool> {
    match items {
        [item] if item.kind == FlagsItemKind::Flag(Flag::CaseInsensitive) => Some(true),
        _ => None,
    }
}

fn read_ranges(item: &ClassSetItem, ranges: &mut Vec<(char, char)>) -> Option<()> {
    match item {
        ClassSetItem::Empty(_) => Some(()),
        ClassSetItem::Literal(literal) => {
            ranges.push((literal.c, literal.c));
            let is_plain = matches!(
                literal.kind,
                LiteralKind::Verbatim | LiteralKind::Meta | LiteralKind::Superfluous
            );
            is_plain.then_some(())
        }
        ClassSetItem::Range(range) => {
            ranges.push((range.start.c, range.end.c));
            Some(())
        }
        ClassSetItem::Union(union) => {
            union.items.iter().try_for_each(|item| read_ranges(item, ranges))
        }
        // Nested classes and names of classes are not read alike everywhere.
        ClassSetItem::Ascii(_)
        | ClassSetItem::Unicode(_)
        | ClassSetItem::Perl(_)
        | ClassSetItem::Bracketed(_) => None,
    }
}

/// The ranges in ascending order, without overlaps.
fn merged(mut ranges: Vec<(char, char)>) -> Vec<(char, char)> {
    ranges.sort_unstable();
    let mut merged = Vec::<(char, char)>::new();
    for (from, to) in ranges {
        match merged.last_mut() {
            Some((_, end)) if from <= *end || u32::from(from) == u32::from(*end) + 1 => {
                *end = to.max(*end);
            }
            _ => merged.push((from, to)),
        }
    }
    merged
}
