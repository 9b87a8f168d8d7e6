//! Every endpoint that there is. Whatever else is called is a violation.

use super::http::Request;

/// A group of endpoints with the same requirements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// The sign-in of the web API.
    Login,
    /// Endpoints that need neither a token nor a signature.
    Plain,
    /// The web API for the user's own files.
    Web,
    /// The web API for shares.
    Share,
    /// The API of the open platform.
    Open,
    /// The token endpoints of the open platform.
    OpenAuth,
    /// Relay, CDN and direct links.
    Delivery,
}

/// An endpoint of the vendor.
#[derive(Debug)]
pub struct Endpoint {
    /// The endpoint's name, which begins with its family.
    pub name: &'static str,
    /// The family of the endpoint.
    pub family: Family,
    method: &'static str,
    /// A prefix if it ends with `/`, besides the path itself.
    path: &'static str,
}

const fn row(
    method: &'static str,
    path: &'static str,
    name: &'static str,
    family: Family,
) -> Endpoint {
    Endpoint { name, family, method, path }
}

const ENDPOINTS: [Endpoint; 24] = [
    row("POST", "/api/user/sign_in", "login.sign_in", Family::Login),
    row("POST", "/b/api/user/sign_in", "login.sign_in_alternative", Family::Login),
    row("GET", "/b/api/get/server/time", "web.server_time", Family::Plain),
    row("GET", "/api/dydomain", "web.dydomain", Family::Plain),
    row("GET", "/b/api/user/info", "web.user_info", Family::Web),
    row("GET", "/b/api/file/list/new", "web.list", Family::Web),
    row("POST", "/b/api/file/info", "web.file_info", Family::Web),
    row("POST", "/b/api/file/download_info", "web.download_info", Family::Web),
    row("POST", "/b/api/v2/file/download_info", "web.download_info_v2", Family::Web),
    row("GET", "/b/api/share/get", "share.get", Family::Share),
    row("POST", "/b/api/share/download/info", "share.download", Family::Share),
    row("POST", "/b/api/v2/share/download/info", "share.download_v2", Family::Share),
    row("POST", "/api/v1/access_token", "open.access_token", Family::OpenAuth),
    row("POST", "/api/v1/oauth2/access_token", "open.oauth2", Family::OpenAuth),
    row("GET", "/123cloud/renewapi", "renew.renewapi", Family::OpenAuth),
    row("GET", "/api/v1/user/info", "open.user_info", Family::Open),
    row("GET", "/api/v2/file/list", "open.list", Family::Open),
    row("GET", "/api/v1/file/detail", "open.detail", Family::Open),
    row("POST", "/api/v1/file/infos", "open.infos", Family::Open),
    row("GET", "/api/v1/file/download_info", "open.download_info", Family::Open),
    row("GET", "/api/v1/direct-link/url", "open.direct_url", Family::Open),
    row("GET", "/download-v2/", "relay.link", Family::Delivery),
    row("GET", "/cdn/", "cdn.file", Family::Delivery),
    row("GET", "/direct/", "direct.file", Family::Delivery),
];

impl Endpoint {
    fn is_at(&self, path: &str) -> bool {
        path == self.path || (self.path.ends_with('/') && path.starts_with(self.path))
    }

    fn has_method(&self, method: &str) -> bool {
        method == self.method || (self.family == Family::Delivery && method == "HEAD")
    }
}

/// The endpoint that a request means.
///
/// # Errors
/// The status of one that there isn't, and what was called.
pub fn find(request: &Request) -> Result<&'static Endpoint, (u16, String)> {
    let found = ENDPOINTS.iter().find(|endpoint| endpoint.is_at(&request.path));
    let what = format!("{} {}", request.method, request.path);
    match found {
        Some(endpoint) if endpoint.has_method(&request.method) => Ok(endpoint),
        Some(_) => Err((405, what)),
        None => Err((404, what)),
    }
}
