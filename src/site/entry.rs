//! What a path leads to, before anybody has been let in: nothing outside `site` sees these.

use super::row::Row;
use crate::context::RequestContext;
use crate::error::Error;
use crate::origin::Origin;
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::seed::RequestSeed;
use crate::sources::links::source::{Link, LinkLifetime, Links};
use crate::sources::listing::Listing;
use crate::sources::remote::RemoteFile;
use crate::sources::remote::{Age, RemoteEntry, RemoteSource};
use crate::time::{UnixSeconds, ValidMinutes};
use crate::tree::{self, Child, Remote};

/// What a path leads to.
#[derive(Debug)]
pub(super) enum Entry<'s> {
    /// A folder.
    Folder(FolderEntry<'s>),
    /// A file.
    File(FileEntry<'s>),
}

impl<'s> Entry<'s> {
    /// A folder of a source, without what is mounted below it.
    pub fn folder(folder: ListedFolder<'s>) -> Self {
        let (folder, mounted) = (Some(folder), Vec::new());
        Self::Folder(FolderEntry { folder, is_root: false, mounted, lacks_some: false })
    }
}

/// A file and the mount that makes its links.
#[derive(Debug)]
pub(super) enum FileEntry<'s> {
    /// One of a tree.
    Listed(&'s Links, tree::File<'s>),
    /// One below a remote folder of a tree.
    Unlisted(&'s Links, Remote<'s>),
    /// One of the vendor's.
    Remote(RemoteEntry<'s>),
}

/// A folder and where it is listed.
#[derive(Clone, Copy, Debug)]
pub(super) enum ListedFolder<'s> {
    Tree(tree::Folder<'s>),
    RemoteSource(&'s RemoteSource, &'s Listing),
}

/// A folder: of a tree, or one that is there because something is mounted below it, or both.
#[derive(Debug)]
pub(super) struct FolderEntry<'s> {
    pub(super) folder: Option<ListedFolder<'s>>,
    pub(super) is_root: bool,
    /// Names of mounts, or of folders on the way to them.
    pub(super) mounted: Vec<&'s str>,
    /// Whether the vendor has more here, and can't be asked.
    pub(super) lacks_some: bool,
}

/// Where what is in a folder of a listing is found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Below<'s> {
    /// It is a file.
    Nothing,
    /// A folder of the same tree.
    Tree(tree::Folder<'s>),
    /// The vendor's number of a folder.
    RemoteSource(u64),
    /// Whatever is mounted there, or on the way from there.
    Mounted,
}

