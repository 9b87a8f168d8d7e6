//! An account of 123Pan's web API, and its sign-in.

use std::rc::Rc;

use serde_json::json;

use super::call::{call, other};
use super::hosts::WebHosts;
use crate::secret::Secret;
use crate::sources::upstream::call::{ApiResponse, Call, Endpoint};
use crate::sources::upstream::envelope::{self, Api, field};
use crate::sources::upstream::error::UpstreamError;
use crate::sources::upstream::token::{Token, pasted};
use crate::time::UnixSeconds;

/// The web API accounts of a site's personal mounts, which shares may use, with the paths of those mounts.
pub type Accounts = Vec<(Vec<String>, Rc<WebAccount>)>;

/// An account of 123Pan's web API: its credentials and the API's addresses.
#[derive(Clone, Debug)]
pub struct WebAccount {
    /// Digest of the account's credentials, 16 hex digits.
    pub digest: String,
    /// The account's credentials.
    pub credentials: WebCredentials,
    /// The web API's addresses.
    pub hosts: WebHosts,
}

/// The credentials of an account of the web API.
#[derive(Clone, Debug)]
pub enum WebCredentials {
    /// A user name (phone number, name or e-mail address) and a password.
    Password {
        /// The user name; one with an `@` is an e-mail address.
        username: Secret,
        /// The password, as the owner types it.
        password: Secret,
    },
    /// An access token from a browser.
    Token(Secret),
}

/// The sign-in call. An `@` makes the user name an e-mail address.
pub fn sign_in(hosts: &WebHosts, username: &Secret, password: &Secret) -> Call {
    let (name, password) = (username.expose(), password.expose());
    let body = if name.contains('@') {
        json!({ "mail": name, "password": password, "type": 2 })
    } else {
        json!({ "passport": name, "password": password, "remember": true })
    };
    call(Endpoint::SignIn, hosts.login.clone(), hosts, None, Some(&body))
}

/// Reads the token from the response to [`sign_in`], in which success is code 200.
///
/// # Errors
/// [`Credentials`](crate::sources::upstream::error::UpstreamErrorKind::Credentials) for every refusal
/// without a class of its own.
pub fn read_sign_in(answer: &ApiResponse, now: UnixSeconds) -> Result<Token, UpstreamError> {
    let data = envelope::read(answer, Api::SignIn)?;
    Token::read(field(&data, "token"), field(&data, "expire"), now).ok_or_else(other)
}

/// The token in a text that was copied from a browser, without `Bearer` and quotes.
pub fn pasted_token(text: &Secret) -> Secret {
    Secret::new(pasted(text.expose()))
}
