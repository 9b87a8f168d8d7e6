//! Checks URLs that a request or a client may be sent to, and resolves references to them.

use std::net::Ipv4Addr;

use crate::host::is_host;
use crate::percent::{mend_escapes, push_wire};

/// Maximum length of a URL in bytes: not every client takes longer ones.
const MAX: usize = 8_000;

/// A URL as it may stand in a `Location`, without its fragment; `None` if it must not be requested.
pub fn checked(url: &str, allow_private: bool) -> Option<String> {
    let url = url.trim_matches(' ');
    let (scheme, host, tail) = parts(url)?;
    if url.len() > MAX || url.chars().any(char::is_control) || (!allow_private && is_private(&host))
    {
        return None;
    }
    let tail = tail.split('#').next().unwrap_or_default();
    let slash = if tail.starts_with('/') { "" } else { "/" };
    let mut wire = format!("{scheme}://{host}{slash}");
    push_wire(&mut wire, &mend_escapes(tail));
    Some(wire)
}

/// The URL to which a response from `from` redirects; `None` if that must not be requested. A URL on this
/// machine may only be given by another URL on it.
pub fn next_hop(from: &str, location: &str) -> Option<String> {
    let allow_private = checked(from, false).is_none();
    checked(&resolve(from, location), allow_private)
}

/// The `Referer` that stands for a URL's site: `scheme://host/`, for http and https.
pub fn referer_of(url: &str) -> Option<String> {
    parts(url).map(|(scheme, host, _)| format!("{scheme}://{host}/"))
}

/// Splits a URL into the scheme, the host with its port, and the rest; `None` unless it is http or https.
fn parts(url: &str) -> Option<(&'static str, String, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = ["http", "https"].into_iter().find(|one| one.eq_ignore_ascii_case(scheme))?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, tail) = rest.split_at_checked(end)?;
    let host = host.to_ascii_lowercase();
    is_host(&host).then_some((scheme, host, tail))
}

fn is_private(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or_default();
    match name.parse::<Ipv4Addr>() {
        Ok(ip) => {
            let [a, b, ..] = ip.octets();
            ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || a == 0
                || a >= 224
                || (a == 100 && (64..128).contains(&b))
        }
        Err(_) => name == "localhost" || name.ends_with(".localhost") || !name.contains('.'),
    }
}

/// Resolves `reference` against the absolute URL `base` (RFC 3986, 5.2).
pub(super) fn resolve(base: &str, reference: &str) -> String {
    let base = base.split('#').next().unwrap_or_default();
    let (scheme, rest) = base.split_once("://").unwrap_or_default();
    let path_at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, tail) = rest.split_at_checked(path_at).unwrap_or_default();
    let path = tail.split('?').next().unwrap_or_default();
    if has_scheme(reference) {
        return reference.to_owned();
    }
    if reference.starts_with("//") {
        return format!("{scheme}:{reference}");
    }
    if reference.starts_with('#') || reference.is_empty() {
        return format!("{base}{reference}");
    }
    if reference.starts_with('?') {
        return format!("{scheme}://{host}{path}{reference}");
    }
    let end = reference.find(['?', '#']).unwrap_or(reference.len());
    let (target, more) = reference.split_at_checked(end).unwrap_or_default();
    let folder = if target.starts_with('/') {
        ""
    } else {
        path.rfind('/').map_or("/", |at| path.get(..=at).unwrap_or("/"))
    };
    format!("{scheme}://{host}{}{more}", without_dots(&format!("{folder}{target}")))
}

fn has_scheme(reference: &str) -> bool {
    let end = reference.find([':', '/', '?', '#']).unwrap_or(reference.len());
    let (scheme, rest) = reference.split_at_checked(end).unwrap_or_default();
    rest.starts_with(':')
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// Removes `.` and `..` segments from an absolute path.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let dots = matches!(segment, "." | "..");
        if segment == ".." {
            kept.pop();
        }
        if !dots {
            kept.push(segment);
        } else if segments.peek().is_none() {
            kept.push("");
        }
    }
    format!("/{}", kept.join("/"))
}
