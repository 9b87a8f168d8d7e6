//! The API that reads a folder anew: with the bearer token.

use serde::Serialize;

use crate::context::RequestContext;
use crate::error::Error;
use crate::http::request::Request;
use crate::http::response::{Body, Response};
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::site::Site;

#[derive(Serialize)]
struct Refreshed {
    /// The folder, decoded.
    path: String,
    entries: usize,
    /// Unix seconds.
    read_at: u64,
    /// Whether that is all of it; else it is to be asked for again.
    whole: bool,
    /// Rows that can't be shown: refused by 123Pan's review, or with names that no path can have.
    left_out: u32,
    /// Whether 123Pan says that there is another number of rows.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    doubtful: bool,
}

/// Answers `POST /-/api/refresh?path=/team/files`: the vendor is asked for that folder, whatever is
/// remembered of it. A stopped account is tried once more.
pub(crate) async fn answer(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    if !site.access.is_owner(&request.client) {
        return Err(Error::BadToken);
    }
    let raw = request.url.path_field().ok_or(Error::BadBody)?;
    let path = EntryPath::parse(&raw)?;
    let (remote, folder) = site.vendor_folder(&path, ctx).await?;
    let listing = remote.refresh_listing(folder, ctx).await?;
    let refreshed = Refreshed {
        path: path.display(),
        entries: listing.len(),
        read_at: listing.read_at().0,
        whole: listing.is_whole(),
        left_out: listing.unusable(),
        doubtful: listing.is_doubtful(),
    };
    let json = serde_json::to_string(&refreshed).unwrap_or_default();
    Ok(Response::new(200, Body::Json(json)).with("Cache-Control", "no-store"))
}
