//! The view of the owner's style sheet.

use serde::{Deserialize, Serialize};

use super::text::Text;

/// The owner's accent colour and style sheet.
#[derive(Debug, Serialize, Deserialize)]
pub struct CustomView<'a> {
    /// The accent colour, as `#rrggbb`.
    #[serde(borrow)]
    pub accent: Option<Text<'a>>,
    /// CSS that follows the accent colour.
    pub css: Option<Text<'a>>,
}
