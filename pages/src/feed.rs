//! A folder for other programs: playlists, download lists and feeds. One file a format.
//!
//! All of them are made of the same view: what the guard let out of one folder, and how links into it
//! begin. Links are absolute and have no `?`, but for those from one OPDS feed to the next.

mod aria2;
mod atom;
mod entries;
mod m3u8;
mod metalink;
mod moment;
mod names;
mod opds;
mod rss;
mod strm;
mod xml;
mod zip;

use entries::push_url;

pub use crate::view::{FeedFormat, FeedView};

/// The feed that a view asks for.
pub(crate) fn bytes(view: &FeedView<'_>) -> Vec<u8> {
    match view.format {
        FeedFormat::M3u8 => m3u8::write(view).into_bytes(),
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

/// One URL a line.
fn wget(view: &FeedView<'_>) -> String {
    let mut list = String::new();
    for row in view.files() {
        push_url(&mut list, &view.base, row);
        list.push('\n');
    }
    list
}

#[cfg(test)]
mod tests;
