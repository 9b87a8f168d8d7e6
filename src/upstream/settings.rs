//! What a mount of the vendor's is made of, checked.

use std::rc::Rc;

use crate::host::SignedHosts;
use crate::secret::Secret;
use crate::sign::PathForm;
use crate::time::ValidMinutes;

/// A mount whose entries come from the vendor.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// What to call it in a report: `MOUNTS[1]`.
    pub setting: String,
    /// 16 hex digits that change with every setting that changes what is listed; no secret can be
    /// read out of them. Keys of caches begin with it.
    pub digest: String,
    /// The account whose hand makes its calls, so that one pace holds for all mounts of it.
    pub desk: String,
    /// The folder that it shows; 0 is the root.
    pub root: u64,
    /// Seconds for which a listing is as good as new.
    pub fresh: u64,
    /// Seconds for which it is better than nothing, counted from when it was read.
    pub stale: u64,
    /// Which API, with what.
    pub kind: Kind,
}

/// The three APIs.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A personal drive, by the web API.
    Personal(Rc<WebAccount>),
    /// A share, by the web API.
    Share(Share),
    /// An account of the open platform.
    Open(Open),
}

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

/// Where the web API is at present; it moves about once a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebHosts {
    /// `https://yun.123pan.com/b/api`, without a slash at the end.
    pub api: String,
    /// `https://login.123pan.com/api/user/sign_in`.
    pub login: String,
}

/// A share.
#[derive(Clone, Debug)]
pub struct Share {
    /// `VN6A-qP163`.
    pub key: Secret,
    /// Empty for none.
    pub password: Secret,
    /// The web API's address.
    pub hosts: WebHosts,
    /// Whose token fetches its files; without one they are only listed.
    pub account: Option<Rc<WebAccount>>,
}

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
