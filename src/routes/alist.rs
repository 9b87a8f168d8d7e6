//! The API of AList v3, for programs that were made for AList.

use crate::context::RequestContext;
use crate::error::Error;
use crate::http::request::Request;
use crate::http::response::{Body, Response};
use crate::platform::Platform;
use crate::site::Site;

/// Answers a call of the API.
pub(crate) async fn answer(
    _site: &Site,
    _request: &Request<'_>,
    _ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    Err(Error::NotFound)
}

/// Answers `/ping`, by which programs see that the site is there.
pub(crate) fn pong() -> Response {
    Response::new(200, Body::Text("pong".to_owned())).with("Cache-Control", "no-store")
}
