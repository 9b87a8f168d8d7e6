//! Counts of the entries in each subfolder of a listing, as far as the client may see them.

use std::collections::HashMap;

use super::entry::ListedEntry;
use super::open_folder::OpenFolder;
use super::traversal::{Entered, Traversal, TraversedFolder};
use crate::access::client::AccessRequest;
use crate::access::visibility::Visibility;
use crate::context::RequestState;

/// Maximum number of entries counted for one listing, so that a page stays quick whatever its folders hold.
const MAX_ENTRIES: usize = 5_000;

/// The number of entries in each subfolder of an open folder whose name is wanted, by name. Left out are folders
/// that do not open for the client, those that are not in memory or only in part, and those that come after
/// `MAX_ENTRIES`.
pub fn entry_counts<'s, 'v>(
    open: &OpenFolder<'s>,
    is_wanted: impl Fn(&str) -> bool,
    access: &'v AccessRequest<'v>,
    state: &'s RequestState,
) -> HashMap<&'s str, usize>
where
    's: 'v,
{
    let (traversal, inside) = Traversal::start(open, access, state);
    let mut path = access.path.segments().collect::<Vec<_>>();
    let depth = path.len();
    let mut left = MAX_ENTRIES;
    let mut counts = HashMap::new();
    let here = traversal.folder(&inside, &path);
    for entry in here.entries().take_while(ListedEntry::is_folder) {
        let name = entry.name();
        if !is_wanted(name) {
            continue;
        }
        path.truncate(depth);
        path.push(name);
        if traversal.visibility(&inside, &entry) != Visibility::Visible {
            continue;
        }
        let Entered::Folder(inside) = traversal.enter(&inside, &path, entry.below()) else {
            continue;
        };
        let Some(count) = count(&traversal, &inside, &path, &mut left) else { continue };
        counts.insert(name, count);
    }
    counts
}

/// The number of entries of a folder that the client may see. `None` if they are not all in memory, or too
/// many.
fn count<'s: 'v, 'v>(
    traversal: &Traversal<'s, 'v>,
    inside: &TraversedFolder<'s>,
    path: &[&str],
    left: &mut usize,
) -> Option<usize> {
    if inside.is_incomplete {
        return None;
    }
    let mut count = 0;
    for entry in traversal.folder(inside, path).entries() {
        // Entries that the client does not see take nothing of what is left for the folder's siblings: else
        // the siblings' counts would tell of them.
        if traversal.visibility(inside, &entry) != Visibility::Hidden {
            *left = left.checked_sub(1)?;
            count += 1;
        }
    }
    Some(count)
}
