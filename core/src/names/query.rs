//! Search queries, and how closely a name matches them.

use super::fold::push_folded;
use super::letters::LetterSet;
use super::position::Position;
use super::spelled::{LetterMasks, find_spelled, letter_masks};

/// A search query: the words to look for.
#[derive(Debug)]
pub struct Query {
    words: Vec<Word>,
    /// The words with one space between them.
    phrase: String,
}

#[derive(Debug)]
struct Word {
    text: String,
    letters: LetterSet,
    /// The positions of the word's letters, if it may be pinyin.
    spelled: Option<LetterMasks>,
}

/// Match rank: how closely a name matches the query; the first variant is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchRank {
    /// The query is the name, or the name without its extension.
    Exact,
    /// The name begins with the query.
    Prefix,
    /// A word of the name begins with the query.
    WordStart,
    /// The query is anywhere in the name.
    Inside,
    /// The name begins with characters whose pinyin is the query.
    SpelledPrefix,
    /// Characters whose pinyin is the query are in the name.
    Spelled,
    /// All words of the query are in the name, each at the start of a word.
    EachWordStart,
    /// All words of the query are in the name.
    EachInside,
    /// All words of the query are in the name, some of them by pinyin.
    EachSpelled,
    /// Some words of the query are only in the names of folders on the way.
    Scattered,
}

/// The words of a query that are in a name, and how well they match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameMatch {
    /// Bit set of the words that are in the name.
    pub words: u64,
    /// Match rank of those words.
    pub rank: MatchRank,
}

/// Maximum number of characters in a query, which so has at most 50 words.
const MAX_CHARACTERS: usize = 100;
/// Maximum number of words that are looked for as pinyin, the first ones. Anybody may write a query: measured,
/// 32 words that all are in 10,000 Chinese names take 67 ms there, and as plain text a tenth of that.
const MAX_SPELLED: usize = 8;

impl Query {
    /// Parses words that are separated by white space. `None` for no words, and for more than 100
    /// characters.
    pub fn parse(text: &str) -> Option<Self> {
        let mut folded = String::new();
        push_folded(&mut folded, text);
        let mut spelled_left = MAX_SPELLED;
        let words = folded.split_whitespace().map(|word| Word::new(word, &mut spelled_left));
        let words = words.collect::<Vec<_>>();
        let mut phrase = String::with_capacity(folded.len());
        for word in &words {
            if !phrase.is_empty() {
                phrase.push(' ');
            }
            phrase.push_str(&word.text);
        }
        let fits = text.trim().chars().count() <= MAX_CHARACTERS;
        (fits && !words.is_empty()).then_some(Self { words, phrase })
    }

    /// The number of words: the cost of matching one name.
    pub fn words(&self) -> usize {
        self.words.len()
    }

    /// Whether a name with these letters may have all the `needed` words in it, and at least one word.
    pub fn may_match(&self, letters: LetterSet, needed: u64) -> bool {
        let mut has_any = false;
        for (bit, word) in self.words.iter().enumerate() {
            let may_have = letters.contains(word.letters);
            if !may_have && needed >> bit & 1 == 1 {
                return false;
            }
            has_any |= may_have;
        }
        has_any
    }

    /// Bit set of all words of the query.
    pub fn all(&self) -> u64 {
        u64::MAX >> (64 - self.words.len().clamp(1, 64))
    }
}

impl Word {
    /// A word; so many more of the query may be pinyin.
    fn new(text: &str, spelled_left: &mut usize) -> Self {
        let spelled = if *spelled_left > 0 { letter_masks(text) } else { None };
        *spelled_left -= usize::from(spelled.is_some());
        Self { text: text.to_owned(), letters: LetterSet::of_word(text), spelled }
    }
}

/// Matches one name after the other against a query.
#[derive(Debug)]
pub struct Finder<'q> {
    query: &'q Query,
    /// The folded form of the current name.
    folded: String,
}

impl<'q> Finder<'q> {
    /// A finder for the words of `query`.
    pub fn new(query: &'q Query) -> Self {
        Self { query, folded: String::with_capacity(256) }
    }

