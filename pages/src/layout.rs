//! The layout that all pages share, as their templates use it.

use crate::asset::{CUSTOM, VERSION, version_text};
use crate::markdown::to_html;
use crate::messages::Messages;
use crate::preferences::Theme;
use crate::view::Layout;

impl Layout<'_> {
    /// The messages in the page's language.
    pub(crate) fn messages(&self) -> &'static Messages {
        Messages::of(self.language)
    }

    /// The URL of a static file. It contains the files' version, so that a new file is loaded at once.
    #[expect(clippy::unused_self, reason = "templates call it on the layout")]
    pub(crate) fn asset(&self, name: &str) -> String {
        ["/-/assets/", &version_text(VERSION), "/", name].concat()
    }

    /// The URL of a script with messages in the page's language.
    pub(crate) fn script(&self, name: &str) -> String {
        self.asset(&[name, ".", self.language.tag(), ".js"].concat())
    }

    /// The URL of the owner's style sheet, if there is one.
    pub(crate) fn custom(&self) -> Option<String> {
        let version = self.custom?;
        Some(["/-/assets/", &version_text(version), "/", CUSTOM].concat())
    }

    /// The owner's footer as safe HTML.
    pub(crate) fn footer(&self) -> Option<String> {
        self.footer.as_deref().map(to_html)
    }

    /// The theme, if the visitor chose light or dark.
    pub(crate) fn chosen_theme(&self) -> Option<&'static str> {
        Some(self.theme).filter(|theme| *theme != Theme::Automatic).map(Theme::name)
    }
}
