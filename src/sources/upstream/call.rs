//! HTTP requests to 123Pan and its responses as plain values, and the endpoints that are called.

use std::time::Duration;

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

/// An HTTP response of 123Pan. No redirect was followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiResponse {
    /// The HTTP status.
    pub status: u16,
    /// The `Location` header.
    pub location: Option<String>,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The `Retry-After` header, if it is in seconds.
    pub retry_after: Option<u64>,
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

/// The endpoints that a read-only client calls. Nothing else is ever sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Endpoint {
    /// `POST login/api/user/sign_in`.
    SignIn,
    /// `GET file/list/new`.
    List,
    /// `POST file/download_info`.
    Download,
    /// `GET share/get`.
    ShareList,
    /// `POST share/download/info`.
    ShareDownload,
    /// `POST /api/v1/access_token`, `POST /api/v1/oauth2/access_token`, or a renewal address.
    OpenToken,
    /// `GET /api/v2/file/list`.
    OpenList,
    /// `GET /api/v1/file/download_info`.
    OpenDownload,
    /// `GET /api/v1/direct-link/url`.
    OpenDirectLink,
    /// `GET /api/v1/user/info`.
    OpenUserInfo,
    /// A relay URL on the way to a file's final URL; never with a token.
    Relay,
}

impl Endpoint {
    /// The least time between two calls of an endpoint, across all isolates. 700 ms for the web API is
    /// 123Pan's own contribution to AList (6d85f1b0), a second for shares is what its limit of 60 a minute
    /// leaves, and the open platform's are OpenList's: below what is documented for free keys.
    pub const fn spacing(self) -> Duration {
        Duration::from_millis(match self {
            Self::SignIn | Self::ShareList | Self::ShareDownload | Self::OpenUserInfo => 1_000,
            Self::List | Self::Download => 700,
            Self::OpenToken => 500,
            Self::OpenList => 334,
            Self::OpenDownload | Self::OpenDirectLink => 200,
            Self::Relay => 0,
        })
    }
}
