//! Comparison of file names by the versions in them: `app-1.10.apk` is newer than `app-1.9.apk`.

use std::cmp::Ordering;

use signpost_core::kind::extension;

/// Pre-release words, which order a version before the one they name; the earliest first.
const BEFORE: [&str; 11] = [
    "dev",
    "nightly",
    "snapshot",
    "canary",
    "alpha",
    "beta",
    "milestone",
    "preview",
    "pre",
    "rc",
    "test",
];

/// A part of a name. Variants are in the order of names that were the same so far: `1.10-rc1`,
/// `1.10-arm64`, `1.10`, `1.10a`, `1.10.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'n> {
    /// A pre-release word, by its index in [`BEFORE`].
    Before(usize),
    Word(&'n str),
    End,
    /// A single letter right behind a number: `1.1.1w`.
    Letter(u8),
    /// A number's digits, without leading zeros.
    Number(&'n str),
}

/// An iterator over the parts of a name: the rest of it, and whether that follows a digit.
#[derive(Clone, Copy, Debug)]
struct Parts<'n> {
    rest: &'n str,
    after_digit: bool,
}

/// The version in a file's name. Versions are ordered with the older one first; case, the characters between
/// numbers and words, and the extension do not count.
#[derive(Clone, Copy, Debug)]
pub struct Version<'n>(Parts<'n>);

impl<'n> Version<'n> {
    /// The version in this name.
    pub fn of(name: &'n str) -> Self {
        Self(Parts::of(name))
    }

    /// Compares two versions, the older one first.
    pub fn compare(&self, other: &Self) -> Ordering {
        compare(self.0, other.0)
    }
}

fn compare(mut a: Parts<'_>, mut b: Parts<'_>) -> Ordering {
    loop {
        let (left, right) = (a.next(), b.next());
        let order = left.order(right);
        if order != Ordering::Equal || (left == Part::End && right == Part::End) {
            return order;
        }
    }
}

impl<'n> Parts<'n> {
    fn of(name: &'n str) -> Self {
        // An ending of digits alone is a part of the version: `app-1.10`.
        let known =
            extension(name).filter(|end| end.bytes().any(|byte| byte.is_ascii_alphabetic()));
        let length = known.map_or(0, |extension| extension.len() + 1);
        let rest = name.get(..name.len() - length).unwrap_or(name);
        Self { rest, after_digit: false }
    }

    fn next(&mut self) -> Part<'n> {
        let begins = self.rest.bytes().position(is_significant);
        let Some(begins) = begins else { return Part::End };
        let touches = begins == 0 && self.after_digit;
        let rest = self.rest.get(begins..).unwrap_or_default();
        let is_number = has_leading_digit(rest);
        let ends = rest
            .bytes()
            .position(|byte| !is_significant(byte) || byte.is_ascii_digit() != is_number);
        let (part, rest) = rest.split_at_checked(ends.unwrap_or(rest.len())).unwrap_or((rest, ""));
        (self.rest, self.after_digit) = (rest, is_number);
        if is_number {
            return Part::Number(part.trim_start_matches('0'));
        }
        let before_digit = has_leading_digit(rest);
        match part.as_bytes() {
            // A `v` before a number, as in `v1.10`, is skipped.
            [b'v' | b'V'] if before_digit => self.next(),
            [letter] if touches && !before_digit => Part::Letter(letter.to_ascii_lowercase()),
            [letter, _, ..] if letter.is_ascii_alphabetic() => BEFORE
                .iter()
                .position(|known| known.eq_ignore_ascii_case(part))
                .map_or(Part::Word(part), Part::Before),
            _ => Part::Word(part),
        }
    }
}

/// Whether a byte is part of a number or a word: ASCII letters and digits, and every byte that is not
/// ASCII.
fn is_significant(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

fn has_leading_digit(text: &str) -> bool {
    text.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
}

impl Part<'_> {
    fn rank(self) -> u8 {
        match self {
            Self::Before(_) => 0,
            Self::Word(_) => 1,
            Self::End => 2,
            Self::Letter(_) => 3,
            Self::Number(_) => 4,
        }
    }

    fn order(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Before(a), Self::Before(b)) => a.cmp(&b),
            (Self::Letter(a), Self::Letter(b)) => a.cmp(&b),
            (Self::Number(a), Self::Number(b)) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
            (Self::Word(a), Self::Word(b)) => {
                let fold = |byte: u8| byte.to_ascii_lowercase();
                a.bytes().map(fold).cmp(b.bytes().map(fold))
            }
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists of names, each of them older than the next.
    const LINES: &[&[&str]] = &[
        &[
            "app-0.9.apk",
            "app-1.9.apk",
            "app-1.10-alpha.apk",
            "app-1.10-beta.2.apk",
            "app-1.10-BETA10.apk",
            "app-1.10-rc1.apk",
            "app-1.10rc2.apk",
            "app-1.10.apk",
            "app-v1.10.1.apk",
            "app-1.11-SNAPSHOT.apk",
            "app-1.11.apk",
            "app-2.apk",
            "app-10.apk",
            "app-99999999999999999999999.apk",
        ],
        &[
            "openssl-1.1.1.tar.gz",
            "openssl-1.1.1v.tar.gz",
            "openssl-1.1.1w.tar.gz",
            "openssl-3.tar.gz",
        ],
        &["app-1.9-x64.zip", "app-1.10-arm.zip", "app-1.10-x64.zip", "app-1.10.1-arm.zip"],
        &["app-1.10.apk.asc", "app-1.10.apk", "app-1.10.1.apk"],
        &["report 2024-1-5.pdf", "report 2024-01-10.pdf", "report 2025-01-01.pdf"],
        &["app-universal.apk", "app-1.apk"],
        &["app-1.9", "app-1.10"],
        &["第2集.mp4", "第10集.mp4"],
    ];

    #[test]
    fn versions_follow_each_other_as_people_count_them() {
        for line in LINES {
            for (older, name) in line.iter().enumerate() {
                for (newer, other) in line.iter().enumerate() {
                    assert_eq!(
                        Version::of(name).compare(&Version::of(other)),
                        older.cmp(&newer),
                        "{name} {other}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_says_the_same_version_is_neither_older_nor_newer() {
        for (a, b) in [
            ("app-1.10.apk", "app_1.10.APK"),
            ("app-01.010.apk", "app-1.10.apk"),
            ("App 1.10.apk", "app-v1.10.apk"),
            ("app-1.10-RC1.apk", "app-1.10-rc.1.apk"),
            ("", ""),
            ("...", "-"),
        ] {
            assert_eq!(Version::of(a).compare(&Version::of(b)), Ordering::Equal, "{a} {b}");
        }
    }
}