    /// Matches a name against the query; `None` if no word is in it, or if one of the `needed` words is
    /// not.
    pub fn match_name(&mut self, name: &str, needed: u64) -> Option<NameMatch> {
        self.folded.clear();
        push_folded(&mut self.folded, name);
        let (query, name) = (self.query, &*self.folded);
        let has_chinese = !name.is_ascii();
        let (mut words, mut worst) = (0, Position::Start);
        for (bit, word) in query.words.iter().enumerate() {
            let position = find(name, &word.text).or_else(|| {
                let letter_masks = word.spelled.as_ref().filter(|_| has_chinese)?;
                find_spelled(name, word.text.as_bytes(), letter_masks)
            });
            match position {
                Some(position) => {
                    words |= 1 << bit;
                    worst = worst.max(position);
                }
                None if needed >> bit & 1 == 1 => return None,
                None => {}
            }
        }
        (words != 0).then(|| NameMatch { words, rank: self.rank(words, worst) })
    }

    fn rank(&self, words: u64, worst: Position) -> MatchRank {
        let (query, name) = (self.query, &*self.folded);
        if words != query.all() {
            return MatchRank::Scattered;
        }
        if name.strip_prefix(&*query.phrase).is_some_and(is_extension) {
            return MatchRank::Exact;
        }
        let whole = match query.words.len() {
            1 => Some(worst),
            _ => find(name, &query.phrase),
        };
        match (whole, worst) {
            (Some(Position::Start), _) => MatchRank::Prefix,
            (Some(Position::WordStart), _) => MatchRank::WordStart,
            (Some(Position::Inside), _) => MatchRank::Inside,
            (Some(Position::SpelledStart), _) => MatchRank::SpelledPrefix,
            (Some(Position::Spelled), _) => MatchRank::Spelled,
            (None, Position::Start | Position::WordStart) => MatchRank::EachWordStart,
            (None, Position::Inside) => MatchRank::EachInside,
            (None, Position::SpelledStart | Position::Spelled) => MatchRank::EachSpelled,
        }
    }
}

/// Whether `rest` is empty, or an extension with its dot.
fn is_extension(rest: &str) -> bool {
    rest.is_empty() || rest.strip_prefix('.').is_some_and(|rest| !rest.contains('.'))
}

