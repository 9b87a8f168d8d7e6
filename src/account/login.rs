//! How an account of either 123Pan API gets its access token.

use std::rc::Rc;

use sha2::{Digest as _, Sha256};

use crate::secret::Secret;
use crate::sources::SourceKind;
use crate::sources::open::api::{self, OpenTokens};
use crate::sources::open::{Open, OpenCredentials, RefreshClient};
use crate::sources::upstream::call::{ApiResponse, Call};
use crate::sources::upstream::error::UpstreamError;
use crate::sources::web_api::account as web;
use crate::sources::web_api::{WebAccount, WebCredentials};
use crate::time::UnixSeconds;

/// The account that API calls are made with, and its credentials.
#[derive(Debug)]
pub enum Login {
    /// An account of 123Pan's web API.
    Web(Rc<WebAccount>),
    /// An account of 123Pan's open platform.
    Open(Open),
    /// No account: shares are listed anonymously.
    Anonymous,
}

impl Login {
    /// The account that a mount's calls are made with, where they need one.
    pub fn of(kind: &SourceKind) -> Self {
        match kind {
            SourceKind::Personal(account) => Self::Web(Rc::clone(account)),
            SourceKind::Share(share) => share.account.clone().map_or(Self::Anonymous, Self::Web),
            SourceKind::Open(open) => Self::Open(open.clone()),
        }
    }

    /// The account's identifier in storage keys; `None` for the anonymous account.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Web(account) => Some(&account.digest),
            Self::Open(open) => Some(&open.account),
            Self::Anonymous => None,
        }
    }

    /// The access token that the owner pasted into the settings; such an account can't get another.
    pub fn pasted(&self) -> Option<Secret> {
        match self {
            Self::Web(account) => match &account.credentials {
                WebCredentials::Token(token) => Some(web::pasted_token(token)),
                WebCredentials::Password { .. } => None,
            },
            Self::Open(open) => match &open.credentials {
                OpenCredentials::AccessToken(token) => Some(web::pasted_token(token)),
                OpenCredentials::Client { .. } | OpenCredentials::Refresh { .. } => None,
            },
            Self::Anonymous => None,
        }
    }

    /// Digest of the credentials, 16 hex digits: failures stored under other credentials are ignored.
    pub fn credentials_digest(&self) -> String {
        digest_of_parts(self.parts())
    }

    /// Digest of the credentials that a held token depends on, 16 hex digits: as [`Login::credentials_digest`], but
    /// without the client of a refresh token, since a token stays good whichever client renews it.
    pub fn token_digest(&self) -> String {
        let mut parts = self.parts();
        if let ["refresh", _, client @ ..] = &mut parts {
            *client = [""; 2];
        }
        digest_of_parts(parts)
    }

    fn parts(&self) -> [&str; 4] {
        match self {
            Self::Web(account) => match &account.credentials {
                WebCredentials::Password { username, password } => {
                    ["password", username.expose(), password.expose(), ""]
                }
                WebCredentials::Token(token) => ["token", token.expose(), "", ""],
            },
            Self::Open(open) => match &open.credentials {
                OpenCredentials::Client { id, secret } => {
                    ["client", id.expose(), secret.expose(), ""]
                }
                OpenCredentials::AccessToken(token) => ["access", token.expose(), "", ""],
                OpenCredentials::Refresh { token, client } => match client {
                    RefreshClient::Own { id, secret } => {
                        ["refresh", token.expose(), id.expose(), secret.expose()]
                    }
                    RefreshClient::Elsewhere(url) => ["refresh", token.expose(), url, ""],
                },
            },
            Self::Anonymous => [""; 4],
        }
    }

    /// The sign-in call; `None` if the account can't sign in. `refresh` is the newest refresh token, if
    /// there is one.
    pub fn call(&self, refresh: Option<&Secret>) -> Option<Call> {
        match self {
            Self::Web(account) => match &account.credentials {
                WebCredentials::Password { username, password } => {
                    Some(web::sign_in(&account.hosts, username, password))
                }
                WebCredentials::Token(_) => None,
            },
            Self::Open(open) => api::token(open, refresh),
            Self::Anonymous => None,
        }
    }

    /// Whether the sign-in call may be repeated if there was no connection.
    pub fn may_repeat(&self) -> bool {
        matches!(self, Self::Open(open) if matches!(open.credentials, OpenCredentials::Client { .. }))
    }

    /// Reads the tokens from the response to the sign-in call.
    pub fn read(
        &self,
        answer: &ApiResponse,
        now: UnixSeconds,
    ) -> Result<OpenTokens, UpstreamError> {
        match self {
            Self::Open(open) => api::read_token(open, answer, now),
            Self::Web(_) | Self::Anonymous => {
                web::read_sign_in(answer, now).map(|access| OpenTokens { access, refresh: None })
            }
        }
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
