//! A source at its place in the site.

use std::rc::Rc;

use crate::config::{MountConfig, SourceConfig};
use crate::sources::links::source::Links;
use crate::sources::remote::RemoteSource;
use crate::time::UnixSeconds;

/// A source at its place in the site. A copy shares what the source has in memory.
#[derive(Clone, Debug)]
pub struct Mount {
    pub(super) path: Vec<String>,
    pub(super) source: Source,
}

/// Where a mount's entries come from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Links(Rc<Links>),
    RemoteSource(Rc<RemoteSource>),
}

/// What may be said of a mount's tree.
#[derive(Clone, Copy, Debug)]
pub struct MountStats {
    /// Files, second lines of one path not counted.
    pub files: usize,
    /// Folders without the root.
    pub folders: usize,
}

impl Mount {
    pub(super) fn new(config: MountConfig, number: usize, now: UnixSeconds) -> Self {
        let MountConfig { setting, path, source } = config;
        let source = match source {
            SourceConfig::Links(links) => {
                Source::Links(Rc::new(Links::new(links, &setting, path.is_empty(), now)))
            }
            SourceConfig::Upstream(upstream) => {
                Source::RemoteSource(Rc::new(RemoteSource::new(*upstream, number)))
            }
        };
        Self { path, source }
    }

    /// How much is in it; `None` if only the vendor knows.
    pub fn stats(&self) -> Option<MountStats> {
        let links = self.links()?;
        let (files, folders) = links.tree().map_or((0, 0), |tree| (tree.files(), tree.folders()));
        Some(MountStats { files, folders })
    }

    /// How its tree is read and signed, if it is one.
    pub fn links(&self) -> Option<&Links> {
        match &self.source {
            Source::Links(links) => Some(links),
            Source::RemoteSource(_) => None,
        }
    }

    /// The same to change it, apart from copies of the mount.
    pub fn links_mut(&mut self) -> Option<&mut Links> {
        match &mut self.source {
            Source::Links(links) => Some(Rc::make_mut(links)),
            Source::RemoteSource(_) => None,
        }
    }

    /// The drive, if the vendor lists it.
    pub fn remote(&self) -> Option<&RemoteSource> {
        match &self.source {
            Source::Links(_) => None,
            Source::RemoteSource(remote) => Some(remote),
        }
    }

    /// The name of its source.
    pub fn source(&self) -> &'static str {
        self.remote().map_or("links", RemoteSource::source)
    }

    /// Whether its links are signed here.
    pub fn is_signed(&self) -> bool {
        match &self.source {
            Source::Links(links) => links.is_signed(),
            Source::RemoteSource(remote) => remote.is_signed(),
        }
    }

    /// Its place in the site, decoded; the root is `/`.
    pub fn path(&self) -> String {
        if self.path.is_empty() {
            return "/".to_owned();
        }
        self.path.iter().fold(String::new(), |path, segment| path + "/" + segment)
    }
}
