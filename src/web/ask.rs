//! A request, taken apart: what it asks for, in which form, with which keys in its address.

use std::borrow::Cow;

use signpost_pages::feed::FeedFormat;

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
    /// Who asks. The site is taken from the URL.
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
    /// Of a folder, for other programs.
    Feed(FeedFormat),
    /// A bare page with the file in it, for a frame of another page.
    Embed,
    /// A page about the file.
    View,
}

/// The value of a field of a query, as it stands there. Most have none, and every redirect asks.
pub(super) fn field<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    if query.is_empty() {
        return None;
    }
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// Whether a query has a field, with any value or none.
pub(super) fn flag(query: &str, name: &str) -> bool {
    let is_it = |pair: &str| {
        pair.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    };
    !query.is_empty() && query.split('&').any(is_it)
}

/// What is to be picked of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handy<'a> {
    /// The newest of the files whose names this glob fits; still escaped.
    Latest(&'a str),
    /// Any file.
    Random,
}

impl<'a> Handy<'a> {
    /// A handy path taken apart: what is to be picked, and the path of the folder. Its names are no
    /// tokens: those are longer.
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

/// The address that a request asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'a> {
    /// `https://files.example.com`.
    pub site: &'a str,
    /// The host with its port.
    pub host: &'a str,
    /// The token of a share link, if the path begins with one.
    pub share: Option<&'a str>,
    /// What is to be picked of a folder, if the path says so.
    pub handy: Option<Handy<'a>>,
    /// The path, still escaped, without the token; of a handy path the folder's.
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
        let split = |path| match Handy::of(path) {
            Some((handy, folder)) => (Some(handy), folder),
            None => (None, path),
        };
        let (handy, path) = split(path);
        let (share, path) = match path.strip_prefix("/~").filter(|_| handy.is_none()) {
            Some(rest) => match memchr::memchr(b'/', rest.as_bytes())
                .and_then(|at| rest.split_at_checked(at))
            {
                Some((token, path)) => (Some(token), path),
                // Nothing is shared by a token alone.
                None => (None, path),
            },
            None => (None, if path.is_empty() { "/" } else { path }),
        };
        let (handy, path) = if handy.is_none() { split(path) } else { (handy, path) };
        Self { site, host, share, handy, path, query }
    }

    /// `path=` of the query, still escaped but for its slashes.
    pub fn path_field(&self) -> Option<String> {
        let raw = field(self.query, "path")?;
        // In a form a plus is a space; a path's own plus has to be written %2B.
        let raw = raw.replace('+', "%20");
        let is_plain = raw.contains('/');
        Some(if is_plain { raw } else { raw.replace("%2F", "/").replace("%2f", "/") })
    }

    /// AList's signature, decoded. `None` if there is none or it is no text.
    pub fn sign(&self) -> Option<Cow<'a, str>> {
        percent::decode_text(field(self.query, "sign")?)
    }
}

impl Ask<'_> {
    /// `format=` of the query, else what the client accepts.
    pub(super) fn format(&self, query: &str) -> Result<Format, Error> {
        match field(query, "format") {
            Some("json") => Ok(Format::Json),
            Some("url") => Ok(Format::Url),
            Some("html") => Ok(Format::Plain),
            Some(name) => FeedFormat::of_name(name).map(Format::Feed).ok_or(Error::BadFormat),
            None if flag(query, "embed") => Ok(Format::Embed),
            None if flag(query, "view") => Ok(Format::View),
            None if self.wants_json() => Ok(Format::Json),
            None => Ok(Format::Plain),
        }
    }

    /// Whether a client would rather have JSON than HTML, which browsers take first.
    pub(super) fn wants_json(&self) -> bool {
        self.weight("application/json") > self.weight("text/html")
    }

    /// Whether it names this type and does not refuse it.
    pub(super) fn accepts(&self, wanted: &str) -> bool {
        self.weight(wanted) > 0
    }

    /// How much it wants this very type, in thousandths (RFC 9110, 12.4.2); 0 if it doesn't name it.
    fn weight(&self, wanted: &str) -> u16 {
        // A redirect's hot path brings no header at all.
        let Some(accept) = self.accept else { return 0 };
        let ranges = accept.split(',');
        let weights = ranges.filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let kind = parts.next()?;
            kind.eq_ignore_ascii_case(wanted).then(|| parts.find_map(thousandths).unwrap_or(FULL))
        });
        weights.max().unwrap_or_default()
    }
}

/// The weight of a type that has none written with it.
const FULL: u16 = 1_000;

