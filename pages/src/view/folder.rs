//! What a folder's page is made of.

use serde::{Deserialize, Serialize};

use super::frame::Frame;
use super::text::Text;

/// A folder and what is in it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a part of the page that is there or not"
)]
#[derive(Debug, Serialize, Deserialize)]
pub struct FolderView<'a> {
    /// What all pages have. Its `site` is the title that a rule gives this part of the site.
    #[serde(borrow)]
    pub frame: Frame<'a>,
    /// The folder's own name; of the root the site's.
    pub title: Text<'a>,
    /// Where the site's name leads; `None` where it would lead out of a share link.
    pub home: Option<String>,
    /// The folders on the way here, this one last.
    pub crumbs: Vec<Crumb<'a>>,
    /// Whether the folder above opens.
    pub up: bool,
    /// Folders first, in natural order.
    pub rows: Vec<RowView<'a>>,
    /// Markdown above the listing.
    pub header: Option<Text<'a>>,
    /// Markdown below it.
    pub readme: Option<Text<'a>>,
    /// For search engines.
    pub robots: Option<Text<'a>>,
    /// Whether the site is the built-in demo.
    pub demo: bool,
    /// Whether it has files that can't be listed.
    pub remote: bool,
    /// What to know of the listing itself.
    pub notice: Option<Notice>,
    /// Whether a click on a file opens its page; without scripts it downloads.
    pub click_views: bool,
}

/// A folder on the way.
#[derive(Debug, Serialize, Deserialize)]
pub struct Crumb<'a> {
    /// Its name.
    #[serde(borrow)]
    pub name: Text<'a>,
    /// Relative; empty for this folder, and for one that does not open.
    pub href: String,
}

/// A file or folder in a listing. Short names: there may be ten thousand of them.
#[derive(Debug, Serialize, Deserialize)]
pub struct RowView<'a> {
    /// The name, decoded.
    #[serde(rename = "n", borrow)]
    pub name: Text<'a>,
    /// Whether it is a folder.
    #[serde(rename = "f", default, skip_serializing_if = "std::ops::Not::not")]
    pub folder: bool,
    /// Whether it is shown though it does not open yet.
    #[serde(rename = "l", default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
    /// Bytes, if known.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Of a folder: how many entries the visitor would see in it, if that is known.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub items: Option<usize>,
    /// Unix seconds, if known.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<u64>,
    /// The content's MD5 in hex, where a rule gives it away.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
}

/// That a listing is not the newest, or not all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// More of it is on its way.
    Loading,
    /// It is as old as this.
    Stale {
        /// Whole minutes.
        minutes: u64,
    },
    /// The vendor has more, and can't be asked.
    LacksSome,
}
