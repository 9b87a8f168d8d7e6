//! Request paths, decoded and checked once where they come in, and trusted after.

use std::borrow::Cow;
use std::fmt;

use crate::origin::cut;
use crate::percent::{self, Decoded};

/// A percent-decoded path: no empty, `.` or `..` segment, no `/` or NUL inside a segment.
///
/// The trailing slash is not part of the path, but [`EntryPath::has_trailing_slash`] remembers it; the root is
/// `""`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryPath<'a> {
    text: Cow<'a, str>,
    depth: usize,
    /// The number of slashes at the end of the request path.
    slashes: usize,
}

/// Why a request path can't name an entry. Each of these is the client's mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum PathError {
    /// A `%` that is not followed by two hex digits.
    BadEscape,
    /// The decoded bytes are not UTF-8.
    NotUtf8,
    /// `//` in the path.
    EmptySegment,
    /// `.` or `..`, escaped or not.
    DotSegment,
    /// An escaped slash or NUL inside a segment.
    Forbidden,
    /// The path doesn't begin with `/`.
    NotAbsolute,
    /// The path has more than [`MAX_SEGMENTS`].
    TooDeep,
}

/// Maximum number of segments in a path. Rules look at every folder on the way, so the depth has to have a
/// limit.
pub const MAX_SEGMENTS: usize = 80;

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BadEscape => "the path has a % that is not followed by two hex digits",
            Self::NotUtf8 => "the path is not UTF-8",
            Self::EmptySegment => "the path has an empty segment (//)",
            Self::DotSegment => "the path has a . or .. segment",
            Self::Forbidden => "the path has an escaped slash or NUL",
            Self::NotAbsolute => "the path does not begin with /",
            Self::TooDeep => "the path has more than 80 segments",
        })
    }
}

impl<'a> EntryPath<'a> {
    /// Parses the path as it stood in the request: still escaped, without query.
    ///
    /// # Errors
    /// [`PathError`] for a path that no entry can have.
    pub fn parse(raw: &'a str) -> Result<Self, PathError> {
        let inner = raw.strip_prefix('/').ok_or(PathError::NotAbsolute)?;
        let whole = inner;
        let inner = whole.trim_end_matches('/');
        if inner.is_empty() {
            return Ok(Self { text: Cow::Borrowed(""), depth: 0, slashes: raw.len() });
        }
        let slashes = whole.len() - inner.len();
        let text = if memchr::memchr(b'%', inner.as_bytes()).is_none() {
            Cow::Borrowed(inner)
        } else {
            Cow::Owned(decode(inner)?)
        };
        let depth = check(&text)?;
        Ok(Self { text, depth, slashes })
    }

    /// Checks a path that is decoded already, as it stands in settings or in JSON.
    ///
    /// # Errors
    /// [`PathError`] for a path that no entry can have.
    pub fn from_decoded(decoded: &'a str) -> Result<Self, PathError> {
        let inner = decoded.strip_prefix('/').ok_or(PathError::NotAbsolute)?;
        let text = inner.trim_end_matches('/');
        let slashes = decoded.len() - text.len() - usize::from(!text.is_empty());
        let depth = if text.is_empty() { 0 } else { check(text)? };
        Ok(Self { text: Cow::Borrowed(text), depth, slashes })
    }

    /// The path with text of its own, for as long as it is needed.
    #[must_use]
    pub fn into_owned(self) -> EntryPath<'static> {
        EntryPath { text: Cow::Owned(self.text.into_owned()), ..self }
    }

    /// The number of segments in the path.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The decoded path without its first `depth` segments; no slash at either end.
    pub fn below(&self, depth: usize) -> &str {
        let mut segments = self.segments();
        segments.by_ref().take(depth).for_each(drop);
        segments.rest
    }

    /// The segments from the root down; none for the root itself.
    pub fn segments(&self) -> Segments<'_> {
        Segments { rest: &self.text }
    }

    /// The path's last segment; empty for the root.
    pub fn name(&self) -> &str {
        memchr::memrchr(b'/', self.text.as_bytes())
            .and_then(|at| self.text.get(at + 1..))
            .unwrap_or(&self.text)
    }

    /// Whether the path ended in `/`, as a folder's does.
    pub fn has_trailing_slash(&self) -> bool {
        self.slashes > 0
    }

    /// Whether the path ended in more slashes than a folder's path does.
    pub fn has_surplus_slash(&self) -> bool {
        self.slashes > 1
    }

    /// Whether a first segment is reserved for the site itself: `-` for pages and API, `~…` for share links
    /// and shortcuts.
    pub fn is_reserved(first_segment: &str) -> bool {
        first_segment == "-" || first_segment.starts_with('~')
    }

    /// The setting of the surface, WebDAV or AList's, that hides an entry of this name in the site's root unless
    /// the surface is switched off; `None` if none does.
    pub fn shadowing_setting(first_segment: &str) -> Option<&'static str> {
        match first_segment {
            "dav" | "dav-strm" => Some("SITE.dav"),
            "d" | "p" | "api" | "ping" => Some("SITE.alist"),
            _ => None,
        }
    }

    /// The decoded path with a leading slash and none at the end; the root is `/`.
    pub fn display(&self) -> String {
        format!("/{}", self.text)
    }

    /// The canonical, percent-encoded path for links of this site, as that of a file or of a folder.
    pub fn href(&self, folder: bool) -> String {
        let mut href = String::with_capacity(self.text.len() + 16);
        for segment in self.segments() {
            href.push('/');
            href.extend(percent::encode_name(segment));
        }
        if folder || href.is_empty() {
            href.push('/');
        }
        href
    }
}

