//! RSS 2.0: the files of a folder, the newest first, each with its enclosure.

use signpost_core::kind::media_type;

use super::date;
use super::entries::url;
use super::xml::{DECLARATION, push_element, push_empty, push_text};
use crate::view::{FeedView, RowView};

pub fn write(view: &FeedView<'_>) -> String {
    let mut out = DECLARATION.to_owned();
    out.push_str("<rss version=\"2.0\">\n<channel>\n");
    push_element(&mut out, "title", &view.title);
    push_element(&mut out, "link", &view.base);
    push_element(&mut out, "description", &view.layout.site);
    push_element(&mut out, "language", view.layout.language.tag());
    push_element(&mut out, "lastBuildDate", &date::rfc822(view.updated()));
    push_element(&mut out, "generator", "Signpost");
    push_element(&mut out, "docs", "https://www.rssboard.org/rss-specification");
    for row in view.newest_first() {
        item(&mut out, view, row);
    }
    out.push_str("</channel>\n</rss>\n");
    out
}

fn item(out: &mut String, view: &FeedView<'_>, row: &RowView<'_>) {
    let address = url(&view.base, row);
    out.push_str("<item>\n");
    push_element(out, "title", &row.name);
    push_element(out, "link", &address);
    // The id is the same with every share link, so that readers show no entry as new twice.
    out.push_str("<guid isPermaLink=\"false\">");
    push_text(out, &url(&view.lasting, row));
    out.push_str("</guid>\n");
    if let Some(modified) = row.modified {
        push_element(out, "pubDate", &date::rfc822(modified));
    }
    // An unknown length is written as zero.
    let length = row.size.unwrap_or_default().to_string();
    let attributes = [("url", &*address), ("length", &*length), ("type", media_type(&row.name))];
    push_empty(out, "enclosure", &attributes);
    out.push_str("</item>\n");
}
