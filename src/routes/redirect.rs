//! Redirects of a file to its signed link: the main job, and the hot path.

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use serde::Serialize;

use super::folder::with_age;
use crate::access::client::{AccessRequest, Client};
use crate::context::{RequestContext, RequestState};
use crate::error::Error;
use crate::http::request::{Accept, Format, Request};
use crate::http::response::{Body, Response};
use crate::http::surface::Surface;
use crate::http::url::RequestUrl;
use crate::platform::Platform;
use crate::seed::RequestSeed;
use crate::site::Site;
use crate::site::authorized_file::{AuthorizedFile, Delivery};
use crate::site::opened::Opened;
use crate::sources::link::Link;
use crate::time::UnixSeconds;

/// The headers of every redirect to a signed link, besides `Location`. `src/entry.js` sends the same.
///
/// A link is never stored, since it expires. Without a referrer, links in other people's pages work: the
/// CDN would refuse a page that is not on the Referer list of the owner's account.
pub const HEADERS: [(&str, &str); 3] = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("Access-Control-Allow-Origin", "*"),
];

/// The `Location` for a GET or HEAD of a file that is open to everybody; `None` where anything else is the
/// response, for which the router has to be asked. Of the method it is told no more than whether it is HEAD,
/// which a rule may have answered without a link: that costs a GET less than a policy that is checked.
///
/// Costs three look-ups in memory and one MD5: no I/O, no parsing but the request's own. It asks the same
/// guard as every other route, as a client without credentials.
pub fn location(site: &Site, url: &str, is_head: bool, seed: &RequestSeed) -> Option<String> {
    let url = RequestUrl::parse(url);
    let (surface, path) = Surface::of(&site.settings, &url);
    let path = surface.entry_path(&site.settings, path).ok();
    let path = path.filter(|path| !path.has_trailing_slash())?;
    let is_file = matches!(surface, Surface::Site | Surface::AlistFile);
    let plain = url.share.is_none() && url.shortcut.is_none() && url.sign().is_none();
    if !(is_file && plain) || Format::of(url.query, Accept(None)) != Ok(Format::Plain) {
        return None;
    }
    let client = Client::default();
    let access = AccessRequest {
        path: &path,
        share: None,
        query: url.query,
        sign: None,
        client: &client,
        now: seed.now,
    };
    let state = RequestState::default();
    let opened = site.open_cached(&access, &state).filter(Opened::is_unconditional)?;
    let Opened::File(file) = opened else { return None };
    if is_head && file.head_size(&access).is_some() {
        return None;
    }
    let file = AuthorizedFile::free(file, &access)?;
    // A stale listing is marked by a header, which a plain redirect does not have.
    if file.is_playlist(&access) || file.age(seed.now).is_some_and(|age| age.stale) {
        return None;
    }
    match file.deliver_cached(&access, seed)? {
        Delivery::Redirect(link) => Some(link.url),
        Delivery::Proxy | Delivery::Nothing => None,
    }
}

#[derive(Serialize)]
struct FileJson<'a> {
    name: &'a str,
    path: &'a str,
    size: Option<u64>,
    modified: Option<UnixSeconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    md5: Option<String>,
    url: &'a str,
    expires_at: Option<UnixSeconds>,
}

/// Serves a file as a redirect, as JSON, as the text of its link, or through the Worker.
pub(crate) async fn answer(
    file: &AuthorizedFile<'_>,
    access: &AccessRequest<'_>,
    request: &Request<'_>,
    format: Format,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    let url = &request.url;
    if format == Format::Plain && file.is_playlist(access) {
        let playlist = file.playlist(access, ctx).await?;
        let answer = Response::new(200, Body::Playlist(playlist))
            .with("Cache-Control", "no-cache")
            .with("Referrer-Policy", "no-referrer");
        return Ok(marked(answer, file, access));
    }
    let link = match file.deliver(access, ctx).await? {
        Delivery::Redirect(link) => link,
        Delivery::Proxy if format == Format::Plain => {
            let answer = Response::new(200, Body::Proxy(file.source(access, ctx).await?));
            // A browser may keep the bytes and revalidate them; a shared cache may not.
            return Ok(answer
                .with("Cache-Control", "private, no-cache")
                .with("Access-Control-Allow-Origin", "*"));
        }
        Delivery::Nothing if format == Format::Plain => {
            let answer = Response::new(200, Body::Text(String::new()));
            return Ok(answer
                .replacing("Content-Type", "application/octet-stream")
                .with("Cache-Control", "no-store"));
        }
        // A client that gets the bytes through the Worker is not to get around it.
        Delivery::Proxy | Delivery::Nothing => {
            let share = url.share.map_or_else(String::new, |token| format!("/~{token}"));
            // With AList's signature if that opened the file: else the URL would not open.
            let sign = access.sign.map_or_else(String::new, |sign| {
                format!("?sign={}", percent_encode(sign.as_bytes(), NON_ALPHANUMERIC))
            });
            let own = format!("{}{share}{}{sign}", url.site, access.path.href(false));
            Link::plain(own, None)
        }
    };
    let answer = match format {
        Format::Plain | Format::View => {
            let redirect = Response::new(302, Body::None).with("Location", link.url);
            let redirect =
                HEADERS.iter().fold(redirect, |answer, (name, value)| answer.with(name, *value));
            return Ok(marked(redirect, file, access));
        }
        // Both have pages of their own, which make no link.
        Format::Feed(_) | Format::Embed => return Err(Error::BadFormat),
        Format::Url => Response::new(200, Body::Text(link.url)),
        Format::Json => {
            let json = FileJson {
                name: access.path.segments().last().unwrap_or_default(),
                path: &access.path.display(),
                size: file.size(),
                modified: file.modified(),
                md5: file.md5().map(hex::encode),
                url: &link.url,
                expires_at: link.expires_at,
            };
            Response::new(200, Body::Json(serde_json::to_string(&json).unwrap_or_default()))
        }
    };
    let answer = answer.with("Cache-Control", "no-store").with("Referrer-Policy", "no-referrer");
    Ok(marked(answer, file, access))
}

/// Adds the age of the cached listing to a response where it is stale.
fn marked(answer: Response, file: &AuthorizedFile<'_>, access: &AccessRequest<'_>) -> Response {
    match file.age(access.now).filter(|age| age.stale) {
        Some(age) => with_age(answer, age),
        None => answer,
    }
}
