//! The views of embed pages and of oEmbed responses.

use serde::{Deserialize, Serialize};

use super::layout::Layout;
use super::text::Text;

/// The embed page: a file in a bare page, for a frame of another page.
#[derive(Debug, Serialize, Deserialize)]
pub struct EmbedView<'a> {
    /// The layout that all pages share.
    #[serde(borrow)]
    pub layout: Layout<'a>,
    /// The file's name, percent-decoded.
    pub name: Text<'a>,
    /// The file's path on this site, with the share link or signature that opens it.
    pub href: String,
    /// The size in bytes, if known.
    pub size: Option<u64>,
    /// The time at which playback starts, in seconds.
    pub start: Option<u32>,
    /// Whether playback starts at once, if the browser permits it.
    pub autoplay: bool,
    /// Whether the film or song begins again when it ends.
    pub repeat: bool,
    /// Whether playback starts muted.
    pub muted: bool,
}

/// An oEmbed response: how another site embeds a file.
#[derive(Debug, Serialize, Deserialize)]
pub struct OEmbedView<'a> {
    /// The origin of this site, such as `https://files.example`.
    #[serde(borrow)]
    pub site: Text<'a>,
    /// The site's title.
    pub provider: Text<'a>,
    /// The file's name, percent-decoded.
    pub name: Text<'a>,
    /// The file's path on this site, with the share link or signature that opens it.
    pub href: String,
    /// The size in bytes, if known.
    pub size: Option<u64>,
    /// Whether the response is XML instead of JSON.
    pub xml: bool,
    /// The maximum width in CSS pixels; one or more.
    pub max_width: Option<u32>,
    /// The maximum height in CSS pixels; one or more.
    pub max_height: Option<u32>,
}
