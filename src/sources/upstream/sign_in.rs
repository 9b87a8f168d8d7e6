//! Signing in at one of 123Pan's APIs.

use std::fmt;

use super::call::{ApiResponse, Call};
use super::token::Token;
use crate::error::upstream::UpstreamError;
use crate::secret::Secret;
use crate::time::UnixSeconds;

/// The tokens that a sign-in brought.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The access token, for calls.
    pub access: Token,
    /// The refresh token for the next sign-in, if the account signs in with one. Each works once: it has to
    /// be stored before the access token is used.
    pub refresh: Option<Secret>,
}

/// An account of one of 123Pan's APIs, which gets its access token with the owner's credentials.
pub trait SignIn: fmt::Debug {
    /// The account's identifier in storage keys, from which no credential can be read.
    fn key(&self) -> &str;

    /// The access token that the owner pasted into the settings; such an account can't get another.
    fn pasted_token(&self) -> Option<Secret>;

    /// The credentials, of which digests are made: the way to sign in, then its secrets.
    fn credentials(&self) -> [&str; 4];

    /// The credentials that a held token depends on.
    fn token_credentials(&self) -> [&str; 4] {
        self.credentials()
    }

    /// The sign-in call; `None` if the account can't sign in. `refresh` is the newest refresh token, if
    /// there is one.
    fn call(&self, refresh: Option<&Secret>) -> Option<Call>;

    /// Whether the sign-in call may be repeated if there was no connection.
    fn may_repeat(&self) -> bool;

    /// Reads the tokens from the response to the sign-in call.
    ///
    /// # Errors
    /// [`UpstreamErrorKind::Credentials`](crate::error::upstream::UpstreamErrorKind::Credentials) if the credentials
    /// were refused: only the owner can help then.
    fn read(&self, response: &ApiResponse, now: UnixSeconds) -> Result<Tokens, UpstreamError>;
}
