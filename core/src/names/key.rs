//! Sort keys of names: numbers by their value, letters whatever their case and accents, Chinese by pinyin
//! and after everything that is spelled with letters.

use super::fold::push_folded;
use super::pinyin;

/// Key byte of the dot. Punctuation is below digits and letters, the dot first, so that `a.txt` stands
/// before `a (2).txt`.
const DOT: u8 = 2;
const SPACE: u8 = 3;
/// Key byte of punctuation that is not ASCII.
const OTHER_MARK: u8 = 0x28;
const NUMBER: u8 = b'0';
/// Key byte of a Chinese character that can be read: the first byte that UTF-8 has for the basic block. The
/// number of its syllable follows, whose first byte is lower than any that follows in UTF-8: characters
/// that can't be read come after those that can.
const CHINESE: u8 = 0xE4;

/// Sort keys of names, one after the other in memory; they are compared as bytes, the lower first.
#[derive(Debug, Default)]
pub struct Keys {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// The folded form of the current name.
    folded: String,
}

impl Keys {
    /// Adds the key of a name within a rank: those of lower ranks come first. Names that differ in nothing
    /// that counts have the same key.
    pub fn push(&mut self, rank: u32, name: &str) {
        self.folded.clear();
        push_folded(&mut self.folded, name);
        self.bytes.extend(rank.to_be_bytes());
        push_key(&mut self.bytes, &self.folded);
        self.ends.push(self.bytes.len());
    }

    /// The key at this position, in the order in which the keys were added.
    pub fn get(&self, index: usize) -> Option<&[u8]> {
        let begin = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.bytes.get(begin..*self.ends.get(index)?)
    }
}

fn push_key(key: &mut Vec<u8>, folded: &str) {
    let mut rest = folded;
    while let Some((letter, after)) = first(rest) {
        rest = after;
        if letter.is_ascii_digit() {
            let number = Number::begin(key);
            number.push(key, letter as u8);
            while let Some((digit, after)) = first(rest).filter(|(next, _)| next.is_ascii_digit()) {
                number.push(key, digit as u8);
                rest = after;
            }
            number.end(key);
            continue;
        }
        push_letter(key, letter);
        // `第十集` is the tenth: elsewhere a numeral is a word, as in `三国`.
        if letter == '第'
            && let Some((value, after)) = read_numerals(rest)
        {
            push_value(key, value);
            rest = after;
        }
    }
}

/// Splits a text into its first character and the rest.
fn first(text: &str) -> Option<(char, &str)> {
    let mut letters = text.chars();
    Some((letters.next()?, letters.as_str()))
}

fn push_letter(key: &mut Vec<u8>, letter: char) {
    if !letter.is_ascii() {
        if matches!(letter, '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{3001}'..='\u{303f}')
        {
            key.push(OTHER_MARK);
        } else if let Some(number) = pinyin::syllable(letter) {
            key.push(CHINESE);
            number.to_be_bytes().into_iter().for_each(|byte| key.push(byte));
        }
        letter.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| key.push(byte));
        return;
    }
    let byte = letter as u8;
    key.push(match byte {
        b'.' => DOT,
        b' ' => SPACE,
        b'a'..=b'z' => byte,
        0..=0x1f => 1,
        // In their own order, between the space and the digits.
        b'!'..=b'/' => byte - b' ' + SPACE,
        b':'..=b'@' => byte - b':' + 0x14,
        b'['..=b'`' => byte - b'[' + 0x1C,
        _ => (byte & 0x7F).saturating_sub(b'{') + 0x22,
    });
}

/// A number in a key: the count of its digits without leading zeros, then these digits.
struct Number {
    length_at: usize,
}

impl Number {
    fn begin(key: &mut Vec<u8>) -> Self {
        key.push(NUMBER);
        key.push(0);
        Self { length_at: key.len() - 1 }
    }

    fn push(&self, key: &mut Vec<u8>, digit: u8) {
        if digit != b'0' || key.len() > self.length_at + 1 {
            key.push(digit);
        }
    }

    fn end(&self, key: &mut [u8]) {
        let digits = key.len() - self.length_at - 1;
        if let Some(length) = key.get_mut(self.length_at) {
            // Longer numbers are compared by their first digits, which is an order as well.
            *length = u8::try_from(digits).unwrap_or(u8::MAX);
        }
    }
}

fn push_value(key: &mut Vec<u8>, value: u32) {
    let number = Number::begin(key);
    let mut scale = 1_000_000_000;
    while scale > 0 {
        number.push(key, b'0' + (value / scale % 10) as u8);
        scale /= 10;
    }
    number.end(key);
}

