//! An input file of aria2: `aria2c -i`.

use signpost_core::file_name::split;

use super::entries::push_url;
use super::names::Names;
use super::stored_paths::folder_paths;
use crate::view::FeedView;

/// Renders one entry for each file: its URL, and below it its options, on lines that begin with a space.
/// File names cannot add lines. A file in a folder below is stored in a folder, too.
pub fn write(view: &FeedView<'_>) -> String {
    let mut list = String::new();
    for (folder, path) in view.folders().zip(folder_paths(view)) {
        let url = folder.url();
        let mut names = Names::default();
        for row in folder.files() {
            push_url(&mut list, &url, row);
            list.push_str("\n  out=");
            list.push_str(&path);
            let (stem, ending) = split(&row.name);
            list.push_str(&names.give(stem, ending));
            list.push('\n');
            if let Some(md5) = row.md5.as_deref().filter(|md5| is_md5(md5)) {
                list.push_str("  checksum=md5=");
                list.push_str(md5);
                list.push('\n');
            }
        }
    }
    list
}

/// Whether a text is an MD5 in hexadecimal: an option's value must not add a line.
pub fn is_md5(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
