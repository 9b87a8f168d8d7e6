//! Checks URLs that a request or a client may be sent to, and resolves references to them, as browsers do
//! (the WHATWG URL Standard).

use std::net::Ipv4Addr;

use url::{Host, Position, Url};

use crate::absolute_url::{self, has_plain_host, is_web_address, origin};
use crate::percent::{escape_stray_percents, push_wire};

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
    is_addressable(&url).then(|| format!("{}/", origin(&url)))
}

fn parse(url: &str) -> Option<Url> {
    absolute_url::parse(url.trim_matches(' ')).filter(|_| is_plain(url))
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
    let mut text = origin(url).to_owned();
    push_wire(&mut text, &escape_stray_percents(&url[Position::BeforePath..Position::AfterQuery]));
    (text.len() <= MAX).then_some(text)
}

/// Whether a URL is http or https, names no user, and has a host that every parser reads alike.
fn is_addressable(url: &Url) -> bool {
    is_web_address(url) && has_plain_host(url)
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

#[cfg(test)]
mod tests;
