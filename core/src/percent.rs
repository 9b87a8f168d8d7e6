//! Percent-encoding: what we print, what goes on the wire, what goes into the hash.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 3986's unreserved characters: a name of any kind becomes one path segment
/// that no URL parser splits, trims or rewrites.
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What RFC 3986 does not allow in a path or query, plus `'`, which WHATWG parsers escape in
/// queries. `%` is not in it: text on its way to the wire holds whole escapes only.
const NOT_ON_THE_WIRE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'\'')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A name as one path segment, for links of ours and for names that become part of an origin URL.
pub fn encode_name(name: &str) -> impl Iterator<Item = &str> {
    utf8_percent_encode(name, NAME)
}

/// The same, with the letters and digits of every script as they are: a third of the bytes on a page in
/// Chinese. A link in HTML may hold them; a header may not.
pub fn readable_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(char) = rest.chars().next() {
        let (this, after) = rest.split_at(char.len_utf8());
        if !char.is_ascii() && char.is_alphanumeric() {
            out.push(char);
        } else {
            out.extend(encode_name(this));
        }
        rest = after;
    }
    out
}

/// Appends `written` to `out` as it may stand in a `Location`: escapes stay as they are, what may
/// not stand in a URL is escaped. The decoded meaning does not change.
pub fn push_wire(out: &mut String, written: &str) {
    out.extend(utf8_percent_encode(written, NOT_ON_THE_WIRE));
}

/// The bytes that `written` stands for, decoded once. `+` stays `+`.
pub fn decode(written: &str) -> Cow<'_, [u8]> {
    let mut rest = written.as_bytes();
    if memchr::memchr(b'%', rest).is_none() {
        return Cow::Borrowed(rest);
    }
    // By hand: one allocation, and four times as fast as collecting `percent_decode`.
    let mut decoded = Vec::with_capacity(rest.len());
    while let Some((byte, after)) = escape(rest).or_else(|| plain(rest)) {
        decoded.push(byte);
        rest = after;
    }
    Cow::Owned(decoded)
}

/// Whether every `%` begins a whole escape.
pub fn escapes_are_whole(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'%', bytes).all(|at| bytes.get(at..).and_then(escape).is_some())
}

/// Whether there is a whole escape in it.
pub fn has_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'%', bytes).any(|at| bytes.get(at..).and_then(escape).is_some())
}

/// `text` with each `%` that begins no escape written as `%25`, which means the same to everyone.
pub fn mend_escapes(text: &str) -> Cow<'_, str> {
    if escapes_are_whole(text) {
        return Cow::Borrowed(text);
    }
    let mut mended = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        mended.push_str(before);
        let whole =
            after.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        mended.push_str(if whole { "%" } else { "%25" });
        rest = after;
    }
    mended.push_str(rest);
    Cow::Owned(mended)
}

/// The byte that the escape at the beginning stands for, and what follows it.
fn escape(text: &[u8]) -> Option<(u8, &[u8])> {
    match text {
        [b'%', high, low, after @ ..] => Some(((hex(*high)? << 4) | hex(*low)?, after)),
        _ => None,
    }
}

fn plain(text: &[u8]) -> Option<(u8, &[u8])> {
    text.split_first().map(|(byte, after)| (*byte, after))
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(written: &str) -> String {
        let mut out = String::new();
        push_wire(&mut out, written);
        out
    }

    #[test]
    fn a_readable_name_keeps_letters_and_escapes_all_else() {
        const CASES: &[(&str, &str)] = &[
            ("第1集 a&b.mkv", "第1集%20a%26b.mkv"),
            ("Übung<\"'>:?#/\\.txt", "Übung%3C%22%27%3E%3A%3F%23%2F%5C.txt"),
            ("100%", "100%25"),
            (
                "\u{202e}\u{3000}\u{a0}，🙂\u{301}",
                "%E2%80%AE%E3%80%80%C2%A0%EF%BC%8C%F0%9F%99%82%CC%81",
            ),
            ("", ""),
        ];
        for (name, want) in CASES {
            assert_eq!(readable_name(name), *want, "{name:?}");
            assert_eq!(*decode(want), *name.as_bytes(), "{name:?}");
        }
    }

    #[test]
    fn the_wire_form_keeps_escapes_and_escapes_the_rest() {
        const CASES: &[(&str, &str)] = &[
            ("a b.txt", "a%20b.txt"),
            ("a%20b+c.txt", "a%20b+c.txt"),
            ("中.txt?x=1&y='2'", "%E4%B8%AD.txt?x=1&y=%272%27"),
            ("back\\slash\ttab", "back%5Cslash%09tab"),
            ("[x]{y}|^`\"<>", "%5Bx%5D%7By%7D%7C%5E%60%22%3C%3E"),
        ];
        for (written, want) in CASES {
            assert_eq!(wire(written), *want, "input: {written:?}");
        }
    }

    #[test]
    fn a_stray_percent_sign_becomes_its_own_escape() {
        const CASES: &[(&str, &str)] =
            &[("100%.txt", "100%25.txt"), ("100%25.txt", "100%25.txt"), ("%%41%4", "%25%41%254")];
        for (text, want) in CASES {
            assert_eq!(mend_escapes(text), *want, "input: {text:?}");
            assert!(escapes_are_whole(&mend_escapes(text)));
        }
    }

    #[test]
    fn a_name_becomes_one_segment() {
        assert_eq!(encode_name("a/b:c?#%.é").collect::<String>(), "a%2Fb%3Ac%3F%23%25.%C3%A9");
    }
}
