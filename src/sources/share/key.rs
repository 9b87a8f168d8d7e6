//! Parses the address of a share in any of the forms in which people pass it on. Source: OpenList
//! `drivers/123_share`, netdisk-fast-download, p123client.

use std::fmt;

use crate::host::is_host;
use crate::percent;

/// The key of a share, and the password if the address has one.
#[derive(Clone, PartialEq, Eq)]
pub struct ShareAddress {
    /// The share's key, as in `VN6A-qP163`; case-sensitive.
    pub key: String,
    /// The share's password, if the address has one.
    pub password: Option<String>,
}

impl fmt::Debug for ShareAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShareAddress(***)")
    }
}

/// Why a text is not the address of a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareKeyError {
    /// The text has no share key in it.
    NoKey,
    /// The address is of paid content, which has an API of its own.
    Paid,
}

impl fmt::Display for ShareKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoKey => {
                "no share in it; write its address as https://www.123pan.com/s/KEY?pwd=XXXX, or its \
                 key alone, as VN6A-qP163"
            }
            Self::Paid => {
                "an address with /ps/ is paid content, which can't be served; write that of a free \
                 share, with /s/ in it"
            }
        })
    }
}

/// The length of the passwords that 123Pan makes up, in ASCII letters and digits.
const GIVEN_LENGTH: usize = 4;

/// The word for a share's password in texts that people copy, and in some queries.
const PASSWORD: &str = "提取码";

/// Parses a share's URL, its key alone, or a text with one of them in it. Any domain will do.
///
/// # Errors
/// [`ShareKeyError`] if the text holds no share key.
pub fn parse(text: &str) -> Result<ShareAddress, ShareKeyError> {
    let decoded = percent::decode(text.trim());
    let text = String::from_utf8_lossy(&decoded);
    let found = ["/s/", "/123pan/"].iter().find_map(|marker| in_address(&text, marker));
    // Within a longer text, a key counts only if the word for its password is there too.
    let most = if text.contains(PASSWORD) { usize::MAX } else { 1 };
    let alone = || {
        let words = text.split(|c: char| c.is_whitespace() || "：:，,；;".contains(c));
        words.take(most).find_map(key).filter(|_| !text.contains('/'))
    };
    match found.or_else(alone) {
        Some((key, rest)) => {
            Ok(ShareAddress { key: key.to_owned(), password: password(&text, rest) })
        }
        None if text.contains("/ps/") => Err(ShareKeyError::Paid),
        None => Err(ShareKeyError::NoKey),
    }
}

/// The share key behind `marker` in the path of a URL, and what follows it.
fn in_address<'t>(text: &'t str, marker: &str) -> Option<(&'t str, &'t str)> {
    text.match_indices(marker).find_map(|(at, _)| {
        let before = text.get(..at)?;
        // The text before the URL may be anything.
        let url = before.rsplit(|c: char| !c.is_ascii_graphic()).next()?;
        let site = url.rsplit_once("//").map_or(url, |(_, site)| site);
        let host = site.split('/').next().unwrap_or_default().to_ascii_lowercase();
        let fits = is_host(&host) && !url.contains(['?', '#']);
        key(text.get(at + marker.len()..)?).filter(|_| fits)
    })
}

/// The share key at the beginning of a text, as `letters-letters`, and what follows it.
fn key(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(text.len());
    let (key, rest) = text.split_at_checked(end)?;
    let (uid, number) = key.split_once('-')?;
    let fits = !uid.is_empty() && !number.is_empty() && !number.contains('-');
    let after = rest.strip_prefix(".html").unwrap_or(rest);
    let after = after.strip_prefix('/').unwrap_or(after);
    // The URL's path has to end there.
    let over = !after.starts_with(|c: char| c.is_ascii_alphanumeric() || "/._-%~".contains(c));
    (fits && over).then_some((key, after))
}

/// The share's password: from `?pwd=`, else from behind the word for it, else the four letters of a
/// fragment, as 123Pan makes them up.
fn password(text: &str, rest: &str) -> Option<String> {
    let asked = rest.split_once("?pwd=").or_else(|| rest.split_once("&pwd="));
    let named = || {
        let (_, after) = text.split_once(PASSWORD)?;
        let after = after.trim_start();
        Some(after.trim_start_matches([':', '：', '=']).trim_start())
    };
    let fragment = || rest.split_once('#').map(|(_, fragment)| fragment);
    let found = [asked.and_then(|(_, value)| letters(value)), named().and_then(letters)];
    let is_code = |text: &&str| text.len() == GIVEN_LENGTH && text.is_ascii();
    let fragment = fragment().and_then(letters).filter(is_code);
    found.into_iter().flatten().next().or(fragment).map(str::to_owned)
}

/// The letters and digits at the beginning of a text, in any script: owners choose codes like `点赞投币`. A
/// code in 123Pan's own form ends where another script follows it, as the sentence goes on there.
fn letters(text: &str) -> Option<&str> {
    let run = |is_part: fn(char) -> bool| {
        let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
        text.get(..end).filter(|letters| !letters.is_empty())
    };
    let given = run(|c| c.is_ascii_alphanumeric()).filter(|code| code.len() == GIVEN_LENGTH);
    given.or_else(|| run(is_part_of_code))
}

/// Whether a character may be part of a code: all but ASCII's other characters and the spaces and
/// punctuation that end one in a text. Not by `char::is_alphanumeric`, whose tables are 2 KB.
fn is_part_of_code(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    // Latin, general and CJK punctuation, and the full-width forms of ASCII's.
    !matches!(
        c,
        '\u{80}'..='\u{bf}'
            | '\u{2000}'..='\u{206f}'
            | '\u{3000}'..='\u{303f}'
            | '\u{ff00}'..='\u{ff0f}'
            | '\u{ff1a}'..='\u{ff20}'
            | '\u{ff3b}'..='\u{ff40}'
            | '\u{ff5b}'..='\u{ff65}'
            | '\u{feff}'
    )
}

#[cfg(test)]
mod tests;
