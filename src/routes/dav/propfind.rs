//! PROPFIND: the properties of an entry, and of what is in a folder.

use signpost_core::strm_name;
use signpost_dav::{
    CONTENT_TYPE, EntityTag, Multistatus, Precondition, Propfind, Resource, TooLarge, error_body,
    precondition_body,
};

use super::Root;
use super::strm::{self, StrmEntry};
use crate::access::client::AccessRequest;
use crate::context::RequestContext;
use crate::error::Error;
use crate::http::file_headers::content_type;
use crate::http::request::Request;
use crate::http::response::{Body, Response};
use crate::platform::Platform;
use crate::routes::folder::with_age;
use crate::site::Site;
use crate::site::open_file::OpenFile;
use crate::site::open_folder::OpenFolder;
use crate::site::opened::{Opened, OpenedEntry};
use crate::site::row::Row;
use crate::sources::shown_listing::ShownListing;
use crate::time::UnixSeconds;

/// The depth of a PROPFIND (RFC 4918, section 10.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    /// The entry alone.
    Zero,
    /// The entry, and what is directly in it.
    One,
    /// All that is below, which is refused for folders. A request without the header asks for it.
    Infinity,
}

impl Depth {
    fn parse(header: Option<&str>) -> Result<Self, Error> {
        match header.map(str::trim) {
            Some("0") => Ok(Self::Zero),
            Some("1") => Ok(Self::One),
            None => Ok(Self::Infinity),
            Some(text) if text.eq_ignore_ascii_case("infinity") => Ok(Self::Infinity),
            Some(_) => Err(Error::BadQuery),
        }
    }
}

/// The entry at the path of a PROPFIND.
enum Found<'s> {
    File(OpenFile<'s>),
    Strm(strm::StrmFile),
    Folder,
    Listing(OpenFolder<'s>),
}

/// Answers a PROPFIND.
pub(super) async fn answer(
    site: &Site,
    request: &Request<'_>,
    access: &AccessRequest<'_>,
    root: &Root<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    let depth = Depth::parse(request.depth)?;
    let body = request.body.ok_or(Error::BadBody)?;
    let asked = Propfind::parse(body.as_bytes()).map_err(|_| Error::BadBody)?;
    let written = match find(site, access, root, depth, ctx).await? {
        Found::File(file) => {
            let resource = file_resource(access.path.name(), &file);
            single(&asked, &root.href(access.path, false), &resource)
        }
        Found::Strm(file) => {
            single(&asked, &root.href(access.path, false), &file.resource(access.path.name()))
        }
        // A folder of any size, below which there are others.
        Found::Folder if depth == Depth::Infinity => {
            let body = precondition_body(Precondition::FiniteDepth);
            return Ok(Response::new(403, Body::Bytes(CONTENT_TYPE, body)));
        }
        Found::Folder => {
            let resource = folder_resource(site, access);
            single(&asked, &root.href(access.path, true), &resource)
        }
        Found::Listing(folder) => {
            check_whole(&folder, access.now)?;
            let written = listing(site, &folder, access, root, &asked);
            let answer = multistatus(written);
            return Ok(match folder.age(access.now) {
                Some(age) => with_age(answer, age),
                None => answer,
            });
        }
    };
    Ok(multistatus(written))
}

/// Opens what is at the path. The listing of a folder is read only where the answer shows it.
async fn find<'s>(
    site: &'s Site,
    access: &AccessRequest<'_>,
    root: &Root<'_>,
    depth: Depth,
    ctx: &'s RequestContext<impl Platform>,
) -> Result<Found<'s>, Error> {
    // The name of a folder may end as that of a `.strm` file does.
    let may_be_strm = root.has_strm_files()
        && (depth != Depth::One || strm_name::strip(access.path.name()).is_some());
    if may_be_strm {
        match strm::open(site, access, root, ctx).await? {
            StrmEntry::Strm(file) => return Ok(Found::Strm(file)),
            StrmEntry::Other(OpenedEntry::File(file)) => return Ok(Found::File(file)),
            StrmEntry::Other(OpenedEntry::Folder(_)) if depth != Depth::One => {
                return Ok(Found::Folder);
            }
            StrmEntry::Other(OpenedEntry::Folder(_)) => {}
        }
    }
    if depth == Depth::One {
        return match site.open(access, ctx).await? {
            Opened::File(_) if root.is_film(access.path) => Err(Error::NotFound),
            Opened::File(file) => Ok(Found::File(file)),
            Opened::Folder(folder) => Ok(Found::Listing(folder)),
        };
    }
    Ok(match site.open_entry(access, ShownListing::None, ctx).await? {
        OpenedEntry::File(file) => Found::File(file),
        OpenedEntry::Folder(_) => Found::Folder,
    })
}

