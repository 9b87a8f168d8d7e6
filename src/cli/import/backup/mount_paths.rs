//! The places of imported storages in the site, which tell whether a path leads anywhere.

use crate::cli::tree_text::Folder;

/// The mounts of an import, with the contents of those that are known.
#[derive(Debug, Default)]
pub struct MountPaths(Vec<MountPath>);

#[derive(Debug)]
struct MountPath {
    path: Vec<String>,
    /// The files and folders; `None` if 123Pan lists them.
    content: Option<Folder>,
}

/// Whether a path leads anywhere, as far as the import knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// The path is that of an entry, of a mount, or leads to a mount.
    There,
    /// The path is in a mount whose entries 123Pan lists; holds the path of the mount.
    PerhapsIn(Vec<String>),
    /// Nothing is at the path.
    Nowhere,
}

impl MountPaths {
    /// Adds a mount. Returns whether no other one has the same path.
    pub fn add(&mut self, path: &[String], content: Option<Folder>) -> bool {
        if self.has(path) {
            return false;
        }
        self.0.push(MountPath { path: path.to_vec(), content });
        true
    }

    /// Whether a mount has this path.
    pub fn has(&self, path: &[String]) -> bool {
        self.0.iter().any(|place| place.path == path)
    }

    /// Whether a path leads anywhere, as far as the import knows.
    pub fn look_up(&self, path: &[String]) -> Known {
        if path.is_empty() || self.0.iter().any(|place| place.path.starts_with(path)) {
            return Known::There;
        }
        let around = self.0.iter().filter(|place| path.starts_with(&place.path));
        let Some(place) = around.max_by_key(|place| place.path.len()) else {
            return Known::Nowhere;
        };
        match &place.content {
            None => Known::PerhapsIn(place.path.clone()),
            Some(folder) => {
                let found = path.get(place.path.len()..).and_then(|below| folder.find(below));
                found.map_or(Known::Nowhere, |_| Known::There)
            }
        }
    }
}

/// A path of AList's as the names in it.
pub fn names(path: &str) -> Vec<String> {
    path.split('/').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// A path as settings write it.
pub fn written(names: &[String]) -> String {
    format!("/{}", names.join("/"))
}
