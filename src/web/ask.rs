//! A request, taken apart: what it asks for, in which form, with which keys in its address.

use std::borrow::Cow;

use crate::error::Error;
use crate::origin::cut;
use crate::percent;
use crate::site::visit::Visitor;

/// What the answer to a request depends on, as it came in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask<'a> {
    /// The method's name, not the `worker` crate's enum, which takes unknown ones for GET.
    pub method: &'a str,
    /// The absolute URL, its path still escaped.
    pub url: &'a str,
    /// The `Accept` header.
    pub accept: Option<&'a str>,
    /// The `Accept-Language` header.
    pub accept_language: Option<&'a str>,
    /// Who asks. The host is taken from the URL.
    pub visitor: Visitor<'a>,
    /// The body, where the site's own pages take one.
    pub body: Option<&'a str>,
}

/// The form in which the client wants its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// What a browser or a download tool expects: a page, or a redirect.
    Plain,
    Json,
    /// The link as text.
    Url,
}

/// The address that a request asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'a> {
    /// `https://files.example.com`.
    pub site: &'a str,
    /// The host with its port.
    pub host: &'a str,
    /// The token of a share link, if the path begins with one.
    pub share: Option<&'a str>,
    /// The path, still escaped, without the token.
    pub path: &'a str,
    /// What follows the `?`; empty if nothing does.
    pub query: &'a str,
}

impl<'a> Target<'a> {
    pub fn of(url: &'a str) -> Self {
        let scheme_ends = memchr::memchr(b':', url.as_bytes()).unwrap_or_default();
        let authority_at =
            if url.get(scheme_ends..scheme_ends + 3) == Some("://") { scheme_ends + 3 } else { 0 };
        let after_scheme = url.get(authority_at..).unwrap_or_default();
        let host_ends = memchr::memchr3(b'/', b'?', b'#', after_scheme.as_bytes())
            .unwrap_or(after_scheme.len());
        let (host, path) = after_scheme.split_at_checked(host_ends).unwrap_or((after_scheme, ""));
        let site = url.get(..authority_at + host_ends).unwrap_or_default();
        let path = cut(path, b'#').map_or(path, |(path, _)| path);
        let (path, query) = cut(path, b'?').unwrap_or((path, ""));
        let (share, path) = match path.strip_prefix("/~") {
            Some(rest) => match memchr::memchr(b'/', rest.as_bytes())
                .and_then(|at| rest.split_at_checked(at))
            {
                Some((token, path)) => (Some(token), path),
                // Nothing is shared by a token alone.
                None => (None, path),
            },
            None => (None, if path.is_empty() { "/" } else { path }),
        };
        Self { site, host, share, path, query }
    }

    /// AList's signature, decoded. `None` if there is none or it is no text.
    pub fn sign(&self) -> Option<Cow<'a, str>> {
        let raw = self.query.split('&').find_map(|pair| pair.strip_prefix("sign="))?;
        match percent::decode(raw) {
            Cow::Borrowed(bytes) => str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        }
    }
}

impl Ask<'_> {
    /// `format=` of the query, else what the client accepts.
    pub(super) fn format(&self, query: &str) -> Result<Format, Error> {
        match query.split('&').find_map(|pair| pair.strip_prefix("format=")) {
            Some("json") => Ok(Format::Json),
            Some("url") => Ok(Format::Url),
            Some("html") => Ok(Format::Plain),
            Some(_) => Err(Error::BadFormat),
            None if self.wants_json() => Ok(Format::Json),
            None => Ok(Format::Plain),
        }
    }

    /// Whether a client asks for JSON and is no browser, which takes HTML first.
    pub(super) fn wants_json(&self) -> bool {
        self.accepts("application/json") && !self.accepts("text/html")
    }

    /// Whether it names this type and does not refuse it.
    pub(super) fn accepts(&self, wanted: &str) -> bool {
        self.accept.is_some_and(|accept| {
            accept.split(',').any(|range| {
                let mut parts = range.split(';').map(str::trim);
                parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case(wanted))
                    && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart_where_its_parts_end() {
        const CASES: &[(&str, &str, Option<&str>, &str, &str)] = &[
            ("https://h.example/a/b?x=1#y", "h.example", None, "/a/b", "x=1"),
            ("https://h.example:8443", "h.example:8443", None, "/", ""),
            ("https://h.example?x", "h.example", None, "/", "x"),
            ("https://h.example/a#?x", "h.example", None, "/a", ""),
            ("https://h.example/~tok/a", "h.example", Some("tok"), "/a", ""),
            ("https://h.example/~tok/", "h.example", Some("tok"), "/", ""),
            ("https://h.example/~tok", "h.example", None, "/~tok", ""),
            ("https://h.example/~/a", "h.example", Some(""), "/a", ""),
            ("https://h.example/~tok//a", "h.example", Some("tok"), "//a", ""),
            ("https://h.example/%7Etok/a", "h.example", None, "/%7Etok/a", ""),
        ];
        for (url, host, share, path, query) in CASES {
            let got = Target::of(url);
            assert_eq!(
                (got.host, got.share, got.path, got.query),
                (*host, *share, *path, *query),
                "{url}"
            );
            assert!(url.starts_with(got.site) && got.site.ends_with(host), "{url}");
        }
    }

    #[test]
    fn a_signature_in_the_query_is_decoded_once() {
        let sign = |query| Target { query, ..Target::of("https://h/") }.sign().map(Cow::into_owned);
        assert_eq!(sign("sign=a%3D%3A0"), Some("a=:0".to_owned()));
        assert_eq!(sign("x=1&sign=a=:0"), Some("a=:0".to_owned()));
        assert_eq!(sign("sign=%253D"), Some("%3D".to_owned()));
        assert_eq!(sign("design=1"), None);
        assert_eq!(sign("sign=%ff"), None);
    }
}
