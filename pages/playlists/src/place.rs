//! Where a playlist comes from and where it is served, and so what its URIs are called here.

use std::borrow::Cow;

use percent_encoding::percent_encode_byte;
use signpost_core::origin::OUR_QUERIES;
use signpost_core::percent;

/// The address at which a playlist's bytes are kept, and the path at which they are served.
#[derive(Debug)]
pub(crate) struct Place {
    origin: Option<Origin>,
    /// The decoded names of the folders down to the playlist's, from the site's root.
    folder: Vec<String>,
    /// How many of them, from the innermost on, have the origin's names.
    same: usize,
    told: bool,
}

#[derive(Debug)]
struct Origin {
    /// The host in lower case, with its port unless it is the scheme's own.
    authority: String,
    /// The URL up to its last `/`, as it may be sent.
    wire: String,
    /// Where its path begins.
    path_at: usize,
    /// The decoded names of its folders.
    folder: Vec<String>,
}

/// A path, its dot segments taken out.
struct Steps<'u> {
    /// How many folders up from where it begins.
    up: usize,
    /// The decoded names from there down.
    names: Vec<Cow<'u, str>>,
    /// Whether it ends in a `/`, or might as well.
    folder: bool,
}

impl Place {
    /// `origin` is the playlist's own URL without a signature, `path` its decoded path here without
    /// the token of a share link. `told`: whether its visitors may learn the origin, as a redirect
    /// tells it.
    pub fn new(origin: &str, path: &str, told: bool) -> Self {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let names = folder.split('/').filter(|name| !name.is_empty()).map(str::to_owned);
        let (origin, folder) = (Origin::parse(origin), names.collect::<Vec<_>>());
        let there = origin.iter().flat_map(|origin| origin.folder.iter().rev());
        let same = there.zip(folder.iter().rev()).take_while(|(there, here)| there == here).count();
        Self { origin, folder, same, told }
    }

    /// Appends a URI that needs no more than a look: one of plain names, beside the playlist, below it or
    /// so many folders up. Tells whether it was one. The most are: measured, this halves the time for a
    /// long film.
    pub fn push_plain(&self, out: &mut String, uri: &str) -> bool {
        let beside = self.origin.as_ref().and_then(|origin| uri.strip_prefix(&*origin.wire));
        let (mut up, mut names) = (0, beside.unwrap_or(uri));
        // In full it would lead up the origin's folders, which may have other names.
        while let Some(rest) = names.strip_prefix("../").filter(|_| beside.is_none()) {
            (up, names) = (up + 1, rest);
        }
        let is_plain = up <= self.folder.len() && is_plain(names);
        if is_plain {
            out.push_str(beside.unwrap_or(uri));
        }
        is_plain
    }

    /// Appends what a URI of the playlist is here: a path of ours, relative to the playlist's, for all
    /// that is kept beside it, so that it needs no token and no prefix.
    ///
    /// A URI that leads elsewhere stays as it is. So does one with a variable, and one that players
    /// read in different ways (backslashes, control characters).
    pub fn push_uri(&self, out: &mut String, uri: &str) {
        if is_odd(uri) {
            out.push_str(uri);
            return;
        }
        let (path, tail) = cut_tail(uri);
        if let Some(steps) = self.steps(path).filter(|steps| self.is_ours(steps)) {
            steps.push_to(out);
            push_tail(out, tail);
            return;
        }
        // It would be read as a path of ours, and isn't one.
        if let Some(origin) = self.origin.as_ref().filter(|_| self.told && is_path(path)) {
            let base = if path.starts_with('/') { origin.wire.get(..origin.path_at) } else { None };
            out.push_str(base.unwrap_or(&origin.wire));
            percent::push_wire(out, &percent::mend_escapes(path));
            push_tail(out, tail);
            return;
        }
        out.push_str(uri);
    }

    /// Appends what a URL in full is here, again in full, and tells whether it is anything. `site` is where
    /// the site begins, with the token of a share link.
    pub fn push_url(&self, out: &mut String, url: &str, site: &str) -> bool {
        if is_path(url) || is_odd(url) {
            return false;
        }
        let (path, tail) = cut_tail(url);
        let Some(steps) = self.steps(path).filter(|steps| self.is_ours(steps)) else {
            return false;
        };
        out.push_str(site);
        let kept = self.folder.len().saturating_sub(steps.up);
        let kept = self.folder.iter().take(kept).map(String::as_str);
        for name in kept.chain(steps.names.iter().map(|name| &**name)) {
            out.push('/');
            out.extend(percent::encode_name(name));
        }
        out.push_str(if steps.folder { "/" } else { "" });
        push_tail(out, tail);
        true
    }

