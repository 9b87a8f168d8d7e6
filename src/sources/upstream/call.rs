//! HTTP requests to 123Pan and its responses, as plain values.

use std::time::Duration;

use super::endpoint::Endpoint;
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::time::UnixSeconds;

/// The `User-Agent` header of all calls. It names this program, in a form that 123Pan's CDN lets in.
pub const USER_AGENT: &str =
    concat!("Mozilla/5.0 (compatible; Signpost/", env!("CARGO_PKG_VERSION"), ")");

/// An HTTP request to 123Pan, built afresh for each attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The endpoint that is called: calls are spaced by endpoint.
    pub endpoint: Endpoint,
    /// The HTTP method: `GET` or `POST`.
    pub method: &'static str,
    /// The absolute URL, with its query.
    pub url: String,
    /// The headers, as names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The request body, as JSON.
    pub body: Option<String>,
}

/// The time and the random bytes that one attempt of a call is built with, drawn afresh for each.
#[derive(Clone, Copy, Debug)]
pub struct CallContext {
    /// The time at which the call is sent.
    pub now: UnixSeconds,
    /// Random bytes of the platform's CSPRNG.
    pub random: [u8; 16],
}

/// An HTTP response of 123Pan. No redirect was followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiResponse {
    /// The response's HTTP status.
    pub status: u16,
    /// The response's `Location` header.
    pub location: Option<String>,
    /// The response's `Content-Type` header.
    pub content_type: Option<String>,
    /// The `Retry-After` header, if it is in seconds.
    pub retry_after: Option<Duration>,
    /// The body, or as many bytes of it as the host reads.
    pub body: Vec<u8>,
    /// Whether there was more of the body than the host reads.
    pub cut: bool,
}

/// Why a call got no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// The call took longer than its timeout.
    TimedOut,
    /// There is no connection, or it broke.
    Unreachable,
}

impl From<TransportError> for UpstreamError {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::TimedOut => UpstreamErrorKind::TimedOut.into(),
            TransportError::Unreachable => UpstreamErrorKind::Unreachable.into(),
        }
    }
}
