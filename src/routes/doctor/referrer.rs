//! The `Referer` and `Origin` that a browser sends: the Referrer Policy and Fetch standards, as far as they
//! are about one request for something on another site.

use crate::access::web_origin::host_of;
use crate::http::url::RequestUrl;

/// The headers of a request that name the page it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The value of the `Referer` header; `None` if it is not sent.
    pub referer: Option<String>,
    /// The value of the `Origin` header; `None` if it is not sent.
    pub origin: Option<String>,
}

/// Maximum length of a `Referer` in bytes; a longer one is cut down to its origin.
const MAX_LENGTH: usize = 4096;

/// Computes what a page at this URL sends with a request to `site`. An unknown policy counts as none, for
/// which browsers use `strict-origin-when-cross-origin`.
pub fn sent(policy: &str, page: &str, site: &str, is_cors: bool) -> Sent {
    let (whole, _) = page.split_once('#').unwrap_or((page, ""));
    let page = RequestUrl::parse(whole);
    let origin = page.site.to_ascii_lowercase();
    let mut root = origin.clone();
    root.push('/');
    let full = match whole.get(page.site.len()..).unwrap_or_default() {
        "" => root.clone(),
        // A `?` directly behind the host begins the query.
        rest if rest.starts_with('?') => [&root, rest].concat(),
        rest => [&origin, rest].concat(),
    };
    let full = if full.len() > MAX_LENGTH { root.clone() } else { full };
    let is_same = origin.eq_ignore_ascii_case(site);
    let is_downgrade = is_trustworthy(&origin) && !is_trustworthy(site);
    let referer = match policy {
        "no-referrer" => None,
        "origin" => Some(root),
        "unsafe-url" => Some(full),
        "same-origin" => is_same.then_some(full),
        "strict-origin" => (!is_downgrade).then_some(root),
        "origin-when-cross-origin" => Some(if is_same { full } else { root }),
        "no-referrer-when-downgrade" => (!is_downgrade).then_some(full),
        _ if is_same => Some(full),
        _ => (!is_downgrade).then_some(root),
    };
    Sent { referer, origin: (is_cors && !is_same).then_some(origin) }
}

/// Whether a URL is potentially trustworthy: it is encrypted, or stays on the machine.
fn is_trustworthy(url: &str) -> bool {
    let is_local = |host: &str| {
        host == "localhost"
            || host.ends_with(".localhost")
            || host == "[::1]"
            || host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
    };
    let is_encrypted = url.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
    is_encrypted || host_of(url).is_some_and(|host| is_local(&host))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://Blog.example:8443/post?id=1#top";

    #[test]
    fn each_policy_says_what_its_standard_says() {
        let (root, full) = ("https://blog.example:8443/", "https://blog.example:8443/post?id=1");
        // To another site, to one that is not encrypted, and to the page's own.
        let cases = [
            ("", Some(root), None, Some(full)),
            ("no-such-policy", Some(root), None, Some(full)),
            ("strict-origin-when-cross-origin", Some(root), None, Some(full)),
            ("no-referrer", None, None, None),
            ("origin", Some(root), Some(root), Some(root)),
            ("unsafe-url", Some(full), Some(full), Some(full)),
            ("same-origin", None, None, Some(full)),
            ("strict-origin", Some(root), None, Some(root)),
            ("origin-when-cross-origin", Some(root), Some(root), Some(full)),
            ("no-referrer-when-downgrade", Some(full), None, Some(full)),
        ];
        for (policy, across, down, home) in cases {
            for (site, want) in [
                ("https://files.example", across),
                ("http://files.example", down),
                ("https://blog.example:8443", home),
            ] {
                let got = sent(policy, PAGE, site, false);
                assert_eq!((got.referer.as_deref(), got.origin), (want, None), "{policy} {site}");
            }
        }
    }

    #[test]
    fn a_script_tells_its_origin_whatever_the_policy() {
        let got = sent("no-referrer", PAGE, "https://files.example", true);
        assert_eq!(got.origin.as_deref(), Some("https://blog.example:8443"));
        assert_eq!(sent("", PAGE, "https://blog.example:8443", true).origin, None);
    }

    #[test]
    fn odd_addresses_are_written_as_browsers_do() {
        let full = |page: &str| sent("unsafe-url", page, "https://files.example", false).referer;
        assert_eq!(full("https://b.example").as_deref(), Some("https://b.example/"));
        assert_eq!(full("https://b.example?x#y").as_deref(), Some("https://b.example/?x"));
        let long = ["https://b.example/", &"x".repeat(MAX_LENGTH)].concat();
        assert_eq!(full(&long).as_deref(), Some("https://b.example/"));
        let plain = sent("", "https://b.example/", "http://127.0.0.1:8787", false);
        assert_eq!(plain.referer.as_deref(), Some("https://b.example/"), "it stays on the machine");
        let plain = sent("", "http://b.example/", "http://files.example", false);
        assert_eq!(plain.referer.as_deref(), Some("http://b.example/"), "nothing is lost");
    }
}
