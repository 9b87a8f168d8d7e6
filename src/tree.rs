//! The link tree: a text that the owner wrote, as an index to look paths up in.
//!
//! All names and URL tails lie in one string, all entries in one vector in document order, and one
//! hash table leads from (folder, name) to an entry: a lookup costs one probe a path segment,
//! whatever the size of the tree, and a listing follows its folder's children.

mod index;
mod line;
pub mod pack;
mod parse;
pub mod problem;

pub use parse::{Context, Parsed};

use crate::origin::{Base, Origin};
use crate::percent;
use index::{Index, Vacant};

/// A parsed tree. Entry 0 is its root.
#[derive(Debug)]
pub struct Tree {
    text: String,
    nodes: Vec<Node>,
    index: Index,
    bases: Vec<Base>,
    /// Remote folders that a folder opens below it, by the folder's entry; there are few.
    prefixes: Vec<(u32, u32)>,
    files: usize,
}

/// An entry, and the hash of its path. The root is all zeros.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    id: u32,
    hash: u32,
}

/// A piece of [`Tree::text`].
#[derive(Clone, Copy, Debug)]
struct Text {
    at: u32,
    len: u16,
}

#[derive(Debug)]
struct Node {
    parent: u32,
    /// The next child of the same folder, or 0.
    next: u32,
    name: Text,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// The first and the last child, or 0.
    Folder { first: u32, last: u32 },
    /// `u64::MAX` and `u32::MAX` stand for an unknown size and time.
    File { base: u32, tail: Text, size: u64, modified: u32 },
}

/// What a path leads to.
#[derive(Debug)]
pub enum Found<'t> {
    /// A folder, the root among them.
    Folder(Folder<'t>),
    /// A file that has a line of its own.
    File(File<'t>),
    /// A file below a remote folder: nothing is known of it, not even whether it exists.
    Remote(Remote<'t>),
}

/// A folder of a tree.
#[derive(Clone, Copy, Debug)]
pub struct Folder<'t> {
    tree: &'t Tree,
    id: u32,
}

/// A file of a tree.
#[derive(Clone, Copy, Debug)]
pub struct File<'t> {
    tree: &'t Tree,
    name: Text,
    base: u32,
    tail: Text,
    size: u64,
    modified: u32,
}

/// A file below a remote folder.
#[derive(Debug)]
pub struct Remote<'t> {
    base: &'t Base,
    tail: String,
}

/// A child of a folder.
#[derive(Debug)]
pub enum Child<'t> {
    /// Its name, and the folder.
    Folder(&'t str, Folder<'t>),
    /// The file, which knows its name.
    File(File<'t>),
}

