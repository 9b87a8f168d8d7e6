//! What all pages have, as their templates use it.

use crate::asset::{CUSTOM, VERSION, version_text};
use crate::look::Theme;
use crate::markdown::to_html;
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

    /// The address of a script, with the words of the page's language.
    pub(crate) fn script(&self, name: &str) -> String {
        self.asset(&[name, ".", self.language.tag(), ".js"].concat())
    }

    /// The address of the owner's style sheet.
    pub(crate) fn custom(&self) -> Option<String> {
        let version = self.custom?;
        Some(["/-/assets/", &version_text(version), "/", CUSTOM].concat())
    }

    /// The owner's words at the foot, as HTML that is safe.
    pub(crate) fn footer(&self) -> Option<String> {
        self.footer.as_deref().map(to_html)
    }

    /// Light or dark, where the visitor chose one.
    pub(crate) fn chosen_theme(&self) -> Option<&'static str> {
        Some(self.theme).filter(|theme| *theme != Theme::Automatic).map(Theme::name)
    }
}