/// The value of a Chinese digit, or of a unit such as `百`.
fn numeral(letter: char) -> Option<u32> {
    Some(match letter {
        '〇' | '零' => 0,
        '一' => 1,
        '二' | '两' | '兩' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        '百' => 100,
        '千' => 1_000,
        '万' | '萬' => 10_000,
        _ => return None,
    })
}

/// Parses the Chinese number at the beginning of a text, and returns the rest: `一百二十` is 120, and so is
/// `一二〇`.
fn read_numerals(text: &str) -> Option<(u32, &str)> {
    let (mut whole, mut section, mut digits) = (0_u32, 0_u32, None);
    let mut rest = text;
    while let Some((letter, after)) = first(rest)
        && let Some(value) = numeral(letter)
    {
        rest = after;
        match value {
            0..10 => {
                let before = digits.unwrap_or(0_u32);
                digits = Some(before.saturating_mul(10).saturating_add(value));
            }
            10_000 => {
                let below = section.saturating_add(digits.take().unwrap_or(0)).max(1);
                whole = whole.saturating_add(below.saturating_mul(value));
                section = 0;
            }
            // A unit by itself is one of it: `十` is 10.
            unit => {
                let of_it = digits.take().unwrap_or(1).max(1).saturating_mul(unit);
                section = section.saturating_add(of_it);
            }
        }
    }
    let value = whole.saturating_add(section).saturating_add(digits.unwrap_or(0));
    (rest.len() < text.len()).then_some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Vec<u8> {
        let mut keys = Keys::default();
        keys.push(0, "another");
        keys.push(0, name);
        keys.get(1).unwrap()[4..].to_vec()
    }

    #[test]
    fn names_sort_as_people_expect() {
        let names = [
            ".hidden",
            "(1) intro",
            "_draft",
            "【字幕】片",
            "1.txt",
            "2.txt",
            "02 b.txt",
            "10.txt",
            "2024-01-02",
            "2024-01-10",
            "a.txt",
            "a (2).txt",
            "a-1.txt",
            "A1.txt",
            "a2.txt",
            "a10.txt",
            "app.zip",
            "app 2.zip",
            "app-1.9.0.zip",
            "app-1.10.0.zip",
            "Émile",
            "emily",
            "z",
            "Ωμέγα",
            "Жук",
            "かな",
            "阿",
            "八",
            "长城",
            "第",
            "第1集",
            "第二集",
            "第3集",
            "第三者",
            "第十集",
            "第十一集",
            "第20集",
            "第一百零二集",
            "李",
            "女",
            "三国",
            "张三",
            "中国",
            "中国 2",
            "中国 10",
            "中国人",
            "龥",
            "한글",
            "😀",
        ];
        let mut got = names.to_vec();
        got.reverse();
        got.sort_by_key(|name| key(name));
        assert_eq!(got, names);
    }

    #[test]
    fn a_number_is_its_value() {
        for (a, b) in [
            ("第三者", "第3者"),
            ("第〇集", "第0集"),
            ("第十二集", "第12集"),
            ("第二十集", "第20集"),
            ("第一百零三集", "第103集"),
            ("第一千二百集", "第1200集"),
            ("第两万零五集", "第20005集"),
            ("第二〇二四集", "第2024集"),
            ("第万集", "第10000集"),
            ("a007", "a7"),
            ("０１２", "12"),
            ("第十", "第10"),
        ] {
            assert_eq!(key(a), key(b), "{a} {b}");
        }
        assert!(key("三国") > key("李白"), "elsewhere a numeral is a word");
        assert!(key(&"9".repeat(300)) > key(&"8".repeat(255)));
        let huge = format!("第{}集", "九".repeat(60));
        assert!(key(&huge) > key("第九万集"));
    }

    #[test]
    fn each_class_has_its_own_bytes() {
        let marks = ('!'..='/').chain(':'..='@').chain('['..='`').chain('{'..='~');
        let marks = marks.filter(|mark| *mark != '.').map(|mark| key(&mark.to_string()));
        let marks = marks.collect::<Vec<_>>();
        assert!(marks.is_sorted() && marks.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(marks.iter().all(|mark| mark.len() == 1 && key(" ") < *mark && *mark < key("“")));
        assert!(
            key("“") < key("0") && key("9") < key("a") && key("z") < key("é중".get(2..).unwrap())
        );
        assert!(key("z") < key("一") && key("做") < key("龥"));
    }
}
