//! Feeds: a folder for other programs, as a playlist, a download list, an RSS, Atom or OPDS feed. One
//! file for each format.
//!
//! All formats render the same [`FeedView`]. Links are absolute and have no query, except those from one
//! OPDS feed to another.

mod aria2;
mod atom;
mod date;
mod entries;
mod m3u8;
mod metalink;
mod names;
mod opds;
mod rss;
mod stored_paths;
mod strm;
mod xspf;

use entries::push_url;

pub use crate::view::{FeedFormat, FeedView, SubfolderView};

/// Renders a feed in its format.
pub(crate) fn bytes(view: &FeedView<'_>) -> Vec<u8> {
    match view.format {
        FeedFormat::M3u8 => m3u8::write(view).into_bytes(),
        FeedFormat::Xspf => xspf::write(view).into_bytes(),
        FeedFormat::Strm => strm::write(view),
        FeedFormat::Aria2 => aria2::write(view).into_bytes(),
        FeedFormat::Metalink => metalink::write(view).into_bytes(),
        FeedFormat::Wget => wget(view).into_bytes(),
        FeedFormat::Rss => rss::write(view).into_bytes(),
        FeedFormat::Atom => atom::write(view).into_bytes(),
        FeedFormat::Opds => opds::write(view).into_bytes(),
        FeedFormat::OpdsBooks => opds::write_books(view).into_bytes(),
    }
}

/// A list of URLs, one on each line.
fn wget(view: &FeedView<'_>) -> String {
    let mut list = String::new();
    for folder in view.folders() {
        let url = folder.url();
        for row in folder.files() {
            push_url(&mut list, &url, row);
            list.push('\n');
        }
    }
    list
}

#[cfg(test)]
mod tests;
