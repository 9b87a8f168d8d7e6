//! The credentials that API calls are made with.

use std::rc::Rc;

use sha2::{Digest as _, Sha256};

use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::secret::Secret;
use crate::sources::upstream::call::{ApiResponse, Call};
use crate::sources::upstream::sign_in::{SignIn, Tokens};
use crate::time::UnixSeconds;

/// The credentials that API calls are made with; `None` for the anonymous account, which has no token.
#[derive(Clone, Debug)]
pub struct ApiCredentials(pub Option<Rc<dyn SignIn>>);

impl ApiCredentials {
    /// The account's identifier in storage keys; `None` for the anonymous account.
    pub fn key(&self) -> Option<&str> {
        self.0.as_ref().map(|account| account.key())
    }

    /// The access token that the owner pasted into the settings; such an account can't get another.
    pub fn pasted(&self) -> Option<Secret> {
        self.0.as_ref()?.pasted_token()
    }

    /// Digest of the credentials, 16 hex digits: failures stored under other credentials are ignored.
    pub fn credentials_digest(&self) -> String {
        digest_of_parts(self.0.as_ref().map_or([""; 4], |account| account.credentials()))
    }

    /// Digest of the credentials that a held token depends on, 16 hex digits.
    pub fn token_digest(&self) -> String {
        digest_of_parts(self.0.as_ref().map_or([""; 4], |account| account.token_credentials()))
    }

    /// The sign-in call; `None` if the account can't sign in. `refresh` is the newest refresh token, if
    /// there is one.
    pub fn call(&self, refresh: Option<&Secret>) -> Option<Call> {
        self.0.as_ref()?.call(refresh)
    }

    /// Whether the sign-in call may be repeated if there was no connection.
    pub fn may_repeat(&self) -> bool {
        self.0.as_ref().is_some_and(|account| account.may_repeat())
    }

    /// Reads the tokens from the response to the sign-in call.
    ///
    /// # Errors
    /// The failure that 123Pan reported, or that the response makes no sense.
    pub fn read(&self, response: &ApiResponse, now: UnixSeconds) -> Result<Tokens, UpstreamError> {
        let account = self.0.as_ref().ok_or(UpstreamErrorKind::Auth)?;
        account.read(response, now)
    }
}

fn digest_of_parts(parts: [&str; 4]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    }
    hex::encode(digest.finalize().get(..8).unwrap_or_default())
}
