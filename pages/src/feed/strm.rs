//! A zip archive of `.strm` files: Kodi, Jellyfin and Emby play the URL in such a file.

use std::collections::HashMap;

use signpost_core::kind::{extension, is_playable};

use super::entries::url;
use super::names::Names;
use super::zip::Zip;
use crate::view::FeedView;

/// Renders one `.strm` file for each film and each piece of music. Its name is the file's without the
/// extension; files whose names differ in their extension only keep it.
pub fn write(view: &FeedView<'_>) -> Vec<u8> {
    let mut zip = Zip::default();
    let mut names = Names::folded();
    let playable = || view.files().filter(|row| is_playable(&row.name));
    let mut counts = HashMap::new();
    for row in playable() {
        *counts.entry(stem(&row.name).to_lowercase()).or_insert(0_usize) += 1;
    }
    for row in playable() {
        let short = stem(&row.name);
        let is_alone = counts.get(&short.to_lowercase()) == Some(&1);
        let name = names.give(if is_alone { short } else { &row.name }, ".strm");
        let mut url = url(&view.base, row);
        url.push('\n');
        zip.add(&name, url.as_bytes(), row.modified.unwrap_or(view.layout.now));
    }
    zip.finish()
}

fn stem(name: &str) -> &str {
    let dotted = extension(name).map_or(0, |extension| extension.len() + 1);
    name.get(..name.len() - dotted).unwrap_or(name)
}
