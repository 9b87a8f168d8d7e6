//! Metalink 4 (RFC 5854): files with their sizes and hashes, for download tools.

use super::aria2::is_md5;
use super::date;
use super::entries::url;
use super::names::{Names, split};
use super::xml::{DECLARATION, push_element};
use crate::view::FeedView;

/// Renders all files of a folder. A folder without files becomes a document without files, which tools
/// accept, although the format requires at least one.
pub fn write(view: &FeedView<'_>) -> String {
    let mut out = DECLARATION.to_owned();
    out.push_str("<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\">\n");
    push_element(&mut out, "generator", concat!("Signpost/", env!("CARGO_PKG_VERSION")));
    push_element(&mut out, "published", &date::rfc3339(view.layout.now));
    let mut names = Names::exact();
    for row in view.files() {
        let (stem, ending) = split(&row.name);
        out.push_str("<file name=\"");
        super::xml::push_text(&mut out, &names.give(stem, ending));
        out.push_str("\">\n");
        if let Some(size) = row.size {
            push_element(&mut out, "size", &size.to_string());
        }
        if let Some(md5) = row.md5.as_deref().filter(|md5| is_md5(md5)) {
            out.push_str("<hash type=\"md5\">");
            out.push_str(md5);
            out.push_str("</hash>\n");
        }
        push_element(&mut out, "url", &url(&view.base, row));
        out.push_str("</file>\n");
    }
    out.push_str("</metalink>\n");
    out
}
