//! Resolving: what a path leads to, before access to it is decided or after. Only the guard may ask.

use super::entry::{Entry, FileEntry, FolderEntry, ListedFolder};
use super::mount::Source;
use super::mounts::Mounts;
use crate::context::{RequestContext, RequestState};
use crate::error::Error;
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::sources::links::source::Links;
use crate::sources::remote::{RemoteFound, RemoteSource};
use crate::time::UnixSeconds;
use crate::tree::Found;

impl Mounts {
    /// What `path` leads to.
    ///
    /// # Errors
    /// [`Error::NotFound`] where nothing is, and why the vendor can't say.
    pub async fn resolve<'s>(
        &'s self,
        path: &EntryPath<'_>,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<Entry<'s>, Error> {
        Self::check_unreserved(path)?;
        let found = self.find(path, ctx).await;
        self.with_mounts(path, found)
    }

    /// What `path` leads to, by what is in memory alone; `None` where that is not known.
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
                    let found = remote.find_cached(path.segments().skip(depth), now, state)?;
                    Ok(Some(remote_entry(remote, found)))
                }
            },
        };
        self.with_mounts(path, found).ok()
    }

    /// What a mount has at a path, and what else is mounted below it.
    fn with_mounts<'s>(
        &'s self,
        path: &EntryPath<'_>,
        found: Result<Option<Entry<'s>>, Error>,
    ) -> Result<Entry<'s>, Error> {
        // A file goes before what is mounted below its path.
        if let Ok(Some(file @ Entry::File(_))) = found {
            return Ok(file);
        }
        let mounted = self.below(&path.segments());
        let found = match found {
            // What else is mounted here stays reachable while the vendor fails.
            Err(error) if !mounted.is_empty() && error.is_the_vendors() => Err(()),
            found => Ok(found?),
        };
        let lacks_some = found.is_err();
        let folder = match found {
            Ok(Some(Entry::Folder(place))) => place.folder,
            Ok(Some(Entry::File(_)) | None) | Err(()) => None,
        };
        if folder.is_none() && mounted.is_empty() {
            return Err(Error::NotFound);
        }
        let is_root = path.segments().next().is_none();
        Ok(Entry::Folder(FolderEntry { folder, is_root, mounted, lacks_some }))
    }

    /// The file that `path` leads to. A folder there costs the same calls as nothing, and fails as that
    /// does: its own listing is not asked for.
    ///
    /// # Errors
    /// [`Error::NotFound`] where no file is, and why the vendor can't say.
    pub async fn resolve_file<'s>(
        &'s self,
        path: &EntryPath<'_>,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<FileEntry<'s>, Error> {
        Self::check_unreserved(path)?;
        let mount = self.owner_of(&path.segments());
        let remote = mount.and_then(|(mount, depth)| Some((mount.remote()?, depth)));
        let file = if let Some((remote, depth)) = remote {
            remote.find_file(path.segments().skip(depth), ctx).await?.map(FileEntry::Remote)
        } else {
            match self.find(path, ctx).await? {
                Some(Entry::File(file)) => Some(file),
                Some(Entry::Folder(_)) | None => None,
            }
        };
        if let Some(file) = file {
            return Ok(file);
        }
        // Of a mount's own folder the mount above is asked, as of every other name there.
        let above = path.segments().take(path.depth().saturating_sub(1));
        self.require_listing(above, ctx).await?;
        Err(Error::NotFound)
    }

    fn check_unreserved(path: &EntryPath<'_>) -> Result<(), Error> {
        let is_reserved = path.segments().next().is_some_and(EntryPath::is_reserved);
        if is_reserved { Err(Error::NotFound) } else { Ok(()) }
    }

    /// Loads the listing of the folder at a path unless it is cached, so that a name that is missing from
    /// it can be told as such: an entry that the client may not know of fails as that does.
    ///
    /// # Errors
    /// Why the listing can't be had.
    pub async fn require_listing<'p>(
        &self,
        path: impl Iterator<Item = &'p str> + Clone,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<(), Error> {
        let Some((mount, depth)) = self.owner_of(&path) else { return Ok(()) };
        let Some(remote) = mount.remote() else { return Ok(()) };
        remote.require_listing(path.skip(depth), ctx).await
    }

    /// What the mount that owns a path has there.
    async fn find<'s>(
        &'s self,
        path: &EntryPath<'_>,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<Option<Entry<'s>>, Error> {
        let Some((mount, depth)) = self.owner_of(&path.segments()) else { return Ok(None) };
        match &mount.source {
            Source::Links(links) => find_in_tree(links, path, depth),
            Source::RemoteSource(remote) => {
                let found = remote.find(path.segments().skip(depth), ctx).await?;
                Ok(found.map(|found| remote_entry(remote, found)))
            }
        }
    }

    /// The folder of the vendor's at a path, for its owner: the drive, and the vendor's number.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the vendor has no folder, and why it can't be found.
    pub async fn vendor_folder(
        &self,
        path: &EntryPath<'_>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<(&RemoteSource, u64), Error> {
        let (mount, depth) = self.owner_of(&path.segments()).ok_or(Error::NotFound)?;
        let remote = mount.remote().ok_or(Error::NotFound)?;
        let folder = remote.folder_id(path.segments().skip(depth), ctx).await?;
        Ok((remote, folder.ok_or(Error::NotFound)?))
    }
}

/// What a tree has at a path, whose first `depth` segments lead to the tree.
fn find_in_tree<'s>(
    links: &'s Links,
    path: &EntryPath<'_>,
    depth: usize,
) -> Result<Option<Entry<'s>>, Error> {
    let tree = links.tree().ok_or(Error::Misconfigured)?;
    Ok(match tree.find(path.below(depth)) {
        Some(Found::File(file)) => Some(Entry::File(FileEntry::Listed(links, file))),
        // A remote file's name can't end in a slash.
        Some(Found::Remote(file)) if !path.asks_for_folder() => {
            Some(Entry::File(FileEntry::Unlisted(links, file)))
        }
        Some(Found::Folder(found)) => Some(Entry::folder(ListedFolder::Tree(found))),
        Some(Found::Remote(_)) | None => None,
    })
}

fn remote_entry<'s>(remote: &'s RemoteSource, found: RemoteFound<'s>) -> Entry<'s> {
    match found {
        RemoteFound::File(file) => Entry::File(FileEntry::Remote(file)),
        RemoteFound::Folder(listing) => Entry::folder(ListedFolder::RemoteSource(remote, listing)),
    }
}
