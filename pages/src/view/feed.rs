//! A folder for other programs: its forms, and what each is made of.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::folder::RowView;
use super::frame::Frame;

/// The media type of an OPDS feed of books.
pub(crate) const OPDS_ACQUISITION: &str =
    "application/atom+xml;profile=opds-catalog;kind=acquisition";
/// The media type of an OPDS feed that may list books or other feeds.
pub(crate) const OPDS_CATALOG: &str = "application/atom+xml;profile=opds-catalog";

/// The forms of a folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeedFormat {
    /// A playlist of what can be played.
    #[default]
    M3u8,
    /// A zip with a file of one line for each of them, as media centres read it.
    Strm,
    /// An input file of aria2.
    Aria2,
    /// Metalink 4 (RFC 5854).
    Metalink,
    /// A list of URLs, as `wget -i` reads it.
    Wget,
    /// RSS 2.0.
    Rss,
    /// Atom (RFC 4287).
    Atom,
    /// A catalogue of books (OPDS 1.2): the folders, or the books where there are no folders.
    Opds,
    /// The books alone, where there are folders besides.
    OpdsBooks,
}

/// What a feed is made of.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct FeedView<'a> {
    /// What all pages have. Its `site` is the title that a rule gives this part of the site.
    #[serde(borrow)]
    pub frame: Frame<'a>,
    /// Which one it is to be.
    pub format: FeedFormat,
    /// The folder's own name; of the root the site's.
    pub title: Cow<'a, str>,
    /// The folder's absolute URL for this visitor, with a slash at its end: what links begin with.
    pub base: String,
    /// The same without a share link's token: it lasts, so entries are named by it.
    pub lasting: String,
    /// The topmost folder that opens for this visitor, as `base` is written.
    pub start: String,
    /// The folder above, as `base` is written; `None` where it does not open.
    pub up: Option<String>,
    /// What opens for this visitor, in the order of the folder's page.
    pub rows: Vec<RowView<'a>>,
}

impl FeedFormat {
    /// All of them, by the names that stand behind `?format=`.
    pub const ALL: [(&'static str, Self); 9] = [
        ("m3u8", Self::M3u8),
        ("strm", Self::Strm),
        ("aria2", Self::Aria2),
        ("metalink", Self::Metalink),
        ("wget", Self::Wget),
        ("rss", Self::Rss),
        ("atom", Self::Atom),
        ("opds", Self::Opds),
        ("opds-books", Self::OpdsBooks),
    ];

    /// The one of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
    }

    /// Its media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            // What players take for a plain playlist: with one of HLS's types they would look for
            // segments.
            Self::M3u8 => "audio/x-mpegurl",
            Self::Strm => "application/zip",
            Self::Aria2 | Self::Wget => "text/plain; charset=utf-8",
            Self::Metalink => "application/metalink4+xml",
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Opds => OPDS_CATALOG,
            Self::OpdsBooks => OPDS_ACQUISITION,
        }
    }

    /// The extension of the file that it is kept in, where it is for keeping.
    pub const fn extension(self) -> Option<&'static str> {
        match self {
            Self::M3u8 => Some("m3u8"),
            Self::Strm => Some("zip"),
            Self::Aria2 => Some("txt"),
            Self::Metalink => Some("meta4"),
            Self::Wget | Self::Rss | Self::Atom | Self::Opds | Self::OpdsBooks => None,
        }
    }
}
