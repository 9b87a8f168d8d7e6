//! A playlist of what a folder has to play.

use super::entries::push_url;
use crate::media::is_playable;
use crate::view::FeedView;

/// Extended M3U, in UTF-8, one entry for each film and each piece of music.
pub fn write(view: &FeedView<'_>) -> String {
    let mut list = "#EXTM3U\n#PLAYLIST:".to_owned();
    push_line(&mut list, &view.title);
    for row in view.files().filter(|row| is_playable(&row.name)) {
        // The length is not known.
        list.push_str("#EXTINF:-1,");
        push_line(&mut list, &row.name);
        push_url(&mut list, &view.base, row);
        list.push('\n');
    }
    list
}

/// Appends text that stays on its line.
fn push_line(list: &mut String, text: &str) {
    let breaks = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    list.extend(text.chars().map(|letter| if breaks(letter) { ' ' } else { letter }));
    list.push('\n');
}
