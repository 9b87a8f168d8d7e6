//! Matches names by the pinyin of their characters: `zgr` and `zhongguor` are found in `中国人`.

use super::fold::fold;
use super::pinyin;
use super::position::Position;

/// The positions of each letter in a word, by ASCII code: a bit for each position.
pub type LetterMasks = Box<[u64; 128]>;

/// Maximum number of letters in a word that may be pinyin: its positions, and its end, are bits of a `u64`.
const MAX_LETTERS: usize = 63;

/// The letter positions of a word that may be pinyin; `None` for any other word.
pub fn letter_masks(word: &str) -> Option<LetterMasks> {
    let may_be = word.len() <= MAX_LETTERS
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic());
    may_be.then(|| {
        let mut masks = Box::new([0; 128]);
        for (at, byte) in word.bytes().enumerate() {
            if let Some(bits) = masks.get_mut(usize::from(byte)) {
                *bits |= 1 << at;
            }
        }
        masks
    })
}

/// Position in a name of characters that are spelled like `word`: each by the first letter of its syllable,
/// by `zh`, `ch` or `sh`, or in full, the last one as far as the word goes.
pub fn find_spelled(name: &str, word: &[u8], masks: &LetterMasks) -> Option<Position> {
    let mask = |letter: u8| masks.get(usize::from(letter)).copied().unwrap_or_default();
    let end = 1_u64 << word.len();
    // A bit for each number of letters that the characters up to here are spelled with: from the start
    // of the name, from any position in it.
    let (mut from_start, mut from_any) = (1_u64, 0_u64);
    let mut found = None;
    for letter in name.chars() {
        from_any |= 1;
        if let Some(syllable) = pinyin::syllable(letter) {
            let read = |syllable, from| {
                let spelling = pinyin::spelling(syllable);
                step(from & spelling.first().map_or(0, |first| mask(*first)), word, spelling)
            };
            let (mut start, mut any) = (read(syllable, from_start), read(syllable, from_any));
            if pinyin::can_have_other_syllables(letter) {
                for syllable in pinyin::other_syllables(letter) {
                    start |= read(syllable, from_start);
                    any |= read(syllable, from_any);
                }
            }
            (from_start, from_any) = (start, any);
        } else if letter.is_ascii_alphanumeric() {
            let here = mask(letter as u8);
            (from_start, from_any) = ((from_start & here) << 1, (from_any & here) << 1);
        } else if is_letter(letter) {
            (from_start, from_any) = (0, 0);
        }
        if from_start & end != 0 {
            return Some(Position::SpelledStart);
        }
        if from_any & end != 0 {
            found = Some(Position::Spelled);
            if from_start == 0 {
                break;
            }
        }
    }
    found
}

/// The positions in a word after one more character, from positions that all have its first letter.
fn step(from: u64, word: &[u8], spelling: &[u8]) -> u64 {
    let mut to = 0;
    let mut left = from;
    while left != 0 {
        let at = left.trailing_zeros() as usize;
        left &= left - 1;
        let rest = word.get(at..).unwrap_or_default();
        let same = rest.iter().zip(spelling).take_while(|(have, want)| have == want).count();
        for letters in 1..=same {
            let is_initial = letters == 1 || (letters == 2 && spelling.get(1) == Some(&b'h'));
            if is_initial || letters == spelling.len() || letters == rest.len() {
                to |= 1 << (at + letters);
            }
        }
    }
    to
}

/// Whether a character is a letter, not a mark between two characters.
fn is_letter(letter: char) -> bool {
    fold(letter).is_some()
        && !matches!(letter, '\0'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The result of `find_spelled` by an exhaustive search.
    fn slow(name: &[char], word: &[u8]) -> bool {
        let Some(letter) = name.first() else { return word.is_empty() };
        if word.is_empty() {
            return true;
        }
        let readings =
            pinyin::syllable(*letter).into_iter().chain(pinyin::other_syllables(*letter));
        let mut readings = readings.map(pinyin::spelling).peekable();
        if readings.peek().is_none() {
            return match letter {
                letter if letter.is_ascii_alphanumeric() => {
                    word[0] == *letter as u8 && slow(&name[1..], &word[1..])
                }
                letter => !is_letter(*letter) && slow(&name[1..], word),
            };
        }
        readings.any(|spelling| {
            (1..=spelling.len()).any(|letters| {
                let short = letters == 1
                    || letters == spelling.len()
                    || letters == word.len()
                    || (letters == 2 && spelling[1] == b'h');
                short
                    && word.starts_with(&spelling[..letters])
                    && slow(&name[1..], &word[letters..])
            })
        })
    }

    #[test]
    fn spelling_is_found_as_a_slow_search_finds_it() {
        let pool =
            ['中', '国', '长', '重', '安', '西', '先', '女', '1', 'z', ' ', '：', 'か', '都'];
        let letters = b"zhongucaxind1e";
        let mut seed = 0x9E37_79B9_u32;
        let mut draw = |below: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            seed as usize % below
        };
        let mut hits = 0;
        for _ in 0..40_000 {
            let name = (0..=draw(6)).map(|_| pool[draw(pool.len())]).collect::<Vec<_>>();
            let word = (0..=draw(5)).map(|_| letters[draw(letters.len())]).collect::<Vec<_>>();
            let (text, spelled) = (name.iter().collect::<String>(), str::from_utf8(&word).unwrap());
            let starts = (0..name.len()).map(|at| slow(&name[at..], &word)).collect::<Vec<_>>();
            let want = match starts.iter().position(|found| *found) {
                Some(0) => Some(Position::SpelledStart),
                Some(_) => Some(Position::Spelled),
                None => None,
            };
            hits += usize::from(want.is_some());
            let Some(masks) = letter_masks(spelled) else { continue };
            let got = find_spelled(&text, &word, &masks);
            assert_eq!(got, want, "{spelled} in {text}");
        }
        assert!(hits > 1_000, "{hits}");
    }
}
