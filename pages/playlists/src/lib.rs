//! Rewriting of HLS playlists: URIs of files on this site become paths of this site.
//!
//! Each rewrite has limits (see [`PlaylistLimit`]): a playlist's author may be anybody, and an isolate has
//! little time and memory.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use limits::PlaylistLimit;

use limits::Work;
use url_map::UrlMap;

mod hls;
mod limits;
mod url_map;

/// The origin URL of a playlist and the path at which it is served. The playlist's text is a
/// separate argument: as a JSON string, megabytes of lines would take longer to parse than to rewrite.
#[derive(Debug, Serialize, Deserialize)]
pub struct PlaylistView<'a> {
    /// The playlist's origin URL, without its query.
    #[serde(borrow)]
    pub origin: Cow<'a, str>,
    /// The path at which the playlist is served: percent-decoded, without the token of a share link.
    pub path: Cow<'a, str>,
    /// Whether visitors may learn the origin URL, as they do from a redirect.
    pub shows_origin: bool,
}

/// Rewrites a playlist into the bytes that are served. `view` is a [`PlaylistView`] as JSON.
///
/// # Errors
/// The name of the [`PlaylistLimit`] that the playlist exceeds: then nothing of it is served, since a
/// playlist with only some of its URIs rewritten would not play. `"not a playlist"` if the text is not
/// UTF-8 or `view` is no [`PlaylistView`].
pub fn rewrite(text: &[u8], view: &[u8]) -> Result<Vec<u8>, &'static str> {
    let parts = str::from_utf8(text).ok().zip(serde_json::from_slice(view).ok());
    let (text, view) = parts.ok_or("not a playlist")?;
    let rewritten = rewrite_counted(text, &view, &mut Work::default());
    rewritten.map(String::into_bytes).map_err(PlaylistLimit::name)
}

fn rewrite_counted(
    text: &str,
    view: &PlaylistView<'_>,
    work: &mut Work,
) -> Result<String, PlaylistLimit> {
    let urls = UrlMap::new(&view.origin, &view.path, view.shows_origin);
    hls::rewrite(text, &urls, work)
}

#[cfg(test)]
mod tests;
