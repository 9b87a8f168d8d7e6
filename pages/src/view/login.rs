//! The page that asks for a password.

use serde::{Deserialize, Serialize};

use super::frame::Frame;
use super::text::Text;

/// The page that asks for a password. It says nothing of what the password opens.
#[derive(Debug, Serialize, Deserialize)]
pub struct LoginView<'a> {
    /// What all pages have.
    #[serde(borrow)]
    pub frame: Frame<'a>,
    /// The path to return to: one of ours already, never shown.
    pub back: Text<'a>,
    /// Whether a password was given and is not right.
    pub wrong: bool,
}
