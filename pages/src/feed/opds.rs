//! OPDS 1.2: a folder as a catalogue for e-book readers.
//!
//! A feed lists either other feeds or books, never both. A folder with both lists its folders, and before
//! them one more feed with its books.

use askama::Template;
use signpost_core::kind::{extension, is_book};

use super::date;
use crate::format;
use crate::messages::Messages;
use crate::view::feed::{OPDS_ACQUISITION, OPDS_CATALOG};
use crate::view::{FeedView, RowView};

/// The media type of a feed that lists other feeds.
const NAVIGATION: &str = "application/atom+xml;profile=opds-catalog;kind=navigation";

/// The query of a folder's catalogue.
const CATALOG_QUERY: &str = "?format=opds";
/// The query of the feed of a folder's books, if the folder has folders, too.
const BOOKS_QUERY: &str = "?format=opds-books";

#[derive(Template)]
#[template(path = "feeds/opds.xml")]
struct Opds<'a> {
    view: &'a FeedView<'a>,
    /// The feed's id, which is the same with every share link.
    id: String,
    own_url: String,
    own_type: &'static str,
    /// The URL of the next part (RFC 5005); `None` for the last.
    next: Option<String>,
    /// The folder whose catalogue leads to this feed.
    up: Option<&'a str>,
    /// The title of the feed of the folder's books, if this feed links to it.
    books_title: Option<&'static str>,
    /// The rows of the feed: folders, or books.
    rows: Vec<&'a RowView<'a>>,
}

/// Renders the folders of a folder, or its books if it has no folders.
pub fn write(view: &FeedView<'_>) -> String {
    let rows = view.rows.iter().filter(|row| row.folder).collect::<Vec<_>>();
    if rows.is_empty() {
        return books(view, CATALOG_QUERY, view.up.as_deref());
    }
    let has_books = view.has_books && view.page.is_none();
    let title = Messages::of(view.layout.language).folder.books;
    let feed = Opds {
        view,
        id: [&view.permanent_base, CATALOG_QUERY].concat(),
        own_url: view.part_url(CATALOG_QUERY, view.page),
        next: view.next_url(CATALOG_QUERY),
        own_type: NAVIGATION,
        up: view.up.as_deref(),
        books_title: has_books.then_some(title),
        rows,
    };
    feed.render().unwrap_or_default()
}

/// Renders the books of a folder alone.
pub fn write_books(view: &FeedView<'_>) -> String {
    books(view, BOOKS_QUERY, Some(&view.base))
}

fn books(view: &FeedView<'_>, query: &str, up: Option<&str>) -> String {
    let feed = Opds {
        view,
        id: [&view.permanent_base, query].concat(),
        own_url: view.part_url(query, view.page),
        next: view.next_url(query),
        own_type: OPDS_ACQUISITION,
        up,
        books_title: None,
        rows: view.files().filter(|row| is_book(&row.name)).collect(),
    };
    feed.render().unwrap_or_default()
}

/// A book's details for readers: its format and its size.
fn description(book: &RowView<'_>) -> String {
    let mut text = extension(&book.name).unwrap_or_default().to_ascii_uppercase();
    if let Some(size) = book.size {
        text.push_str(" · ");
        text.push_str(&format::size(size));
    }
    text
}
