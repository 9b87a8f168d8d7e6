//! Playlists: the films and music of a folder as extended M3U.

use signpost_core::kind::is_playable;

use super::entries::push_url;
use crate::view::FeedView;

/// Renders extended M3U in UTF-8, with one entry for each film and each piece of music.
pub fn write(view: &FeedView<'_>) -> String {
    let mut list = "#EXTM3U\n#PLAYLIST:".to_owned();
    push_line(&mut list, &view.title);
    for row in view.files().filter(|row| is_playable(&row.name)) {
        // The duration is unknown.
        list.push_str("#EXTINF:-1,");
        push_line(&mut list, &row.name);
        push_url(&mut list, &view.base, row);
        list.push('\n');
    }
    list
}

/// Appends text as one line, with control characters and line separators replaced by spaces.
fn push_line(list: &mut String, text: &str) {
    let breaks = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    list.extend(text.chars().map(|letter| if breaks(letter) { ' ' } else { letter }));
    list.push('\n');
}
