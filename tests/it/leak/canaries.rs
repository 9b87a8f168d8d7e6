//! Whether an answer tells anything that its reader may not know.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use signpost::http::response::Response;
use signpost::http_date;
use signpost::time::UnixSeconds;

use super::clients::Client;
use super::sites::{LOCKED, LockedEntry};
use super::spellings::plain;
use crate::support::request::{Req, SITE, text};

/// The URL path of the search of the whole site.
pub const SEARCH: &str = "/-/api/search";

/// Where services ask how to embed an address.
const OEMBED: &str = "/-/oembed";

/// A path without the token of a share link.
fn without_token(path: &str) -> &str {
    path.strip_prefix("/~").map_or(path, |rest| rest.find('/').map_or("", |at| &rest[at..]))
}

/// The path and the body as they are meant, so that one can tell what a visitor knew already.
fn meaning(req: &Req) -> String {
    if let Some(path) = super::alist::asked(req) {
        return path;
    }
    let (path, query) = req.target.split_once(['?', '#']).unwrap_or((&req.target, ""));
    let path = without_token(path);
    let field = |name| query.split('&').find_map(|pair: &str| pair.strip_prefix(name));
    let decoded = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
    match path {
        SEARCH => decoded(field("path=").unwrap_or(path)),
        OEMBED => {
            let url = decoded(field("url=").unwrap_or_default());
            let asked = url.strip_prefix(SITE).unwrap_or_default();
            decoded(without_token(asked.split(['?', '#']).next().unwrap()))
        }
        _ => decoded(path),
    }
}

/// A response's text without what it repeats of the request: where the visitor wanted to go, what the doctor
/// was asked about, and the path of the request itself in UTF-8, if it was sent in another encoding.
pub fn without_echo(text: &str) -> Cow<'_, str> {
    const FIELDS: [&str; 2] = ["name=\"back\" value=\"", "name=\"path\" value=\""];
    const ADDRESSES: [&str; 2] = ["<p class=\"address\"><a href=\"", "\"address\":\""];
    let address = ADDRESSES.iter().find_map(|field| Some(text.split_once(field)?.1));
    if let Some(address) = address.and_then(|rest| rest.split('"').next()) {
        return text.replace(address, "").into();
    }
    let found = FIELDS.iter().find_map(|field| Some(text.find(field)? + field.len()));
    let Some(at) = found else { return text.into() };
    let (before, rest) = text.split_at(at);
    format!("{before}{}", &rest[rest.find('"').unwrap()..]).into()
}

fn escaped(name: &str) -> String {
    let escape = |letter| match letter {
        '<' | '>' | '&' | '"' | '\'' => format!("&#{};", u32::from(letter)),
        letter => letter.to_string(),
    };
    name.chars().map(escape).collect()
}

/// Whether a name stands in an answer in any form. What it is part of is not it: `a` in `ab`.
fn tells_name(text: &str, name: &str) -> bool {
    // A film stands for itself in a library of WebDAV.
    let strm = name.strip_suffix(".mkv").map(|film| format!("{film}.strm"));
    [Some(name.to_owned()), strm].into_iter().flatten().any(|name| {
        let xml = name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        [plain(&name), escaped(&name), name.replace('%', "%25"), xml, name]
            .iter()
            .any(|form| text.contains(form))
    })
}

/// Asserts that a response holds nothing about an entry that the client may not have.
pub fn check(client: &Client, req: &Req, answer: &Response) {
    let whole = text(answer);
    let text = without_echo(&whole);
    let markers = ["CANARY", "TAIL", "777000", HUMAN, "15464", "2019-01", "Jan 2019", "-5c2"];
    if !markers.iter().any(|marker| text.contains(marker)) {
        return;
    }
    let asked = meaning(req);
    // A form is encoded, and so is the path in it, perhaps twice.
    let sent = (0..4).fold(req.body.clone().unwrap_or_default(), |body, _| {
        percent_decode_str(&body).decode_utf8_lossy().into_owned()
    });
    let got_in = matches!(answer.status, 200 | 207 | 302 | 303 | 308);
    for entry in LOCKED.iter().filter(|entry| !client.may_have(entry, &asked)) {
        let message = |what: &str| {
            format!(
                "{}: {} {:?} tells {what} of {}:\n{} {text}",
                client.name, req.method, req.target, entry.path, answer.status
            )
        };
        let token = format!("CANARY{:02}", entry.index);
        let knows_name = got_in && (asked.contains(&token) || sent.contains(&token));
        assert!(knows_name || !tells_name(&text, entry.name()), "{}", message("the name"));
        let is_there = !entry.is_folder;
        assert!(!is_there || !text.contains(&entry.tail()), "{}", message("the URL"));
        let (size, modified) = (entry.size().to_string(), entry.modified().to_string());
        assert!(!text.contains(&size) && !text.contains(&modified), "{}", message("the figures"));
        // In a header, and in an entity tag.
        let dated = http_date::format(UnixSeconds(entry.modified())).unwrap();
        let tag = format!("{:x}-{:x}", entry.size(), entry.modified());
        assert!(!text.contains(&dated) && !text.contains(&tag), "{}", message("the tag"));
        // In UTC, and in the site's zone, to the minute.
        for zone_hours in [0, 8] {
            let shown = shown(entry.modified() + zone_hours * 3_600);
            assert!(!shown.iter().any(|shown| text.contains(shown)), "{}", message("the time"));
        }
    }
    let may_any = |entry: &LockedEntry| client.may_have(entry, &asked) && !entry.is_folder;
    if !LOCKED.iter().any(may_any) {
        assert!(!text.contains(HUMAN), "{}: {:?} tells a size", client.name, req.target);
    }
}

/// All canaries are of this size.
const HUMAN: &str = "724 GB";

/// A moment of 2019-01-02 or of the day after it, as pages show it and as `<time>` has it.
fn shown(seconds: u64) -> [String; 2] {
    let (day, hour, minute) = (seconds / 86_400 - 17_896, seconds / 3_600 % 24, seconds / 60 % 60);
    [' ', 'T'].map(|between| format!("2019-01-{day:02}{between}{hour:02}:{minute:02}"))
}
