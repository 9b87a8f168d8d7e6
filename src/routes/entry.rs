//! Entries: a path in the site is answered with a redirect, a page or a listing.

use super::page::Page;
use super::{embed, feed, file, folder, head, legacy_path, redirect};
use crate::access::client::AccessRequest;
use crate::context::RequestContext;
use crate::error::Error;
use crate::http::request::{Format, Request};
use crate::http::response::{Body, Response};
use crate::http::surface::Surface;
use crate::http::url::RequestUrl;
use crate::path::{EntryPath, PathError};
use crate::platform::Platform;
use crate::site::Site;
use crate::site::authorized_file::AuthorizedFile;
use crate::site::open_file::OpenFile;
use crate::site::opened::{Opened, OpenedEntry};
use crate::sources::shown_listing::ShownListing;

/// Answers with the entry at the request's path, in the format that it asks for.
pub(crate) async fn answer(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    if request.path == Err(PathError::NotUtf8) && request.surface == Surface::Site {
        return legacy_path::answer(site, request, ctx).await;
    }
    let (path, format) =
        (request.path.as_ref().map_err(|error| Error::from(*error))?, request.format?);
    let (query, sign) = (request.url.query, request.sign.as_deref());
    let access = AccessRequest { query, sign, ..request.access(path, ctx.now()) };
    // An address of AList's is a file's: a folder there is like a file that is missing.
    let is_files_own = request.surface == Surface::AlistFile;
    if path.has_trailing_slash() && !path.has_surplus_slash() && !is_files_own {
        let opened = site.open(&access, ctx).await?;
        return respond(site, request, opened, &access, format, ctx).await;
    }
    let shown = if format == Format::View { ShownListing::Parent } else { ShownListing::None };
    let opened = site.open_entry(&access, shown, ctx).await?;
    let is_unconditional = opened.is_unconditional();
    let answer = match opened {
        OpenedEntry::File(file) => {
            respond_with_file(site, request, file, &access, format, ctx).await?
        }
        OpenedEntry::Folder(_) if is_files_own => return Err(Error::NotFound),
        OpenedEntry::Folder(_) => moved(&request.url, path, true),
    };
    Ok(if is_unconditional { answer } else { answer.guarded() })
}

/// Answers with an opened entry, in the format that the request asks for.
pub(crate) async fn respond(
    site: &Site,
    request: &Request<'_>,
    opened: Opened<'_>,
    access: &AccessRequest<'_>,
    format: Format,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    let path = access.path;
    let is_unconditional = opened.is_unconditional();
    let page = || Page::new(request, ctx.now());
    let answer = match opened {
        Opened::File(file) => respond_with_file(site, request, file, access, format, ctx).await?,
        Opened::Folder(_) if !path.has_trailing_slash() || path.has_surplus_slash() => {
            moved(&request.url, path, true)
        }
        Opened::Folder(folder) => match format {
            Format::Feed(format) => {
                feed::answer(site, &folder, access, page(), request, format, ctx).await?
            }
            _ => folder::answer(site, &folder, access, request, format, &ctx.state)?,
        },
    };
    Ok(if is_unconditional { answer } else { answer.guarded() })
}

/// Answers with a file, in the format that the request asks for.
async fn respond_with_file(
    site: &Site,
    request: &Request<'_>,
    file: OpenFile<'_>,
    access: &AccessRequest<'_>,
    format: Format,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    if access.path.has_trailing_slash() {
        return Ok(moved(&request.url, access.path, false));
    }
    // Before anything is charged, too.
    let is_head = request.method == "HEAD" && format == Format::Plain;
    if let Some(answer) = is_head.then(|| head::answer(&file, access)).flatten() {
        return Ok(answer);
    }
    let page = || Page::new(request, ctx.now());
    Ok(match format {
        // Refused before anything is charged.
        Format::Feed(_) => return Err(Error::BadFormat),
        Format::Embed => embed::answer(site, &file, access, request, &page()),
        Format::View => file::answer(site, &file, access, page(), &ctx.state),
        Format::Plain | Format::Json | Format::Url => {
            let file = AuthorizedFile::charge(file, access, ctx).await?;
            redirect::answer(&file, access, request, format, ctx).await?
        }
    })
}

/// Redirects to a path of the site, with the request's query: that of the request with the slash at its end
/// corrected, or with its encoding. The target begins with one slash and a
/// name or is `/`, so it never leads to another host.
pub(super) fn moved(url: &RequestUrl<'_>, path: &EntryPath<'_>, folder: bool) -> Response {
    Response::new(308, Body::None)
        .with("Location", target(url, &path.href(folder)))
        .with("Cache-Control", "no-store")
        .with("Access-Control-Allow-Origin", "*")
}

/// The path and query of a URL with another path, which is escaped.
pub(crate) fn target(url: &RequestUrl<'_>, path: &str) -> String {
    let mut target = url.share.map_or_else(String::new, |token| format!("/~{token}"));
    target.push_str(path);
    if !url.query.is_empty() {
        target.push('?');
        crate::percent::push_wire(&mut target, url.query);
    }
    target
}
