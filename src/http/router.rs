//! The router: method and path decide which route answers a request, nothing else.

use signpost_pages::view::ReadingView;

use super::error;
use super::legacy_path::readings;
use super::query::has_field;
use super::request::{Format, Request};
use super::response::{Body, Response};
use super::surface::Surface;
use super::url::{OWN, RequestUrl, Shortcut};
use crate::access::check_outcomes::CheckOutcomes;
use crate::access::client::AccessRequest;
use crate::context::RequestContext;
use crate::error::Error;
use crate::path::PathError;
use crate::platform::Platform;
use crate::routes::page::{self, Page};
use crate::routes::{
    alist, asset, dav, doctor, entry, feed, health, login, oembed, preferences, refresh, search,
    share_link_api, shortcut, visitor_share_link,
};
use crate::site::Site;
use crate::time::UnixSeconds;

/// The routes of the site. A new one is added here, and in the match below; the leak suite, which asks all
/// of them without any credential, does not build until it knows the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// A file as a redirect, or a folder as a page.
    Entry,
    /// A file or a folder as JSON.
    Json,
    /// A file's signed link as text.
    Url,
    /// A folder in a format for other programs: a playlist, a download list, a feed.
    Feed,
    /// `/~latest`: the newest file of a folder whose name matches a glob.
    Latest,
    /// `/~random`: any file of a folder.
    Random,
    /// A file in a bare page, for a frame of another page.
    Embed,
    /// A page about a file, with a preview.
    View,
    /// The health page, `/-/health`: the state of the site and its mounts.
    Health,
    /// The site's own static files, such as the style sheet and the icon.
    Asset,
    /// The form that sets the language and the theme.
    Preferences,
    /// The form that takes a password.
    Login,
    /// The API that makes, lists and revokes share links, for the owner.
    ShareLinkApi,
    /// The API that makes a share link for a visitor to pass on.
    VisitorShareLink,
    /// The API that reads a 123Pan folder again, for the owner.
    Refresh,
    /// oEmbed: how to embed a file, for services that ask.
    OEmbed,
    /// The Referer doctor: what happens to a page that embeds, and why.
    Doctor,
    /// Search by name in a folder and below it, or in the whole site.
    Search,
    /// WebDAV, read only: `/dav/PATH`.
    Dav,
    /// WebDAV with films as `.strm` files: `/dav-strm/PATH`.
    DavStrm,
    /// A file at the address that AList gives it: `/d/PATH` and `/p/PATH`.
    AlistFile,
    /// AList's API: `/api/…`.
    AlistApi,
    /// AList's `/ping`.
    Ping,
}

impl Route {
    /// All routes, each once.
    pub const ALL: [Self; 23] = [
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
        Self::Preferences,
        Self::Login,
        Self::ShareLinkApi,
        Self::VisitorShareLink,
        Self::Refresh,
        Self::OEmbed,
        Self::Doctor,
        Self::Search,
        Self::Dav,
        Self::DavStrm,
        Self::AlistFile,
        Self::AlistApi,
        Self::Ping,
    ];

    /// The HTTP methods that the route accepts, as the value of `Allow`.
    const fn methods(self) -> &'static str {
        match self {
            Self::Login | Self::Preferences | Self::VisitorShareLink | Self::Refresh => {
                "POST, OPTIONS"
            }
            Self::Doctor | Self::AlistApi => "GET, HEAD, POST, OPTIONS",
            Self::ShareLinkApi => "GET, HEAD, POST, DELETE, OPTIONS",
            Self::Dav | Self::DavStrm => dav::METHODS,
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
            | Self::Search
            | Self::AlistFile
            | Self::Ping => "GET, HEAD, OPTIONS",
        }
    }

    fn is_allowed(self, method: &str) -> bool {
        self.methods().split(", ").any(|name| name == method)
    }
}

/// The path of the share links' API below `/-/`; a single link is at this path, a slash and its id.
const SHARE_LINKS: &str = "api/links";

