//! Entries whose path was sent in a legacy encoding: a redirect to the one that was meant, where the client
//! may open it.

use super::entry::moved;
use crate::access::client::AccessRequest;
use crate::context::RequestContext;
use crate::error::Error;
use crate::http::legacy_path::readings;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::path::{EntryPath, PathError};
use crate::platform::Platform;
use crate::site::Site;
use crate::site::opened::OpenedEntry;
use crate::sources::shown_listing::ShownListing;

/// Redirects to the entry that a path which is not UTF-8 means, if exactly one of its readings is an entry
/// that the client may open. The guard decides on each reading before it is looked up, as if the client had
/// asked for it, so that nothing is told of what the client may not open.
///
/// # Errors
/// [`PathError::NotUtf8`] in every other case, [`Error::StillLoading`] if 123Pan takes too long.
pub(crate) async fn answer(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    let mut found = Vec::new();
    for reading in readings(request.url.path, |bytes| ctx.platform.decode_gbk(bytes)) {
        // Each may ask 123Pan.
        ctx.check_patience()?;
        let Ok(path) = EntryPath::parse(&reading.path) else { continue };
        let (query, sign) = (request.url.query, request.sign.as_deref());
        let access = AccessRequest { query, sign, ..request.access(&path, ctx.now()) };
        let is_folder = match site.open_entry(&access, ShownListing::None, ctx).await {
            // Below a remote folder every path opens, whether there is a file or not.
            Ok(OpenedEntry::File(file)) if !file.is_listed() => continue,
            Ok(OpenedEntry::File(_)) => false,
            Ok(OpenedEntry::Folder(_)) => true,
            Err(_) => continue,
        };
        found.push(moved(&request.url, &path, is_folder));
    }
    match <[Response; 1]>::try_from(found) {
        Ok([answer]) => Ok(answer.guarded()),
        Err(_) => Err(PathError::NotUtf8.into()),
    }
}
