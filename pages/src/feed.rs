//! A folder for other programs: playlists, download lists and feeds. One file a format.
//!
//! All of them are made of the same view: what the guard let out of one folder, and how links into it
//! begin. Links are absolute and have no `?`, but for those from one OPDS feed to the next.

mod aria2;
mod atom;
mod m3u8;
mod metalink;
mod moment;
mod names;
mod opds;
mod rss;
mod strm;
mod xml;
mod zip;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use signpost_core::percent;

use crate::view::{Frame, RowView};

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
            Self::Opds => opds::CATALOG,
            Self::OpdsBooks => opds::ACQUISITION,
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

/// The feed that a view asks for.
pub(crate) fn bytes(view: &FeedView<'_>) -> Vec<u8> {
    match view.format {
        FeedFormat::M3u8 => m3u8::write(view).into_bytes(),
        FeedFormat::Strm => strm::write(view),
        FeedFormat::Aria2 => aria2::write(view).into_bytes(),
        FeedFormat::Metalink => metalink::write(view).into_bytes(),
        FeedFormat::Wget => wget(view).into_bytes(),
        FeedFormat::Rss => rss::write(view).into_bytes(),
        FeedFormat::Atom => atom::write(view).into_bytes(),
        FeedFormat::Opds => opds::write(view).into_bytes(),
        FeedFormat::OpdsBooks => opds::write_books(view).into_bytes(),
    }
}

/// One URL a line.
fn wget(view: &FeedView<'_>) -> String {
    let mut list = String::new();
    for row in view.files() {
        push_url(&mut list, &view.base, row);
        list.push('\n');
    }
    list
}

impl<'a> FeedView<'a> {
    fn files(&self) -> impl Iterator<Item = &RowView<'a>> {
        self.rows.iter().filter(|row| !row.folder)
    }

    /// The files, the newest first; those without a time come last. What is as old keeps its order.
    fn newest_first(&self) -> Vec<&RowView<'a>> {
        let mut files = self.files().collect::<Vec<_>>();
        files.sort_by_key(|row| std::cmp::Reverse(row.modified));
        files
    }

    /// When the newest of its files changed, in Unix seconds; where nobody knows, the present.
    fn updated(&self) -> u64 {
        self.files().filter_map(|row| row.modified).max().unwrap_or(self.frame.now)
    }
}

/// Appends the URL of an entry below `base`.
fn push_url(out: &mut String, base: &str, row: &RowView<'_>) {
    out.push_str(base);
    out.extend(percent::encode_name(&row.name));
    if row.folder {
        out.push('/');
    }
}

fn url(base: &str, row: &RowView<'_>) -> String {
    let mut url = String::with_capacity(base.len() + row.name.len() + 16);
    push_url(&mut url, base, row);
    url
}

#[cfg(test)]
mod tests;