impl Tree {
    /// Finds the entry at `segments`: the explicit one, else what lies below the deepest remote
    /// folder on the way. One hash probe a segment.
    pub fn find<'s>(&self, segments: impl Iterator<Item = &'s str>) -> Option<Found<'_>> {
        let mut place = Place::default();
        let mut remote: Option<(u32, String)> = self.prefix(0).map(|base| (base, String::new()));
        let mut lost = false;
        for segment in segments {
            if let Some((_, tail)) = &mut remote {
                if !tail.is_empty() {
                    tail.push('/');
                }
                tail.extend(percent::encode_name(segment));
            }
            let child = if lost { None } else { self.child(place, segment) };
            match child {
                Some(child) => place = child,
                None if remote.is_none() => return None,
                None => lost = true,
            }
            if !lost && let Some(base) = self.prefix(place.id) {
                remote = Some((base, String::new()));
            }
        }
        if lost {
            let (base, tail) = remote?;
            let base = self.bases.get(base as usize)?;
            return Some(Found::Remote(Remote { base, tail }));
        }
        Some(match self.file(place.id) {
            Some(file) => Found::File(file),
            None => Found::Folder(Folder { tree: self, id: place.id }),
        })
    }

    /// The number of files, second lines of one path not counted.
    pub fn files(&self) -> usize {
        self.files
    }

    /// The number of folders without the root.
    pub fn folders(&self) -> usize {
        self.nodes.iter().filter(|node| matches!(node.kind, Kind::Folder { .. })).count() - 1
    }

    /// Every file line in document order with its decoded path, second lines of one path included.
    pub fn lines(&self) -> impl Iterator<Item = (String, File<'_>)> {
        (1..self.nodes.len()).filter_map(|id| {
            let id = u32::try_from(id).ok()?;
            Some((self.path(id), self.file(id)?))
        })
    }

    /// Bytes on the heap, spare capacity not counted.
    pub fn heap_bytes(&self) -> usize {
        self.text.len()
            + self.nodes.len() * size_of::<Node>()
            + self.index.heap_bytes()
            + self.bases.iter().map(|base| size_of::<Base>() + base.heap_bytes()).sum::<usize>()
            + self.prefixes.len() * size_of::<(u32, u32)>()
    }

    /// The directory bases in use: the remote folders that files lie in.
    pub fn bases(&self) -> &[Base] {
        &self.bases
    }

    fn child(&self, folder: Place, name: &str) -> Option<Place> {
        let hash = index::hash(folder.hash, name);
        let id = self.probe(folder, hash, name).ok()?;
        Some(Place { id, hash })
    }

    /// The entry of this name, or the slot where it belongs. `hash` is that of its path.
    fn probe(&self, folder: Place, hash: u32, name: &str) -> Result<u32, Vacant> {
        self.index.probe(hash, |id, name_at| {
            let node = self.nodes.get(id as usize);
            self.text.get(name_at as usize..).is_some_and(|text| text.starts_with(name))
                && node.is_some_and(|node| {
                    node.parent == folder.id && usize::from(node.name.len) == name.len()
                })
        })
    }

    fn is_folder(&self, id: u32) -> bool {
        matches!(self.nodes.get(id as usize), Some(Node { kind: Kind::Folder { .. }, .. }))
    }

    fn file(&self, id: u32) -> Option<File<'_>> {
        let node = self.nodes.get(id as usize)?;
        match node.kind {
            Kind::File { base, tail, size, modified } => {
                Some(File { tree: self, name: node.name, base, tail, size, modified })
            }
            Kind::Folder { .. } => None,
        }
    }

    fn prefix(&self, id: u32) -> Option<u32> {
        self.prefixes.iter().find(|(folder, _)| *folder == id).map(|(_, base)| *base)
    }

    fn path(&self, mut id: u32) -> String {
        let mut names = Vec::new();
        while let Some(node) = self.nodes.get(id as usize).filter(|_| id != 0) {
            names.push(self.slice(node.name));
            id = node.parent;
        }
        names.iter().rev().fold(String::new(), |path, name| path + "/" + name)
    }

    fn slice(&self, text: Text) -> &str {
        let at = text.at as usize;
        self.text.get(at..at + usize::from(text.len)).unwrap_or_default()
    }
}

impl<'t> Folder<'t> {
    /// Its children in document order.
    pub fn children(self) -> impl Iterator<Item = Child<'t>> {
        let tree = self.tree;
        let mut next = match tree.nodes.get(self.id as usize).map(|node| &node.kind) {
            Some(Kind::Folder { first, .. }) => *first,
            _ => 0,
        };
        std::iter::from_fn(move || {
            let id = next;
            let node = tree.nodes.get(id as usize).filter(|_| id != 0)?;
            next = node.next;
            Some(match tree.file(id) {
                Some(file) => Child::File(file),
                None => Child::Folder(tree.slice(node.name), Folder { tree, id }),
            })
        })
    }

    /// Whether it opens a remote folder, whose files can't be listed.
    pub fn opens_remote(self) -> bool {
        self.tree.prefix(self.id).is_some()
    }
}

impl<'t> File<'t> {
    /// Its name, decoded.
    pub fn name(self) -> &'t str {
        self.tree.slice(self.name)
    }

    /// Bytes, if the owner wrote them down.
    pub fn size(self) -> Option<u64> {
        (self.size != u64::MAX).then_some(self.size)
    }

    /// Unix seconds, if the owner wrote them down.
    pub fn modified(self) -> Option<u64> {
        (self.modified != u32::MAX).then_some(self.modified.into())
    }

    /// The URL it stands for.
    pub fn origin(self) -> Option<Origin<'t>> {
        let base = self.tree.bases.get(self.base as usize)?;
        Some(Origin::new(base, self.tree.slice(self.tail)))
    }
}

impl Remote<'_> {
    /// The URL it stands for.
    pub fn origin(&self) -> Origin<'_> {
        Origin::new(self.base, &self.tail)
    }
}
