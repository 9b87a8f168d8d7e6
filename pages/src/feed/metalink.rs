//! Metalink 4 (RFC 5854): files with their sizes and hashes, for download tools.

use askama::Template;

use super::aria2::is_md5;
use super::date;
use super::names::{Names, split};
use crate::view::{FeedView, RowView};

#[derive(Template)]
#[template(path = "feeds/metalink.xml")]
struct Metalink<'a> {
    view: &'a FeedView<'a>,
    version: &'static str,
    published: String,
    files: Vec<File<'a>>,
}

struct File<'a> {
    row: &'a RowView<'a>,
    /// The name under which the file is stored.
    name: String,
    md5: Option<&'a str>,
}

/// Renders all files of a folder. A folder without files becomes a document without files, which tools
/// accept, although the format requires at least one.
pub fn write(view: &FeedView<'_>) -> String {
    let mut names = Names::exact();
    let files = view.files().map(|row| {
        let (stem, ending) = split(&row.name);
        let md5 = row.md5.as_deref().filter(|md5| is_md5(md5));
        File { row, name: names.give(stem, ending), md5 }
    });
    let files = files.collect();
    let published = date::rfc3339(view.layout.now);
    let metalink = Metalink { view, version: env!("CARGO_PKG_VERSION"), published, files };
    metalink.render().unwrap_or_default()
}
