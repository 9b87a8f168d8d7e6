//! Percent-encoding for pages and for the wire, and decoding for the hash of a signature.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// The bytes that are escaped in a name: all but RFC 3986's unreserved characters, so that any name becomes
/// one path segment that no URL parser splits, trims or rewrites.
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The bytes that are escaped on the wire: those that RFC 3986 does not allow in a path or query, plus `'`,
/// which WHATWG parsers escape in queries. `%` is not among them: text on its way to the wire holds whole
/// escapes only.
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

/// Encodes a name as one path segment, for links of this site and for names that become part of an origin
/// URL.
pub fn encode_name(name: &str) -> impl Iterator<Item = &str> {
    utf8_percent_encode(name, NAME)
}

/// Encodes a name as one path segment, but keeps the letters and digits of every script: a third of the
/// bytes on a page in Chinese. A link in HTML may hold them; a header may not.
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

/// Appends `written` to `out`, encoded for a `Location`: escapes stay as they are, and what may not stand
/// in a URL is escaped. The decoded meaning does not change.
pub fn push_wire(out: &mut String, written: &str) {
    Wire::of(written).push_onto(out);
}

/// A text that is to be encoded for a `Location`, with its encoded length.
#[derive(Clone, Copy, Debug)]
pub struct Wire<'a> {
    written: &'a str,
    bytes: usize,
}

impl<'a> Wire<'a> {
    /// Measures the encoded length of a text.
    pub fn of(written: &'a str) -> Self {
        let bytes = |byte: u8| WIRE_BYTES.get(usize::from(byte)).copied().unwrap_or_default();
        Self { written, bytes: written.bytes().map(|byte| usize::from(bytes(byte))).sum() }
    }

    /// The encoded length in bytes.
    pub fn bytes(self) -> usize {
        self.bytes
    }

    /// Appends the encoded text to `out`, as [`push_wire`] does.
    pub fn push_onto(self, out: &mut String) {
        // Most texts need no escape, which is found out in a third of the time.
        if self.bytes == self.written.len() {
            out.push_str(self.written);
        } else {
            out.extend(utf8_percent_encode(self.written, NOT_ON_THE_WIRE));
        }
    }
}

/// The encoded length of each byte: 1, or 3 for an escape of those in [`NOT_ON_THE_WIRE`], a type without a
/// look-up of single bytes.
#[expect(clippy::indexing_slicing, reason = "out of bounds, it would not compile")]
static WIRE_BYTES: [u8; 256] = {
    let mut bytes = [3; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        if !matches!(
            byte,
            b'"' | b'\'' | b'<' | b'>' | b'[' | b'\\' | b']' | b'^' | b'`' | b'{' | b'|' | b'}'
        ) {
            bytes[byte as usize] = 1;
        }
        byte += 1;
    }
    bytes
};

/// Percent-decodes a text once, into bytes. `+` stays `+`, and so does a `%` that begins no whole escape.
pub fn decode(written: &str) -> Cow<'_, [u8]> {
    if memchr::memchr(b'%', written.as_bytes()).is_none() {
        return Cow::Borrowed(written.as_bytes());
    }
    let decoded = Decoded::of(written);
    if decoded.has_stray {
        return Cow::Owned(Decoded::of(&escape_stray_percents(written)).bytes);
    }
    Cow::Owned(decoded.bytes)
}

/// Percent-decodes a text once; `None` if the result is not UTF-8.
pub fn decode_text(written: &str) -> Option<Cow<'_, str>> {
    match decode(written) {
        Cow::Borrowed(_) => Some(Cow::Borrowed(written)),
        Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
    }
}

/// A text that was percent-decoded once, and what its escapes were.
#[derive(Debug)]
pub struct Decoded {
    /// The decoded bytes; of no meaning if `has_stray` is set.
    pub bytes: Vec<u8>,
    /// Whether a `%` in the text begins no whole escape.
    pub has_stray: bool,
    /// Whether an escape stands for a `/`, which is then no separator.
    pub has_escaped_slash: bool,
}

