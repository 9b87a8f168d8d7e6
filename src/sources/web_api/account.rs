//! An account of 123Pan's web API, and its sign-in.

use std::rc::Rc;
use std::time::Duration;

use serde_json::json;

use super::call::call;
use super::hosts::WebHosts;
use super::wire::SignedIn;
use crate::error::upstream::UpstreamError;
use crate::secret::Secret;
use crate::sources::upstream::call::{ApiResponse, Call};
use crate::sources::upstream::endpoint::Endpoint;
use crate::sources::upstream::envelope::{self, CallKind, malformed};
use crate::sources::upstream::sign_in::{SignIn, Tokens};
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

/// `POST login/api/user/sign_in`.
pub const SIGN_IN: Endpoint =
    Endpoint { is_sign_in: true, ..Endpoint::new("SignIn", Duration::from_secs(1)) };

impl SignIn for WebAccount {
    fn key(&self) -> &str {
        &self.digest
    }

    fn pasted_token(&self) -> Option<Secret> {
        match &self.credentials {
            WebCredentials::Token(token) => Some(Secret::new(pasted(token.expose()))),
            WebCredentials::Password { .. } => None,
        }
    }

    fn credentials(&self) -> [&str; 4] {
        match &self.credentials {
            WebCredentials::Password { username, password } => {
                ["password", username.expose(), password.expose(), ""]
            }
            WebCredentials::Token(token) => ["token", token.expose(), "", ""],
        }
    }

    fn call(&self, _: Option<&Secret>) -> Option<Call> {
        match &self.credentials {
            WebCredentials::Password { username, password } => {
                Some(sign_in(&self.hosts, username, password))
            }
            WebCredentials::Token(_) => None,
        }
    }

    fn may_repeat(&self) -> bool {
        false
    }

    fn read(&self, response: &ApiResponse, now: UnixSeconds) -> Result<Tokens, UpstreamError> {
        read_sign_in(response, now).map(|access| Tokens { access, refresh: None })
    }
}

/// The sign-in call. An `@` makes the user name an e-mail address.
pub fn sign_in(hosts: &WebHosts, username: &Secret, password: &Secret) -> Call {
    let (name, password) = (username.expose(), password.expose());
    let body = if name.contains('@') {
        json!({ "mail": name, "password": password, "type": 2 })
    } else {
        json!({ "passport": name, "password": password, "remember": true })
    };
    call(SIGN_IN, hosts.login.clone(), hosts, None, Some(&body))
}

/// Reads the token from the response to [`sign_in`], in which success is code 200.
///
/// # Errors
/// [`Credentials`](crate::error::upstream::UpstreamErrorKind::Credentials) for every refusal
/// without a class of its own.
pub fn read_sign_in(response: &ApiResponse, now: UnixSeconds) -> Result<Token, UpstreamError> {
    let given = envelope::read::<SignedIn>(response, CallKind::SignIn)?;
    Token::read(&given.token, given.expire, now).ok_or_else(malformed)
}
