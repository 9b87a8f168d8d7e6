//! Parsing of a request's URL, once for all routes.

use std::borrow::Cow;

use super::query::raw_field;
use crate::origin::cut;
use crate::percent;

/// The path prefix of the site's own pages.
pub(crate) const OWN: &str = "/-/";

/// Splits a path from its query, which is empty if there is none.
pub(crate) fn split_query(target: &str) -> (&str, &str) {
    cut(target, b'?').unwrap_or((target, ""))
}

/// The kind of file that a shortcut picks in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut<'a> {
    /// The newest of the files whose names match this glob, which is still escaped.
    Latest(&'a str),
    /// Any file of the folder.
    Random,
}

impl<'a> Shortcut<'a> {
    /// Parses a shortcut: what it picks, and the path of the folder. No share link's token is taken for
    /// one: tokens are longer.
    fn of(path: &'a str) -> Option<(Self, &'a str)> {
        let rest = path.strip_prefix("/~")?;
        if let Some(rest) = rest.strip_prefix("latest") {
            let (before, glob) = rest.rsplit_once('/')?;
            let folder = rest.get(..=before.len())?;
            return folder.starts_with('/').then_some((Self::Latest(glob), folder));
        }
        match rest.strip_prefix("random")? {
            "" => Some((Self::Random, "/")),
            folder => folder.starts_with('/').then_some((Self::Random, folder)),
        }
    }
}

/// The kind of connection that a request came by, from the scheme and host of its URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Over HTTPS.
    Https,
    /// Over plain HTTP within one machine, as `make dev` serves. Safari and its engine keep no
    /// `Secure` cookie there.
    Loopback,
    /// Over plain HTTP from another machine: no browser keeps a `Secure` cookie, and none without it is
    /// set, since anyone on the way could read it.
    PlainHttp,
}

/// The URL of a request, split into its parts.
#[derive(Clone, Copy, Debug)]
pub struct RequestUrl<'a> {
    /// Scheme and host, such as `https://files.example.com`.
    pub site: &'a str,
    /// The host, with its port if there is one.
    pub host: &'a str,
    /// The token of a share link, if the path begins with one.
    pub share: Option<&'a str>,
    /// The shortcut, if the path begins with `/~latest/GLOB` or `/~random`.
    pub shortcut: Option<Shortcut<'a>>,
    /// The path, still escaped, without the token; for a shortcut the folder's path.
    pub path: &'a str,
    /// The query without its `?`; empty if there is none.
    pub query: &'a str,
}

impl<'a> RequestUrl<'a> {
    /// Parses an absolute URL, or a path with its query. Anything else has no host.
    pub fn parse(url: &'a str) -> Self {
        let is_path = url.starts_with('/');
        let colon = memchr::memchr(b':', url.as_bytes()).filter(|_| !is_path);
        let scheme_ends = colon.unwrap_or_default();
        let authority_at =
            if url.get(scheme_ends..scheme_ends + 3) == Some("://") { scheme_ends + 3 } else { 0 };
        let after_scheme = url.get(authority_at..).unwrap_or_default();
        let host_ends = memchr::memchr3(b'/', b'?', b'#', after_scheme.as_bytes())
            .unwrap_or(after_scheme.len());
        let (host, path) = after_scheme.split_at_checked(host_ends).unwrap_or((after_scheme, ""));
        let site = url.get(..authority_at + host_ends).unwrap_or_default();
        let path = cut(path, b'#').map_or(path, |(path, _)| path);
        let (path, query) = split_query(path);
        let split = |path| match Shortcut::of(path) {
            Some((shortcut, folder)) => (Some(shortcut), folder),
            None => (None, path),
        };
        let (shortcut, path) = split(path);
        let (share, path) = match path.strip_prefix("/~").filter(|_| shortcut.is_none()) {
            Some(rest) => match memchr::memchr(b'/', rest.as_bytes())
                .and_then(|at| rest.split_at_checked(at))
            {
                Some((token, path)) => (Some(token), path),
                // A token without a path shares nothing.
                None => (None, path),
            },
            None => (None, if path.is_empty() { "/" } else { path }),
        };
        let (shortcut, path) = if shortcut.is_none() { split(path) } else { (shortcut, path) };
        Self { site, host, share, shortcut, path, query }
    }

    /// The kind of connection that the request came by, on which depends what browsers keep of a cookie.
    pub fn connection(&self) -> Connection {
        if !self.site.starts_with("http://") {
            return Connection::Https;
        }
        let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
        let name = match self.host.rsplit_once(':') {
            Some((name, port)) if is_port(port) => name,
            _ => self.host,
        };
        if matches!(name, "localhost" | "127.0.0.1" | "[::1]") {
            Connection::Loopback
        } else {
            Connection::PlainHttp
        }
    }