impl Decoded {
    /// Decodes with one allocation, and without a branch that depends on the text. Names in scripts other
    /// than Latin are escapes with a plain character here and there, which no processor can predict.
    pub fn of(written: &str) -> Self {
        let mut bytes = vec![0; written.len()];
        let (mut used, mut seen, mut has_escaped_slash) = (0, 0, false);
        let mut rest = written.as_bytes();
        for slot in &mut bytes {
            let [first, high, low, ..] = *rest else { break };
            let is_escape = first == b'%';
            let (high, low) = (hex(high), hex(low));
            let escaped = (high << 4) | (low & 0xf);
            seen |= if is_escape { high | low } else { 0 };
            has_escaped_slash |= is_escape && escaped == b'/';
            *slot = if is_escape { escaped } else { first };
            used += 1;
            rest = rest.get(if is_escape { 3 } else { 1 }..).unwrap_or_default();
        }
        bytes.truncate(used);
        bytes.extend_from_slice(rest);
        Self { bytes, has_stray: seen > 0xf || rest.contains(&b'%'), has_escaped_slash }
    }
}

/// Whether every `%` in a text begins a whole escape.
pub fn has_only_whole_escapes(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Without a branch that depends on the text, as in [`Decoded::of`].
    let stray = bytes.windows(3).fold(false, |stray, three| {
        let [first, high, low] = *three else { return true };
        stray | ((first == b'%') & ((hex(high) | hex(low)) > 0xf))
    });
    !stray && !bytes.iter().rev().take(2).any(|byte| *byte == b'%')
}

/// Whether a text contains a whole escape.
pub fn has_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'%', bytes).any(|at| bytes.get(at..).and_then(escape).is_some())
}

/// Whether a path is percent-encoded, as a browser's address bar gives it: it has escapes, and no byte
/// that a browser would have escaped.
pub fn is_escaped_path(segments: &[String]) -> bool {
    let may_stand = |byte| {
        matches!(byte, b'!'..=b'~')
            && !matches!(byte, b'"' | b'#' | b'<' | b'>' | b'?' | b'`' | b'{' | b'}')
    };
    let is_escaped =
        |segment: &String| has_only_whole_escapes(segment) && segment.bytes().all(may_stand);
    segments.iter().any(|segment| has_escape(segment)) && segments.iter().all(is_escaped)
}

/// `text` with each `%` that begins no escape written as `%25`, which means the same to everyone.
pub fn escape_stray_percents(text: &str) -> Cow<'_, str> {
    if has_only_whole_escapes(text) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        escaped.push_str(before);
        let whole =
            after.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        escaped.push_str(if whole { "%" } else { "%25" });
        rest = after;
    }
    escaped.push_str(rest);
    Cow::Owned(escaped)
}

/// The byte that the escape at the beginning of a text stands for.
fn escape(text: &[u8]) -> Option<u8> {
    match *text {
        [b'%', high, low, ..] => {
            let (high, low) = (hex(high), hex(low));
            ((high | low) <= 0xf).then_some((high << 4) | low)
        }
        _ => None,
    }
}

/// The value of a hex digit; more than 15 for any other byte.
fn hex(digit: u8) -> u8 {
    VALUES.get(usize::from(digit)).copied().unwrap_or(NO_DIGIT)
}

const NO_DIGIT: u8 = 0xff;

/// The value of each byte as a hex digit.
#[expect(clippy::indexing_slicing, reason = "out of bounds, it would not compile")]
static VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let (mut value, digits) = (0, b"0123456789abcdef");
    while value < 16 {
        let digit = digits[value as usize];
        values[digit as usize] = value;
        values[digit.to_ascii_uppercase() as usize] = value;
        value += 1;
    }
    values
};

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
    fn what_a_text_takes_on_the_wire_is_known_before() {
        for char in (0..=u8::MAX).map(char::from).chain(['中', '🙂']) {
            let text = String::from(char);
            assert_eq!(Wire::of(&text).bytes(), wire(&text).len(), "{char:?}");
        }
    }

    #[test]
    fn a_stray_percent_sign_becomes_its_own_escape() {
        const CASES: &[(&str, &str)] =
            &[("100%.txt", "100%25.txt"), ("100%25.txt", "100%25.txt"), ("%%41%4", "%25%41%254")];
        for (text, want) in CASES {
            assert_eq!(escape_stray_percents(text), *want, "input: {text:?}");
            assert!(has_only_whole_escapes(&escape_stray_percents(text)));
        }
    }

    #[test]
    fn a_name_becomes_one_segment() {
        assert_eq!(encode_name("a/b:c?#%.é").collect::<String>(), "a%2Fb%3Ac%3F%23%25.%C3%A9");
    }
}
