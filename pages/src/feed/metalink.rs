//! Metalink 4 (RFC 5854): files with their sizes and hashes, for download tools.

use askama::Template;
use signpost_core::file_name::split;

use super::aria2::is_md5;
use super::date;
use super::entries::url;
use super::names::Names;
use super::stored_paths::folder_paths;
use crate::view::{FeedView, RowView};

#[derive(Template)]
#[template(path = "feeds/metalink.xml")]
struct Metalink<'a> {
    version: &'static str,
    published: String,
    files: Vec<File<'a>>,
}

struct File<'a> {
    row: &'a RowView<'a>,
    /// The path under which the file is stored (RFC 5854, 4.1.2.1).
    name: String,
    url: String,
    md5: Option<&'a str>,
}

/// Renders all files of the folders. A folder without files becomes a document without files, which tools
/// accept, although the format requires at least one.
pub fn write(view: &FeedView<'_>) -> String {
    let mut files = Vec::new();
    for (folder, path) in view.folders().zip(folder_paths(view)) {
        let base = folder.url();
        let mut names = Names::default();
        files.extend(folder.files().map(|row| {
            let (stem, ending) = split(&row.name);
            let md5 = row.md5.as_deref().filter(|md5| is_md5(md5));
            let name = [&*path, &names.give(stem, ending)].concat();
            File { row, name, url: url(&base, row), md5 }
        }));
    }
    let published = date::rfc3339(view.layout.now);
    let metalink = Metalink { version: env!("CARGO_PKG_VERSION"), published, files };
    metalink.render().unwrap_or_default()
}
