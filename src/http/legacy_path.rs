//! Request paths in legacy encodings: some players send the bytes of GBK or Latin-1 in place of UTF-8.
//!
//! The reading of a path says nothing about the site: it follows from the path alone.

use std::borrow::Cow;

use crate::path::EntryPath;
use crate::percent;

/// Maximum length of a path that is read, in bytes as sent. A name at 123Pan has at most 1,024 bytes.
const MAX_BYTES: usize = 8 << 10;

/// An encoding that programs used before UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LegacyEncoding {
    /// GBK, the encoding of Chinese Windows, with what GB 18030 adds to it.
    Gbk,
    /// ISO 8859-1: a byte is the character with its number.
    Latin1,
}

impl LegacyEncoding {
    /// The encoding's name for people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gbk => "GBK",
            Self::Latin1 => "Latin-1 (ISO 8859-1)",
        }
    }
}

/// A path that is not UTF-8, read in a legacy encoding.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PathReading {
    /// The encoding in which the path was read.
    pub encoding: LegacyEncoding,
    /// The path in UTF-8, escaped as in a request, with the slashes of the path that was read.
    pub path: String,
}

/// The readings of a path that is not UTF-8, the likeliest first: at most one in each encoding.
/// Segments that are UTF-8 stay as they are, since a player may have added a name to a path that was right.
/// `decode_gbk` is called once, and gives `None` for bytes that are not GBK.
pub(crate) fn readings(
    raw: &str,
    decode_gbk: impl FnOnce(&[u8]) -> Option<String>,
) -> Vec<PathReading> {
    if raw.len() > MAX_BYTES {
        return Vec::new();
    }
    let segments = raw.split('/').map(percent::decode).collect::<Vec<_>>();
    // No byte of a character in GBK is a slash, so all of them can be decoded at once.
    let mut in_gbk = Vec::with_capacity(raw.len());
    for bytes in segments.iter().filter(|bytes| utf8_among_gbk(bytes).is_none()) {
        in_gbk.extend_from_slice(bytes);
        in_gbk.push(b'/');
    }
    let mut readings = Vec::with_capacity(2);
    if let Some(text) = decode_gbk(&in_gbk) {
        let mut names = text.split('/');
        let mut name = |bytes| utf8_among_gbk(bytes).or_else(|| names.next()).map(str::to_owned);
        let path = joined(&segments, &mut name);
        // An escaped slash makes more names of one.
        let path = path.filter(|_| names.next() == Some("") && names.next().is_none());
        readings.extend(path.map(|path| PathReading { encoding: LegacyEncoding::Gbk, path }));
    }
    let path = joined(&segments, &mut |bytes| {
        let text = str::from_utf8(bytes).map(str::to_owned);
        Some(text.unwrap_or_else(|_| bytes.iter().copied().map(char::from).collect()))
    });
    readings.extend(path.map(|path| PathReading { encoding: LegacyEncoding::Latin1, path }));
    // Chinese letters are two bytes above ASCII at least once; European ones seldom stand side by side.
    let is_chinese = |bytes: &[u8]| bytes.windows(2).any(|pair| !pair.iter().any(u8::is_ascii));
    let mut legacy = segments.iter().filter(|bytes| str::from_utf8(bytes).is_err());
    if !legacy.any(|bytes| is_chinese(bytes)) {
        readings.reverse();
    }
    readings
}

/// The text of a segment that is UTF-8 although others in its path are GBK. Letters of two bytes are no
/// sign of it: one Chinese letter in eight looks like one of those (`没` like `û`).
fn utf8_among_gbk(bytes: &[u8]) -> Option<&str> {
    let text = str::from_utf8(bytes).ok()?;
    (text.is_ascii() || text.chars().any(|letter| letter >= '\u{800}')).then_some(text)
}

