//! The view of feeds, and their formats.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::folder::RowView;
use super::layout::Layout;
use super::text::Text;

/// The media type of an OPDS feed of books.
pub(crate) const OPDS_ACQUISITION: &str =
    "application/atom+xml;profile=opds-catalog;kind=acquisition";
/// The media type of an OPDS feed that may list books or other feeds.
pub(crate) const OPDS_CATALOG: &str = "application/atom+xml;profile=opds-catalog";

/// The formats of a feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeedFormat {
    /// A playlist of films and music.
    #[default]
    M3u8,
    /// A playlist of films and music in XML (XSPF 1).
    Xspf,
    /// A zip archive of `.strm` files, one for each film and each piece of music, for media centres.
    Strm,
    /// An input file for aria2.
    Aria2,
    /// Metalink 4 (RFC 5854).
    Metalink,
    /// A list of URLs, for `wget -i`.
    Wget,
    /// RSS 2.0.
    Rss,
    /// Atom (RFC 4287).
    Atom,
    /// A catalogue of books (OPDS 1.2): the folders, or the books if there are no folders.
    Opds,
    /// The books of a folder that has folders, too (OPDS 1.2).
    OpdsBooks,
}

/// A folder as a feed for other programs.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct FeedView<'a> {
    /// The layout that all pages share. Its `site` is the title that a rule gives this part of the site.
    #[serde(borrow)]
    pub layout: Layout<'a>,
    /// The format of the feed.
    pub format: FeedFormat,
    /// The folder's own name; for the root the site's title.
    pub title: Cow<'a, str>,
    /// The folder's absolute URL for this visitor, ending in a slash; links begin with it.
    pub base: String,
    /// The folder's absolute URL without the token of a share link, ending in a slash. It is permanent,
    /// so ids of entries begin with it.
    pub permanent_base: String,
    /// The URL of the topmost folder that opens for this visitor, in the form of `base`.
    pub start: String,
    /// The URL of the folder above, in the form of `base`; `None` if it does not open.
    pub up: Option<String>,
    /// The entries of this part that open for this visitor: those that the format lists, in its order.
    pub rows: Vec<RowView<'a>>,
    /// The folders below that the request asks for, as `rows` has the folder itself: each folder before the one
    /// that it is in, and otherwise in the order of the folder's page.
    pub below: Vec<SubfolderView<'a>>,
    /// The time in Unix seconds at or after which a file must have changed to be in an archive; files without a
    /// time are in it.
    pub since: Option<u64>,
    /// Whether any file of the folder is a book.
    pub has_books: bool,
    /// The number of rows in a part, where the request says it; the URLs of all parts do, too.
    pub per_page: Option<usize>,
    /// The number of this part of the feed; `None` for the first.
    pub page: Option<usize>,
    /// The number of the part after this one; `None` for the last.
    pub next_page: Option<usize>,
}

/// A folder below the one that a feed is of.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct SubfolderView<'a> {
    /// The names on the path from the feed's folder to this one, its own included.
    #[serde(rename = "p", borrow)]
    pub path: Vec<Text<'a>>,
    /// The folder's entries that open for this visitor, in its order.
    #[serde(rename = "r")]
    pub rows: Vec<RowView<'a>>,
}

impl FeedFormat {
    /// All formats, with their values of the query `format`.
    pub const ALL: [(&'static str, Self); 10] = [
        ("m3u8", Self::M3u8),
        ("xspf", Self::Xspf),
        ("strm", Self::Strm),
        ("aria2", Self::Aria2),
        ("metalink", Self::Metalink),
        ("wget", Self::Wget),
        ("rss", Self::Rss),
        ("atom", Self::Atom),
        ("opds", Self::Opds),
        ("opds-books", Self::OpdsBooks),
    ];

    /// The format with this value of the query `format`.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
    }

    /// Whether the format may list the folders below, too.
    pub const fn has_depth(self) -> bool {
        match self {
            Self::M3u8 | Self::Xspf | Self::Strm | Self::Aria2 | Self::Metalink | Self::Wget => {
                true
            }
            Self::Rss | Self::Atom | Self::Opds | Self::OpdsBooks => false,
        }
    }

    /// Whether a feed has the same bytes as long as its entries are the same: it says neither the time nor
    /// anything of the site's settings.
    pub const fn is_reproducible(self) -> bool {
        self.has_depth() && !matches!(self, Self::Metalink)
    }

    /// The media type of the feed.
    pub const fn content_type(self) -> &'static str {
        match self {
            // The type of a plain playlist: with a type of HLS, players would look for segments.
            Self::M3u8 => "audio/x-mpegurl",
            Self::Xspf => "application/xspf+xml",
            Self::Strm => "application/zip",
            Self::Aria2 | Self::Wget => "text/plain; charset=utf-8",
            Self::Metalink => "application/metalink4+xml",
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Opds => OPDS_CATALOG,
            Self::OpdsBooks => OPDS_ACQUISITION,
        }
    }

    /// The file extension for a download; `None` for feeds that are subscribed to or piped.
    pub const fn extension(self) -> Option<&'static str> {
        match self {
            Self::M3u8 => Some("m3u8"),
            Self::Xspf => Some("xspf"),
            Self::Strm => Some("zip"),
            Self::Aria2 => Some("txt"),
            Self::Metalink => Some("meta4"),
            Self::Wget | Self::Rss | Self::Atom | Self::Opds | Self::OpdsBooks => None,
        }
    }
}