impl FileEntry<'_> {
    /// The link to hand out. The request's query matters to a file of which nothing is known here.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn link(
        &self,
        query: &str,
        lifetime: LinkLifetime,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Link, Error> {
        match self {
            Self::Remote(file) => file.link(lifetime, ctx).await,
            Self::Listed(..) | Self::Unlisted(..) => {
                self.cached_link(query, &ctx.seed, lifetime).ok_or(Error::NotFound)
            }
        }
    }

    /// The same, if nobody has to be asked for it.
    pub fn cached_link(
        &self,
        query: &str,
        seed: &RequestSeed,
        lifetime: LinkLifetime,
    ) -> Option<Link> {
        let tail;
        let (links, origin) = match self {
            // A tree that lost a file's base lost the file.
            Self::Listed(links, file) => (links, file.origin()?),
            Self::Unlisted(links, file) => {
                let asked = file.asked(query);
                tail = asked.1;
                (links, Origin::new(asked.0, &tail))
            }
            Self::Remote(file) => return file.cached_link(seed, lifetime),
        };
        Some(links.link(&origin, seed, lifetime))
    }

    /// Scheme and host of its origin URL; `None` where only the vendor knows them.
    pub fn origin(&self) -> Option<String> {
        let origin = match self {
            Self::Listed(_, file) => file.origin()?,
            Self::Unlisted(_, file) => file.origin(),
            Self::Remote(_) => return None,
        };
        Some(origin.base().site().to_owned())
    }

    /// Bytes, if known.
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::Listed(_, file) => file.size(),
            Self::Unlisted(..) => None,
            Self::Remote(file) => Some(file.item.size),
        }
    }

    /// Unix seconds, if known.
    pub fn modified(&self) -> Option<u64> {
        match self {
            Self::Listed(_, file) => file.modified(),
            Self::Unlisted(..) => None,
            Self::Remote(file) => file.item.modified,
        }
    }

    /// The content's MD5, if known.
    pub fn md5(&self) -> Option<[u8; 16]> {
        match self {
            Self::Listed(..) | Self::Unlisted(..) => None,
            Self::Remote(file) => file.item.md5,
        }
    }

    /// How old what is known of it is; `None` if its owner wrote it.
    pub fn age(&self, now: UnixSeconds) -> Option<Age> {
        match self {
            Self::Listed(..) | Self::Unlisted(..) => None,
            Self::Remote(file) => Some(file.remote.age(file.listing, now)),
        }
    }

    /// The lifetime of its links, unless a rule says otherwise.
    pub fn valid(&self) -> ValidMinutes {
        match self {
            Self::Listed(links, _) | Self::Unlisted(links, _) => links.valid(),
            Self::Remote(file) => file.remote.valid(),
        }
    }

    /// Whether its bytes go through the Worker unless a rule says otherwise: see [`RemoteSource::needs_proxy`].
    pub fn needs_proxy(&self) -> bool {
        match self {
            Self::Listed(..) | Self::Unlisted(..) => false,
            Self::Remote(file) => file.remote.needs_proxy(),
        }
    }

    /// Whether there are no bytes, and maybe no link either.
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::Listed(..) | Self::Unlisted(..) => false,
            Self::Remote(file) => file.item.size == 0 && file.remote.links_only_bytes(),
        }
    }

    /// The file as its link is asked for; `None` if its owner wrote the link.
    pub fn remote(&self) -> Option<RemoteFile> {
        match self {
            Self::Listed(..) | Self::Unlisted(..) => None,
            Self::Remote(file) => {
                Some(RemoteFile { mount: file.remote.number(), file: file.file_ref() })
            }
        }
    }
}

impl<'s> FolderEntry<'s> {
    /// Its children in no order that matters.
    pub fn rows(&self) -> impl Iterator<Item = Row<'s>> + '_ {
        self.entries().map(|(row, _)| row)
    }

    /// The same, with what is below them.
    pub fn entries(&self) -> impl Iterator<Item = (Row<'s>, Below<'s>)> + '_ {
        let mounted = self.mounted.iter().map(|name| (Row::folder(name), Below::Mounted));
        let (tree, listing) = match self.folder {
            Some(ListedFolder::Tree(folder)) => (Some(folder), None),
            Some(ListedFolder::RemoteSource(_, listing)) => (None, Some(listing)),
            None => (None, None),
        };
        let children = tree.into_iter().flat_map(tree::Folder::children);
        let children = children.map(|child| match child {
            Child::Folder(name, folder) => (Row::folder(name), Below::Tree(folder)),
            Child::File(file) => {
                let row = Row {
                    name: file.name(),
                    folder: false,
                    locked: false,
                    size: file.size(),
                    modified: file.modified(),
                    md5: None,
                };
                (row, Below::Nothing)
            }
        });
        let items = listing.into_iter().flat_map(Listing::iter).map(|item| {
            let row = Row {
                name: item.name,
                folder: item.folder,
                locked: false,
                size: (!item.folder).then_some(item.size),
                modified: item.modified,
                md5: item.md5,
            };
            (row, if item.folder { Below::RemoteSource(item.id) } else { Below::Nothing })
        });
        // A mount hides what a tree has at its place, and so do the site's own paths.
        let hidden = |name: &str| {
            (self.is_root && EntryPath::is_reserved(name)) || self.mounted.contains(&name)
        };
        mounted.chain(children.chain(items).filter(move |(row, _)| !hidden(row.name)))
    }

    /// Whether it has files that can't be listed.
    pub fn opens_remote(&self) -> bool {
        matches!(self.folder, Some(ListedFolder::Tree(folder)) if folder.opens_remote())
    }

    /// How old its listing is; `None` if its owner wrote it.
    pub fn age(&self, now: UnixSeconds) -> Option<Age> {
        match self.folder {
            Some(ListedFolder::RemoteSource(remote, listing)) => Some(remote.age(listing, now)),
            Some(ListedFolder::Tree(_)) | None => None,
        }
    }
}
