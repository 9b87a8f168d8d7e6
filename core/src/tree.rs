//! The link tree: the owner's text of direct links, parsed into an index of paths.
//!
//! All files lie in one block of memory in document order, each with its name and the tail of its
//! URL, all folders in another, each with its path, and a hash table for each leads to an entry: a
//! lookup costs two probes, of the folder and of the name in it, whatever the size of the tree. The children
//! of each folder are sorted once, when the tree is made, so that a listing only reads them.

mod ambiguous;
mod children;
pub mod compiled;
mod index;
mod line;
pub mod pack;
pub mod parse;
pub mod problem;
mod record;
mod room;

use std::borrow::Cow;

use crate::direct_host::DirectHost;
use crate::host::SignedHosts;
use crate::names::LetterSet;
use crate::origin::{Base, Origin, cut_last, tail_asked};
use crate::percent;
use crate::time::UnixSeconds;
use children::ListedChild;
use index::{Index, Vacant};
use record::{FILE, FileHead, Kind, Record, Records};

/// A parsed tree of direct links. Entry 0 is its root.
#[derive(Debug)]
pub struct Tree {
    records: Records,
    /// The children of all folders, each folder's together in the order of its listing.
    children: Vec<ListedChild>,
    /// Hash table of folders, by their paths.
    folder_index: Index,
    /// Hash table of files, by their names and folders.
    file_index: Index,
    bases: Vec<Base>,
    /// Remote folders (`NAME/*`): each folder's id and the number of its base, sorted by the folder's id.
    prefixes: Vec<(u32, u32)>,
    files: usize,
    /// The number of folders without the root.
    folders: usize,
}

/// A folder's id and the hash of its path; both are 0 for the root.
#[derive(Clone, Copy, Debug, Default)]
struct FolderRef {
    id: u32,
    hash: u32,
}

/// The entry of a tree that a path leads to.
#[derive(Debug)]
pub enum Found<'t> {
    /// A folder, perhaps the root.
    Folder(Folder<'t>),
    /// A file that has a line of its own.
    File(File<'t>),
    /// A file below a remote folder: nothing is known about it, not even whether it exists.
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
    record: Record<'t>,
    head: FileHead,
}

/// A file below a remote folder.
#[derive(Debug)]
pub struct Remote<'t> {
    base: &'t Base,
    tail: String,
}

/// A child of a folder.
#[derive(Clone, Copy, Debug)]
pub enum Child<'t> {
    /// A folder.
    Folder(Folder<'t>),
    /// A file.
    File(File<'t>),
}

impl Tree {
    /// Finds the entry at a decoded path without a slash at either end: the entry written for that path,
    /// else the file below the deepest remote folder on the way.
    pub fn find(&self, path: &str) -> Option<Found<'_>> {
        if let Some(file) = self.file_at(path) {
            return Some(Found::File(file));
        }
        match self.folder_at(path) {
            Some(FolderRef { id, .. }) => Some(Found::Folder(Folder { tree: self, id })),
            None => self.below_remote(path),
        }
    }

    /// The root folder of the tree.
    pub fn root(&self) -> Folder<'_> {
        Folder { tree: self, id: 0 }
    }

    /// The number of files, second lines of one path not counted.
    pub fn files(&self) -> usize {
        self.files
    }

    /// The number of folders without the root.
    pub fn folders(&self) -> usize {
        self.folders
    }

    /// Every file line in document order with its decoded path, second lines of one path included.
    pub fn lines(&self) -> impl Iterator<Item = (String, File<'_>)> {
        self.records.files().filter_map(|record| Some((self.path(record), self.file(record)?)))
    }

    /// Bytes that the tree takes on the heap, spare capacity not counted.
    pub fn heap_bytes(&self) -> usize {
        self.records.heap_bytes()
            + self.children.len() * size_of::<ListedChild>()
            + self.folder_index.heap_bytes()
            + self.file_index.heap_bytes()
            + self.bases.iter().map(|base| size_of::<Base>() + base.heap_bytes()).sum::<usize>()
            + self.prefixes.len() * size_of::<(u32, u32)>()
    }

    /// The bases in use: URLs of folders in which files lie.
    pub fn bases(&self) -> &[Base] {
        &self.bases
    }

    /// Moves the tree's direct links to the host of their account. Links on foreign hosts stay as they are.
    pub fn move_to(&mut self, host: &DirectHost, hosts: &SignedHosts) {
        for base in &mut self.bases {
            if let Some(moved) = host.moved(base, hosts) {
                *base = moved;
            }
        }
    }

    fn file_at(&self, path: &str) -> Option<File<'_>> {
        let (above, name) = cut_last(path, b'/').unwrap_or(("", path));
        let folder = self.folder_at(above)?;
        let id = self.probe_file(folder, index::hash(folder.hash, name), name).ok()?;
        self.file(self.records.get(id)?)
    }

    fn folder_at(&self, path: &str) -> Option<FolderRef> {
        if path.is_empty() {
            return Some(FolderRef::default());
        }
        let hash = index::hash(0, path);
        self.probe_folder(hash, path).ok().map(|id| FolderRef { id, hash })
    }

    /// The folder at this path, or the slot where it belongs. `hash` is that of the path.
    fn probe_folder(&self, hash: u32, path: &str) -> Result<u32, Vacant> {
        self.folder_index.probe(hash, |id| self.records.is_folder(id, path))
    }

    /// The file below the deepest remote folder above a path, if there is one.
    fn below_remote(&self, path: &str) -> Option<Found<'_>> {
        if self.prefixes.is_empty() {
            return None;
        }
        let mut deepest = self.prefix(0).map(|base| (base, path));
        for slash in memchr::memchr_iter(b'/', path.as_bytes()) {
            // Where a folder is missing, so is all that would be in it.
            let Some(folder) = path.get(..slash).and_then(|path| self.folder_at(path)) else {
                break;
            };
            if let Some(base) = self.prefix(folder.id) {
                deepest = Some((base, path.get(slash + 1..)?));
            }
        }
        let (base, below) = deepest?;
        let mut tail = String::with_capacity(below.len());
        for (n, name) in below.split('/').enumerate() {
            tail.push_str(if n == 0 { "" } else { "/" });
            tail.extend(percent::encode_name(name));
        }
        Some(Found::Remote(Remote { base: self.bases.get(base as usize)?, tail }))
    }

    /// The file of this name, or the slot where it belongs. `hash` is that of the name in the folder.
    fn probe_file(&self, folder: FolderRef, hash: u32, name: &str) -> Result<u32, Vacant> {
        let is = |id| self.records.is_file(id | FILE, folder.id, name);
        self.file_index.probe(hash, is).map(|id| id | FILE)
    }

    fn file<'t>(&'t self, record: Record<'t>) -> Option<File<'t>> {
        match record.kind() {
            Kind::File(head) => Some(File { tree: self, record, head }),
            Kind::Folder(_) => None,
        }
    }

    fn prefix(&self, id: u32) -> Option<u32> {
        self.probe_prefix(id).ok().and_then(|at| self.prefixes.get(at)).map(|(_, base)| *base)
    }

    /// The position of a folder's remote folder in `prefixes`, or the position where it belongs.
    fn probe_prefix(&self, id: u32) -> Result<usize, usize> {
        self.prefixes.binary_search_by_key(&id, |(folder, _)| *folder)
    }

    fn path(&self, file: Record<'_>) -> String {
        let above = self.records.get(file.parent()).map(Record::path).unwrap_or_default();
        let slash = if above.is_empty() { "" } else { "/" };
        ["/", above, slash, file.name()].concat()
    }
}

