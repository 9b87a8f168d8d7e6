//! WebDAV, read only (RFC 4918, class 1).

use crate::context::RequestContext;
use crate::error::Error;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::platform::Platform;
use crate::site::Site;

/// The methods of WebDAV's paths, as the value of `Allow`.
pub(crate) const METHODS: &str = "OPTIONS, GET, HEAD, PROPFIND";

/// Answers a WebDAV request.
pub(crate) async fn answer(
    _site: &Site,
    _request: &Request<'_>,
    _ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    Err(Error::NotFound)
}
