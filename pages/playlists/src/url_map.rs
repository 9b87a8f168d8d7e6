//! Mapping of a playlist's URIs: from the playlist's origin URL to the path at which it is served.
//!
//! The crate `url` compares in the tests, and has no part in the mapping: it would add 67 KB (gzipped) to the
//! pages' 271, and it takes `a:` at the start of a path for a drive, which `..` does not leave.

use std::borrow::Cow;

use percent_encoding::percent_encode_byte;
use signpost_core::origin::OUR_QUERIES;
use signpost_core::percent;

/// A playlist's origin URL and the path at which it is served.
#[derive(Debug)]
pub(crate) struct UrlMap {
    origin: Option<Origin>,
    /// The percent-decoded folder names of the served path, from the site's root to the playlist's
    /// folder.
    folder: Vec<String>,
    /// The number of folders, counted from the innermost, whose names are the same in the origin URL.
    same: usize,
    shows_origin: bool,
}

#[derive(Debug)]
struct Origin {
    /// The host in lower case, with its port unless it is 80 or 443.
    authority: String,
    /// The origin URL up to its last `/`, encoded for the wire.
    wire: String,
    /// The offset in `wire` at which the path begins.
    path_at: usize,
    /// The percent-decoded folder names of the origin URL's path.
    folder: Vec<String>,
}

/// A relative path without dot segments: the folders to go up from where it begins, then the names below.
struct RelativePath<'u> {
    /// The number of folders to go up first.
    up: usize,
    /// The percent-decoded names to go down after that.
    names: Vec<Cow<'u, str>>,
    /// Whether the path leads to a folder: it ends in `/`, `.` or `..`.
    folder: bool,
}

impl UrlMap {
    /// Maps from `origin`, the playlist's origin URL without a signature, to `path`, its decoded path on
    /// this site without the token of a share link. `shows_origin`: whether visitors may learn the origin URL, as
    /// they do from a redirect.
    pub fn new(origin: &str, path: &str, shows_origin: bool) -> Self {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let names = folder.split('/').filter(|name| !name.is_empty()).map(str::to_owned);
        let (origin, folder) = (Origin::parse(origin), names.collect::<Vec<_>>());
        let there = origin.iter().flat_map(|origin| origin.folder.iter().rev());
        let same = there.zip(folder.iter().rev()).take_while(|(there, here)| there == here).count();
        Self { origin, folder, same, shows_origin }
    }

    /// Appends a URI that needs no decoding: a relative path of plain names, within the playlist's folder
    /// or up to the site's root, or the same after the origin URL of that folder. Returns `false`, and
    /// appends nothing, for any other URI. Most URIs are plain: measured, this halves the time for a long
    /// film.
    pub fn push_plain(&self, out: &mut String, uri: &str) -> bool {
        let below = self.origin.as_ref().and_then(|origin| uri.strip_prefix(&*origin.wire));
        let (mut up, mut names) = (0, below.unwrap_or(uri));
        // After the origin URL, `../` would go up the origin's folders, whose names may differ from ours.
        while let Some(rest) = names.strip_prefix("../").filter(|_| below.is_none()) {
            (up, names) = (up + 1, rest);
        }
        let is_plain = up <= self.folder.len() && is_plain(names);
        if is_plain {
            out.push_str(below.unwrap_or(uri));
        }
        is_plain
    }

    /// Appends a URI rewritten for this site: for files on this site a path relative to the playlist's own,
    /// so that it needs neither the token of a share link nor a prefix.
    ///
    /// A URI that leads elsewhere is kept. So is one with an HLS variable, and one that players read in
    /// different ways (backslashes, control characters).
    pub fn push_uri(&self, out: &mut String, uri: &str) {
        if is_odd(uri) {
            out.push_str(uri);
            return;
        }
        let (path, tail) = cut_tail(uri);
        if let Some(relative) = self.relative(path).filter(|path| self.is_ours(path)) {
            relative.push_to(out);
            push_tail(out, tail);
            return;
        }
        // A player would resolve this path against our site, where it leads nowhere: it is made a URL of
        // the origin.
        if let Some(origin) = self.origin.as_ref().filter(|_| self.shows_origin && is_path(path)) {
            let base = if path.starts_with('/') { origin.wire.get(..origin.path_at) } else { None };
            out.push_str(base.unwrap_or(&origin.wire));
            percent::push_wire(out, &percent::escape_stray_percents(path));
            push_tail(out, tail);
            return;
        }
        out.push_str(uri);
    }

    /// The path relative to the playlist's folder that leads to `path`, the path of a URI. `None` if it leads elsewhere,
    /// or if no request can have that path.
    fn relative<'u>(&self, path: &'u str) -> Option<RelativePath<'u>> {
        if is_path(path) && !path.starts_with('/') {
            return RelativePath::along(path);
        }
        let origin = self.origin.as_ref()?;
        let absolute = if is_path(path) { path } else { origin.path_of(path)? };
        let there = RelativePath::along(absolute.strip_prefix('/')?)?;
        // Without the last name unless it is a folder's: a file may have the name of a folder.
        let folders = there.names.len() - usize::from(!there.folder && !there.names.is_empty());
        let pairs = there.names.iter().take(folders).zip(&origin.folder);
        let common = pairs.take_while(|(there, here)| there == here).count();
        // Up only as far as the folders of both paths have the same names: further up, nothing says that
        // a path of this site and one of the origin correspond.
        let up = origin.folder.len() - common;
        let names = there.names.into_iter().skip(common).collect();
        (up <= self.same).then_some(RelativePath { up, names, folder: there.folder })
    }

    /// Whether a relative path stays below the site's root and leads to no reserved path (`/-/`, `/~…`).
    fn is_ours(&self, path: &RelativePath<'_>) -> bool {
        let Some(kept) = self.folder.len().checked_sub(path.up) else { return false };
        let first = if kept == 0 { path.names.first() } else { None };
        first.is_none_or(|name| name != "-" && !name.starts_with('~'))
    }
}

