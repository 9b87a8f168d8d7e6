//! Requests → answers: routing by method and path, nothing else.

pub mod answer;
pub mod ask;
mod asset;
pub mod conditional;
mod doctor;
mod embed;
mod error;
mod feed;
mod file;
mod folder;
mod form;
mod handy;
mod health;
mod lock;
mod look;
mod oembed;
mod page;
pub mod redirect;
mod refresh;
mod search;
mod share;
mod share_links;
mod social;

use crate::error::Error;
use crate::path::EntryPath;
use crate::site::due::{Due, Receipts, Stop};
use crate::site::visit::Visit;
use crate::site::{Opened, Site};
use crate::stamp::Stamp;
use answer::{Answer, Body};
pub use ask::Ask;
use ask::{Format, Handy, Target, flag};
use page::Page;

/// Every door of the site. A new one is added here, and routed below; the leak suite, which goes
/// through all of them as a stranger, does not build until it knows the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// A file's redirect, or a folder's page.
    Entry,
    /// The same as JSON.
    Json,
    /// A file's link as text.
    Url,
    /// A folder for other programs: a playlist, a download list, a feed.
    Feed,
    /// The newest file of a folder, by a glob.
    Latest,
    /// Any file of a folder.
    Random,
    /// A file in a bare page, for a frame.
    Embed,
    /// A page about a file, with a preview.
    View,
    /// The owner's view of the site.
    Health,
    /// The site's own files: the style sheet, the icon.
    Asset,
    /// Where the language is chosen, and light or dark.
    Look,
    /// Where a password is given.
    Login,
    /// Where share links are made, listed and revoked.
    ShareLinks,
    /// Where a visitor gets a link to pass on.
    Share,
    /// Where a folder of the vendor's is read anew.
    Refresh,
    /// Where services ask how to embed a file.
    OEmbed,
    /// What happens to a page that embeds, and why.
    Doctor,
    /// What is looked for in a folder and below it, or in the whole site.
    Search,
}

impl Door {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Entry,
        Self::Json,
        Self::Url,
        Self::View,
        Self::Embed,
        Self::Feed,
        Self::Latest,
        Self::Random,
        Self::Health,
        Self::Asset,
        Self::Look,
        Self::Login,
        Self::ShareLinks,
        Self::Share,
        Self::Refresh,
        Self::OEmbed,
        Self::Doctor,
        Self::Search,
    ];

    /// The methods that it takes, for `Allow`.
    const fn methods(self) -> &'static str {
        match self {
            Self::Login | Self::Look | Self::Share | Self::Refresh => "POST, OPTIONS",
            Self::Doctor => "GET, HEAD, POST, OPTIONS",
            Self::ShareLinks => "GET, HEAD, POST, DELETE, OPTIONS",
            Self::Entry
            | Self::Json
            | Self::Url
            | Self::View
            | Self::Embed
            | Self::Feed
            | Self::Latest
            | Self::Random
            | Self::Health
            | Self::Asset
            | Self::OEmbed
            | Self::Search => "GET, HEAD, OPTIONS",
        }
    }

    fn takes(self, method: &str) -> bool {
        self.methods().split(", ").any(|name| name == method)
    }
}

/// An answer, or what has to be settled first.
#[derive(Debug)]
pub enum Reply {
    /// The answer.
    Answer(Answer),
    /// What is due; ask again with its receipt.
    Owes(Due),
}

/// The site's own pages live below this.
const OWN: &str = "/-/";
/// Where share links are made; one of them is at this path and its id.
const SHARE_LINKS: &str = "api/links";
/// The site's own files, by version and name.
const ASSETS: &str = "assets/";

/// Answers any request, given what has been settled for it.
pub fn answer(site: &Site, ask: &Ask<'_>, stamp: &Stamp, receipts: &Receipts) -> Reply {
    let target = Target::of(ask.url);
    let ask = &Ask { visitor: ask.visitor.at_site(target.site), ..*ask };
    let format = ask.format(target.query);
    let entry = if shares(ask, &target) { Ok(Door::Share) } else { door(site, &target, format) };
    let answer = match entry.and_then(|door| enter(door, site, ask, &target, stamp, receipts)) {
        Ok(answer) => answer,
        Err(Stop::Owes(due)) => return Reply::Owes(due),
        Err(Stop::Refused(error)) => refusal(site, ask, &target, stamp, error),
    };
    Reply::Answer(finish(site, ask, &target, stamp, answer))
}

/// The answer to a request that can't be settled.
pub fn failure(site: &Site, ask: &Ask<'_>, stamp: &Stamp, error: Error) -> Answer {
    let target = Target::of(ask.url);
    let ask = &Ask { visitor: ask.visitor.at_site(target.site), ..*ask };
    finish(site, ask, &target, stamp, refusal(site, ask, &target, stamp, error))
}

