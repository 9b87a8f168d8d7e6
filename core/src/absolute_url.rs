//! Absolute http and https URLs, parsed by the crate `url` as browsers do (the WHATWG URL Standard), and
//! accepted only where every other parser finds the same host in them.

use url::{Host, Position, Url};

use crate::host::is_host;

/// Parses an absolute http or https URL. `None` for one that is not written in full, names a user, has
/// control characters, which parsers leave out, or has a host that some parsers end elsewhere or rewrite,
/// as they do at a backslash or with `0x7f.1`.
pub fn parse(text: &str) -> Option<Url> {
    let (scheme, authority) = head(text)?;
    let is_clear = authority.is_ascii() && !authority.contains(['\\', '%']);
    if !is_clear || text.chars().any(char::is_control) {
        return None;
    }
    let url = Url::parse(text).ok().filter(is_web_address)?;
    let is_as_written = match url.host()? {
        Host::Domain(host) => {
            is_host(host.strip_suffix('.').unwrap_or(host)) && begins_with(authority, host)
        }
        Host::Ipv4(address) => begins_with(authority, &address.to_string()),
        // The brackets leave one reading.
        Host::Ipv6(_) => true,
    };
    (is_as_written && scheme.eq_ignore_ascii_case(url.scheme())).then_some(url)
}

/// Parses the scheme, host and port of an absolute URL as [`parse`] does, whatever follows them.
pub fn parse_origin(text: &str) -> Option<Url> {
    let (scheme, authority) = head(text)?;
    parse(text.get(..scheme.len() + SLASHES.len() + authority.len())?)
}

/// Whether a URL is http or https and names no user.
pub fn is_web_address(url: &Url) -> bool {
    let has_user = !url.username().is_empty() || url.password().is_some();
    matches!(url.scheme(), "http" | "https") && !has_user
}

/// Whether a URL's host is a name or an IPv4 address, in letters that need no conversion.
pub fn has_plain_host(url: &Url) -> bool {
    is_host(&url[Position::BeforeHost..Position::BeforePath])
}

/// A URL's scheme, host and port, as in `https://files.example:8443`.
pub fn origin(url: &Url) -> &str {
    &url[..Position::BeforePath]
}

const SLASHES: &str = "://";

/// The scheme and the authority of a URL, as they are written.
fn head(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(SLASHES)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    (!authority.is_empty()).then_some((scheme, authority))
}

/// Whether a text begins with these ASCII letters, in any case.
fn begins_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_absolute_and_its_host_is_the_same_to_every_parser() {
        for (text, expected) in [
            ("https://A.example/x y?z#w", Some("https://a.example")),
            ("HTTP://a.example:80", Some("http://a.example")),
            ("https://a.example:8443/", Some("https://a.example:8443")),
            ("https://a.example./", Some("https://a.example.")),
            ("https://my_files.example", Some("https://my_files.example")),
            ("http://127.0.0.1:8787/", Some("http://127.0.0.1:8787")),
            ("http://[0::1]/", Some("http://[::1]")),
            ("https://a.example/a:/../b", Some("https://a.example")),
            ("https://a.example?//b.example", Some("https://a.example")),
            (" https://a.example", None),
            ("https:/a.example", None),
            ("https:a.example", None),
            ("https:///a.example", None),
            ("https://", None),
            ("https://u@a.example", None),
            ("https://u:p@a.example", None),
            ("https://@a.example", None),
            ("https://a.example\\@b.example", None),
            ("https://a%2eexample", None),
            ("https://a.example\t/", None),
            ("https://odd!.example", None),
            ("https://a.example..", None),
            ("https://中.cn", None),
            ("http://0x7f.1", None),
            ("http://2130706433", None),
            ("http://127.1", None),
            ("http://010.0.0.1", None),
            ("https://a.example:99999", None),
            ("https://[a.example]", None),
            ("ftp://a.example", None),
            ("javascript://a.example/%0aalert(1)", None),
            ("//a.example", None),
            ("null", None),
        ] {
            let url = parse(text);
            assert_eq!(url.as_ref().map(origin), expected, "{text:?}");
            let with_path = format!("{text}/\u{1}");
            let found = parse_origin(&with_path);
            assert_eq!(found.as_ref().map(origin), expected, "{with_path:?}");
            assert!(parse(&with_path).is_none(), "{with_path:?}");
        }
        assert!(parse("https://a.example/\u{85}").is_none());
    }

    #[test]
    fn a_letter_and_a_colon_at_the_start_of_a_path_keep_the_host() {
        // The crate takes them for a drive, which `..` does not leave; browsers do so in file URLs only.
        let url = parse("https://a.example/d:/x/../y").unwrap();
        assert_eq!(url.as_str(), "https://a.example/d:/y");
        assert_eq!(url.join("../../z").unwrap().as_str(), "https://a.example/d:/z");
        assert_eq!(url.join("/c:/../z").unwrap().as_str(), "https://a.example/c:/z");
    }
}
