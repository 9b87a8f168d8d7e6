//! The view of a folder's page.

use serde::{Deserialize, Serialize};

use super::layout::Layout;
use super::text::Text;

/// A folder's page: the folder and its entries.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a part of the page that is there or not"
)]
#[derive(Debug, Serialize, Deserialize)]
pub struct FolderView<'a> {
    /// The layout that all pages share. Its `site` is the title that a rule gives this part of the site.
    #[serde(borrow)]
    pub layout: Layout<'a>,
    /// The folder's own name; for the root the site's title.
    pub title: Text<'a>,
    /// The link of the site's name; `None` where it would leave a share link.
    pub home: Option<String>,
    /// The folders from the root to this one, this one included.
    pub crumbs: Vec<Crumb<'a>>,
    /// Whether the folder above opens for this visitor.
    pub up: bool,
    /// The entries of the page: folders first, in natural order unless the visitor chose another.
    pub rows: Vec<RowView<'a>>,
    /// The numbers of all entries, on this page or not.
    pub totals: Totals,
    /// The links to the other pages of a large folder; `None` if this page has all entries.
    pub pager: Option<PagerView<'a>>,
    /// Markdown above the listing.
    pub header: Option<Text<'a>>,
    /// Markdown below the listing.
    pub readme: Option<Text<'a>>,
    /// The content of the `robots` meta tag.
    pub robots: Option<Text<'a>>,
    /// Whether the site is the built-in demo.
    pub demo: bool,
    /// Whether the folder has files that can't be listed.
    pub remote: bool,
    /// A notice that the listing is stale or incomplete, if it is.
    pub notice: Option<Notice>,
    /// Whether a click on a file opens the file's page; without scripts it downloads the file.
    pub click_views: bool,
}

impl FolderView<'_> {
    /// Whether the page shows only the entries that match a filter.
    pub fn is_filtered(&self) -> bool {
        self.pager.as_ref().is_some_and(|pager| !pager.filter.is_empty())
    }
}

/// The numbers of a folder's entries and their total size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// The number of folders.
    pub folders: usize,
    /// The number of files.
    pub files: usize,
    /// The total size in bytes of the files whose size is known; `None` if none is.
    pub bytes: Option<u64>,
    /// Whether the size of every file is known.
    pub is_sized: bool,
    /// Whether any entry has a time.
    pub is_dated: bool,
}

/// The links between the pages of a large folder, its sort order and its filter.
#[derive(Debug, Serialize, Deserialize)]
pub struct PagerView<'a> {
    /// The number of the page's first row among all rows, from 1 on; 0 if there are no rows.
    pub first: usize,
    /// The number of the page's last row.
    pub last: usize,
    /// The number of all rows that match the filter.
    pub total: usize,
    /// The relative URL of the previous page.
    pub previous: Option<String>,
    /// The relative URL of the next page.
    pub next: Option<String>,
    /// The words of the filter; empty without one.
    #[serde(borrow)]
    pub filter: Text<'a>,
    /// The fields of the query that the filter's form sends along, and their values.
    pub fields: Vec<(Text<'a>, Text<'a>)>,
    /// The columns name, size and time.
    pub columns: [Column; 3],
}

/// A column of a large folder's page, by which its rows may be sorted.
#[derive(Debug, Serialize, Deserialize)]
pub struct Column {
    /// Whether the rows are sorted by the column in descending order; `None` if they are not sorted by it.
    pub is_descending: Option<bool>,
    /// The relative URL of the rows sorted by the column, or in the other direction if they already are.
    pub href: String,
}

/// A whole folder as a plain list, for tools that read one page.
#[derive(Debug, Serialize, Deserialize)]
pub struct FolderListView<'a> {
    /// The layout that all pages share.
    #[serde(borrow)]
    pub layout: Layout<'a>,
    /// The folder's own name; for the root the site's title.
    pub title: Text<'a>,
    /// Whether the folder above opens for this visitor.
    pub up: bool,
    /// The entries: folders first, in natural order.
    pub rows: Vec<RowView<'a>>,
}

/// A folder in the breadcrumbs.
#[derive(Debug, Serialize, Deserialize)]
pub struct Crumb<'a> {
    /// The folder's name.
    #[serde(borrow)]
    pub name: Text<'a>,
    /// The folder's relative URL; empty for the current folder, and for a folder that does not open.
    pub href: String,
}

/// A file or folder in a listing. JSON field names are short: there may be ten thousand rows.
#[derive(Debug, Serialize, Deserialize)]
pub struct RowView<'a> {
    /// The name, percent-decoded.
    #[serde(rename = "n", borrow)]
    pub name: Text<'a>,
    /// Whether the entry is a folder.
    #[serde(rename = "f", default, skip_serializing_if = "std::ops::Not::not")]
    pub folder: bool,
    /// Whether the entry is listed though it does not open without a password or link.
    #[serde(rename = "l", default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
    /// The size in bytes, if known.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// For a folder, the number of entries that the visitor would see in it, if known.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub items: Option<usize>,
    /// The time of the last change in Unix seconds, if known.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<u64>,
    /// The content's MD5 in hexadecimal, if a rule publishes it.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
}

/// A notice that a listing is stale or incomplete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// The listing is still being loaded.
    Loading,
    /// The listing is stale.
    Stale {
        /// The age of the listing in whole minutes.
        minutes: u64,
    },
    /// The listing is incomplete, and the vendor can't be asked for the rest.
    LacksSome,
}
