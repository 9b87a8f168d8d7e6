//! XSPF playlists (version 1): the films and music of folders, for VLC and other players.

use askama::Template;

use super::entries::url;
use crate::view::FeedView;

#[derive(Template)]
#[template(path = "feeds/xspf.xml")]
struct Xspf<'a> {
    title: &'a str,
    tracks: Vec<Track<'a>>,
}

struct Track<'a> {
    url: String,
    name: &'a str,
    /// The name of the folder.
    album: &'a str,
}

/// Renders one track for each film and each piece of music, with the name of its folder as the album.
pub fn write(view: &FeedView<'_>) -> String {
    let mut tracks = Vec::new();
    for folder in view.folders() {
        let base = folder.url();
        let album = folder.path.last().unwrap_or(&view.title);
        tracks.extend(folder.media().map(|row| Track {
            url: url(&base, row),
            name: &row.name,
            album,
        }));
    }
    Xspf { title: &view.title, tracks }.render().unwrap_or_default()
}
