//! A zip of `.strm` files: Kodi, Jellyfin and Emby play the URL that stands in one.

use signpost_core::kind::extension;

use super::names::Names;
use super::zip::Zip;
use super::{FeedView, url};
use crate::media::is_playable;

/// One file for each film and each piece of music, called as that but for its extension; two that
/// differ in nothing else keep theirs.
pub fn write(view: &FeedView<'_>) -> Vec<u8> {
    let mut zip = Zip::default();
    let mut names = Names::folded();
    let playable = || view.files().filter(|row| is_playable(&row.name));
    let mut stems = playable().map(|row| stem(&row.name).to_lowercase()).collect::<Vec<_>>();
    stems.sort_unstable();
    for row in playable() {
        let short = stem(&row.name);
        let folded = short.to_lowercase();
        let first = stems.partition_point(|stem| *stem < folded);
        let is_alone = stems.get(first + 1).is_none_or(|next| *next != folded);
        let name = names.give(if is_alone { short } else { &row.name }, ".strm");
        let mut url = url(&view.base, row);
        url.push('\n');
        zip.add(&name, url.as_bytes(), row.modified.unwrap_or(view.frame.now));
    }
    zip.finish()
}

fn stem(name: &str) -> &str {
    let dotted = extension(name).map_or(0, |extension| extension.len() + 1);
    name.get(..name.len() - dotted).unwrap_or(name)
}
