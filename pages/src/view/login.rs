//! The view of the password form.

use serde::{Deserialize, Serialize};

use super::layout::Layout;
use super::text::Text;

/// The page that asks for a password. It does not say what the password opens.
#[derive(Debug, Serialize, Deserialize)]
pub struct LoginView<'a> {
    /// The layout that all pages share.
    #[serde(borrow)]
    pub layout: Layout<'a>,
    /// The path of this site to return to. It is never shown.
    pub back: Text<'a>,
    /// Whether a wrong password was given.
    pub wrong: bool,
}
