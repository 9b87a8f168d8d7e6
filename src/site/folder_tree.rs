//! The rows of a folder and of the folders below it, as far down as is asked for, as their listings show them to
//! one client.

use super::entry::ListedEntry;
use super::open_folder::OpenFolder;
use super::row::Row;
use super::traversal::{Traversal, TraversedFolder};
use crate::access::client::AccessRequest;
use crate::access::visibility::Visibility;
use crate::context::RequestContext;
use crate::error::Error;
use crate::path::MAX_SEGMENTS;
use crate::platform::Platform;
use crate::sources::remote::Age;

/// Maximum number of entries in a tree of folders: what a list of them can hold within the free plan's 10 ms.
pub const MAX_ENTRIES: usize = 4_000;

/// A folder and those below it, without what does not open for the client.
#[derive(Debug, Default)]
pub struct FolderTree<'s> {
    /// The folder's own rows.
    pub rows: Vec<Row<'s>>,
    /// The folders below: each after those that are in it, and otherwise in the order of listings.
    pub below: Vec<Subfolder<'s>>,
    /// Age of the oldest of the listings; `None` where all are link trees'.
    pub age: Option<Age>,
}

/// A folder below the one that was asked for.
#[derive(Debug)]
pub struct Subfolder<'s> {
    /// The names on the path from the folder that was asked for to this one, its own included.
    pub path: Vec<&'s str>,
    /// The folder's rows.
    pub rows: Vec<Row<'s>>,
}

/// A folder whose subfolders are being entered.
struct Stage<'s> {
    inside: TraversedFolder<'s>,
    rows: Vec<Row<'s>>,
    /// The visible subfolders that are still to be entered.
    left: std::vec::IntoIter<ListedEntry<'s>>,
}

/// Reads an open folder and the folders below it that the client may list, `depth` levels of them. Listings that
/// are not in memory are loaded, as many as one request may load.
///
/// # Errors
/// [`Error::StillLoading`] where a listing is not complete yet, or has to be loaded by the next request;
/// [`Error::TreeTooLarge`] where there are more than [`MAX_ENTRIES`] entries; and the failure where 123Pan
/// can't be asked. There is never a part of the tree alone.
pub async fn folder_tree<'s, 'v, P: Platform>(
    open: &OpenFolder<'s>,
    depth: usize,
    access: &'v AccessRequest<'v>,
    ctx: &'s RequestContext<P>,
) -> Result<FolderTree<'s>, Error>
where
    's: 'v,
{
    let (traversal, inside) = Traversal::start(open, access, &ctx.state);
    let mut path = access.path.segments().collect::<Vec<_>>();
    let above = path.len();
    let depth = depth.min(MAX_SEGMENTS.saturating_sub(above + 1));
    let (mut tree, mut entries_left) = (FolderTree::default(), MAX_ENTRIES);
    let mut names: Vec<&'s str> = Vec::new();
    let mut stages = Vec::new();
    stages.push(stage(&traversal, inside, &path, &mut entries_left, &mut tree)?);
    while let Some(current) = stages.last_mut() {
        let next = if names.len() < depth { current.left.next() } else { None };
        if let Some(entry) = next {
            path.push(entry.name());
            let entered =
                traversal.enter_loaded(&current.inside, &path, entry.below(), ctx).await?;
            if let Some(inside) = entered {
                stages.push(stage(&traversal, inside, &path, &mut entries_left, &mut tree)?);
                names.push(entry.name());
            } else {
                path.pop();
            }
            continue;
        }
        let Some(Stage { rows, .. }) = stages.pop() else { break };
        if stages.is_empty() {
            tree.rows = rows;
        } else {
            tree.below.push(Subfolder { path: names.clone(), rows });
            names.pop();
            path.pop();
        }
    }
    Ok(tree)
}

/// Reads the rows of a folder that was entered.
fn stage<'s: 'v, 'v>(
    traversal: &Traversal<'s, 'v>,
    inside: TraversedFolder<'s>,
    path: &[&str],
    entries_left: &mut usize,
    tree: &mut FolderTree<'s>,
) -> Result<Stage<'s>, Error> {
    if inside.is_loading {
        return Err(Error::StillLoading);
    }
    if inside.is_incomplete {
        return Err(Error::Unavailable);
    }
    tree.age = older(tree.age, traversal.age(&inside));
    let (mut rows, mut folders) = (Vec::new(), Vec::new());
    for entry in traversal.folder(&inside, path).entries() {
        let visibility = traversal.visibility(&inside, &entry);
        if visibility == Visibility::Hidden {
            continue;
        }
        *entries_left = entries_left.checked_sub(1).ok_or(Error::TreeTooLarge)?;
        let row = Traversal::row(&inside, &entry);
        if visibility == Visibility::Locked || row.locked {
            continue;
        }
        if entry.is_folder() {
            folders.push(entry);
        }
        rows.push(row);
    }
    Ok(Stage { inside, rows, left: folders.into_iter() })
}

/// The age of the older of two listings.
fn older(one: Option<Age>, other: Option<Age>) -> Option<Age> {
    one.into_iter().chain(other).max_by_key(|age| (age.stale, age.span))
}
