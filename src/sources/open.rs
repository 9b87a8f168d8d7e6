//! The source `open`: an account of 123Pan's open platform.

pub mod api;
pub mod config;
pub mod sign_in;
mod wire;

use crate::secret::Secret;
use crate::sources::upstream::direct_link::DirectLinks;

/// An account of 123Pan's open platform: credentials, API address and direct links.
#[derive(Clone, Debug)]
pub struct Open {
    /// Identifier of the account, 16 hex digits made from its credentials.
    pub account: String,
    /// The credentials that the account signs in with.
    pub credentials: OpenCredentials,
    /// The API's base URL, `https://open-api.123pan.com`, without a slash at the end.
    pub api: String,
    /// The settings of permanent direct links, if files are given out by those.
    pub direct: Option<DirectLinks>,
}

/// The credentials of an account of the open platform.
#[derive(Clone, Debug)]
pub enum OpenCredentials {
    /// The client id and secret of a registered developer.
    Client {
        /// The `clientID` of the developer.
        id: Secret,
        /// The `clientSecret` of the developer.
        secret: Secret,
    },
    /// A pasted access token, which works until it expires.
    AccessToken(Secret),
    /// A refresh token of the owner's own client. Each is used once and brings the next.
    Refresh {
        /// The first refresh token, from the settings.
        token: Secret,
        /// The client that renews the token.
        client: RefreshClient,
    },
}

/// The client that exchanges a refresh token for new tokens.
#[derive(Clone, Debug)]
pub enum RefreshClient {
    /// The owner's own OAuth client, which asks 123Pan.
    Own {
        /// The `client_id` of the OAuth client.
        id: Secret,
        /// The `client_secret` of the OAuth client.
        secret: Secret,
    },
    /// A third party's renewal service at this URL, which the owner set: it sees the token.
    RenewalService(String),
}
