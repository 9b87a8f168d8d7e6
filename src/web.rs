//! Requests → answers: routing by method and path, nothing else.

pub mod answer;
mod error;
mod folder;
mod health;
pub mod redirect;

use crate::error::Error;
use crate::origin::cut;
use crate::path::EntryPath;
use crate::site::{Place, Site};
use crate::stamp::Stamp;
use answer::{Answer, Body};

/// What the answer to a request depends on, as it came in.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The method's name, not the `worker` crate's enum, which takes unknown ones for GET.
    pub method: &'a str,
    /// The absolute URL, its path still escaped.
    pub url: &'a str,
    /// The `Accept` header.
    pub accept: Option<&'a str>,
}

/// The form in which the client wants its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// What a browser or a download tool expects: a page, or a redirect.
    Plain,
    Json,
    /// The link as text.
    Url,
}

/// The site's own pages live below this.
const OWN: &str = "/-/";
const METHODS: &str = "GET, HEAD, OPTIONS";

/// Answers any request.
pub fn answer(site: &Site, ask: &Ask<'_>, stamp: &Stamp) -> Answer {
    let (path, query) = path_and_query(ask.url);
    let wants_json = ask.accept.is_some_and(prefers_json);
    let format = format(query, wants_json);
    let as_json = format.map_or(wants_json, |format| format == Format::Json);
    match ask.method {
        "GET" | "HEAD" => read(site, path, query, format, stamp)
            .unwrap_or_else(|error| error::answer(site, error, as_json)),
        "OPTIONS" => Answer::new(204, Body::None)
            .with("Allow", METHODS)
            .with("Access-Control-Allow-Origin", "*")
            .with("Access-Control-Allow-Methods", METHODS)
            .with("Access-Control-Allow-Headers", "*")
            .with("Access-Control-Max-Age", "86400"),
        _ => error::answer(site, Error::Method, as_json).with("Allow", METHODS),
    }
}

fn read(
    site: &Site,
    raw: &str,
    query: &str,
    format: Result<Format, Error>,
    stamp: &Stamp,
) -> Result<Answer, Error> {
    if let Some(own) = raw.strip_prefix(OWN) {
        return match own {
            "health" => Ok(health::answer(site)),
            "style.css" => Ok(folder::style()),
            "icon.svg" => Ok(folder::icon()),
            _ => Err(Error::NotFound),
        };
    }
    let format = format?;
    let path = EntryPath::parse(raw)?;
    match site.resolve(&path)? {
        Place::File(_) if path.asks_for_folder() => Ok(moved(&path, false, query)),
        Place::File(file) => redirect::answer(&file, &path, format, stamp),
        Place::Folder(_) if !path.asks_for_folder() || path.has_surplus_slash() => {
            Ok(moved(&path, true, query))
        }
        Place::Folder(place) => folder::answer(site, &place, &path, format),
    }
}

/// The same place with the slash at its end put right. The target begins with one slash and a name
/// or is `/`, so it never leads to another host.
fn moved(path: &EntryPath<'_>, folder: bool, query: &str) -> Answer {
    let mut target = path.href(folder);
    if !query.is_empty() {
        target.push('?');
        crate::percent::push_wire(&mut target, query);
    }
    Answer::new(308, Body::None)
        .with("Location", target)
        .with("Cache-Control", "no-store")
        .with("Access-Control-Allow-Origin", "*")
}

/// The path, still escaped, and the query, empty if there is none.
fn path_and_query(url: &str) -> (&str, &str) {
    let after_scheme = cut(url, b':').and_then(|(_, rest)| rest.strip_prefix("//")).unwrap_or(url);
    let path = memchr::memchr2(b'/', b'?', after_scheme.as_bytes())
        .and_then(|at| after_scheme.get(at..))
        .unwrap_or("/");
    let path = cut(path, b'#').map_or(path, |(path, _)| path);
    match cut(path, b'?') {
        Some(("", query)) => ("/", query),
        Some((path, query)) => (path, query),
        None => (path, ""),
    }
}

/// `format=` of the query, else what the client accepts.
fn format(query: &str, wants_json: bool) -> Result<Format, Error> {
    match query.split('&').find_map(|pair| pair.strip_prefix("format=")) {
        Some("json") => Ok(Format::Json),
        Some("url") => Ok(Format::Url),
        Some("html") => Ok(Format::Plain),
        Some(_) => Err(Error::BadFormat),
        None if wants_json => Ok(Format::Json),
        None => Ok(Format::Plain),
    }
}

/// Whether a client asks for JSON and is no browser, which takes HTML first.
fn prefers_json(accept: &str) -> bool {
    let accepts = |wanted: &str| {
        accept.split(',').any(|range| {
            let mut parts = range.split(';').map(str::trim);
            parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case(wanted))
                && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    };
    accepts("application/json") && !accepts("text/html")
}

#[cfg(test)]
mod tests;
