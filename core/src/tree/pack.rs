//! A tree's text in secrets of limited size: split, and perhaps compressed.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Maximum size of a secret that is made, in bytes. The platform allows 5 KB; its documentation does not
/// say which kind of KB.
pub const SECRET_BYTES: usize = 5_000;

/// Maximum number of secrets and variables of a Worker on the free plan.
pub const MAX_SECRETS: usize = 64;

/// The prefix of a packed text; raw deflate in base64 follows.
const MARK: &str = "deflate:";

/// Maximum size of an unpacked text, in bytes: a small text must not unpack to more memory than an isolate
/// has.
const MAX_BYTES: usize = 32 << 20;

/// Compresses a text into a packed one: worth it from a few lines on.
pub fn compress(text: &str) -> String {
    let mut packed = MARK.to_owned();
    STANDARD.encode_string(miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 10), &mut packed);
    packed
}

/// Splits a text into secrets. A plain text is split between lines only.
///
/// # Errors
/// [`PackError::LongLine`] for a plain line that fills a secret alone.
pub fn split(text: &str) -> Result<Vec<&str>, PackError> {
    let mut parts = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while rest.len() > SECRET_BYTES {
        let room = (0..=SECRET_BYTES).rev().find_map(|at| rest.get(..at)).unwrap_or_default();
        let at = if text.starts_with(MARK) {
            room.len()
        } else {
            room.rfind('\n').ok_or(PackError::LongLine(line))? + 1
        };
        let Some((part, after)) = rest.split_at_checked(at) else { break };
        line += part.matches('\n').count();
        parts.push(part);
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    Ok(parts)
}

/// A text joined from the secrets that it was split into, which knows the secret of each line.
#[derive(Debug)]
pub struct Joined {
    text: String,
    /// The first line of each part, counted from 1; empty for a packed text.
    starts: Vec<usize>,
}

impl Joined {
    /// Joins parts in their order and unpacks them if they are packed.
    ///
    /// # Errors
    /// [`PackError`] if a packed text is damaged.
    pub fn new<'a>(parts: impl IntoIterator<Item = &'a str>) -> Result<Self, PackError> {
        let mut text = String::new();
        let mut starts = Vec::new();
        let mut line = 1;
        for part in parts {
            let part = part.trim_start_matches('\u{feff}');
            if !text.is_empty() && !text.starts_with(MARK) && !text.ends_with('\n') {
                text.push('\n');
                line += 1;
            }
            starts.push(line);
            line += part.matches('\n').count();
            text.push_str(part);
        }
        match unpack(&text)? {
            Cow::Borrowed(_) => Ok(Self { text, starts }),
            Cow::Owned(text) => Ok(Self { text, starts: Vec::new() }),
        }
    }

    /// The whole text, joined and unpacked.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Finds a line of the whole text in its parts: the part, counted from 0, and the line in that part.
    pub fn locate(&self, line: usize) -> (usize, usize) {
        let part = self.starts.iter().rposition(|start| *start <= line).unwrap_or_default();
        (part, line - self.starts.get(part).map_or(0, |start| start - 1))
    }
}

/// Unpacks a text if it is packed; a plain text stays as it is.
///
/// # Errors
/// [`PackError`] if a packed text is damaged.
pub fn unpack(text: &str) -> Result<Cow<'_, str>, PackError> {
    let Some(packed) = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r']).strip_prefix(MARK)
    else {
        return Ok(Cow::Borrowed(text));
    };
    let packed = packed.split_ascii_whitespace().collect::<String>();
    let deflated = STANDARD.decode(packed).map_err(|_| PackError::Base64)?;
    let bytes = miniz_oxide::inflate::decompress_to_vec_with_limit(&deflated, MAX_BYTES)
        .map_err(|_| PackError::Deflate)?;
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| PackError::NotUtf8)
}

/// Why a text can't be packed or unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackError {
    /// A line is longer than a secret may be; holds its number. Compressing helps.
    LongLine(usize),
    /// The packed data is not base64: a part of the text is missing, or is out of order.
    Base64,
    /// The compressed data is damaged, or unpacks to more than 32 MiB.
    Deflate,
    /// The text is not UTF-8.
    NotUtf8,
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LongLine(line) => write!(f, "line {line} is longer than a secret can be"),
            Self::Base64 => f.write_str("the packed tree is not whole: its base64 is damaged"),
            Self::Deflate => f.write_str("the packed tree is not whole: it can't be decompressed"),
            Self::NotUtf8 => f.write_str("the packed tree is not UTF-8"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(lines: usize) -> String {
        let line = |n| format!("https://vip.123pan.cn/13/电影/{n}-{}.mkv\n", n * 7919);
        (0..lines).map(line).collect::<Vec<_>>().concat()
    }

    #[test]
    fn a_text_comes_back_from_its_secrets() {
        let plain = tree(4_000);
        for text in [plain.clone(), compress(&plain)] {
            let parts = split(&text).unwrap();
            assert!(parts.len() > 1 && parts.iter().all(|part| part.len() <= SECRET_BYTES));
            assert_eq!(Joined::new(parts.iter().copied()).unwrap().text(), plain);
            let trimmed = parts.iter().map(|part| part.trim());
            assert_eq!(Joined::new(trimmed).unwrap().text().trim(), plain.trim());
        }
    }

    #[test]
    fn a_line_is_found_in_its_secret() {
        let joined = Joined::new(["a:\n  x\n", "\u{feff}b:", "c:\nd:"]).unwrap();
        assert_eq!(joined.text(), "a:\n  x\nb:\nc:\nd:");
        let locations = [(1, (0, 1)), (2, (0, 2)), (3, (1, 1)), (4, (2, 1)), (5, (2, 2))];
        for (line, location) in locations {
            assert_eq!(joined.locate(line), location, "line {line}");
        }
    }

    #[test]
    fn a_damaged_pack_is_told_apart_from_a_plain_text() {
        let packed = compress(&tree(100));
        assert_eq!(unpack(packed.split_at(packed.len() - 8).0).unwrap_err(), PackError::Deflate);
        assert_eq!(unpack("deflate:*").unwrap_err(), PackError::Base64);
        assert_eq!(unpack("a:").unwrap(), "a:");
        assert_eq!(split(&format!("a:\n{}", "x".repeat(6_000))), Err(PackError::LongLine(2)));
    }
}
