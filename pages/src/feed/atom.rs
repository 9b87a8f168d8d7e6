//! Atom (RFC 4287): the files of a folder, the newest first.

use signpost_core::kind::media_type;

use super::date;
use super::entries::url;
use super::xml::{DECLARATION, push_element, push_empty};
use crate::view::{FeedView, RowView};

pub fn write(view: &FeedView<'_>) -> String {
    let mut out = begin(view, &view.lasting);
    push_empty(
        &mut out,
        "link",
        &[("href", &view.base), ("rel", "alternate"), ("type", "text/html")],
    );
    for row in view.newest_first() {
        let address = url(&view.base, row);
        begin_entry(&mut out, view, row);
        push_empty(&mut out, "link", &[("href", &address), ("rel", "alternate")]);
        let size = row.size.map(|size| size.to_string());
        let mut enclosure =
            vec![("href", &*address), ("rel", "enclosure"), ("type", media_type(&row.name))];
        if let Some(size) = &size {
            enclosure.push(("length", size));
        }
        push_empty(&mut out, "link", &enclosure);
        // An entry without a content has to have a summary (RFC 4287, 4.1.2).
        push_element(&mut out, "summary", &row.name);
        out.push_str("</entry>\n");
    }
    out.push_str("</feed>\n");
    out
}

/// The beginning of a feed, up to its links. The feed's author applies to all entries.
pub fn begin(view: &FeedView<'_>, id: &str) -> String {
    let mut out = DECLARATION.to_owned();
    out.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"");
    super::xml::push_text(&mut out, view.layout.language.tag());
    out.push_str("\">\n");
    push_element(&mut out, "id", id);
    push_element(&mut out, "title", &view.title);
    push_element(&mut out, "updated", &date::rfc3339(view.updated()));
    out.push_str("<author>\n");
    push_element(&mut out, "name", &view.layout.site);
    out.push_str("</author>\n");
    push_element(&mut out, "generator", "Signpost");
    out
}

/// The beginning of an entry, up to its links. The entry's id is the same with every share link. RFC 4287
/// requires a time: an unknown one is written as 1970, so that it never changes.
pub fn begin_entry(out: &mut String, view: &FeedView<'_>, row: &RowView<'_>) {
    out.push_str("<entry>\n");
    push_element(out, "id", &url(&view.lasting, row));
    push_element(out, "title", &row.name);
    push_element(out, "updated", &date::rfc3339(row.modified.unwrap_or_default()));
}
