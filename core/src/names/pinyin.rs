//! Pinyin of Chinese characters: syllables without tones.
//!
//! A table of our own. Measured, gzipped, in a module that does nothing else: the crate `pinyin` 0.11 with
//! its plain readings alone is 80 KB, since it has every character and every tone. This one has the 8,835
//! characters that names are written in, simplified and traditional, and their common readings: 15 KB.

#[expect(clippy::unreadable_literal, reason = "written by `build.rs`")]
mod table {
    include!(concat!(env!("OUT_DIR"), "/pinyin.rs"));
}

use table::{BEFORE, FIRST, HINTS, KNOWN, OTHERS, SPELLINGS};

/// Unicode's basic block of Chinese characters; the same range as in `build.rs`.
const BLOCK: std::ops::Range<u32> = 0x4E00..0xA000;

/// The number of a character's most usual syllable; syllables are numbered in the order of a dictionary.
/// `None` for a character whose reading is not known.
pub fn syllable(letter: char) -> Option<u16> {
    let index = u32::from(letter).checked_sub(BLOCK.start)? as usize;
    let (at, bit) = (index / 64, index % 64);
    let word = *KNOWN.get(at)?;
    if word >> bit & 1 == 0 {
        return None;
    }
    // Words are counted by eights.
    let others = KNOWN.get(at & !7..at)?.iter().map(|word| word.count_ones()).sum::<u32>();
    let before = (word & ((1 << bit) - 1)).count_ones() + others;
    let bit = 9 * (usize::from(*BEFORE.get(at / 8)?) + before as usize);
    let bytes = [*FIRST.get(bit / 8)?, *FIRST.get(bit / 8 + 1)?];
    Some(u16::from_le_bytes(bytes) >> (bit % 8) & 0x1FF)
}

/// Whether a character may have other common readings; most have none, which this tells at once.
pub fn can_have_other_syllables(letter: char) -> bool {
    let bit = u32::from(letter) as usize % (64 * HINTS.len());
    HINTS.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
}

/// The numbers of a character's other common syllables.
pub fn other_syllables(letter: char) -> impl Iterator<Item = u16> {
    let code = u16::try_from(u32::from(letter)).unwrap_or_default();
    let from = OTHERS.partition_point(|(have, _)| *have < code);
    let others = OTHERS.get(from..).unwrap_or_default();
    others.iter().take_while(move |(have, _)| *have == code).map(|(_, number)| *number)
}

/// The letters of a syllable: `ü` is `v`, as it is typed.
pub fn spelling(number: u16) -> &'static [u8] {
    let letters = SPELLINGS.get(usize::from(number)).map_or(&[][..], |letters| letters);
    let end = letters.iter().position(|letter| *letter == 0).unwrap_or(letters.len());
    letters.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(letter: char) -> Vec<&'static str> {
        let all = syllable(letter).into_iter().chain(other_syllables(letter));
        all.map(|number| str::from_utf8(spelling(number)).unwrap()).collect()
    }

    #[test]
    fn characters_are_read_as_people_read_them() {
        const CASES: &[(char, &[&str])] = &[
            ('一', &["yi"]),
            ('中', &["zhong"]),
            ('国', &["guo"]),
            ('國', &["guo"]),
            ('女', &["nv"]),
            ('爱', &["ai"]),
            ('双', &["shuang"]),
            ('重', &["zhong", "chong"]),
            ('长', &["chang", "zhang"]),
            ('長', &["chang", "zhang"]),
            ('乐', &["le", "yue"]),
            ('都', &["du", "dou"]),
            ('齐', &["qi"]),
            ('a', &[]),
            ('〇', &[]),
            ('か', &[]),
            ('龥', &[]),
            ('😀', &[]),
        ];
        for (letter, want) in CASES {
            assert_eq!(read(*letter), *want, "{letter}");
        }
    }

    #[test]
    fn the_packed_table_says_what_the_text_says() {
        let text = include_str!("../../data/pinyin.txt");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let (mut first, mut others) = (0, 0);
        for (number, line) in lines.enumerate() {
            let number = u16::try_from(number).unwrap();
            let mut fields = line.split(' ');
            assert_eq!(spelling(number), fields.next().unwrap().as_bytes());
            for field in fields {
                if let Some(also) = field.strip_prefix('+') {
                    others += also.chars().count();
                    assert!(also.chars().all(|c| other_syllables(c).any(|have| have == number)));
                } else {
                    first += field.chars().count();
                    assert!(field.chars().all(|letter| syllable(letter) == Some(number)), "{line}");
                }
            }
        }
        let known = ('\0'..=char::MAX).filter(|letter| syllable(*letter).is_some()).count();
        assert_eq!((known, OTHERS.len()), (first, others));
        let all = ('\0'..=char::MAX).filter(|letter| other_syllables(*letter).next().is_some());
        assert!(all.clone().count() > 100 && all.clone().all(can_have_other_syllables));
        assert!(first > 8_800, "{first}");
    }
}
