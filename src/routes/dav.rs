//! WebDAV, read only (RFC 4918, class 1): `/dav/`, and `/dav-strm/`, where films are `.strm` files.
//!
//! HEAD and PROPFIND are answered from listings and cost no link; a GET is a file's redirect, or what its rule
//! says, and is charged. No other method looks at the path.

mod file;
mod propfind;
mod strm;

use signpost_core::strm_name;

use crate::access::client::{AccessRequest, Client};
use crate::config::surface_settings::DavSetting;
use crate::context::RequestContext;
use crate::error::Error;
use crate::http::request::Request;
use crate::http::response::{Body, Response};
use crate::http::surface::Surface;
use crate::http::url::RequestUrl;
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::site::Site;
use crate::site::dav_login::DavLogin;

/// The methods of WebDAV's paths, as the value of `Allow`.
pub(crate) const METHODS: &str = "OPTIONS, GET, HEAD, PROPFIND";

/// The response to OPTIONS, the same for all paths. Windows takes a server without `MS-Author-Via` for one of
/// another protocol.
pub(crate) fn options() -> Response {
    Response::new(200, Body::None)
        .with("DAV", "1")
        .with("Allow", METHODS)
        .with("MS-Author-Via", "DAV")
        .with("Cache-Control", "no-store")
}

/// Answers a WebDAV request.
pub(crate) async fn answer(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    let path = request.path.as_ref().map_err(|error| Error::from(*error))?;
    if is_challenged(site, request, path) {
        return Err(Error::Locked { wrong: false });
    }
    let access = AccessRequest::new(path, request.url.share, &request.client, ctx.now());
    let login = site.log_in_to_dav(&access, ctx).await?;
    let client = match &login {
        DavLogin::ByPath => request.client,
        // What was verified, or says nothing here, is held against no other rule.
        DavLogin::Stranger => Client { authorization: None, ..request.client },
        DavLogin::Verified(login) => {
            Client { authorization: None, login: Some(login), ..request.client }
        }
    };
    let access = AccessRequest { client: &client, ..access };
    let root = Root::of(request);
    let answer = match request.method {
        "PROPFIND" => propfind::answer(site, request, &access, &root, ctx).await?,
        "GET" | "HEAD" => file::answer(site, request, &access, &root, ctx).await?,
        _ => return Err(Error::Method),
    };
    // A page of another site is to read nothing by its visitor's credentials.
    Ok(answer.guarded().without("Access-Control-Allow-Origin"))
}

/// Whether the root asks for a login: many clients send theirs only when they are asked, and without it would
/// be shown what strangers may see.
fn is_challenged(site: &Site, request: &Request<'_>, path: &EntryPath<'_>) -> bool {
    let has_credential = request.client.authorization.is_some() || request.url.share.is_some();
    site.settings.dav == DavSetting::Login && path.depth() == 0 && !has_credential
}

/// The root of the tree that a client sees, by the request's URL.
#[derive(Clone, Copy, Debug)]
struct Root<'a> {
    url: &'a RequestUrl<'a>,
    surface: Surface,
}

impl<'a> Root<'a> {
    fn of(request: &'a Request<'_>) -> Self {
        Self { url: &request.url, surface: request.surface }
    }

    /// Whether films are `.strm` files.
    fn has_strm_files(&self) -> bool {
        self.surface == Surface::DavStrm
    }

    /// Whether the file at a path appears as a `.strm` file instead, and not by its own name.
    fn is_film(&self, path: &EntryPath<'_>) -> bool {
        self.has_strm_files() && strm_name::is_film(path.name(), false)
    }

    /// The path of an entry in the tree, percent-encoded once, with the token of a share link.
    fn href(&self, path: &EntryPath<'_>, is_folder: bool) -> String {
        [&*self.share(), self.surface.prefix(), &path.href(is_folder)].concat()
    }

    /// The path of an entry on the site itself.
    fn site_href(&self, path: &EntryPath<'_>, is_folder: bool) -> String {
        [&*self.share(), &path.href(is_folder)].concat()
    }

    /// The absolute address of an entry on the site itself.
    fn address(&self, path: &EntryPath<'_>, is_folder: bool) -> String {
        [self.url.site, &self.site_href(path, is_folder)].concat()
    }

    fn share(&self) -> String {
        self.url.share.map_or_else(String::new, |token| format!("/~{token}"))
    }
}
