//! The origin of a web page: scheme, host and port (RFC 6454), which browsers keep pages apart by.

use url::Origin;

use crate::absolute_url::parse_origin;

/// A web origin: the one that an `Origin` or `Referer` header names, or the site's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebOrigin(Origin);

impl WebOrigin {
    /// Parses the origin of an absolute URL, whatever follows it. `None` if it is no http(s) URL (such
    /// as `null`), or one that could be read in two ways.
    pub fn parse(url: &str) -> Option<Self> {
        parse_origin(url).map(|url| Self(url.origin()))
    }

    /// Whether the page at this URL has this origin: the same scheme, host and port.
    pub fn is_of(&self, url: &str) -> bool {
        Self::parse(url).is_some_and(|page| page == *self)
    }
}

/// The host of a URL, in lower case, without port and without a dot at its end. `None` where
/// [`WebOrigin::parse`] gives none.
pub fn host_of(url: &str) -> Option<String> {
    parse_origin(url)?.host_str().map(|host| host.trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        const SAME: &[(&str, &str)] = &[
            ("https://a.example", "https://a.example:443"),
            ("https://a.example", "HTTPS://A.Example/path?x#y"),
            ("https://a.example", "https://a.example?x"),
            ("http://a.example:/", "http://a.example:80"),
            ("http://[::1]:8787", "http://[::1]:8787/"),
            ("https://my_files.example", "https://my_files.example"),
        ];
        const OTHER: &[(&str, &str)] = &[
            ("https://a.example", "http://a.example"),
            ("https://a.example", "http://a.example:443"),
            ("https://a.example", "https://a.example:8443"),
            ("https://a.example", "https://a.example."),
            ("https://a.example", "https://b.example"),
            ("http://[::1]:8787", "http://[::1]"),
            ("http://[::1]:8787", "http://[::2]:8787"),
        ];
        for (one, two) in SAME {
            assert!(WebOrigin::parse(one).unwrap().is_of(two), "{one} {two}");
        }
        for (one, two) in OTHER {
            assert!(!WebOrigin::parse(one).unwrap().is_of(two), "{one} {two}");
        }
    }

    #[test]
    fn what_is_no_origin_or_reads_in_two_ways_is_none() {
        for bad in [
            "",
            "null",
            "a.example",
            "//a.example",
            "ftp://a.example",
            "https://",
            "https:///a.example",
            "https://:443",
            "https://a.example:x",
            "https://a.example:+80",
            "https://a.example:65536",
            "https://a.example:80:80",
            "https://user@a.example",
            "https://evil.example\\@a.example",
            "https://a.example, https://a.example",
            "https://a.example https://a.example",
            "https://[::1",
            "https://[::1]x",
            "https://[a.example]",
            "https://::1",
            "https://é.example",
        ] {
            assert_eq!(WebOrigin::parse(bad), None, "{bad}");
        }
        assert_eq!(host_of("https://A.example.:8443/x").as_deref(), Some("a.example"));
        assert_eq!(host_of("http://[::1]:80/").as_deref(), Some("[::1]"));
    }
}
