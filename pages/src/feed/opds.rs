//! OPDS 1.2: a folder as a catalogue for e-book readers.
//!
//! A feed lists either other feeds or books, never both. A folder with both lists its folders, and before
//! them one more feed with its books.

use signpost_core::kind::{extension, is_book, media_type};

use super::atom::{begin, begin_entry};
use super::date;
use super::entries::url;
use super::xml::{push_element, push_empty};
use crate::format;
use crate::messages::Messages;
use crate::view::feed::{OPDS_ACQUISITION, OPDS_CATALOG};
use crate::view::{FeedView, RowView};

const NAVIGATION: &str = "application/atom+xml;profile=opds-catalog;kind=navigation";

/// Queries of the links between feeds.
const HERE: &str = "?format=opds";
const BOOKS: &str = "?format=opds-books";

/// Renders the folders of a folder, or its books if it has no folders.
pub fn write(view: &FeedView<'_>) -> String {
    if !view.rows.iter().any(|row| row.folder) {
        return books(view, HERE);
    }
    let mut out = begin_catalog(view, HERE, NAVIGATION);
    if view.files().any(|row| is_book(&row.name)) {
        let title = Messages::of(view.layout.language).folder.books;
        out.push_str("<entry>\n");
        push_element(&mut out, "id", &catalog(&view.lasting, BOOKS));
        push_element(&mut out, "title", title);
        push_element(&mut out, "updated", &date::rfc3339(view.updated()));
        subsection(&mut out, &catalog(&view.base, BOOKS), OPDS_ACQUISITION, &view.title);
    }
    for row in view.rows.iter().filter(|row| row.folder) {
        begin_entry(&mut out, view, row);
        subsection(&mut out, &catalog(&url(&view.base, row), HERE), OPDS_CATALOG, &row.name);
    }
    out.push_str("</feed>\n");
    out
}

/// Renders the books of a folder alone.
pub fn write_books(view: &FeedView<'_>) -> String {
    books(view, BOOKS)
}

fn books(view: &FeedView<'_>, itself: &str) -> String {
    let mut out = begin_catalog(view, itself, OPDS_ACQUISITION);
    for row in view.files().filter(|row| is_book(&row.name)) {
        begin_entry(&mut out, view, row);
        let address = url(&view.base, row);
        let size = row.size.map(|size| size.to_string());
        let mut link = vec![
            ("href", &*address),
            ("rel", "http://opds-spec.org/acquisition"),
            ("type", media_type(&row.name)),
        ];
        if let Some(size) = &size {
            link.push(("length", size));
        }
        push_empty(&mut out, "link", &link);
        end_entry(&mut out, &about(row));
    }
    out.push_str("</feed>\n");
    out
}

fn catalog(folder: &str, query: &str) -> String {
    let mut url = folder.to_owned();
    url.push_str(query);
    url
}

/// The beginning of a feed with the required links: the feed itself, the start of the catalogue, and the
/// folder above.
fn begin_catalog(view: &FeedView<'_>, itself: &str, kind: &str) -> String {
    // A folder's books are a feed of their own if the folder has folders, too.
    let mut out = begin(view, &catalog(&view.lasting, itself));
    let mut link = |relation: &str, href: &str, kind: &str| {
        push_empty(&mut out, "link", &[("rel", relation), ("href", href), ("type", kind)]);
    };
    link("self", &catalog(&view.base, itself), kind);
    link("start", &catalog(&view.start, HERE), OPDS_CATALOG);
    if itself == BOOKS {
        link("up", &catalog(&view.base, HERE), NAVIGATION);
    } else if let Some(up) = &view.up {
        link("up", &catalog(up, HERE), NAVIGATION);
    }
    out
}

/// Appends the end of an entry that links to another feed.
fn subsection(out: &mut String, href: &str, kind: &str, content: &str) {
    push_empty(out, "link", &[("rel", "subsection"), ("href", href), ("type", kind)]);
    end_entry(out, content);
}

/// Appends the end of an entry, with its text as a content: RFC 4287, 4.1.2, requires a content or an
/// alternate link, and a summary does not count.
fn end_entry(out: &mut String, content: &str) {
    out.push_str("<content type=\"text\">");
    super::xml::push_text(out, content);
    out.push_str("</content>\n</entry>\n");
}

/// A book's details for readers: its format and its size.
fn about(row: &RowView<'_>) -> String {
    let mut told = extension(&row.name).unwrap_or_default().to_ascii_uppercase();
    if let Some(size) = row.size {
        told.push_str(" · ");
        told.push_str(&format::size(size));
    }
    told
}
