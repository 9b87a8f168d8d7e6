//! `/api/auth/login`, `/api/me` and `/api/public/settings`: who the caller is, and what the site is.

use super::caller::Caller;
use super::failure::Failure;
use super::success;
use super::target::Target;
use super::wire::{Fields, Settings, Token, User};
use crate::access::login::Login;
use crate::context::RequestContext;
use crate::error::Error;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::platform::Platform;
use crate::secret::Secret;
use crate::site::Site;

/// The version of AList whose API the site has.
const VERSION: &str = "v3.45.0";

/// Gives a token for a password. The user name is the path of the rule that has the password.
pub(super) async fn log_in(
    site: &Site,
    request: &Request<'_>,
    fields: Fields,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Failure> {
    let given = Secret::new(fields.password.as_deref().unwrap_or_default());
    // The very path of the rule: prefixes are for files and folders.
    let path = Target::unmapped(fields.username.as_deref()).map_err(|_| Failure::LOGIN)?;
    let client = request.client.without_credentials();
    match site.alist_log_in(&path, given, &client, ctx).await {
        Ok(token) => Ok(success(&Token { token })),
        Err(Error::Locked { .. }) => Err(Failure::LOGIN),
        Err(error) => Err(error.into()),
    }
}

/// The caller as a user of AList's. A login's name is the path that was given as the user name.
pub(super) fn me(caller: &Caller) -> Response {
    let login = caller.login.as_ref().map(|login| &login.login);
    let (id, username, role) = match login {
        Some(Login::Owner) => (1, "admin", 2),
        None => (2, "guest", 1),
        Some(Login::Password { scope }) => (3, &**scope, 0),
        Some(Login::Token { .. }) => (3, "token", 0),
    };
    success(&User {
        id,
        username,
        password: "",
        base_path: "/",
        role,
        disabled: false,
        permission: 0,
        sso_id: "",
        allow_ldap: false,
        otp: false,
    })
}

/// The settings of the site that clients read.
pub(super) fn settings(site: &Site) -> Response {
    success(&Settings {
        allow_indexed: "false",
        allow_mounted: "true",
        announcement: "",
        default_page_size: "30",
        pagination_type: "all",
        search_index: "database",
        site_title: &site.settings.title,
        version: VERSION,
    })
}