impl<'t> Folder<'t> {
    /// The folder's children in the order of its listing: folders first, both by name.
    pub fn children(self) -> impl Iterator<Item = Child<'t>> {
        self.children_with_letters().map(|(_, child)| child)
    }

    /// The folder's children as of [`Self::children`], each after the letters of its name. A child's name is
    /// not read before it is asked for.
    pub fn children_with_letters(self) -> impl Iterator<Item = (LetterSet, Child<'t>)> {
        let tree = self.tree;
        let range = match tree.records.get(self.id).map(Record::kind) {
            Some(Kind::Folder(children)) => children,
            Some(Kind::File(_)) | None => 0..0,
        };
        let listed = tree.children.get(range).unwrap_or_default();
        listed.iter().filter_map(move |child| {
            let record = tree.records.get(child.id())?;
            let entry = match tree.file(record) {
                Some(file) => Child::File(file),
                None => Child::Folder(Folder { tree, id: child.id() }),
            };
            Some((child.letters(), entry))
        })
    }

    /// The folder's name, decoded; empty for the root.
    pub fn name(self) -> &'t str {
        self.tree.records.get(self.id).map(Record::name).unwrap_or_default()
    }

    /// Whether the folder opens a remote folder, whose files can't be listed.
    pub fn has_remote_folder(self) -> bool {
        self.tree.prefix(self.id).is_some()
    }
}

impl<'t> File<'t> {
    /// The file's name, decoded.
    pub fn name(self) -> &'t str {
        self.record.name()
    }

    /// The file's size in bytes, if the owner wrote it down.
    pub fn size(self) -> Option<u64> {
        self.head.size
    }

    /// The time of the file's last change, if the owner wrote it down.
    pub fn modified(self) -> Option<UnixSeconds> {
        self.head.modified.map(|seconds| UnixSeconds(seconds.into()))
    }

    /// The file's origin URL.
    pub fn origin(self) -> Option<Origin<'t>> {
        let base = self.tree.bases.get(self.head.base as usize)?;
        let origin = Origin::new(base, self.record.tail());
        Some(if self.head.renamed { origin } else { origin.decoded_as(self.name()) })
    }
}

impl<'t> Remote<'t> {
    /// The file's origin URL.
    pub fn origin(&self) -> Origin<'_> {
        Origin::new(self.base, &self.tail)
    }

    /// The base of the file's origin URL, and the tail with the query of a request: nobody wrote down which
    /// query the file has.
    pub fn asked(&self, query: &str) -> (&'t Base, Cow<'_, str>) {
        (self.base, tail_asked(&self.tail, query))
    }
}