/// Position of a word in a name, compared letter by letter.
fn find(name: &str, word: &str) -> Option<Position> {
    let (name, word) = (name.as_bytes(), word.as_bytes());
    let (first, rest) = word.split_first()?;
    let mut found = None;
    let mut from = 0;
    while let Some(at) = memchr::memchr(*first, name.get(from..)?).map(|at| from + at) {
        let after = name.get(at + 1..)?;
        if after.starts_with(rest) {
            let before = at.checked_sub(1).and_then(|at| name.get(at));
            match before {
                None => return Some(Position::Start),
                // Any Chinese character may begin a word, and any other letter may follow one.
                Some(before) if !before.is_ascii_alphanumeric() || !first.is_ascii() => {
                    return Some(Position::WordStart);
                }
                Some(_) => found = Some(Position::Inside),
            }
        }
        from = at + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(query: &str, name: &str) -> Option<MatchRank> {
        let query = Query::parse(query).unwrap();
        let matched = Finder::new(&query).match_name(name, 0)?;
        (matched.words == query.all()).then_some(matched.rank)
    }

    #[test]
    fn a_name_is_found_by_what_people_type() {
        use MatchRank::*;
        const CASES: &[(&str, &str, Option<MatchRank>)] = &[
            ("readme", "README", Some(Exact)),
            ("readme", "README.md", Some(Exact)),
            ("readme.md", "README.md", Some(Exact)),
            ("archive", "archive.tar.gz", Some(Prefix)),
            ("read", "readme.md", Some(Prefix)),
            ("me", "read me.md", Some(WordStart)),
            ("me", "name me.md", Some(WordStart)),
            ("me", "readme.md", Some(Inside)),
            ("me", "read", None),
            ("café", "CAFE\u{301}.txt", Some(Exact)),
            ("１２", "第12集", Some(WordStart)),
            ("国", "中国人", Some(WordStart)),
            ("中国", "中国人", Some(Prefix)),
            ("s01 cosmos", "Cosmos.S01E02.mkv", Some(EachWordStart)),
            ("cosmos s01", "Cosmos S01", Some(Exact)),
            ("s01 cosmos", "cosmosS01", Some(EachInside)),
            ("cosmos s01", "my cosmos s01e02", Some(WordStart)),
            ("cosmos s02", "Cosmos.S01E02.mkv", None),
            ("zgr", "中国人", Some(SpelledPrefix)),
            ("zgr", "大中国人", Some(Spelled)),
            ("zhongguoren", "中国人", Some(SpelledPrefix)),
            ("zhongguor", "中国人.txt", Some(SpelledPrefix)),
            ("zhgr", "中国人", Some(SpelledPrefix)),
            ("zhong", "中国人", Some(SpelledPrefix)),
            ("gr", "中国人", Some(Spelled)),
            ("zhonguo", "中国人", None),
            ("zr", "中国人", None),
            ("zgr", "中国", None),
            ("ccs", "长城市", Some(SpelledPrefix)),
            ("zcs", "长城市", Some(SpelledPrefix)),
            ("cq", "重庆", Some(SpelledPrefix)),
            ("zq", "重庆", Some(SpelledPrefix)),
            ("nver", "女儿", Some(SpelledPrefix)),
            ("xian", "西安", Some(SpelledPrefix)),
            ("xian", "先", Some(SpelledPrefix)),
            ("fclm4", "复仇者联盟4：终局之战", None),
            ("fczlm4zjzz", "复仇者联盟4：终局之战", Some(SpelledPrefix)),
            ("s01zg", "S01 中国", Some(SpelledPrefix)),
            ("zgr dz", "大字 中国人", Some(EachSpelled)),
            ("中国 r", "中国人", Some(EachSpelled)),
            ("zg", "zg 中国", Some(Prefix)),
            ("z", "中", Some(SpelledPrefix)),
            ("12", "中国", None),
            ("zかg", "中かg", None),
            ("zg", "中か国", None),
        ];
        for (query, name, want) in CASES {
            assert_eq!(rank(query, name), *want, "{query:?} in {name:?}");
        }
    }

    #[test]
    fn the_first_eight_words_that_may_be_pinyin_are_looked_for_as_pinyin() {
        let name = "fu 4 复仇者联盟中国";
        assert!(rank("fu c z l 4 m 者 z g fu fu", name).is_some());
        assert!(rank("fu c z l 4 m 者 z g 复 c", name).is_some());
        assert_eq!(rank("fu c z l 4 m 者 z g zg c", name), None, "c is the ninth");
        let long = Query::parse(&"z ".repeat(50)).unwrap();
        assert_eq!(long.words.iter().filter(|word| word.spelled.is_some()).count(), MAX_SPELLED);
    }

    #[test]
    fn words_that_are_elsewhere_are_left_over() {
        let query = Query::parse(" cosmos\t 中国 s01 ").unwrap();
        assert_eq!((query.all(), &*query.phrase), (0b111, "cosmos 中国 s01"));
        let mut finder = Finder::new(&query);
        let matched = finder.match_name("s01e02 COSMOS.mkv", 0b101);
        assert_eq!(matched, Some(NameMatch { words: 0b101, rank: MatchRank::Scattered }));
        assert_eq!(finder.match_name("s01e02 COSMOS.mkv", 0b010), None);
        assert_eq!(finder.match_name("nothing", 0), None);
    }

    #[test]
    fn a_query_has_an_end() {
        assert!(Query::parse("").is_none() && Query::parse(" \t　\u{301}").is_none());
        let long = "中".repeat(MAX_CHARACTERS);
        assert!(Query::parse(&format!(" {long} ")).is_some());
        assert!(Query::parse(&format!("{long}中")).is_none());
        let words = Query::parse(&"a ".repeat(50)).unwrap();
        assert_eq!((words.words.len(), words.all()), (50, (1 << 50) - 1));
        let letters = "z".repeat(63);
        assert_eq!(rank(&letters, &"中".repeat(63)), Some(MatchRank::SpelledPrefix));
        assert_eq!(rank(&format!("{letters}z"), &"中".repeat(100)), None);
    }
}
