//! What all pages have, as their templates use it.

use crate::asset::{VERSION, version_text};
use crate::look::Theme;
use crate::view::Frame;
use crate::words::Words;

impl Frame<'_> {
    /// What the page says.
    pub(crate) fn words(&self) -> &'static Words {
        Words::of(self.language)
    }

    /// The address of one of the site's own files; the version makes a new one load at once.
    #[expect(clippy::unused_self, reason = "templates have a frame at hand")]
    pub(crate) fn asset(&self, name: &str) -> String {
        ["/-/assets/", &version_text(VERSION), "/", name].concat()
    }

    /// Light or dark, where the visitor chose one.
    pub(crate) fn chosen_theme(&self) -> Option<&'static str> {
        Some(self.theme).filter(|theme| *theme != Theme::Automatic).map(Theme::name)
    }
}
