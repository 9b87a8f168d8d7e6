//! Text in views.

use std::borrow::Cow;

/// Text that is borrowed where it can be.
pub type Text<'a> = Cow<'a, str>;
