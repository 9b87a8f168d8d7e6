//! GET and HEAD on WebDAV.

use signpost_dav::Resource;

use super::Root;
use super::propfind::file_resource;
use super::strm::{self, StrmEntry};
use crate::access::client::AccessRequest;
use crate::context::RequestContext;
use crate::error::Error;
use crate::http::request::{Format, Request};
use crate::http::response::{Body, Response};
use crate::http_date;
use crate::platform::Platform;
use crate::routes::folder::with_age;
use crate::routes::redirect;
use crate::site::Site;
use crate::site::authorized_file::AuthorizedFile;
use crate::site::open_file::OpenFile;
use crate::site::opened::OpenedEntry;
use crate::sources::shown_listing::ShownListing;

/// Answers a GET or HEAD. A file's GET is charged and answered as on the site; a browser that opens a folder is
/// shown its page. A HEAD says what a listing knows, of folders as well: some clients ask by it whether there
/// is one.
pub(super) async fn answer(
    site: &Site,
    request: &Request<'_>,
    access: &AccessRequest<'_>,
    root: &Root<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    let opened = if root.has_strm_files() {
        strm::open(site, access, root, ctx).await?
    } else {
        StrmEntry::Other(site.open_entry(access, ShownListing::None, ctx).await?)
    };
    let is_head = request.method == "HEAD";
    match opened {
        StrmEntry::Strm(file) => {
            let name = access.path.name();
            let head = head(&file.resource(name));
            let content = file.content.into_bytes();
            Ok(if is_head {
                head
            } else {
                let body = Body::Bytes(strm::CONTENT_TYPE, content);
                Response { body, ..head.without("Content-Length") }
            })
        }
        StrmEntry::Other(OpenedEntry::Folder(_)) if is_head => Ok(Response::new(200, Body::None)),
        StrmEntry::Other(OpenedEntry::Folder(_)) => {
            let page = root.site_href(access.path, true);
            Ok(Response::new(302, Body::None).with("Location", page))
        }
        StrmEntry::Other(OpenedEntry::File(file)) if is_head => Ok(head_of(&file, access)),
        StrmEntry::Other(OpenedEntry::File(file)) => {
            let file = AuthorizedFile::charge(file.for_webdav(), access, ctx).await?;
            redirect::answer(&file, access, request, Format::Plain, ctx).await
        }
    }
}

/// The response to a HEAD of a file, by what its listing says of it.
fn head_of(file: &OpenFile<'_>, access: &AccessRequest<'_>) -> Response {
    let answer = head(&file_resource(access.path.name(), file)).with("Accept-Ranges", "bytes");
    match file.age(access.now).filter(|age| age.stale) {
        Some(age) => with_age(answer, age),
        None => answer,
    }
}

/// The headers that tell a file's properties.
fn head(resource: &Resource<'_>) -> Response {
    let mut answer = Response::new(200, Body::None)
        .with("Content-Type", resource.content_type.unwrap_or_default().to_owned())
        .with("X-Content-Type-Options", "nosniff");
    if let Some(size) = resource.size {
        answer = answer.with("Content-Length", size.to_string());
    }
    if let Some(modified) = resource.modified.and_then(http_date::format) {
        answer = answer.with("Last-Modified", modified);
    }
    match resource.tag {
        Some(tag) => answer.with("ETag", tag.to_string()),
        None => answer,
    }
}
