//! The view of a file's page.

use serde::{Deserialize, Serialize};

use super::folder::Crumb;
use super::layout::Layout;
use super::text::Text;

/// A file's page. Its only link to the file's bytes is the file's own URL.
#[derive(Debug, Serialize, Deserialize)]
pub struct FileView<'a> {
    /// The layout that all pages share. Its `site` is the title that a rule gives this part of the site.
    #[serde(borrow)]
    pub layout: Layout<'a>,
    /// The file's name, percent-decoded.
    pub name: Text<'a>,
    /// The file's relative URL: one segment, and AList's signature if that opens the file.
    pub href: String,
    /// The link of the site's name; `None` where it would leave a share link.
    pub home: Option<String>,
    /// The folders from the root to the file.
    pub crumbs: Vec<Crumb<'a>>,
    /// The size in bytes, if known.
    pub size: Option<u64>,
    /// The time of the last change in Unix seconds, if known.
    pub modified: Option<u64>,
    /// The content's MD5 in hexadecimal, if a rule publishes it.
    pub md5: Option<String>,
    /// The previous file of the same kind in the folder.
    pub previous: Option<Neighbour<'a>>,
    /// The next file of the same kind in the folder.
    pub next: Option<Neighbour<'a>>,
    /// The names of the file's sidecars: subtitles and lyrics.
    pub tracks: Vec<Text<'a>>,
    /// The hosts that the file's bytes come from, as a Content-Security-Policy lists them.
    pub byte_origins: Text<'a>,
    /// The number under which browsers save the file, where its link does not end in its name.
    pub saved_as: Option<Text<'a>>,
    /// Whether the file's URL opens for this visitor only.
    pub sealed: bool,
    /// The maximum lifetime of share links that visitors may make, in hours; `None` if they may make
    /// none.
    pub share_hours: Option<u16>,
    /// The content of the `robots` meta tag.
    pub robots: Option<Text<'a>>,
}

/// Another file of the same folder.
#[derive(Debug, Serialize, Deserialize)]
pub struct Neighbour<'a> {
    /// The file's name.
    #[serde(borrow)]
    pub name: Text<'a>,
    /// The relative URL of the file's page.
    pub href: String,
}
