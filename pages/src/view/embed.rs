//! Files in pages of other sites: the frame, and how services put it there (oEmbed).

use serde::{Deserialize, Serialize};

use super::frame::Frame;
use super::text::Text;

/// A file in a bare page, for the frame of another page.
#[derive(Debug, Serialize, Deserialize)]
pub struct EmbedView<'a> {
    /// What all pages have.
    #[serde(borrow)]
    pub frame: Frame<'a>,
    /// The file's name, decoded.
    pub name: Text<'a>,
    /// Its path on this site, with what opens it.
    pub href: String,
    /// Bytes, if known.
    pub size: Option<u64>,
    /// Seconds at which it begins.
    pub start: Option<u32>,
    /// Whether it plays at once, as far as the browser lets it.
    pub autoplay: bool,
    /// Whether it begins again at its end.
    pub repeat: bool,
    /// Whether it begins without sound.
    pub muted: bool,
}

/// How to embed a file, for services that ask.
#[derive(Debug, Serialize, Deserialize)]
pub struct OEmbedView<'a> {
    /// `https://files.example`.
    #[serde(borrow)]
    pub site: Text<'a>,
    /// The site's title.
    pub provider: Text<'a>,
    /// The file's name, decoded.
    pub name: Text<'a>,
    /// Its path, with the share link that opens it.
    pub href: String,
    /// Bytes, if known.
    pub size: Option<u64>,
    /// XML instead of JSON.
    pub xml: bool,
    /// CSS pixels, one or more.
    pub max_width: Option<u32>,
    /// The same.
    pub max_height: Option<u32>,
}