/// The path of these segments by their names, escaped; `None` if no entry can have it.
fn joined<'s>(
    segments: &'s [Cow<'_, [u8]>],
    name: &mut dyn FnMut(&'s [u8]) -> Option<String>,
) -> Option<String> {
    let mut path = String::new();
    for (index, bytes) in segments.iter().enumerate() {
        path.push_str(if index == 0 { "" } else { "/" });
        path.extend(percent::encode_name(&name(bytes)?));
    }
    let first = EntryPath::parse(&path).ok()?.segments().next().map(EntryPath::is_reserved);
    (first == Some(false)).then_some(path)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::platform::fake::decode_gbk;

    fn read(raw: &str) -> Vec<(LegacyEncoding, String)> {
        let readings = readings(raw, decode_gbk);
        readings.into_iter().map(|reading| (reading.encoding, reading.path)).collect()
    }

    /// Each byte above ASCII, and those that URLs escape, as an escape.
    fn escaped(bytes: &[u8]) -> String {
        bytes.iter().fold(String::new(), |path, byte| match byte {
            b'/' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => path + &char::from(*byte).to_string(),
            byte => path + &format!("%{byte:02X}"),
        })
    }

    #[test]
    fn a_path_reads_in_the_encoding_it_was_sent_in_first() {
        use LegacyEncoding::{Gbk, Latin1};
        for (raw, encoding, path) in [
            // 电影/朱镕基.mkv, of which 镕 ends in an ASCII letter.
            ("/%B5%E7%D3%B0/%D6%EC%E9F%BB%F9.mkv", Gbk, "/电影/朱镕基.mkv"),
            ("/%E7%94%B5%E5%BD%B1/%D6%EC.mkv/", Gbk, "/电影/朱.mkv/"),
            ("/%B5%E7%D3%B0/%C3%BB.txt", Gbk, "/电影/没.txt"),
            ("/caf%C3%A9/na%EFve.txt", Latin1, "/café/naïve.txt"),
            ("/caf%E9/na%EFve%20r%E9sum%E9.txt", Latin1, "/café/naïve résumé.txt"),
            ("/r%E9sum%E9s.pdf", Latin1, "/résumés.pdf"),
        ] {
            let first = read(raw).into_iter().next().unwrap();
            let path = EntryPath::parse(path).unwrap();
            assert_eq!(first, (encoding, path.href(path.has_trailing_slash())), "{raw}");
        }
        assert_eq!(read("/%B5%E7").len(), 2, "GBK, and Latin-1 as anything");
        assert_eq!(read("/caf%E9").len(), 1, "no GBK: half a letter");
    }

    #[test]
    fn what_no_entry_can_be_called_has_no_reading() {
        for raw in ["/%E9/..", "/%2d%2F%E9", "/%7Etok%E9/a", "/%E9%00", "/%E9//a", "%E9"] {
            assert_eq!(read(raw), [], "{raw}");
        }
        assert_eq!(read(&format!("/{}", "%E9".repeat(3_000))), [], "too long");
    }

    proptest! {
        #[test]
        fn a_chinese_path_in_gbk_is_read_back(names in proptest::collection::vec("[一-龥a-z]{0,5}[一-龥]{2}", 1..5)) {
            let path = format!("/{}", names.join("/"));
            let (bytes, _, failed) = encoding_rs::GBK.encode(&path);
            prop_assume!(!failed && str::from_utf8(&bytes).is_err());
            // A segment that happens to be UTF-8 with letters of three bytes stays.
            prop_assume!(bytes[1..].split(|byte| *byte == b'/').all(|name| utf8_among_gbk(name).is_none()));
            let readings = read(&escaped(&bytes));
            // Rare letters may end in ASCII, and then read as Latin-1 first.
            let gbk = readings.iter().find(|(encoding, _)| *encoding == LegacyEncoding::Gbk);
            prop_assert_eq!(EntryPath::parse(&gbk.unwrap().1).unwrap().display(), path);
        }

        #[test]
        fn any_path_is_read_without_panic_and_is_absolute(raw in r"(/|%[0-9A-F]{2}|[a-z.~-]){0,60}") {
            for (_, path) in read(&raw) {
                prop_assert!(path.starts_with('/') && !path.starts_with("//"));
                prop_assert!(EntryPath::parse(&path).is_ok());
            }
        }
    }
}
