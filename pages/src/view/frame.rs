//! What every view has: the site, its visitor's choices, and what services that show links may tell.

use serde::{Deserialize, Serialize};

use super::text::Text;
use crate::language::Language;
use crate::look::Theme;

/// What all pages have.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Frame<'a> {
    /// The site's title.
    #[serde(borrow)]
    pub site: Text<'a>,
    /// The language of the words.
    pub language: Language,
    /// Light or dark.
    pub theme: Theme,
    /// Unix seconds.
    pub now: u64,
    /// The site's time zone: seconds east of UTC.
    pub offset: i32,
    /// The icon's address, where the owner has one.
    pub icon: Option<Text<'a>>,
    /// Markdown at the foot of the page.
    pub footer: Option<Text<'a>>,
    /// The version of the owner's style sheet, where there is one.
    pub custom: Option<u64>,
    /// What services that show links may tell of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub social: Option<Social<'a>>,
}

/// What services that show links may tell of a page: of one that is open to everybody.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Social<'a> {
    /// `https://files.example`.
    #[serde(borrow)]
    pub site: Text<'a>,
    /// The path of what the page is about: a file's, or a folder's with its slash.
    pub href: String,
    /// The name, decoded.
    pub name: Text<'a>,
    /// Whether it is a folder.
    pub folder: bool,
}
