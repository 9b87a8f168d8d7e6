//! What a path leads to, before anybody has been let in: nothing outside `site` sees these.

use std::collections::BTreeSet;

use super::links::{Life, Link, Links};
use crate::origin::Origin;
use crate::path::EntryPath;
use crate::stamp::Stamp;
use crate::tree::{self, Child, Remote};

/// What a path leads to.
#[derive(Debug)]
pub(super) enum Place<'s> {
    /// A folder.
    Folder(FolderPlace<'s>),
    /// A file.
    File(FilePlace<'s>),
}

/// A file and the mount that makes its links.
#[derive(Debug)]
pub(super) struct FilePlace<'s> {
    pub(super) links: &'s Links,
    pub(super) file: AnyFile<'s>,
}

#[derive(Debug)]
pub(super) enum AnyFile<'s> {
    Listed(tree::File<'s>),
    Remote(Remote<'s>),
}

/// A folder: of a tree, or one that is there because something is mounted below it, or both.
#[derive(Debug)]
pub(super) struct FolderPlace<'s> {
    pub(super) folder: Option<tree::Folder<'s>>,
    pub(super) is_root: bool,
    /// Names of mounts, or of folders on the way to them.
    pub(super) mounted: BTreeSet<&'s str>,
}

/// A row of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'s> {
    /// The name, decoded.
    pub name: &'s str,
    /// Whether it is a folder.
    pub folder: bool,
    /// Whether it is shown though it does not open yet.
    pub locked: bool,
    /// Bytes, if known.
    pub size: Option<u64>,
    /// Unix seconds, if known.
    pub modified: Option<u64>,
}

impl FilePlace<'_> {
    /// The link to hand out.
    pub fn link(&self, stamp: &Stamp, life: Life) -> Option<Link> {
        Some(self.links.link(&self.origin()?, stamp, life))
    }

    /// Bytes, if known.
    pub fn size(&self) -> Option<u64> {
        match self.file {
            AnyFile::Listed(file) => file.size(),
            AnyFile::Remote(_) => None,
        }
    }

    /// Unix seconds, if known.
    pub fn modified(&self) -> Option<u64> {
        match self.file {
            AnyFile::Listed(file) => file.modified(),
            AnyFile::Remote(_) => None,
        }
    }

    fn origin(&self) -> Option<Origin<'_>> {
        match &self.file {
            AnyFile::Listed(file) => file.origin(),
            AnyFile::Remote(file) => Some(file.origin()),
        }
    }
}

impl<'s> FolderPlace<'s> {
    /// Its children in no order that matters.
    pub fn rows(&self) -> impl Iterator<Item = Row<'s>> + '_ {
        let folder = |name| Row { name, folder: true, locked: false, size: None, modified: None };
        let mounted = self.mounted.iter().copied().map(folder);
        let children = self.folder.into_iter().flat_map(tree::Folder::children);
        let rows = children.map(move |child| match child {
            Child::Folder(name, _) => folder(name),
            Child::File(file) => Row {
                name: file.name(),
                folder: false,
                locked: false,
                size: file.size(),
                modified: file.modified(),
            },
        });
        // A mount hides what a tree has at its place, and so do the site's own paths.
        let hidden = |name: &str| {
            (self.is_root && EntryPath::is_reserved(name)) || self.mounted.contains(name)
        };
        mounted.chain(rows.filter(move |row| !hidden(row.name)))
    }

    /// Whether it has files that can't be listed.
    pub fn opens_remote(&self) -> bool {
        self.folder.is_some_and(tree::Folder::opens_remote)
    }
}
