//! Path resolution: which entry a path leads to, whoever asks. For the guard alone.

use super::entry::{Entry, FileEntry, FolderEntry, ListedFolder, UnlistedEntry};
use super::mount::Source;
use super::mounts::Mounts;
use crate::context::{RequestContext, RequestState};
use crate::error::Error;
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::sources::links::source::LinkTree;
use crate::sources::remote::{RemoteFound, RemoteSource};
use crate::sources::shown_listing::ShownListing;
use crate::time::UnixSeconds;
use crate::tree::Found;

impl Mounts {
    /// Resolves a path to its entry.
    ///
    /// # Errors
    /// [`Error::NotFound`] where nothing is, and the failure where 123Pan can't be asked.
    pub async fn resolve<'s>(
        &'s self,
        path: &EntryPath<'_>,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<Entry<'s>, Error> {
        Self::check_unreserved(path)?;
        let found = self.find(path, ctx).await;
        self.with_mounts(path, found)
    }

    /// Resolves a path by what is in memory alone; `None` where that is not known.
    pub fn resolve_cached<'s>(
        &'s self,
        path: &EntryPath<'_>,
        now: UnixSeconds,
        state: &'s RequestState,
    ) -> Option<Entry<'s>> {
        Self::check_unreserved(path).ok()?;
        let found = match self.owner_of(&path.segments()) {
            None => Ok(None),
            Some((mount, depth)) => match &mount.source {
                Source::Links(links) => find_in_tree(links, path, depth),
                Source::RemoteSource(remote) => {
                    Ok(Some(match remote.find_cached(path.segments().skip(depth), now, state)? {
                        RemoteFound::File(file) => Entry::File(FileEntry::RemoteSource(file)),
                        RemoteFound::Folder(id) => {
                            let listing = remote.cached_folder(id, now, state)?;
                            Entry::folder(ListedFolder::RemoteSource(remote, listing))
                        }
                    }))
                }
            },
        };
        self.with_mounts(path, found).ok()
    }

    /// Adds the mounts below a path to what its own mount has there.
    fn with_mounts<'s>(
        &'s self,
        path: &EntryPath<'_>,
        found: Result<Option<Entry<'s>>, Error>,
    ) -> Result<Entry<'s>, Error> {
        // A file takes precedence over mounts below its path.
        if let Ok(Some(file @ Entry::File(_))) = found {
            return Ok(file);
        }
        let mounted = self.below(&path.segments());
        let found = match found {
            // Other mounts here stay reachable while 123Pan fails.
            Err(error) if !mounted.is_empty() && error.is_the_vendors() => Err(()),
            found => Ok(found?),
        };
        let is_incomplete = found.is_err();
        let folder = match found {
            Ok(Some(Entry::Folder(entry))) => entry.folder,
            Ok(Some(Entry::File(_)) | None) | Err(()) => None,
        };
        if folder.is_none() && mounted.is_empty() {
            return Err(Error::NotFound);
        }
        let is_root = path.segments().next().is_none();
        Ok(Entry::Folder(FolderEntry { folder, is_root, mounted, is_incomplete }))
    }

    /// Resolves a path to its entry without the listing of a folder there; `shown` says whether the listing
    /// around a file is loaded.
    ///
    /// # Errors
    /// The errors of [`Mounts::resolve`].
    pub async fn resolve_entry<'s>(
        &'s self,
        path: &EntryPath<'_>,
        shown: ShownListing,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<UnlistedEntry<'s>, Error> {
        Self::check_unreserved(path)?;
        let has_mounts = || !self.below(&path.segments()).is_empty();
        match self.find_entry(path, shown, ctx).await {
            Ok(Some(entry)) => Ok(entry),
            Ok(None) if has_mounts() => Ok(UnlistedEntry::Folder),
            Ok(None) => Err(Error::NotFound),
            // Other mounts here stay reachable while 123Pan fails.
            Err(error) if error.is_the_vendors() && has_mounts() => Ok(UnlistedEntry::Folder),
            Err(error) => Err(error),
        }
    }

    /// Resolves a path to a file. A folder there fails as [`Error::NotFound`] at the same cost in calls as
    /// a path without an entry: the folder's own listing is not asked for.
    ///
    /// # Errors
    /// [`Error::NotFound`] where no file is, and the failure where 123Pan can't be asked.
    pub async fn resolve_file<'s>(
        &'s self,
        path: &EntryPath<'_>,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<FileEntry<'s>, Error> {
        Self::check_unreserved(path)?;
        // The root of a mount is not asked for: for it the mount above is asked, as for every other name
        // there.
        let mount = self.owner_of(&path.segments());
        let is_mount = mount.is_some_and(|(_, depth)| depth == path.depth());
        if !is_mount
            && let Some(UnlistedEntry::File(file)) =
                self.find_entry(path, ShownListing::None, ctx).await?
        {
            return Ok(file);
        }
        self.look_up(path, path.depth().saturating_sub(1), ctx).await?;
        Err(Error::NotFound)
    }

    fn check_unreserved(path: &EntryPath<'_>) -> Result<(), Error> {
        let is_reserved = path.segments().next().is_some_and(EntryPath::is_reserved);
        if is_reserved { Err(Error::NotFound) } else { Ok(()) }
    }

    /// Looks up the name behind the first `depth` segments of a path, so that a missing one can be reported
    /// as [`Error::NotFound`], and one that the client may not know of fails alike.
    ///
    /// # Errors
    /// Why the name can't be looked up.
    pub async fn look_up(
        &self,
        path: &EntryPath<'_>,
        depth: usize,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<(), Error> {
        let above = path.segments().take(depth);
        let Some((mount, mount_depth)) = self.owner_of(&above) else { return Ok(()) };
        let (Some(remote), Some(name)) = (mount.remote(), path.segments().nth(depth)) else {
            return Ok(());
        };
        remote.look_up(above.skip(mount_depth), name, ctx).await
    }

    /// Resolves a path in the mount that owns it, with the listing of a folder there.
    async fn find<'s>(
        &'s self,
        path: &EntryPath<'_>,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<Option<Entry<'s>>, Error> {
        let Some((mount, depth)) = self.owner_of(&path.segments()) else { return Ok(None) };
        match &mount.source {
            Source::Links(links) => find_in_tree(links, path, depth),
            Source::RemoteSource(remote) => {
                let below = path.segments().skip(depth);
                Ok(match remote.find(below, ShownListing::Folder, ctx).await? {
                    Some(RemoteFound::File(file)) => {
                        Some(Entry::File(FileEntry::RemoteSource(file)))
                    }
                    Some(RemoteFound::Folder(id)) => {
                        let listing = remote.folder_listing(id, ctx).await?;
                        Some(Entry::folder(ListedFolder::RemoteSource(remote, listing)))
                    }
                    None => None,
                })
            }
        }
    }

    /// Resolves a path in the mount that owns it, without the listing of a folder there.
    async fn find_entry<'s>(
        &'s self,
        path: &EntryPath<'_>,
        shown: ShownListing,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<Option<UnlistedEntry<'s>>, Error> {
        let Some((mount, depth)) = self.owner_of(&path.segments()) else { return Ok(None) };
        Ok(match &mount.source {
            Source::Links(links) => find_in_tree(links, path, depth)?.map(|entry| match entry {
                Entry::File(file) => UnlistedEntry::File(file),
                Entry::Folder(_) => UnlistedEntry::Folder,
            }),
            Source::RemoteSource(remote) => {
                let found = remote.find(path.segments().skip(depth), shown, ctx).await?;
                found.map(|found| match found {
                    RemoteFound::File(file) => UnlistedEntry::File(FileEntry::RemoteSource(file)),
                    RemoteFound::Folder(_) => UnlistedEntry::Folder,
                })
            }
        })
    }

    /// Finds the 123Pan folder at a path, without an access check, for the owner: the remote source, and
    /// the folder's id at 123Pan.
    ///
    /// # Errors
    /// [`Error::NotFound`] where 123Pan has no folder, and the failure where it can't be looked up.
    pub async fn vendor_folder(
        &self,
        path: &EntryPath<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<(&RemoteSource, u64), Error> {
        let (mount, depth) = self.owner_of(&path.segments()).ok_or(Error::NotFound)?;
        let remote = mount.remote().ok_or(Error::NotFound)?;
        let below = path.segments().skip(depth);
        match remote.find(below, ShownListing::None, ctx).await? {
            Some(RemoteFound::Folder(id)) => Ok((remote, id)),
            Some(RemoteFound::File(_)) | None => Err(Error::NotFound),
        }
    }
}

/// Resolves a path in a tree, whose mount is at the path's first `depth` segments.
fn find_in_tree<'s>(
    links: &'s LinkTree,
    path: &EntryPath<'_>,
    depth: usize,
) -> Result<Option<Entry<'s>>, Error> {
    let tree = links.tree().ok_or(Error::Misconfigured)?;
    Ok(match tree.find(path.below(depth)) {
        Some(Found::File(file)) => Some(Entry::File(FileEntry::Tree(links, file))),
        // A remote file's name can't end in a slash.
        Some(Found::Remote(file)) if !path.has_trailing_slash() => {
            Some(Entry::File(FileEntry::RemoteFolder(links, file)))
        }
        Some(Found::Folder(found)) => Some(Entry::folder(ListedFolder::Tree(found))),
        Some(Found::Remote(_)) | None => None,
    })
}
