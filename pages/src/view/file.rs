//! What a file's page is made of.

use serde::{Deserialize, Serialize};

use super::folder::Crumb;
use super::frame::Frame;
use super::text::Text;

/// A file, and what is around it. No link to its bytes but its own address.
#[derive(Debug, Serialize, Deserialize)]
pub struct FileView<'a> {
    /// What all pages have. Its `site` is the title that a rule gives this part of the site.
    #[serde(borrow)]
    pub frame: Frame<'a>,
    /// The file's name.
    pub name: Text<'a>,
    /// Where it is had: relative, one segment, and AList's signature if that opens it.
    pub href: String,
    /// Where the site's name leads; `None` where it would lead out of a share link.
    pub home: Option<String>,
    /// The folders on the way here.
    pub crumbs: Vec<Crumb<'a>>,
    /// Bytes, if known.
    pub size: Option<u64>,
    /// Unix seconds, if known.
    pub modified: Option<u64>,
    /// The content's MD5 in hex, where a rule gives it away.
    pub md5: Option<String>,
    /// The file of its kind before it in its folder.
    pub previous: Option<Neighbour<'a>>,
    /// The one after it.
    pub next: Option<Neighbour<'a>>,
    /// Names of subtitles and lyrics beside it.
    pub tracks: Vec<Text<'a>>,
    /// The sites that the bytes come from, as policies have them.
    pub leads: Text<'a>,
    /// Whether its address opens for this visitor alone.
    pub sealed: bool,
    /// The most hours for which a visitor may make a share link; `None`: none at all.
    pub share_hours: Option<u16>,
    /// For search engines.
    pub robots: Option<Text<'a>>,
}

/// Another file of the folder.
#[derive(Debug, Serialize, Deserialize)]
pub struct Neighbour<'a> {
    /// Its name.
    #[serde(borrow)]
    pub name: Text<'a>,
    /// The address of its page, relative.
    pub href: String,
}
