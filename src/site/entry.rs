//! Entries: the files and folders that paths resolve to, before access to them is decided. Private to
//! `site`.

use std::cmp::Ordering;

use super::row::Row;
use crate::context::RequestContext;
use crate::error::Error;
use crate::names::{self, LetterSet};
use crate::origin::Origin;
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::seed::RequestSeed;
use crate::sources::link::{Link, LinkLifetime};
use crate::sources::links::source::LinkTree;
use crate::sources::listing::{ListedItem, Listing};
use crate::sources::remote::RemoteFile;
use crate::sources::remote::{Age, RemoteEntry, RemoteSource};
use crate::time::{UnixSeconds, ValidMinutes};
use crate::tree::{self, Child, Remote};

/// An entry of the site: a file, or a folder with its children.
#[derive(Debug)]
pub(super) enum Entry<'s> {
    /// A folder with its children.
    Folder(FolderEntry<'s>),
    /// A file of a source.
    File(FileEntry<'s>),
}

/// An entry of the site: a file, or a folder whose listing was not asked for.
#[derive(Debug)]
pub(super) enum UnlistedEntry<'s> {
    /// A folder, whose children are not loaded.
    Folder,
    /// A file of a source.
    File(FileEntry<'s>),
}

impl<'s> Entry<'s> {
    /// The entry for a folder of a source, without what is mounted below it.
    pub fn folder(folder: ListedFolder<'s>) -> Self {
        let (folder, mounted) = (Some(folder), Vec::new());
        Self::Folder(FolderEntry { folder, is_root: false, mounted, is_incomplete: false })
    }
}

/// A file, with the source that makes its links.
#[derive(Debug)]
pub(super) enum FileEntry<'s> {
    /// A file that a link tree lists.
    Tree(&'s LinkTree, tree::File<'s>),
    /// A file below a remote folder of a link tree, which does not list it.
    RemoteFolder(&'s LinkTree, Remote<'s>),
    /// A file of a remote source, which 123Pan lists.
    RemoteSource(RemoteEntry<'s>),
}

/// A folder's children as its source lists them.
#[derive(Clone, Copy, Debug)]
pub(super) enum ListedFolder<'s> {
    /// A folder of a link tree.
    Tree(tree::Folder<'s>),
    /// A folder of 123Pan's, with its listing.
    RemoteSource(&'s RemoteSource, &'s Listing),
}

/// A folder: one of a source, one that exists because something is mounted below it, or both.
#[derive(Debug)]
pub(super) struct FolderEntry<'s> {
    /// The children that a source lists; `None` for a folder that only leads to mounts.
    pub(super) folder: Option<ListedFolder<'s>>,
    /// Whether the folder is the site's root, where reserved names are hidden.
    pub(super) is_root: bool,
    /// Names of the mounts directly in this folder, and of folders on the way to deeper mounts.
    pub(super) mounted: Vec<&'s str>,
    /// Whether 123Pan has more entries here, and can't be asked at present.
    pub(super) is_incomplete: bool,
}

/// How the children of a listed entry are found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Below<'s> {
    /// The entry has no children: it is a file.
    Nothing,
    /// In this folder of the same tree.
    Tree(tree::Folder<'s>),
    /// In the 123Pan folder with this id.
    RemoteSource(u64),
    /// In the mounts at or below its path.
    Mounted,
}