/// Checks that a folder's listing has all its entries: a client would take a part of them for all, and delete
/// what it has of the others.
///
/// # Errors
/// [`Error::StillLoading`] if more of it is being loaded, [`Error::Unavailable`] if 123Pan can't be asked for
/// the rest.
pub(super) fn check_whole(folder: &OpenFolder<'_>, now: UnixSeconds) -> Result<(), Error> {
    if folder.age(now).is_some_and(|age| age.loading) {
        return Err(Error::StillLoading);
    }
    if folder.is_incomplete() { Err(Error::Unavailable) } else { Ok(()) }
}

/// The properties of a folder and of what the client may see in it.
fn listing(
    site: &Site,
    folder: &OpenFolder<'_>,
    access: &AccessRequest<'_>,
    root: &Root<'_>,
    asked: &Propfind,
) -> Result<Vec<u8>, TooLarge> {
    let rows = folder.rows(access).collect::<Vec<_>>();
    let href = root.href(access.path, true);
    let mut written = Multistatus::new(asked, rows.len() + 1);
    written.push(&href, &folder_resource(site, access))?;
    if !root.has_strm_files() {
        for row in &rows {
            written.push_child(&href, row.name, &row_resource(row))?;
        }
        return Ok(written.finish());
    }
    let (names, address) = (strm::names(&rows), root.address(access.path, true));
    for row in &rows {
        match names.give(row.name, row.folder) {
            Some(name) => {
                let resource = strm::row_resource(&address, row, &name);
                written.push_child(&href, &name, &resource)?;
            }
            // A film that has a `.strm` file of its own.
            None if strm_name::is_film(row.name, row.folder) => {}
            None => written.push_child(&href, row.name, &row_resource(row))?,
        }
    }
    Ok(written.finish())
}

fn single(asked: &Propfind, href: &str, resource: &Resource<'_>) -> Result<Vec<u8>, TooLarge> {
    let mut written = Multistatus::new(asked, 1);
    written.push(href, resource)?;
    Ok(written.finish())
}

fn multistatus(written: Result<Vec<u8>, TooLarge>) -> Response {
    let Ok(written) = written else {
        let body = error_body("The folder has too many entries for one answer.");
        return Response::new(507, Body::Bytes(CONTENT_TYPE, body));
    };
    Response::new(207, Body::Bytes(CONTENT_TYPE, written))
}

/// The properties of the folder at the path; the site's title is the name of its root.
fn folder_resource<'n>(site: &'n Site, access: &'n AccessRequest<'_>) -> Resource<'n> {
    let name = access.path.segments().last().unwrap_or(&site.settings.title);
    Resource { name, is_folder: true, ..Resource::default() }
}

/// The properties of an opened file. When it was created nobody says but by its change.
pub(super) fn file_resource<'n>(name: &'n str, file: &OpenFile<'_>) -> Resource<'n> {
    let (size, modified) = (file.size(), file.modified());
    resource(name, size, modified, file.md5())
}

/// The properties of an entry in a folder. Of a locked one nothing is told but the name.
fn row_resource<'n>(row: &Row<'n>) -> Resource<'n> {
    if row.folder || row.locked {
        let (modified, is_folder) = (row.modified, row.folder);
        return Resource {
            name: row.name,
            is_folder,
            modified,
            created: modified,
            ..Resource::default()
        };
    }
    resource(row.name, row.size, row.modified, row.md5)
}

fn resource(
    name: &str,
    size: Option<u64>,
    modified: Option<UnixSeconds>,
    md5: Option<[u8; 16]>,
) -> Resource<'_> {
    Resource {
        name,
        is_folder: false,
        size,
        modified,
        created: modified,
        tag: EntityTag::of(md5, size, modified),
        content_type: Some(content_type(name, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_depth_is_one_of_three() {
        for (header, want) in [
            (Some("0"), Ok(Depth::Zero)),
            (Some(" 1 "), Ok(Depth::One)),
            (Some("infinity"), Ok(Depth::Infinity)),
            (Some("Infinity"), Ok(Depth::Infinity)),
            (None, Ok(Depth::Infinity)),
            (Some(""), Err(Error::BadQuery)),
            (Some("2"), Err(Error::BadQuery)),
            (Some("1,noroot"), Err(Error::BadQuery)),
        ] {
            assert_eq!(Depth::parse(header), want, "{header:?}");
        }
    }
}
