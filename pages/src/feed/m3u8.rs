//! Playlists: the films and music of folders as extended M3U.

use super::entries::push_url;
use crate::view::FeedView;

/// Renders extended M3U in UTF-8, with one entry for each film and each piece of music. The title of an entry
/// in a folder below is its path from the feed's folder on.
pub fn write(view: &FeedView<'_>) -> String {
    let mut list = "#EXTM3U\n#PLAYLIST:".to_owned();
    push_text(&mut list, &view.title);
    list.push('\n');
    for folder in view.folders() {
        let url = folder.url();
        for row in folder.media() {
            // The duration is unknown.
            list.push_str("#EXTINF:-1,");
            for name in folder.path {
                push_text(&mut list, name);
                list.push('/');
            }
            push_text(&mut list, &row.name);
            list.push('\n');
            push_url(&mut list, &url, row);
            list.push('\n');
        }
    }
    list
}

/// Appends text of one line, with control characters and line separators replaced by spaces.
fn push_text(list: &mut String, text: &str) {
    let breaks = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    list.extend(text.chars().map(|letter| if breaks(letter) { ' ' } else { letter }));
}