    /// The value of `path=` in the query, still escaped but for its slashes.
    pub fn path_field(&self) -> Option<String> {
        let raw = raw_field(self.query, "path")?;
        // In a form a plus is a space; a path's own plus has to be written %2B.
        let raw = raw.replace('+', "%20");
        let is_plain = raw.contains('/');
        Some(if is_plain { raw } else { raw.replace("%2F", "/").replace("%2f", "/") })
    }

    /// The value of `sign=` in the query, AList's signature, decoded. `None` if it is missing or not UTF-8.
    pub fn sign(&self) -> Option<Cow<'a, str>> {
        percent::decode_text(raw_field(self.query, "sign")?)
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
            ("/a://b/c?x", "", None, "/a://b/c", "x"),
        ];
        for (url, host, share, path, query) in CASES {
            let got = RequestUrl::parse(url);
            assert_eq!(
                (got.host, got.share, got.path, got.query),
                (*host, *share, *path, *query),
                "{url}"
            );
            assert!(url.starts_with(got.site) && got.site.ends_with(host), "{url}");
        }
    }

    #[test]
    fn plain_http_of_this_machine_is_told_from_that_of_others() {
        use Connection::{Https, Loopback, PlainHttp};
        for (url, want) in [
            ("https://h.example/", Https),
            ("https://localhost/", Https),
            ("https://127.0.0.1:8787/", Https),
            ("http://localhost/a", Loopback),
            ("http://localhost:8787", Loopback),
            ("http://127.0.0.1:8787/?x", Loopback),
            ("http://[::1]:8787/", Loopback),
            ("http://[::1]/", Loopback),
            ("http://h.example/", PlainHttp),
            ("http://h.example:80/", PlainHttp),
            ("http://192.168.1.5:8787/", PlainHttp),
            ("http://127.0.0.1.h.example/", PlainHttp),
            ("http://localhost.h.example/", PlainHttp),
            ("http://localhost:1@h.example/", PlainHttp),
            ("http://[2001:db8::1]/", PlainHttp),
            ("http://[::1", PlainHttp),
            // A path alone, as the page that a form came from.
            ("/localhost", Https),
        ] {
            assert_eq!(RequestUrl::parse(url).connection(), want, "{url}");
        }
    }

    #[test]
    fn a_shortcut_names_what_is_picked_and_the_folder() {
        use Shortcut::{Latest, Random};
        let (none, token) = (None, Some("tok"));
        for (path, share, shortcut, folder) in [
            ("/~latest/app-*.apk", none, Some(Latest("app-*.apk")), "/"),
            ("/~latest/a/b%20c/app-*.apk?x", none, Some(Latest("app-*.apk")), "/a/b%20c/"),
            ("/~latest/a/", none, Some(Latest("")), "/a/"),
            ("/~random", none, Some(Random), "/"),
            ("/~random?type=image", none, Some(Random), "/"),
            ("/~random/", none, Some(Random), "/"),
            ("/~random/a", none, Some(Random), "/a"),
            ("/~tok/~latest/a/*", token, Some(Latest("*")), "/a/"),
            ("/~tok/~random", token, Some(Random), "/"),
            // Paths that look like shortcuts and are none.
            ("/~latest", none, None, "/~latest"),
            ("/~latestx/a", Some("latestx"), None, "/a"),
            ("/~randoma/b", Some("randoma"), None, "/b"),
            ("/~random%2fa", none, None, "/~random%2fa"),
            ("/%7Elatest/a", none, None, "/%7Elatest/a"),
            ("/a/~latest/b", none, None, "/a/~latest/b"),
            ("/~LATEST/b", Some("LATEST"), None, "/b"),
            // Neither a token nor another shortcut is recognised behind a shortcut.
            ("/~latest/~tok/*", none, Some(Latest("*")), "/~tok/"),
            ("/~random/~tok/a", none, Some(Random), "/~tok/a"),
            ("/~random/~random", none, Some(Random), "/~random"),
            ("/~tok/~tok/~random", token, None, "/~tok/~random"),
            ("/~random/-/health", none, Some(Random), "/-/health"),
        ] {
            let url = format!("https://h.example{path}");
            let got = RequestUrl::parse(&url);
            assert_eq!((got.share, got.shortcut, got.path), (share, shortcut, folder), "{path}");
        }
    }

    #[test]
    fn a_signature_in_the_query_is_decoded_once() {
        let sign = |query| {
            RequestUrl { query, ..RequestUrl::parse("https://h/") }.sign().map(Cow::into_owned)
        };
        assert_eq!(sign("sign=a%3D%3A0"), Some("a=:0".to_owned()));
        assert_eq!(sign("x=1&sign=a=:0"), Some("a=:0".to_owned()));
        assert_eq!(sign("sign=%253D"), Some("%3D".to_owned()));
        assert_eq!(sign("design=1"), None);
        assert_eq!(sign("sign=%ff"), None);
    }
}