/// What `q=0.25` says: 250. `None` for another parameter, and for what is no weight.
fn thousandths(parameter: &str) -> Option<u16> {
    let weight = parameter.strip_prefix(['q', 'Q'])?.strip_prefix('=')?;
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    let digits = part.bytes().chain(*b"000").take(3);
    let part = digits.map(|digit| u16::from(digit.wrapping_sub(b'0')));
    let part = part.fold(0, |sum: u16, digit| sum.saturating_mul(10).saturating_add(digit));
    match whole {
        "0" => Some(part.min(FULL)),
        "1" => Some(FULL),
        _ => None,
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
    fn a_handy_path_names_what_is_picked_and_of_which_folder() {
        use Handy::{Latest, Random};
        let (none, token) = (None, Some("tok"));
        for (path, share, handy, folder) in [
            ("/~latest/app-*.apk", none, Some(Latest("app-*.apk")), "/"),
            ("/~latest/a/b%20c/app-*.apk?x", none, Some(Latest("app-*.apk")), "/a/b%20c/"),
            ("/~latest/a/", none, Some(Latest("")), "/a/"),
            ("/~random", none, Some(Random), "/"),
            ("/~random?type=image", none, Some(Random), "/"),
            ("/~random/", none, Some(Random), "/"),
            ("/~random/a", none, Some(Random), "/a"),
            ("/~tok/~latest/a/*", token, Some(Latest("*")), "/a/"),
            ("/~tok/~random", token, Some(Random), "/"),
            // What looks like it.
            ("/~latest", none, None, "/~latest"),
            ("/~latestx/a", Some("latestx"), None, "/a"),
            ("/~randoma/b", Some("randoma"), None, "/b"),
            ("/~random%2fa", none, None, "/~random%2fa"),
            ("/%7Elatest/a", none, None, "/%7Elatest/a"),
            ("/a/~latest/b", none, None, "/a/~latest/b"),
            ("/~LATEST/b", Some("LATEST"), None, "/b"),
            // Neither a token nor another of them comes behind it.
            ("/~latest/~tok/*", none, Some(Latest("*")), "/~tok/"),
            ("/~random/~tok/a", none, Some(Random), "/~tok/a"),
            ("/~random/~random", none, Some(Random), "/~random"),
            ("/~tok/~tok/~random", token, None, "/~tok/~random"),
            ("/~random/-/health", none, Some(Random), "/-/health"),
        ] {
            let url = format!("https://h.example{path}");
            let got = Target::of(&url);
            assert_eq!((got.share, got.handy, got.path), (share, handy, folder), "{path}");
        }
    }

    #[test]
    fn the_form_is_what_the_query_says_first() {
        const CASES: &[(&str, Option<&str>, Result<Format, Error>)] = &[
            ("", None, Ok(Format::Plain)),
            ("embed", None, Ok(Format::Embed)),
            ("t=9&embed", Some("application/json"), Ok(Format::Embed)),
            ("embed=1", None, Ok(Format::Embed)),
            ("embedded", None, Ok(Format::Plain)),
            ("x=embed", None, Ok(Format::Plain)),
            ("embed&format=json", None, Ok(Format::Json)),
            ("format=embed", None, Err(Error::BadFormat)),
        ];
        for (query, accept, want) in CASES {
            let ask = Ask { accept: *accept, ..Ask::default() };
            assert_eq!(ask.format(query), *want, "{query:?}");
        }
        assert_eq!((field("a=1&t=2&t=3", "t"), field("at=2&t", "t")), (Some("2"), None));
    }

    #[test]
    fn json_is_for_who_would_rather_have_it_than_html() {
        const CASES: &[(&str, bool)] = &[
            ("application/json", true),
            ("Application/JSON ; charset=utf-8", true),
            ("application/json, text/plain, */*", true),
            ("application/json;q=0.1", true),
            ("text/html;q=0.5, application/json;q=0.9", true),
            ("application/json, text/html;Q=0.99", true),
            ("text/html;q=0, application/json;q=0.001", true),
            ("text/html, application/json", false),
            ("text/html, application/json;q=0.9", false),
            ("application/json;q=0.1, text/html", false),
            ("application/json;q=0", false),
            ("application/json; q=0.000, */*", false),
            ("application/vnd.api+json", false),
            ("*/*", false),
            ("", false),
        ];
        for (accept, want) in CASES {
            let ask = Ask { accept: Some(accept), ..Ask::default() };
            assert_eq!(ask.wants_json(), *want, "{accept:?}");
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