impl FileEntry<'_> {
    /// The signed link to hand out, and the 123Pan file that it is for, which may have taken the place of this
    /// one; `None` where the link is made of a tree or of the file's path. The request's query is passed on for a file below a remote folder, of
    /// which nothing else is known.
    ///
    /// # Errors
    /// Why there is no link.
    pub async fn link(
        &self,
        query: &str,
        lifetime: LinkLifetime,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<(Link, Option<RemoteFile>), Error> {
        match self {
            Self::RemoteSource(file) => file.link_or_follow(lifetime, ctx).await,
            Self::Tree(..) | Self::RemoteFolder(..) => {
                let link = self.cached_link(query, &ctx.seed, lifetime).ok_or(Error::NotFound)?;
                Ok((link, None))
            }
        }
    }

    /// Why 123Pan's CDN refused the file's bytes to the Worker a moment ago; `None` if it did not.
    pub fn refusal(&self, now: UnixSeconds) -> Option<Error> {
        match self {
            Self::Tree(..) | Self::RemoteFolder(..) => None,
            Self::RemoteSource(file) => file.refusal(now),
        }
    }

    /// The signed link as of [`FileEntry::link`], if it can be made without asking the platform.
    pub fn cached_link(
        &self,
        query: &str,
        seed: &RequestSeed,
        lifetime: LinkLifetime,
    ) -> Option<Link> {
        let tail;
        let (links, origin) = match self {
            // A tree that no longer has the file's base URL no longer has the file.
            Self::Tree(links, file) => (links, file.origin()?),
            Self::RemoteFolder(links, file) => {
                let asked = file.asked(query);
                tail = asked.1;
                (links, Origin::new(asked.0, &tail))
            }
            Self::RemoteSource(file) => return file.cached_link(seed, lifetime),
        };
        Some(links.link(&origin, seed, lifetime))
    }

    /// Scheme and host of the file's origin URL; `None` where only 123Pan knows them.
    pub fn origin(&self) -> Option<String> {
        let origin = match self {
            Self::Tree(_, file) => file.origin()?,
            Self::RemoteFolder(_, file) => file.origin(),
            Self::RemoteSource(file) => return file.origin().map(str::to_owned),
        };
        Some(origin.base().site().to_owned())
    }

    /// The number under which a redirect to the file's link is saved, where that link is known and ends in a
    /// number in place of the name.
    pub fn number(&self) -> Option<&str> {
        let Self::Tree(_, file) = self else { return None };
        let origin = file.origin()?;
        origin.is_numbered(file.name()).then(|| origin.last_segment())
    }

    /// Size in bytes, if known.
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::Tree(_, file) => file.size(),
            Self::RemoteFolder(..) => None,
            Self::RemoteSource(file) => Some(file.item.size),
        }
    }

    /// Time of the last change, if known.
    pub fn modified(&self) -> Option<UnixSeconds> {
        match self {
            Self::Tree(_, file) => file.modified(),
            Self::RemoteFolder(..) => None,
            Self::RemoteSource(file) => file.item.modified,
        }
    }

    /// The MD5 of the content, if known.
    pub fn md5(&self) -> Option<[u8; 16]> {
        match self {
            Self::Tree(..) | Self::RemoteFolder(..) => None,
            Self::RemoteSource(file) => file.item.md5,
        }
    }

    /// Age of the cached listing that the file is from; `None` for link trees, which never go stale.
    pub fn age(&self, now: UnixSeconds) -> Option<Age> {
        match self {
            Self::Tree(..) | Self::RemoteFolder(..) => None,
            Self::RemoteSource(file) => Some(file.remote.age(file.listing, now)),
        }
    }

    /// The lifetime of the file's links, unless a rule says otherwise.
    pub fn valid(&self) -> ValidMinutes {
        match self {
            Self::Tree(links, _) | Self::RemoteFolder(links, _) => links.valid(),
            Self::RemoteSource(file) => file.remote.valid(),
        }
    }

    /// Whether the file's bytes go through the Worker unless a rule says otherwise: see
    /// [`RemoteSource::is_proxied_by_default`]. In a mount with direct links a file without one does, too.
    pub fn is_proxied_by_default(&self) -> bool {
        match self {
            Self::Tree(..) | Self::RemoteFolder(..) => false,
            Self::RemoteSource(file) => !file.is_direct(),
        }
    }

    /// Whether the file is empty, in which case there may be no link to it either.
    pub fn is_empty_file(&self) -> bool {
        match self {
            Self::Tree(..) | Self::RemoteFolder(..) => false,
            // A direct link it always has: that is made of the path alone.
            Self::RemoteSource(file) => file.item.size == 0 && !file.is_direct(),
        }
    }
}

