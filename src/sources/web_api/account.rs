//! An account of the web API, and how it signs in.

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

/// The personal accounts of a site, for the shares that borrow one: their mounts' paths.
pub type Accounts = Vec<(Vec<String>, Rc<WebAccount>)>;

/// An account of the web API.
#[derive(Clone, Debug)]
pub struct WebAccount {
    /// 16 hex digits that stand for its credentials.
    pub digest: String,
    /// How it signs in.
    pub credentials: WebCredentials,
    /// Where.
    pub hosts: WebHosts,
}

/// How an account of the web API signs in.
#[derive(Clone, Debug)]
pub enum WebCredentials {
    /// With phone number, name or e-mail, and password.
    Password {
        /// An `@` in it makes it an e-mail.
        username: Secret,
        /// As typed.
        password: Secret,
    },
    /// With a token from a browser.
    Token(Secret),
}

/// Signs in. An `@` makes the user name an e-mail address.
pub fn sign_in(hosts: &WebHosts, username: &Secret, password: &Secret) -> Call {
    let (name, password) = (username.expose(), password.expose());
    let body = if name.contains('@') {
        json!({ "mail": name, "password": password, "type": 2 })
    } else {
        json!({ "passport": name, "password": password, "remember": true })
    };
    call(Endpoint::SignIn, hosts.login.clone(), hosts, None, Some(&body))
}

/// Reads the answer to [`sign_in`]. Success is code 200 there.
///
/// # Errors
/// [`Credentials`](crate::sources::upstream::error::UpstreamErrorKind::Credentials) for every refusal that has no other name.
pub fn read_sign_in(answer: &ApiResponse, now: UnixSeconds) -> Result<Token, UpstreamError> {
    let data = envelope::read(answer, Api::SignIn)?;
    Token::read(field(&data, "token"), field(&data, "expire"), now).ok_or_else(other)
}

/// A token as people copy it from a browser, without `Bearer` and quotes.
pub fn pasted_token(text: &Secret) -> Secret {
    Secret::new(pasted(text.expose()))
}
