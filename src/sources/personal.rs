//! The source `personal`: a 123Pan user's own drive, by the web API.

pub mod api;
pub mod config;

use std::rc::Rc;

use super::web_api::WebAccount;

/// A 123Pan user's own drive.
#[derive(Clone, Debug)]
pub struct Personal {
    /// The account whose drive is listed.
    pub account: Rc<WebAccount>,
}
