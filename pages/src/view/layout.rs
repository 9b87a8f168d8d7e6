//! The view of the layout that all pages share, and of link previews.

use serde::{Deserialize, Serialize};

use super::text::Text;
use crate::language::Language;
use crate::preferences::Theme;

/// The layout that all pages share.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Layout<'a> {
    /// The site's title.
    #[serde(borrow)]
    pub site: Text<'a>,
    /// The language of the messages.
    pub language: Language,
    /// The theme that the visitor chose.
    pub theme: Theme,
    /// The present, in Unix seconds.
    pub now: u64,
    /// The site's time zone, in seconds east of UTC.
    pub offset: i32,
    /// The URL of the owner's icon, if there is one.
    pub icon: Option<Text<'a>>,
    /// The footer, as Markdown.
    pub footer: Option<Text<'a>>,
    /// The version of the owner's style sheet, if there is one.
    pub custom: Option<u64>,
    /// Whether the page came over plain HTTP from another machine, where browsers keep no cookie of this site.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_https: bool,
    /// The link preview of a page that is open to everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub social: Option<Social<'a>>,
}

/// A link preview: what other services may show of a page. Only pages that are open to everybody have
/// one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Social<'a> {
    /// The origin of this site, such as `https://files.example`.
    #[serde(borrow)]
    pub site: Text<'a>,
    /// The path of the file, or of the folder with its slash.
    pub href: String,
    /// The name of the file or folder, percent-decoded.
    pub name: Text<'a>,
    /// Whether the entry is a folder.
    pub folder: bool,
}
