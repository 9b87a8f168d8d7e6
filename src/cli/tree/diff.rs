//! The differences between two trees, as visitors see them.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde::Serialize;

/// An entry of a tree: of a file, its size, time and target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The size in bytes, if the tree states one.
    pub size: Option<u64>,
    /// The time of the last change in Unix seconds, if the tree states one.
    pub modified: Option<u64>,
    /// The origin URL in the form in which it is sent, unsigned; `None` for an empty folder.
    pub url: Option<String>,
}

/// An entry that one of the trees lacks.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct PathEntry {
    pub path: String,
    #[serde(flatten)]
    pub entry: Entry,
}

/// An entry of both trees that is not the same in them.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    pub path: String,
    pub before: Entry,
    pub after: Entry,
}

/// A file of both trees at another path, known by its target.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    pub from: String,
    pub to: String,
    pub before: Entry,
    pub after: Entry,
}

/// The differences between two trees, each list in the order of paths.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Diff {
    pub added: Vec<PathEntry>,
    pub removed: Vec<PathEntry>,
    pub changed: Vec<Changed>,
    pub moved: Vec<Moved>,
}

impl Diff {
    /// Whether there is no difference.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Compares the entries of two trees by their paths. A path that is gone and a new one with the same target
/// are one entry that moved.
pub fn diff(old: &BTreeMap<String, Entry>, new: &BTreeMap<String, Entry>) -> Diff {
    let mut diff = Diff::default();
    // Paths that are gone, by target.
    let mut gone = HashMap::<&str, VecDeque<&str>>::new();
    for (path, before) in old {
        match new.get(path) {
            Some(after) if after == before => {}
            Some(after) => diff.changed.push(Changed {
                path: path.clone(),
                before: before.clone(),
                after: after.clone(),
            }),
            None => {
                if let Some(url) = &before.url {
                    gone.entry(url).or_default().push_back(path);
                }
            }
        }
    }
    let mut moved_from = Vec::new();
    for (path, after) in new.iter().filter(|(path, _)| !old.contains_key(*path)) {
        let from = after.url.as_deref().and_then(|url| gone.get_mut(url)?.pop_front());
        match from.and_then(|from| Some((from, old.get(from)?))) {
            Some((from, before)) => {
                moved_from.push(from);
                diff.moved.push(Moved {
                    from: from.to_owned(),
                    to: path.clone(),
                    before: before.clone(),
                    after: after.clone(),
                });
            }
            None => diff.added.push(PathEntry { path: path.clone(), entry: after.clone() }),
        }
    }
    moved_from.sort_unstable();
    let removed = old.iter().filter(|(path, _)| {
        !new.contains_key(*path) && moved_from.binary_search(&path.as_str()).is_err()
    });
    diff.removed.extend(
        removed.map(|(path, entry)| PathEntry { path: path.clone(), entry: entry.clone() }),
    );
    diff
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(entries: &[(&str, u64, &str)]) -> BTreeMap<String, Entry> {
        let entries = entries.iter().map(|(path, size, url)| {
            let entry = Entry { size: Some(*size), modified: None, url: Some((*url).to_owned()) };
            ((*path).to_owned(), entry)
        });
        entries.collect()
    }

    #[test]
    fn the_same_tree_has_no_difference() {
        let one = tree(&[("/a", 1, "u"), ("/b", 2, "v")]);
        assert!(diff(&one, &one).is_empty());
    }

    #[test]
    fn paths_are_added_removed_moved_and_changed() {
        let old = tree(&[("/a", 1, "a"), ("/b", 2, "b"), ("/c", 3, "c"), ("/d", 4, "d")]);
        let new = tree(&[("/a", 1, "other"), ("/c", 30, "c"), ("/e", 2, "b"), ("/f", 5, "f")]);
        let diff = diff(&old, &new);
        let changed = diff.changed.iter().map(|changed| changed.path.as_str()).collect::<Vec<_>>();
        assert_eq!(changed, ["/a", "/c"]);
        let moved = diff.moved.iter().map(|moved| (moved.from.as_str(), moved.to.as_str()));
        assert_eq!(moved.collect::<Vec<_>>(), [("/b", "/e")]);
        assert_eq!(diff.added.iter().map(|added| added.path.as_str()).collect::<Vec<_>>(), ["/f"]);
        let removed = diff.removed.iter().map(|removed| removed.path.as_str()).collect::<Vec<_>>();
        assert_eq!(removed, ["/d"]);
    }

    #[test]
    fn of_several_paths_with_one_target_each_moves_once() {
        let old = tree(&[("/a", 1, "u"), ("/b", 1, "u")]);
        let new = tree(&[("/x", 1, "u"), ("/y", 1, "u"), ("/z", 1, "u")]);
        let diff = diff(&old, &new);
        let moved = diff.moved.iter().map(|moved| (moved.from.as_str(), moved.to.as_str()));
        assert_eq!(moved.collect::<Vec<_>>(), [("/a", "/x"), ("/b", "/y")]);
        assert_eq!((diff.added.len(), diff.removed.len()), (1, 0));
    }
}
