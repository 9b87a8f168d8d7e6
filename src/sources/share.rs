//! The source `share`: a share link of 123Pan's, by the web API.

pub mod api;
pub mod config;
pub mod key;

use std::rc::Rc;

use super::web_api::{WebAccount, WebHosts};
use crate::secret::Secret;

/// A 123Pan share: its key and password, and the account that downloads its files.
#[derive(Clone, Debug)]
pub struct Share {
    /// The share's key, as in `VN6A-qP163`.
    pub key: Secret,
    /// The share's password; empty for none.
    pub password: Secret,
    /// The web API's addresses.
    pub hosts: WebHosts,
    /// The account whose token downloads the share's files; without one they are only listed.
    pub account: Option<Rc<WebAccount>>,
}
