//! A file as a redirect to its link: the main job, and the hot path.

use serde::Serialize;

use super::answer::{Answer, Body};
use super::{Ask, Format, format, path_and_query, prefers_json};
use crate::error::Error;
use crate::path::EntryPath;
use crate::site::{FilePlace, Place, Site};
use crate::stamp::Stamp;

/// The headers of every redirect to a link, besides `Location`. `src/entry.js` sends the same.
///
/// A link is never stored, since it expires. Without a referrer, links in other people's pages
/// work: the CDN would refuse a page that is not on the account's own list.
pub const HEADERS: [(&str, &str); 3] = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("Access-Control-Allow-Origin", "*"),
];

/// The `Location` for a GET or HEAD of a file; `None` where anything else is the answer.
///
/// Two look-ups in memory and one MD5: no I/O, no parsing but the request's own.
pub fn location(site: &Site, ask: &Ask<'_>, stamp: &Stamp) -> Option<String> {
    let (raw, query) = path_and_query(ask.url);
    let path = EntryPath::parse(raw).ok().filter(|path| !path.asks_for_folder())?;
    if format(query, ask.accept.is_some_and(prefers_json)) != Ok(Format::Plain) {
        return None;
    }
    match site.resolve(&path).ok()? {
        Place::File(file) => file.link(stamp).map(|link| link.url),
        Place::Folder(_) => None,
    }
}

#[derive(Serialize)]
struct FileJson<'a> {
    name: &'a str,
    path: &'a str,
    size: Option<u64>,
    modified: Option<u64>,
    url: &'a str,
    expires_at: Option<u64>,
}

/// A file in any of its forms.
pub(super) fn answer(
    file: &FilePlace<'_>,
    path: &EntryPath<'_>,
    format: Format,
    stamp: &Stamp,
) -> Result<Answer, Error> {
    let link = file.link(stamp).ok_or(Error::NotFound)?;
    let answer = match format {
        Format::Plain => {
            let redirect = Answer::new(302, Body::None).with("Location", link.url);
            return Ok(HEADERS
                .iter()
                .fold(redirect, |answer, (name, value)| answer.with(name, *value)));
        }
        Format::Url => Answer::new(200, Body::Text(link.url)),
        Format::Json => {
            let json = FileJson {
                name: path.segments().last().unwrap_or_default(),
                path: &path.display(),
                size: file.size(),
                modified: file.modified(),
                url: &link.url,
                expires_at: link.expires_at.map(|at| at.0),
            };
            Answer::new(200, Body::Json(serde_json::to_string(&json).unwrap_or_default()))
        }
    };
    Ok(answer.with("Cache-Control", "no-store").with("Referrer-Policy", "no-referrer"))
}
