//! A file as a redirect to its link: the main job, and the hot path.

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use serde::Serialize;

use super::answer::{Answer, Body};
use super::ask::{Ask, Format, Target};
use crate::error::Error;
use crate::path::EntryPath;
use crate::site::due::Receipts;
use crate::site::links::Link;
use crate::site::visit::{Visit, Visitor};
use crate::site::{Delivery, Opened, PaidFile, Site};
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

/// The `Location` for a GET or HEAD of a file that is open to everybody; `None` where anything else
/// is the answer, which the long way finds out.
///
/// Three look-ups in memory and one MD5: no I/O, no parsing but the request's own. It asks the same
/// guard as every other door, as a visitor who brings nothing.
pub fn location(site: &Site, ask: &Ask<'_>, stamp: &Stamp) -> Option<String> {
    let target = Target::of(ask.url);
    let path = EntryPath::parse(target.path).ok().filter(|path| !path.asks_for_folder())?;
    let plain = target.share.is_none() && target.sign().is_none();
    if !plain || ask.format(target.query) != Ok(Format::Plain) {
        return None;
    }
    let visitor = Visitor::default();
    let visit = Visit { path: &path, share: None, sign: None, visitor: &visitor, now: stamp.now };
    let receipts = Receipts::default();
    let opened = site.open(&visit, &receipts).ok().filter(Opened::is_plain)?;
    let Opened::File(file) = opened else { return None };
    match file.pay(&visit, &receipts).ok()?.deliver(&visit, stamp)? {
        Delivery::Redirect(link) => Some(link.url),
        Delivery::Proxy(_) => None,
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
    file: &PaidFile<'_>,
    visit: &Visit<'_>,
    target: &Target<'_>,
    format: Format,
    stamp: &Stamp,
) -> Result<Answer, Error> {
    let link = match file.deliver(visit, stamp).ok_or(Error::NotFound)? {
        Delivery::Redirect(link) => link,
        Delivery::Proxy(link) if format == Format::Plain => {
            let answer = Answer::new(200, Body::Proxy(link.url));
            return Ok(answer.with("Access-Control-Allow-Origin", "*"));
        }
        // Whoever gets the bytes through the Worker is not to get around it.
        Delivery::Proxy(_) => {
            let share = target.share.map_or_else(String::new, |token| format!("/~{token}"));
            // With what opened it, or it would not open.
            let sign = visit.sign.map_or_else(String::new, |sign| {
                format!("?sign={}", percent_encode(sign.as_bytes(), NON_ALPHANUMERIC))
            });
            let url = format!("{}{share}{}{sign}", target.site, visit.path.href(false));
            Link { url, expires_at: None }
        }
    };
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
                name: visit.path.segments().last().unwrap_or_default(),
                path: &visit.path.display(),
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