    /// The way from the playlist's folder to where `path`, of a URI, leads. `None` if it leads elsewhere,
    /// or is no path that a request may have.
    fn steps<'u>(&self, path: &'u str) -> Option<Steps<'u>> {
        if is_path(path) && !path.starts_with('/') {
            return Steps::along(path);
        }
        let origin = self.origin.as_ref()?;
        let absolute = if is_path(path) { path } else { origin.path_of(path)? };
        let there = Steps::along(absolute.strip_prefix('/')?)?;
        // A file may be called what the folder is.
        let folders = there.names.len() - usize::from(!there.folder && !there.names.is_empty());
        let pairs = there.names.iter().take(folders).zip(&origin.folder);
        let common = pairs.take_while(|(there, here)| there == here).count();
        // Only as far up as the folders there and here go by the same names: further up, nothing says
        // that this site has at one place what the origin has at the other.
        let up = origin.folder.len() - common;
        let names = there.names.into_iter().skip(common).collect();
        (up <= self.same).then_some(Steps { up, names, folder: there.folder })
    }

    /// Whether these steps stay on the site, and keep off the paths that are its own.
    fn is_ours(&self, steps: &Steps<'_>) -> bool {
        let Some(kept) = self.folder.len().checked_sub(steps.up) else { return false };
        let first = if kept == 0 { steps.names.first() } else { None };
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
            percent::push_wire(&mut wire, &percent::mend_escapes(folder));
            wire.push('/');
        }
        let names = Steps::along(folder)?.names;
        let folder = names.into_iter().map(Cow::into_owned).collect();
        Some(Self { authority, wire, path_at, folder })
    }

    /// The path of a URL, or of one without its scheme, that is on this host.
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

impl<'u> Steps<'u> {
    /// The steps of a path without its first `/`. `None` for what can't be asked for: an empty segment,
    /// an escaped slash or NUL, no text.
    fn along(path: &'u str) -> Option<Self> {
        let mut steps = Self { up: 0, names: Vec::new(), folder: false };
        let mut segments = path.split('/').peekable();
        while let Some(segment) = segments.next() {
            let name = percent::decode_text(segment)?;
            let at_end = segments.peek().is_none();
            steps.folder = at_end && matches!(&*name, "" | "." | "..");
            match &*name {
                "" if !at_end => return None,
                ".." if steps.names.pop().is_none() => steps.up += 1,
                "" | "." | ".." => {}
                _ if name.contains(['/', '\0']) => return None,
                _ => steps.names.push(name),
            }
        }
        Some(steps)
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

/// Whether players read it in different ways, or put something else in its place.
fn is_odd(uri: &str) -> bool {
    let is_variable = |at| uri.as_bytes().get(at + 1) == Some(&b'$');
    uri.bytes().any(|byte| byte.is_ascii_control() || byte == b'\\')
        || memchr::memchr_iter(b'{', uri.as_bytes()).any(is_variable)
}

/// A URI before its query or its fragment, and the rest.
fn cut_tail(uri: &str) -> (&str, &str) {
    let end = memchr::memchr2(b'?', b'#', uri.as_bytes()).unwrap_or(uri.len());
    uri.split_at_checked(end).unwrap_or((uri, ""))
}

/// Whether it is a relative path down, as this site writes it: of nothing but unreserved characters, no
/// segment a dot segment, the first none of the site's own.
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

/// Whether it is a path, absolute or relative, and no URL: its scheme or its host would come first.
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

/// The host and port, by which two are compared, without regard to case. `None` for one with a user.
fn authority_of(written: &str) -> Option<&str> {
    // Whichever of the two schemes it is: the path is what counts.
    let host = written.strip_suffix(":80").or_else(|| written.strip_suffix(":443"));
    let host = host.unwrap_or(written);
    (!host.is_empty() && !host.contains('@')).then_some(host)
}

/// The query and the fragment. An earlier signature goes; what this site would take for its own is
/// escaped, so that it is the origin's alone.
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
        percent::push_wire(out, &percent::mend_escapes(rest));
    }
    if !fragment.is_empty() {
        out.push('#');
        percent::push_wire(out, &percent::mend_escapes(fragment));
    }
}
