//! Sets of letters, by which a search passes over most names without reading them.

use super::fold::fold;
use super::pinyin;

/// The set of the letters of a name or of a word, folded as for search: a bit for each Latin letter and
/// digit, and one of 28 for any other character. A name's set also has the letters of its characters'
/// pinyin, so that it contains the set of each word that [`super::Finder`] finds in the name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LetterSet(pub u64);

/// The number of bits for Latin letters and digits.
const PLAIN: u32 = 36;

impl LetterSet {
    /// The letters of a name, and those of its pinyin.
    pub fn of_name(name: &str) -> Self {
        if name.is_ascii() {
            return Self(name.bytes().fold(0, |set, byte| set | plain(byte.to_ascii_lowercase())));
        }
        let letters = name.chars().filter_map(fold);
        Self(letters.fold(0, |set, letter| set | bit(letter) | spelled(letter)))
    }

    /// The letters of a folded word.
    pub fn of_word(word: &str) -> Self {
        Self(word.chars().fold(0, |set, letter| set | bit(letter)))
    }

    /// Whether all letters of `other` are in the set.
    pub const fn contains(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }
}

fn bit(letter: char) -> u64 {
    match u8::try_from(letter) {
        Ok(byte) if byte.is_ascii() => plain(byte),
        // Spread, since names are written in characters that stand close together.
        _ => 1 << (PLAIN + (u32::from(letter).wrapping_mul(0x9E37_79B1) >> 16) % (64 - PLAIN)),
    }
}

/// The bit of a letter in lower case or a digit; none for punctuation, which says little about a name.
const fn plain(byte: u8) -> u64 {
    match byte {
        b'a'..=b'z' => 1 << (byte - b'a'),
        b'0'..=b'9' => 1 << (byte - b'0' + 26),
        _ => 0,
    }
}

/// The letters of all syllables that a character is read as.
fn spelled(letter: char) -> u64 {
    let Some(syllable) = pinyin::syllable(letter) else { return 0 };
    let letters = |number| pinyin::spelling(number).iter().fold(0, |set, byte| set | plain(*byte));
    let mut set = letters(syllable);
    if pinyin::can_have_other_syllables(letter) {
        set = pinyin::other_syllables(letter).fold(set, |set, number| set | letters(number));
    }
    set
}

#[cfg(test)]
mod tests {
    use super::super::{Finder, Query};
    use super::*;

    #[test]
    fn words_with_a_letter_that_a_name_lacks_are_told_apart() {
        let name = LetterSet::of_name("Cosmos 第12集 CAFÉ.mkv");
        for (word, want) in [
            ("cosmos", true),
            ("soc", true),
            ("diji", true),
            ("cafe", true),
            ("12", true),
            ("第", true),
            ("cosmoz", false),
            ("13", false),
            ("海", false),
        ] {
            assert_eq!(name.contains(LetterSet::of_word(word)), want, "{word}");
        }
    }

    #[test]
    fn whatever_is_found_in_a_name_is_among_its_letters() {
        let names = texts(&["a", "B", "2", "é", ".", " ", "重", "长", "中", "行", "の", "😀"], 3);
        for word in texts(&["a", "c", "h", "o", "n", "g", "2", "é", "中", "."], 3) {
            let query = Query::parse(&word).unwrap();
            let mut finder = Finder::new(&query);
            let letters = LetterSet::of_word(&super::super::folded(&word));
            for name in &names {
                let is_found = finder.match_name(name, 0).is_some();
                assert!(
                    !is_found || LetterSet::of_name(name).contains(letters),
                    "{word} in {name}"
                );
            }
        }
    }

    /// All texts of one to `most` of these letters.
    fn texts(letters: &[&str], most: usize) -> Vec<String> {
        let (mut all, mut last) = (Vec::new(), vec![String::new()]);
        for _ in 0..most {
            let longer = |text: &String| {
                letters.iter().map(|letter| text.clone() + letter).collect::<Vec<_>>()
            };
            last = last.iter().flat_map(longer).collect();
            all.extend(last.iter().filter(|text| !text.trim().is_empty()).cloned());
        }
        all
    }
}