/// An entry of a folder's listing. Its row is not read before it is asked for: most readers need a name or less.
#[derive(Clone, Copy, Debug)]
pub(super) enum ListedEntry<'s> {
    /// A mount directly in the folder, or a folder on the way to a deeper mount, by its name.
    Mounted(&'s str),
    /// An entry of a link tree, and the letters of its name.
    Tree(LetterSet, Child<'s>),
    /// An entry of 123Pan's listing.
    RemoteSource(ListedItem<'s>),
}

impl<'s> ListedEntry<'s> {
    /// The entry's name, decoded.
    pub fn name(&self) -> &'s str {
        match self {
            Self::Mounted(name) => name,
            Self::Tree(_, Child::Folder(folder)) => folder.name(),
            Self::Tree(_, Child::File(file)) => file.name(),
            Self::RemoteSource(item) => item.name(),
        }
    }

    /// Whether the entry is a folder.
    pub fn is_folder(&self) -> bool {
        match self {
            Self::Mounted(_) | Self::Tree(_, Child::Folder(_)) => true,
            Self::Tree(_, Child::File(_)) => false,
            Self::RemoteSource(item) => item.is_folder(),
        }
    }

    /// The letters of the entry's name, where they are known without reading it.
    pub fn letters(&self) -> Option<LetterSet> {
        match self {
            Self::Tree(letters, _) => Some(*letters),
            Self::Mounted(_) | Self::RemoteSource(_) => None,
        }
    }

    /// The entry as a row, with all that its source knows of it.
    pub fn row(&self) -> Row<'s> {
        match self {
            Self::Mounted(_) | Self::Tree(_, Child::Folder(_)) => Row::folder(self.name()),
            Self::Tree(_, Child::File(file)) => Row {
                name: file.name(),
                folder: false,
                locked: false,
                size: file.size(),
                modified: file.modified(),
                md5: None,
            },
            Self::RemoteSource(line) => {
                let Some(item) = line.item() else { return Row::folder(line.name()).closed() };
                Row {
                    name: item.name,
                    folder: item.folder,
                    locked: false,
                    size: (!item.folder).then_some(item.size),
                    modified: item.modified,
                    md5: item.md5,
                }
            }
        }
    }

    /// The place where the entry's own children are found.
    pub fn below(&self) -> Below<'s> {
        match self {
            Self::Mounted(_) => Below::Mounted,
            Self::Tree(_, Child::Folder(folder)) => Below::Tree(*folder),
            Self::Tree(_, Child::File(_)) => Below::Nothing,
            Self::RemoteSource(line) => match line.item() {
                Some(item) if item.folder => Below::RemoteSource(item.id),
                Some(_) | None => Below::Nothing,
            },
        }
    }
}

impl<'s> FolderEntry<'s> {
    /// The folder's entries in the order of [`crate::names`]: folders first, both by name.
    pub fn entries(&self) -> impl Iterator<Item = ListedEntry<'s>> + '_ {
        let (tree, listing) = match self.folder {
            Some(ListedFolder::Tree(folder)) => (Some(folder), None),
            Some(ListedFolder::RemoteSource(_, listing)) => (None, Some(listing)),
            None => (None, None),
        };
        let children = tree.into_iter().flat_map(tree::Folder::children_with_letters);
        let children = children.map(|(letters, child)| ListedEntry::Tree(letters, child));
        let items = listing.into_iter().flat_map(Listing::in_order).map(ListedEntry::RemoteSource);
        // A mount hides an entry of the same name, and so do the site's own paths.
        let hides_some = self.is_root || !self.mounted.is_empty();
        let is_hidden = move |name: &str| {
            (self.is_root && EntryPath::is_reserved(name)) || self.mounted.contains(&name)
        };
        let listed =
            children.chain(items).filter(move |entry| !(hides_some && is_hidden(entry.name())));
        let mut mounted = self.mounted.clone();
        mounted.sort_by(|a, b| names::compare(a, b));
        merge(mounted.into_iter(), listed)
    }

    /// Whether the folder has files that can't be listed: it is a remote folder of a tree.
    pub fn has_remote_folder(&self) -> bool {
        matches!(self.folder, Some(ListedFolder::Tree(folder)) if folder.has_remote_folder())
    }

    /// Age of the cached listing; `None` for link trees, which never go stale.
    pub fn age(&self, now: UnixSeconds) -> Option<Age> {
        match self.folder {
            Some(ListedFolder::RemoteSource(remote, listing)) => Some(remote.age(listing, now)),
            Some(ListedFolder::Tree(_)) | None => None,
        }
    }
}

/// Merges folders that lead to mounts with the entries that a source lists, both sorted.
fn merge<'s>(
    mounted: impl Iterator<Item = &'s str>,
    listed: impl Iterator<Item = ListedEntry<'s>>,
) -> impl Iterator<Item = ListedEntry<'s>> {
    let (mut mounted, mut listed) = (mounted.peekable(), listed.peekable());
    std::iter::from_fn(move || {
        let Some(name) = mounted.peek() else { return listed.next() };
        let is_first = listed.peek().is_none_or(|entry| {
            !entry.is_folder() || names::compare(name, entry.name()) == Ordering::Less
        });
        if is_first { mounted.next().map(ListedEntry::Mounted) } else { listed.next() }
    })
}