/// The segments of an [`EntryPath`], none of them empty.
#[derive(Clone, Debug)]
pub struct Segments<'p> {
    rest: &'p str,
}

impl<'p> Iterator for Segments<'p> {
    type Item = &'p str;

    fn next(&mut self) -> Option<&'p str> {
        let (segment, rest) = cut(self.rest, b'/').unwrap_or((self.rest, ""));
        self.rest = rest;
        (!segment.is_empty()).then_some(segment)
    }
}

/// Checks a decoded segment, by the same rule for requests and for the names of a tree.
///
/// # Errors
/// [`PathError`] if no entry can have this name.
pub fn check_segment(segment: &str) -> Result<(), PathError> {
    match segment {
        "" => Err(PathError::EmptySegment),
        "." | ".." => Err(PathError::DotSegment),
        _ if memchr::memchr2(b'/', 0, segment.as_bytes()).is_some() => Err(PathError::Forbidden),
        _ => Ok(()),
    }
}

fn decode(inner: &str) -> Result<String, PathError> {
    let decoded = Decoded::of(inner);
    if decoded.has_stray {
        return Err(PathError::BadEscape);
    }
    if decoded.has_escaped_slash {
        return Err(PathError::Forbidden);
    }
    String::from_utf8(decoded.bytes).map_err(|_| PathError::NotUtf8)
}

/// Counts the segments of a decoded path, in which every slash ends one, and checks each as
/// [`check_segment`] does, in one pass.
fn check(text: &str) -> Result<usize, PathError> {
    let bytes = text.as_bytes();
    if memchr::memchr(0, bytes).is_some() {
        return Err(PathError::Forbidden);
    }
    let mut segments = 0;
    for segment in bytes.split(|byte| *byte == b'/') {
        segments += 1;
        match segment {
            b"" => return Err(PathError::EmptySegment),
            b"." | b".." => return Err(PathError::DotSegment),
            _ if segments > MAX_SEGMENTS => return Err(PathError::TooDeep),
            _ => {}
        }
    }
    Ok(segments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_decoded_once() {
        const CASES: &[(&str, &str, bool)] = &[
            ("/", "/", true),
            ("/a/b.txt", "/a/b.txt", false),
            ("/a%20b/", "/a b", true),
            ("/100%2525.txt", "/100%25.txt", false),
            ("/a+b;c", "/a+b;c", false),
            ("/%E4%B8%AD/%5C%23%3F", "/中/\\#?", false),
            ("/%252e%252e/x", "/%2e%2e/x", false),
        ];
        for (raw, want, folder) in CASES {
            let path = EntryPath::parse(raw).unwrap();
            assert_eq!(
                (path.display().as_str(), path.has_trailing_slash()),
                (*want, *folder),
                "{raw}"
            );
        }
    }

    #[test]
    fn a_decoded_path_is_the_one_that_its_href_is_parsed_to() {
        for decoded in ["/", "//", "/a b", "/a b/", "/a///", "/100%25.txt", "/中/\\#?"] {
            let path = EntryPath::from_decoded(decoded).unwrap();
            assert_eq!(path.display(), format!("/{}", decoded.trim_matches('/')));
            assert_eq!(path.clone().into_owned(), path);
            let slashes = decoded.len() - decoded.trim_end_matches('/').len();
            assert_eq!(path.has_trailing_slash(), slashes > 0, "{decoded}");
            assert_eq!(path.has_surplus_slash(), slashes > 1, "{decoded}");
            if slashes < 2 {
                assert_eq!(EntryPath::parse(&path.href(slashes > 0)).unwrap(), path, "{decoded}");
            }
        }
        for wrong in ["", "a", "/a//b", "/../a", "/a/./b", "/a\0"] {
            assert!(EntryPath::from_decoded(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn slashes_at_the_end_are_no_empty_segments() {
        for (raw, folder, surplus) in [
            ("/a", false, false),
            ("/a/", true, false),
            ("/a///", true, true),
            ("/", true, false),
            ("//", true, true),
        ] {
            let path = EntryPath::parse(raw).unwrap();
            assert_eq!(
                (path.has_trailing_slash(), path.has_surplus_slash()),
                (folder, surplus),
                "{raw}"
            );
        }
    }

    #[test]
    fn what_no_entry_can_be_called_is_refused() {
        use PathError::{BadEscape, DotSegment, EmptySegment, Forbidden, NotAbsolute, NotUtf8};
        const CASES: &[(&str, PathError)] = &[
            ("", NotAbsolute),
            ("a", NotAbsolute),
            ("//evil.example/", EmptySegment),
            ("/a//b", EmptySegment),
            ("/a/../b", DotSegment),
            ("/a/%2e%2E/b", DotSegment),
            ("/.", DotSegment),
            ("/a%2fb", Forbidden),
            ("/a%00", Forbidden),
            ("/%zz", BadEscape),
            ("/%4", BadEscape),
            ("/%ff", NotUtf8),
            ("/%c0%af", NotUtf8),
        ];
        for (raw, want) in CASES {
            assert_eq!(EntryPath::parse(raw), Err(*want), "input: {raw:?}");
        }
    }

    #[test]
    fn a_link_of_ours_reads_back_as_the_same_path() {
        for raw in ["/", "/a%20b/", "/%5C%5Cevil.example", "/100%25.txt", "/a:b;c"] {
            let path = EntryPath::parse(raw).unwrap();
            let href = path.href(path.has_trailing_slash());
            assert_eq!(EntryPath::parse(&href).unwrap(), path, "{raw} → {href}");
        }
    }
}
