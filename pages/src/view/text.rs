//! The type of texts in views.

use std::borrow::Cow;

/// Text that is borrowed where possible.
pub type Text<'a> = Cow<'a, str>;
