//! Checks URLs that a request or a client may be sent to, and resolves references to them, as browsers do
//! (the WHATWG URL Standard).

use std::net::Ipv4Addr;

use url::{Host, Position, Url};

use crate::host::is_host;
use crate::percent::{mend_escapes, push_wire};

/// Maximum length of a URL in bytes: not every client takes longer ones.
const MAX: usize = 8_000;

/// A URL as it may stand in a `Location`, without its fragment; `None` if it must not be requested.
pub fn checked(url: &str, allow_private: bool) -> Option<String> {
    fit_for_header(&parse(url)?, allow_private)
}

/// The URL to which a response from `from` redirects; `None` if that must not be requested. A URL on this
/// machine may only be given by another URL on it.
pub fn next_hop(from: &str, location: &str) -> Option<String> {
    let allow_private = is_private(&parse(from)?);
    resolve(from, location, allow_private)
}

/// Resolves a reference against an absolute URL, and checks the result as [`checked`] does.
pub(super) fn resolve(base: &str, reference: &str, allow_private: bool) -> Option<String> {
    if !is_plain(reference) {
        return None;
    }
    fit_for_header(&parse(base)?.join(reference).ok()?, allow_private)
}

/// The `Referer` that stands for a URL's site: `scheme://host/`, for http and https.
pub fn referer_of(url: &str) -> Option<String> {
    let url = parse(url)?;
    is_addressable(&url).then(|| format!("{}/", &url[..Position::BeforePath]))
}

/// Parses an absolute URL as it is written in full: with the slashes behind its scheme, and a host that no
/// parser ends elsewhere, as some do at a backslash.
fn parse(url: &str) -> Option<Url> {
    let url = url.trim_matches(' ');
    let (scheme, rest) = url.split_once("://")?;
    let is_http = ["http", "https"].iter().any(|one| one.eq_ignore_ascii_case(scheme));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_clear =
        !authority.is_empty() && authority.is_ascii() && !authority.contains(['\\', '%']);
    Url::parse(url).ok().filter(|_| is_http && is_clear && is_plain(url))
}

/// Whether a text is short enough for a URL, and has no control characters, which parsers leave out.
fn is_plain(text: &str) -> bool {
    text.len() <= MAX && !text.chars().any(char::is_control)
}

/// The URL with every byte escaped that may not stand in a header, and without its fragment.
fn fit_for_header(url: &Url, allow_private: bool) -> Option<String> {
    if !is_addressable(url) || (!allow_private && is_private(url)) {
        return None;
    }
    let mut text = url[..Position::BeforePath].to_owned();
    push_wire(&mut text, &mend_escapes(&url[Position::BeforePath..Position::AfterQuery]));
    (text.len() <= MAX).then_some(text)
}

/// Whether a URL is http or https, names no user, and has a host that every parser reads alike.
fn is_addressable(url: &Url) -> bool {
    let is_http = matches!(url.scheme(), "http" | "https");
    let has_user = !url.username().is_empty() || url.password().is_some();
    is_http && !has_user && is_host(&url[Position::BeforeHost..Position::BeforePath])
}

/// Whether a URL's host is this machine, or in a network that the internet does not reach.
fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            name == "localhost" || name.ends_with(".localhost") || !name.contains('.')
        }
        Some(Host::Ipv4(address)) => is_private_address(address),
        Some(Host::Ipv6(_)) | None => true,
    }
}

fn is_private_address(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || first == 0
        || first >= 224
        || (first == 100 && (64..128).contains(&second))
        || (first == 198 && (18..20).contains(&second))
        || address.octets().starts_with(&[192, 0, 0])
}
