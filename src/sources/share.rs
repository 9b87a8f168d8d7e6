//! The source `share`: a share link of 123Pan's, by the web API.

pub mod api;
pub mod config;
pub mod key;

use std::rc::Rc;

use super::web_api::{WebAccount, WebHosts};
use crate::secret::Secret;

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
