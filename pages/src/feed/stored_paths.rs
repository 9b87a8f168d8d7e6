//! The paths under which programs store a feed's folders: valid on every system, and below the folder in which
//! they are written.

use std::collections::HashMap;

use signpost_core::library::{EntryKind, stored_names};

use crate::view::FeedView;

/// The path of each folder of a feed, in their order: empty for the feed's own folder, `Season 1/` for one in it.
pub fn folder_paths(view: &FeedView<'_>) -> Vec<String> {
    let mut paths = Vec::with_capacity(view.below.len() + 1);
    // The stored paths of all folders that were listed so far, by their own paths.
    let mut stored = HashMap::new();
    // Each folder after the one that it is in.
    for folder in view.folders().rev() {
        let own = folder.path.iter().fold(String::new(), |own, name| own + name + "/");
        let path: String = stored.get(&own).cloned().unwrap_or_default();
        if !view.below.is_empty() {
            let inside = folder.rows.iter().filter(|row| row.folder);
            let inside = inside.map(|row| (&*row.name, EntryKind::Folder)).collect::<Vec<_>>();
            for ((name, _), given) in inside.iter().zip(stored_names(&inside)) {
                stored.insert(format!("{own}{name}/"), format!("{path}{given}/"));
            }
        }
        paths.push(path);
    }
    paths.reverse();
    paths
}
