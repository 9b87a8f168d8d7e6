//! Playlists of films as Signpost serves them: HLS and DASH, with the addresses of what is kept beside
//! them made paths of the site.
//!
//! A crate apart from the pages, since it is compiled for speed and they for size. Its limits say how much
//! of that speed one request may take: a playlist's author may be anybody, and an isolate has little time
//! and memory.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use limits::PlaylistLimit;

use limits::Work;
use place::Place;

mod dash;
mod hls;
mod limits;
mod place;

/// Where a playlist comes from and where it is served. Its text goes beside this: as JSON, megabytes of
/// lines would take longer than their rewriting.
#[derive(Debug, Serialize, Deserialize)]
pub struct PlaylistView<'a> {
    /// The URL of its origin, without query.
    #[serde(borrow)]
    pub origin: Cow<'a, str>,
    /// Where this site begins: scheme, host and the token of a share link.
    pub site: Cow<'a, str>,
    /// Its decoded path here, without the token of a share link.
    pub path: Cow<'a, str>,
    /// Whether its visitors may learn the origin.
    pub told: bool,
}

/// The bytes of a playlist as it is served. `view` is a [`PlaylistView`] as JSON.
///
/// # Errors
/// The name of the [`PlaylistLimit`] that it goes beyond: nothing of it is served then, since with a part
/// of its addresses as they were it would not play. Other words where one of the two can't be read.
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
    let place = Place::new(&view.origin, &view.path, view.told);
    let is_xml = text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    if is_xml {
        dash::rewrite(text, &place, &view.site, work)
    } else {
        hls::rewrite(text, &place, work)
    }
}

#[cfg(test)]
mod tests;