/// What holds of every answer, whatever it says.
fn finish(
    site: &Site,
    ask: &Ask<'_>,
    target: &Target<'_>,
    stamp: &Stamp,
    answer: Answer,
) -> Answer {
    let answer = page::branded(site, ask, answer);
    // Where the address is the key, a page of another site must not use its visitor's. Few sites have
    // such a rule or link, and no other one should read the path twice.
    let by_address = (site.has_addresses() || target.share.is_some())
        && EntryPath::parse(entry_path(site, target)).is_ok_and(|path| {
            let (query, share, visitor) = (target.query, target.share, &ask.visitor);
            let visit = Visit { path: &path, share, query, sign: None, visitor, now: stamp.now };
            site.answers_by_address(&visit)
        });
    if by_address { answer.without("Access-Control-Allow-Origin") } else { answer }
}

/// The answer to a request that failed.
fn refusal(site: &Site, ask: &Ask<'_>, target: &Target<'_>, stamp: &Stamp, error: Error) -> Answer {
    let as_json = match ask.format(target.query) {
        Ok(format) => format == Format::Json,
        Err(_) => ask.wants_json(),
    };
    let as_json = as_json
        || target.path.starts_with("/-/api/")
        || target.path == "/-/oembed"
        || search::is_asked_for(target.query);
    let page = Page::new(ask, stamp.now);
    let in_frame = ask.format(target.query) == Ok(Format::Embed) && !target.path.starts_with(OWN);
    let door = door(site, target, Ok(Format::Plain)).ok();
    let answer = match error {
        Error::Method => {
            let allow = door.map_or("", Door::methods);
            error::answer(site, error, &page, as_json).with("Allow", allow)
        }
        _ if in_frame => error::framed(site, error, &page),
        Error::Locked { wrong } => lock::ask(site, ask, target, wrong, &page, as_json),
        _ => error::answer(site, error, &page, as_json),
    };
    // What was refused may depend on the address, wherever the search began.
    let is_search = door == Some(Door::Search) || search::is_asked_for(target.query);
    if is_search { answer.without("Access-Control-Allow-Origin") } else { answer }
}

/// Whether it asks for a share link at the place itself, where a browser sends what opens it: the cookie
/// of a place that is locked goes nowhere else.
fn shares(ask: &Ask<'_>, target: &Target<'_>) -> bool {
    ask.method == "POST" && !target.path.starts_with(OWN) && flag(target.query, "share")
}

fn door(site: &Site, target: &Target<'_>, format: Result<Format, Error>) -> Result<Door, Stop> {
    let own = target.path.strip_prefix(OWN).filter(|_| target.handy.is_none());
    // A share link opens one of the site's own pages: the search in what it shares.
    let own = own.filter(|own| target.share.is_none() || *own == search::SEARCH);
    Ok(match own {
        Some("health") => Door::Health,
        Some("login") => Door::Login,
        Some("look") => Door::Look,
        Some("api/share") => Door::Share,
        Some("api/refresh") => Door::Refresh,
        Some("oembed") => Door::OEmbed,
        Some("doctor") => Door::Doctor,
        Some("embed.js") => Door::Asset,
        Some(own) if own.starts_with(ASSETS) => Door::Asset,
        Some(search::SEARCH) => Door::Search,
        Some(own) if own.strip_prefix(SHARE_LINKS).is_some_and(is_end_of_segment) => {
            Door::ShareLinks
        }
        Some(_) => return Err(Error::NotFound.into()),
        // A path that AList published is one file's, whatever else stands in its query.
        None if search::is_asked_for(target.query)
            && target.handy.is_none()
            && published(site, target).is_none() =>
        {
            Door::Search
        }
        None => entry_door(target, format?)?,
    })
}

/// The door to what stands at an address that is not the site's own.
fn entry_door(target: &Target<'_>, format: Format) -> Result<Door, Stop> {
    Ok(match (target.handy, format) {
        (Some(_), Format::Feed(_) | Format::Embed | Format::View) => {
            return Err(Error::BadFormat.into());
        }
        (Some(Handy::Latest(_)), _) => Door::Latest,
        (Some(Handy::Random), _) => Door::Random,
        (None, Format::Plain) => Door::Entry,
        (None, Format::Json) => Door::Json,
        (None, Format::Url) => Door::Url,
        (None, Format::Feed(_)) => Door::Feed,
        (None, Format::View) => Door::View,
        (None, Format::Embed) => Door::Embed,
    })
}

