//! Mounts: a source and the path at which it appears in the site.

use std::rc::Rc;

use crate::sources::config::{MountConfig, SourceConfig};
use crate::sources::links::source::LinkTree;
use crate::sources::remote::RemoteSource;
use crate::time::UnixSeconds;

/// A source and the path at which it appears in the site. A clone shares what the source has in memory.
#[derive(Clone, Debug)]
pub struct Mount {
    /// The decoded segments of the mount's path; none for the root.
    pub(super) path: Vec<String>,
    /// The source that is mounted.
    pub(super) source: Source,
}

/// The source of a mount's entries.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// A link tree that the owner wrote.
    Links(Rc<LinkTree>),
    /// A listing by 123Pan.
    RemoteSource(Rc<RemoteSource>),
}

/// Counts of the entries in a mount's tree.
#[derive(Clone, Copy, Debug)]
pub struct MountStats {
    /// The number of files, several lines for one path counted once.
    pub files: usize,
    /// The number of folders, the root not counted.
    pub folders: usize,
}

impl Mount {
    /// Makes a mount from its settings, and parses its tree if that is in a secret; `number` is its index in
    /// `MOUNTS`.
    pub(super) fn new(config: MountConfig, number: usize, now: UnixSeconds) -> Self {
        let MountConfig { path, source, .. } = config;
        let source = match source {
            SourceConfig::Links(links) => {
                Source::Links(Rc::new(LinkTree::new(links, path.is_empty(), now)))
            }
            SourceConfig::Remote(config) => {
                Source::RemoteSource(Rc::new(RemoteSource::new(*config, number)))
            }
        };
        Self { path, source }
    }

    /// Counts of the entries in the tree; `None` for a remote source, whose entries only 123Pan knows.
    pub fn stats(&self) -> Option<MountStats> {
        let links = self.links()?;
        let (files, folders) = links.tree().map_or((0, 0), |tree| (tree.files(), tree.folders()));
        Some(MountStats { files, folders })
    }

    /// The number of entries of a tree that each isolate parses from a text in KV; `None` for any other mount.
    pub fn entries_in_text(&self) -> Option<usize> {
        let tree = self.links()?.is_text_in_kv().then(|| self.links()?.tree())??;
        Some(tree.files() + tree.folders())
    }

    /// The link tree, if the mount has one.
    pub fn links(&self) -> Option<&LinkTree> {
        match &self.source {
            Source::Links(links) => Some(links),
            Source::RemoteSource(_) => None,
        }
    }

    /// The link tree to change; clones of the mount keep theirs.
    pub fn links_mut(&mut self) -> Option<&mut LinkTree> {
        match &mut self.source {
            Source::Links(links) => Some(Rc::make_mut(links)),
            Source::RemoteSource(_) => None,
        }
    }

    /// The remote source, if 123Pan lists the mount.
    pub fn remote(&self) -> Option<&RemoteSource> {
        match &self.source {
            Source::Links(_) => None,
            Source::RemoteSource(remote) => Some(remote),
        }
    }

    /// The name of the mount's source, as in its settings.
    pub fn source(&self) -> &'static str {
        self.remote().map_or("links", RemoteSource::source)
    }

    /// Whether the mount's links are signed with a key of its settings, as opposed to links that 123Pan
    /// signs.
    pub fn is_signed(&self) -> bool {
        match &self.source {
            Source::Links(links) => links.is_signed(),
            Source::RemoteSource(remote) => remote.is_signed(),
        }
    }

    /// The decoded path at which the mount appears; the root is `/`.
    pub fn path(&self) -> String {
        if self.path.is_empty() {
            return "/".to_owned();
        }
        self.path.iter().fold(String::new(), |path, segment| path + "/" + segment)
    }
}
