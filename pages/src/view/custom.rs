//! The owner's style sheet.

use serde::{Deserialize, Serialize};

use super::text::Text;

/// The owner's colour and style.
#[derive(Debug, Serialize, Deserialize)]
pub struct CustomView<'a> {
    /// `#rrggbb`.
    #[serde(borrow)]
    pub accent: Option<Text<'a>>,
    /// What follows.
    pub css: Option<Text<'a>>,
}