fn is_end_of_segment(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

fn enter(
    door: Door,
    site: &Site,
    ask: &Ask<'_>,
    target: &Target<'_>,
    stamp: &Stamp,
    receipts: &Receipts,
) -> Result<Answer, Stop> {
    if !door.takes(ask.method) {
        return Err(Error::Method.into());
    }
    if ask.method == "OPTIONS" {
        return Ok(preflight(door));
    }
    match door {
        Door::Entry => read(site, ask, target, Format::Plain, stamp, receipts),
        Door::Json => read(site, ask, target, Format::Json, stamp, receipts),
        Door::Url => read(site, ask, target, Format::Url, stamp, receipts),
        Door::Feed => read(site, ask, target, ask.format(target.query)?, stamp, receipts),
        Door::Latest | Door::Random => {
            let handy = target.handy.ok_or(Error::NotFound)?;
            handy::answer(site, ask, target, handy, stamp, receipts)
        }
        Door::Embed => read(site, ask, target, Format::Embed, stamp, receipts),
        Door::View => read(site, ask, target, Format::View, stamp, receipts),
        Door::Health => health::answer(site, ask, stamp.now, receipts),
        Door::Asset => {
            let path = target.path.strip_prefix(OWN).unwrap_or_default();
            Ok(asset::answer(&site.brand, path)?)
        }
        Door::Look => Ok(look::post(ask, stamp.now)?),
        Door::Login => lock::post(site, ask, stamp, receipts),
        Door::ShareLinks => share_links::answer(site, ask, target, stamp, receipts),
        Door::Share => share::answer(site, ask, target, stamp, receipts),
        Door::Refresh => refresh::answer(site, ask, target, stamp, receipts),
        Door::OEmbed => oembed::answer(site, ask, target, stamp, receipts),
        Door::Doctor => doctor::answer(site, ask, target, stamp, receipts),
        Door::Search => {
            if let Some(answer) = search::answer(site, &ask.visitor, target, stamp, receipts)? {
                return Ok(answer);
            }
            // A file has nothing below it: the words mean nothing there.
            let door = entry_door(target, ask.format(target.query)?)?;
            enter(door, site, ask, target, stamp, receipts)
        }
    }
}

fn preflight(door: Door) -> Answer {
    Answer::new(204, Body::None)
        .with("Allow", door.methods())
        .with("Access-Control-Allow-Origin", "*")
        .with("Access-Control-Allow-Methods", door.methods())
        .with("Access-Control-Allow-Headers", "*")
        .with("Access-Control-Max-Age", "86400")
}

fn read(
    site: &Site,
    ask: &Ask<'_>,
    target: &Target<'_>,
    format: Format,
    stamp: &Stamp,
    receipts: &Receipts,
) -> Result<Answer, Stop> {
    let sign = target.sign();
    let path = EntryPath::parse(entry_path(site, target)).map_err(Error::from)?;
    let visit = Visit {
        path: &path,
        share: target.share,
        query: target.query,
        sign: sign.as_deref(),
        visitor: &ask.visitor,
        now: stamp.now,
    };
    let opened = site.open(&visit, receipts)?;
    let is_plain = opened.is_plain();
    let answer = match opened {
        Opened::File(_) if path.asks_for_folder() => moved(target, &path, false),
        // Before anything is paid for.
        Opened::File(_) if matches!(format, Format::Feed(_)) => return Err(Error::BadFormat.into()),
        Opened::File(file) if format == Format::Embed => {
            embed::answer(site, &file, &visit, target, &Page::new(ask, stamp.now))
        }
        Opened::File(file) if format == Format::View => {
            file::answer(site, &file, &visit, Page::new(ask, stamp.now), receipts)
        }
        Opened::File(file) => {
            redirect::answer(&file.pay(&visit, receipts)?, &visit, target, format, stamp, receipts)?
        }
        Opened::Folder(_) if !path.asks_for_folder() || path.has_surplus_slash() => {
            moved(target, &path, true)
        }
        Opened::Folder(folder) => {
            let page = Page::new(ask, stamp.now);
            if let Format::Feed(format) = format {
                let asked = feed::Asked { format, target, stamp, receipts };
                feed::answer(site, &folder, &visit, page, &asked)?
            } else {
                folder::answer(site, &folder, &visit, page, format, receipts)?
            }
        }
    };
    Ok(if is_plain { answer } else { answer.guarded() })
}

/// The path of a link that AList published, `/d/PATH` or `/p/PATH`, where a rule takes its signatures.
fn published<'p>(site: &Site, target: &Target<'p>) -> Option<&'p str> {
    target.sign()?;
    let path = ["/d", "/p"].iter().find_map(|prefix| target.path.strip_prefix(prefix))?;
    let parsed = EntryPath::parse(path).ok()?;
    site.takes_alist_signs(&parsed).then_some(path)
}

/// The path of the entry that is asked for, still escaped.
fn entry_path<'p>(site: &Site, target: &Target<'p>) -> &'p str {
    published(site, target).unwrap_or(target.path)
}

/// The same place with the slash at its end put right. The target begins with one slash and a name
/// or is `/`, so it never leads to another host.
fn moved(target: &Target<'_>, path: &EntryPath<'_>, folder: bool) -> Answer {
    let mut location = target.share.map_or_else(String::new, |token| format!("/~{token}"));
    location.push_str(&path.href(folder));
    if !target.query.is_empty() {
        location.push('?');
        crate::percent::push_wire(&mut location, target.query);
    }
    Answer::new(308, Body::None)
        .with("Location", location)
        .with("Cache-Control", "no-store")
        .with("Access-Control-Allow-Origin", "*")
}

#[cfg(test)]
mod tests;
