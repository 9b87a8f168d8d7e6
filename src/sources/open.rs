//! The source `open`: an account of the open platform.

pub mod api;
pub mod config;

use crate::host::SignedHosts;
use crate::secret::Secret;
use crate::sign::PathForm;
use crate::time::ValidMinutes;

/// An account of the open platform.
#[derive(Clone, Debug)]
pub struct Open {
    /// 16 hex digits that stand for whose it is.
    pub account: String,
    /// How it signs in.
    pub credentials: OpenCredentials,
    /// `https://open-api.123pan.com`, without a slash at the end.
    pub api: String,
    /// Whether files are handed out by their permanent direct links.
    pub direct: Option<Direct>,
}

/// How an account of the open platform signs in.
#[derive(Clone, Debug)]
pub enum OpenCredentials {
    /// As a developer.
    Client {
        /// `clientID`.
        id: Secret,
        /// `clientSecret`.
        secret: Secret,
    },
    /// With a pasted token, until it is over.
    AccessToken(Secret),
    /// With a refresh token of the owner's own client. The one here is the first: each is used once
    /// and brings the next.
    Refresh {
        /// The first.
        token: Secret,
        /// The client that it was made for.
        client: RefreshClient,
    },
}

/// Who renews a token.
#[derive(Clone, Debug)]
pub enum RefreshClient {
    /// The owner's own client, at the vendor's.
    Own {
        /// `client_id`.
        id: Secret,
        /// `client_secret`.
        secret: Secret,
    },
    /// Somebody else's service, at the address that the owner wrote: it sees the token.
    Elsewhere(String),
}

/// Permanent direct links, signed here.
#[derive(Clone, Debug)]
pub struct Direct {
    /// Signs them; without one they are handed out as they are.
    pub private_key: Option<Secret>,
    /// The account's id; without it the vendor is asked.
    pub uid: Option<u64>,
    /// How the path is hashed.
    pub form: PathForm,
    /// The lifetime of a signed link.
    pub valid: ValidMinutes,
    /// The hosts to sign for.
    pub hosts: SignedHosts,
}
