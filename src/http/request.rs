//! An HTTP request, parsed once: the path, the format of the response, and the keys in its URL.

use signpost_pages::feed::FeedFormat;

use super::query::{has_field, raw_field};
use super::surface::Surface;
use super::url::RequestUrl;
use crate::access::client::{AccessRequest, Client};
use crate::error::Error;
use crate::path::{EntryPath, PathError};
use crate::site::Site;
use crate::time::UnixSeconds;

/// The parts of an HTTP request that a response depends on, as they came in.
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestParts<'a> {
    /// The method's name, not the `worker` crate's enum, which takes unknown ones for GET.
    pub method: &'a str,
    /// The absolute URL, its path still escaped.
    pub url: &'a str,
    /// The value of the `Accept` header.
    pub accept: Option<&'a str>,
    /// The value of the `Accept-Language` header.
    pub accept_language: Option<&'a str>,
    /// The value of the `If-None-Match` header.
    pub if_none_match: Option<&'a str>,
    /// The client that sent the request. Its site is taken from the URL.
    pub client: Client<'a>,
    /// The value of the `Depth` header (RFC 4918, section 10.2), for WebDAV.
    pub depth: Option<&'a str>,
    /// The body, for the routes that read one: empty where there is none, `None` where it is longer than 16 KiB
    /// or no UTF-8. GET and HEAD have none.
    pub body: Option<&'a str>,
}

/// A parsed request to the site.
#[derive(Debug)]
pub struct Request<'a> {
    /// The HTTP method's name.
    pub method: &'a str,
    /// The request's URL, taken apart.
    pub url: RequestUrl<'a>,
    /// The surface that the URL is of.
    pub surface: Surface,
    /// The path of the requested entry; for AList's API that of the call.
    pub path: Result<EntryPath<'a>, PathError>,
    /// The value of `sign=`, AList's signature, decoded.
    pub sign: Option<std::borrow::Cow<'a, str>>,
    /// Whether the URL is a file's address as AList has it, `/d/PATH` or `/p/PATH`, whatever else is in its
    /// query.
    pub is_published: bool,
    /// The format of the response that the client asks for.
    pub format: Result<Format, Error>,
    /// The media types of the `Accept` header.
    pub accept: Accept<'a>,
    /// The value of the `Accept-Language` header.
    pub accept_language: Option<&'a str>,
    /// The value of the `If-None-Match` header.
    pub if_none_match: Option<&'a str>,
    /// The client that sends the request.
    pub client: Client<'a>,
    /// The value of the `Depth` header, for WebDAV.
    pub depth: Option<&'a str>,
    /// The body, for the routes that read one: empty where there is none, `None` where it is longer than 16 KiB
    /// or no UTF-8. GET and HEAD have none.
    pub body: Option<&'a str>,
}

impl<'a> Request<'a> {
    /// Parses a request to this site.
    pub fn new(site: &Site, parts: &RequestParts<'a>) -> Self {
        let RequestParts {
            method,
            url,
            accept,
            accept_language,
            if_none_match,
            client,
            depth,
            body,
        } = *parts;
        let (url, accept) = (RequestUrl::parse(url), Accept(accept));
        let sign = url.sign();
        let (surface, path) = Surface::of(&site.settings, &url);
        let is_plain = surface == Surface::Site && url.shortcut.is_none() && url.share.is_none();
        let published = sign.as_ref().filter(|_| is_plain);
        let published = published.and_then(|_| self::published(site, url.path));
        let is_published = published.is_some() || surface == Surface::AlistFile;
        Self {
            method,
            surface,
            path: published.map_or_else(|| surface.entry_path(&site.settings, path), Ok),
            sign,
            is_published,
            format: Format::of(url.query, accept),
            accept,
            accept_language,
            if_none_match,
            client: client.at_site(url.site),
            depth,
            body,
            url,
        }
    }

    /// The access request for an entry at another path by the same client, without anything of the query.
    pub fn access<'v>(&'v self, path: &'v EntryPath<'v>, now: UnixSeconds) -> AccessRequest<'v> {
        AccessRequest::new(path, self.url.share, &self.client, now)
    }
}

/// The path in a URL that AList published, where a rule accepts AList's signatures, for a site whose own
/// surface for such URLs is off.
fn published<'a>(site: &Site, path: &'a str) -> Option<EntryPath<'a>> {
    let path = ["/d", "/p"].iter().find_map(|prefix| path.strip_prefix(prefix))?;
    EntryPath::parse(path).ok().filter(|path| site.access.has_alist_key(path))
}

/// The response format that a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The default for a browser or a download tool: a folder's page, or a file's redirect.
    Plain,
    /// JSON: a file's link and facts, or a folder's listing.
    Json,
    /// A file's signed link as text.
    Url,
    /// A folder as a playlist, download list or feed, for other programs.
    Feed(FeedFormat),
    /// A bare page with the file in it, for a frame of another page: `?embed`.
    Embed,
    /// A page about a file, with a preview: `?view`.
    View,
}

impl Format {
    /// Reads the format from `format=` in the query, else from the `Accept` header.
    ///
    /// # Errors
    /// [`Error::BadFormat`] for a format that does not exist.
    pub fn of(query: &str, accept: Accept<'_>) -> Result<Self, Error> {
        match raw_field(query, "format") {
            Some("json") => Ok(Self::Json),
            Some("url") => Ok(Self::Url),
            Some("html") => Ok(Self::Plain),
            Some(name) => FeedFormat::of_name(name).map(Self::Feed).ok_or(Error::BadFormat),
            None if has_field(query, "embed") => Ok(Self::Embed),
            None if has_field(query, "view") => Ok(Self::View),
            None if accept.is_json_preferred() => Ok(Self::Json),
            None => Ok(Self::Plain),
        }
    }
}

/// The value of an `Accept` header, if there is one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Accept<'a>(pub Option<&'a str>);

impl Accept<'_> {
    /// Whether the client prefers JSON to HTML, which browsers name first.
    pub fn is_json_preferred(self) -> bool {
        self.weight("application/json") > self.weight("text/html")
    }

    /// Whether the header names this media type with a weight above 0.
    pub fn has(self, wanted: &str) -> bool {
        self.weight(wanted) > 0
    }

    /// The weight of this very media type in the header, in thousandths (RFC 9110, 12.4.2); 0 if the header
    /// doesn't name it.
    fn weight(self, wanted: &str) -> u16 {
        // The redirect's hot path passes no header at all.
        let Some(accept) = self.0 else { return 0 };
        let ranges = accept.split(',');
        let weights = ranges.filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let kind = parts.next()?;
            kind.eq_ignore_ascii_case(wanted).then(|| parts.find_map(thousandths).unwrap_or(FULL))
        });
        weights.max().unwrap_or_default()
    }
}

/// The default weight, in thousandths, of a media type without a `q` parameter.
const FULL: u16 = 1_000;

/// The weight in a `q` parameter in thousandths: 250 for `q=0.25`. `None` for another parameter, and for a
/// malformed weight.
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
            assert_eq!(Format::of(query, Accept(*accept)), *want, "{query:?}");
        }
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
            assert_eq!(Accept(Some(accept)).is_json_preferred(), *want, "{accept:?}");
        }
    }
}