/// Answers any request to the site.
pub async fn answer(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Response {
    let answer = match route(request) {
        Ok(route) => enter(route, site, request, ctx).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(answer) => finish(site, request, ctx.now(), &ctx.state.checks, answer),
        Err(error) => failure(site, request, ctx, error),
    }
}

/// The response to a request that failed, maybe only while a file's bytes were fetched.
pub fn failure(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
    error: Error,
) -> Response {
    let answer = refusal(site, request, ctx, error);
    finish(site, request, ctx.now(), &ctx.state.checks, answer)
}

/// Applies to every response what does not depend on its route: the branding, and CORS.
fn finish(
    site: &Site,
    request: &Request<'_>,
    now: UnixSeconds,
    outcomes: &CheckOutcomes,
    answer: Response,
) -> Response {
    let answer = page::branded(site, request, answer);
    // Where the client's IP address is what opens the entry, a page of another site must not read it
    // through its visitor's browser. Few sites have such a rule or link.
    let has_addresses = site.access.rules.has_addresses();
    // What the folders below a folder tell depends on rules as far down as the list goes.
    let of_tree = has_addresses && has_field(request.url.query, feed::DEPTH_FIELD);
    let by_address = of_tree
        || (has_addresses || request.url.share.is_some())
            && request.path.as_ref().is_ok_and(|path| {
                let (query, sign) = (request.url.query, request.sign.as_deref());
                let access = AccessRequest { query, sign, ..request.access(path, now) };
                site.access.answers_by_address(&access, outcomes)
            });
    // A path in a legacy encoding is redirected by what opens to the client, too.
    let by_client = by_address || request.path == Err(PathError::NotUtf8);
    if by_client { answer.without("Access-Control-Allow-Origin") } else { answer }
}

/// The response to a request that failed.
fn refusal(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
    error: Error,
) -> Response {
    if matches!(request.surface, Surface::Dav | Surface::DavStrm) {
        return error::dav::answer(error, ctx.now());
    }
    let url = &request.url;
    let is_search = has_field(url.query, search::FIELD);
    let as_json = match request.format {
        Ok(format) => format == Format::Json,
        Err(_) => request.accept.is_json_preferred(),
    };
    let as_json =
        as_json || url.path.starts_with("/-/api/") || url.path == "/-/oembed" || is_search;
    let page = Page::new(request, ctx.now());
    let in_frame = request.format == Ok(Format::Embed) && !url.path.starts_with(OWN);
    let route = route_with_format(request, Ok(Format::Plain)).ok();
    let answer = match error {
        Error::Method => {
            let allow = route.map_or("", Route::methods);
            error::answer(site, error, &page, as_json).with("Allow", allow)
        }
        _ if in_frame => error::framed(site, error, &page),
        Error::BadPath(PathError::NotUtf8) => {
            error::answer_with(site, error, &page, as_json, reading(url, ctx))
        }
        Error::Locked { wrong } => login::ask(site, request, wrong, &page, as_json),
        _ => error::answer(site, error, &page, as_json),
    };
    // A refused search may depend on the client's IP address, at whichever URL it was asked for.
    let is_search = route == Some(Route::Search) || is_search;
    if is_search { answer.without("Access-Control-Allow-Origin") } else { answer }
}

/// The likeliest reading of a URL's path that is not UTF-8.
fn reading(
    url: &RequestUrl<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Option<ReadingView<'static>> {
    let readings = readings(url.path, |bytes| ctx.platform.decode_gbk(bytes));
    let reading = readings.into_iter().next().filter(|_| url.shortcut.is_none())?;
    let address = [url.site, &entry::target(url, &reading.path)].concat().into();
    Some(ReadingView { encoding: reading.encoding.name().into(), address })
}

/// Whether the request asks for a share link at the entry's own path. A browser sends the cookie of a
/// locked path there and nowhere else.
fn is_share_request(request: &Request<'_>) -> bool {
    let RequestUrl { path, query, .. } = request.url;
    let is_site = request.surface == Surface::Site && !request.is_published;
    let is_at_entry = is_site && !path.starts_with(OWN);
    request.method == "POST" && is_at_entry && has_field(query, "share")
}

fn route(request: &Request<'_>) -> Result<Route, Error> {
    if is_share_request(request) {
        Ok(Route::VisitorShareLink)
    } else {
        route_with_format(request, request.format)
    }
}

/// The route of a URL, for a response of this format.
fn route_with_format(request: &Request<'_>, format: Result<Format, Error>) -> Result<Route, Error> {
    match request.surface {
        Surface::Site => {}
        Surface::Dav => return Ok(Route::Dav),
        Surface::DavStrm => return Ok(Route::DavStrm),
        Surface::AlistFile => return Ok(Route::AlistFile),
        Surface::AlistApi => return Ok(Route::AlistApi),
        Surface::Ping if request.url.path != Surface::Ping.prefix() => return Err(Error::NotFound),
        Surface::Ping => return Ok(Route::Ping),
    }
    let url = &request.url;
    let own = url.path.strip_prefix(OWN).filter(|_| url.shortcut.is_none());
    // Of the site's own pages a share link opens the search alone, in what it shares.
    let own = own.filter(|own| url.share.is_none() || *own == search::SEARCH);
    Ok(match own {
        Some("health") => Route::Health,
        Some("login") => Route::Login,
        Some("look") => Route::Preferences,
        Some("api/share") => Route::VisitorShareLink,
        Some("api/refresh") => Route::Refresh,
        Some("oembed") => Route::OEmbed,
        Some("doctor") => Route::Doctor,
        Some("embed.js") => Route::Asset,
        Some(own) if own.starts_with(asset::ASSETS) => Route::Asset,
        Some(search::SEARCH) => Route::Search,
        Some(own) if own.strip_prefix(SHARE_LINKS).is_some_and(is_end_of_segment) => {
            Route::ShareLinkApi
        }
        Some(_) => return Err(Error::NotFound),
        None if has_field(url.query, search::FIELD)
            && url.shortcut.is_none()
            && !request.is_published =>
        {
            Route::Search
        }
        None => entry_route(url, format?)?,
    })
}

/// The route of a URL that is not below `/-/`.
fn entry_route(url: &RequestUrl<'_>, format: Format) -> Result<Route, Error> {
    Ok(match (url.shortcut, format) {
        (Some(_), Format::Feed(_) | Format::Embed | Format::View) => {
            return Err(Error::BadFormat);
        }
        (Some(Shortcut::Latest(_)), _) => Route::Latest,
        (Some(Shortcut::Random), _) => Route::Random,
        (None, Format::Plain) => Route::Entry,
        (None, Format::Json) => Route::Json,
        (None, Format::Url) => Route::Url,
        (None, Format::Feed(_)) => Route::Feed,
        (None, Format::View) => Route::View,
        (None, Format::Embed) => Route::Embed,
    })
}

fn is_end_of_segment(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

async fn enter(
    route: Route,
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    // It answers in a form of its own, whatever is wrong, and no page of another origin.
    let is_api = route == Route::AlistApi;
    if !is_api && !route.is_allowed(request.method) {
        return Err(Error::Method);
    }
    if !is_api && request.method == "OPTIONS" {
        return Ok(match route {
            Route::Dav | Route::DavStrm => dav::options(),
            _ => preflight(route),
        });
    }
    match route {
        Route::Entry | Route::Json | Route::Url | Route::Feed | Route::Embed | Route::View => {
            entry::answer(site, request, ctx).await
        }
        Route::Latest | Route::Random => shortcut::answer(site, request, ctx).await,
        Route::Health => health::answer(site, request, ctx).await,
        Route::Asset => {
            let path = request.url.path.strip_prefix(OWN).unwrap_or_default();
            asset::answer(&site.settings, path)
        }
        Route::Preferences => preferences::post(request, ctx.now()),
        Route::Login => login::post(site, request, ctx).await,
        Route::ShareLinkApi => share_link_api::answer(site, request, ctx).await,
        Route::VisitorShareLink => visitor_share_link::answer(site, request, ctx).await,
        Route::Refresh => refresh::answer(site, request, ctx).await,
        Route::OEmbed => oembed::answer(site, request, ctx).await,
        Route::Doctor => doctor::answer(site, request, ctx).await,
        Route::Search => search::answer(site, request, ctx).await,
        Route::Dav | Route::DavStrm => dav::answer(site, request, ctx).await,
        Route::AlistFile => entry::answer(site, request, ctx).await,
        Route::AlistApi => Ok(alist::answer(site, request, ctx).await),
        Route::Ping => Ok(alist::pong()),
    }
}

fn preflight(route: Route) -> Response {
    Response::new(204, Body::None)
        .with("Allow", route.methods())
        .with("Access-Control-Allow-Origin", "*")
        .with("Access-Control-Allow-Methods", route.methods())
        .with("Access-Control-Allow-Headers", "*")
        .with("Access-Control-Max-Age", "86400")
}

#[cfg(test)]
pub(crate) mod tests;
