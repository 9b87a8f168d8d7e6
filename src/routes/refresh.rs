//! The API that reads a 123Pan folder again, for the owner: with the bearer token.

use serde::Serialize;

use crate::context::RequestContext;
use crate::error::Error;
use crate::http::request::Request;
use crate::http::response::{Body, Response};
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::site::Site;
use crate::time::UnixSeconds;

#[derive(Serialize)]
struct Refreshed {
    /// The folder's path, decoded.
    path: String,
    entries: usize,
    /// When the listing was read.
    read_at: UnixSeconds,
    /// Whether the listing is complete; else it is to be asked for again.
    whole: bool,
    /// The number of rows left out: refused by 123Pan's content review, or with names that no path can
    /// have.
    left_out: u32,
    /// Whether 123Pan's own total differs from the number of rows that it sent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    doubtful: bool,
}

/// Answers `POST /-/api/refresh?path=/team/files`: reads the folder from 123Pan, whatever is cached of it.
/// An account whose calls are stopped is tried once more.
pub(crate) async fn answer(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    site.access.require_owner(&request.client)?;
    let raw = request.url.path_field().ok_or(Error::BadBody)?;
    let path = EntryPath::parse(&raw)?;
    let (remote, folder) = site.vendor_folder(&path, ctx).await?;
    let listing = remote.refresh_listing(folder, ctx).await?;
    let refreshed = Refreshed {
        path: path.display(),
        entries: listing.len(),
        read_at: listing.read_at(),
        whole: listing.is_whole(),
        left_out: listing.unusable(),
        doubtful: listing.has_count_mismatch(),
    };
    let json = serde_json::to_string(&refreshed).unwrap_or_default();
    Ok(Response::new(200, Body::Json(json)).with("Cache-Control", "no-store"))
}