impl Origin {
    fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let rest = rest.split(['?', '#']).next()?;
        let (authority, path) = rest.split_once('/')?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut wire = [scheme, "://", authority].concat().to_ascii_lowercase();
        let authority = authority_of(authority)?.to_ascii_lowercase();
        let path_at = wire.len();
        wire.push('/');
        if !folder.is_empty() {
            percent::push_wire(&mut wire, &percent::escape_stray_percents(folder));
            wire.push('/');
        }
        let names = RelativePath::along(folder)?.names;
        let folder = names.into_iter().map(Cow::into_owned).collect();
        Some(Self { authority, wire, path_at, folder })
    }

    /// The path of a URL, or of a scheme-relative one, if it is on this host.
    fn path_of<'u>(&self, url: &'u str) -> Option<&'u str> {
        let after_scheme = match url.split_once(':') {
            Some((scheme, rest)) if is_web(scheme) => rest,
            _ => url,
        };
        let rest = after_scheme.strip_prefix("//")?;
        let (authority, path) = rest.split_at_checked(rest.find('/')?)?;
        authority_of(authority)?.eq_ignore_ascii_case(&self.authority).then_some(path)
    }
}

impl<'u> RelativePath<'u> {
    /// Parses a path without its first `/`. `None` for one that no request can have: with an empty
    /// segment, an escaped slash or NUL, or text that is not UTF-8.
    fn along(path: &'u str) -> Option<Self> {
        let mut parsed = Self { up: 0, names: Vec::new(), folder: false };
        let mut segments = path.split('/').peekable();
        while let Some(segment) = segments.next() {
            let name = percent::decode_text(segment)?;
            let at_end = segments.peek().is_none();
            parsed.folder = at_end && matches!(&*name, "" | "." | "..");
            match &*name {
                "" if !at_end => return None,
                ".." if parsed.names.pop().is_none() => parsed.up += 1,
                "" | "." | ".." => {}
                _ if name.contains(['/', '\0']) => return None,
                _ => parsed.names.push(name),
            }
        }
        Some(parsed)
    }

    fn push_to(&self, out: &mut String) {
        (0..self.up).for_each(|_| out.push_str("../"));
        for (index, name) in self.names.iter().enumerate() {
            out.push_str(if index == 0 { "" } else { "/" });
            out.extend(percent::encode_name(name));
        }
        if self.names.is_empty() && self.up == 0 {
            out.push_str("./");
        } else if self.folder && !self.names.is_empty() {
            out.push('/');
        }
    }
}

/// Whether players read the URI in different ways, or replace part of it (HLS variable substitution).
fn is_odd(uri: &str) -> bool {
    let is_variable = |at| uri.as_bytes().get(at + 1) == Some(&b'$');
    uri.bytes().any(|byte| byte.is_ascii_control() || byte == b'\\')
        || memchr::memchr_iter(b'{', uri.as_bytes()).any(is_variable)
}

/// Splits a URI into its path, or all before its query and fragment, and the rest.
fn cut_tail(uri: &str) -> (&str, &str) {
    let end = memchr::memchr2(b'?', b'#', uri.as_bytes()).unwrap_or(uri.len());
    uri.split_at_checked(end).unwrap_or((uri, ""))
}

/// Whether the URI is a plain relative path down, as this site would write it: unreserved characters
/// only, no dot segment, and no first segment that is reserved on this site.
fn is_plain(uri: &str) -> bool {
    let mut last = b'/';
    let is_plain = |byte: u8| {
        let after_slash = std::mem::replace(&mut last, byte) == b'/';
        match byte {
            b'-' | b'.' | b'~' | b'/' => !after_slash,
            b'_' => true,
            _ => byte.is_ascii_alphanumeric(),
        }
    };
    !uri.is_empty() && uri.bytes().all(is_plain)
}

/// Whether the URI is a path, absolute or relative, without scheme and host.
fn is_path(uri: &str) -> bool {
    let is_scheme = |text: &str| {
        let is_letter =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(is_letter)
    };
    let begins_with_scheme = uri.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme));
    !uri.is_empty() && !uri.starts_with("//") && !begins_with_scheme
}

fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

/// The host and port for comparison, which ignores case; without the port if it is 80 or 443. `None` if
/// there is a user name.
fn authority_of(written: &str) -> Option<&str> {
    // Either port for either scheme: the scheme makes no difference to the path.
    let host = written.strip_suffix(":80").or_else(|| written.strip_suffix(":443"));
    let host = host.unwrap_or(written);
    (!host.is_empty() && !host.contains('@')).then_some(host)
}

/// Appends the query and the fragment, without an earlier signature. Parameters that this site would take
/// for its own are escaped, so that only the origin reads them.
fn push_tail(out: &mut String, tail: &str) {
    let (query, fragment) = tail.split_once('#').unwrap_or((tail, ""));
    let mut mark = '?';
    for pair in query.strip_prefix('?').unwrap_or_default().split('&') {
        let name = pair.split('=').next().unwrap_or_default();
        if pair.is_empty() || *percent::decode(name) == *b"auth_key" {
            continue;
        }
        out.push(mark);
        mark = '&';
        let mut rest = pair;
        if OUR_QUERIES.contains(&name) {
            out.extend(pair.bytes().next().map(percent_encode_byte));
            rest = pair.get(1..).unwrap_or_default();
        }
        percent::push_wire(out, &percent::escape_stray_percents(rest));
    }
    if !fragment.is_empty() {
        out.push('#');
        percent::push_wire(out, &percent::escape_stray_percents(fragment));
    }
}
