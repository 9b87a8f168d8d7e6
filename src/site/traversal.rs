//! Traversal of the folders below one that a client was let into.
//!
//! A folder is entered only as the guard would let the client in, and a name is visible only as its
//! listing shows it. [`Traversal::enter`] asks the platform for nothing; [`Traversal::enter_loaded`] loads what
//! is not in memory.

use std::rc::Rc;

use super::Site;
use super::entry::{Below, FolderEntry, ListedEntry, ListedFolder};
use super::mount::Source;
use super::open_folder::OpenFolder;
use super::row::Row;
use crate::access::authorize::{Check, Permit};
use crate::access::client::AccessRequest;
use crate::access::rules::FolderRules;
use crate::access::visibility::{ChildAccess, Visibility};
use crate::context::{RequestContext, RequestState};
use crate::error::Error;
use crate::platform::Platform;
use crate::sources::remote::{Age, RemoteSource};
use crate::tree::{self, Child};

/// A traversal of folders on behalf of one client.
#[derive(Clone, Copy)]
pub(super) struct Traversal<'s, 'v> {
    site: &'s Site,
    access: &'v AccessRequest<'v>,
    state: &'s RequestState,
}

/// A folder that the client may list.
#[derive(Clone)]
pub(super) struct TraversedFolder<'s> {
    folder: Option<ListedFolder<'s>>,
    permit: Rc<Permit<'s>>,
    /// The rules of the folder's children; `None` where one policy holds for all below it.
    rules: Option<Rc<FolderRules<'s>>>,
    /// Whether anything is mounted below the folder.
    has_mounts: bool,
    /// Whether the folder has more entries than are in memory.
    pub is_incomplete: bool,
    /// Whether more of the folder's listing is being read.
    pub is_loading: bool,
}

/// The outcome of entering a folder.
pub(super) enum Entered<'s> {
    /// The folder, which the client may list.
    Folder(TraversedFolder<'s>),
    /// The folder is not in memory, or a check would have to be awaited first.
    Unknown,
    /// The client may not list the folder, or it has no listing.
    Denied,
}

/// The decision whether the client may list a subfolder.
enum Admission<'s> {
    /// The client may list it, with this permit; the rules are those of its children, if they have any.
    Open(Rc<Permit<'s>>, Option<Rc<FolderRules<'s>>>),
    /// A check has to be performed first.
    NeedsCheck(Check),
    /// The client is refused.
    Refused(Error),
    /// The client may not know of the folder.
    Absent,
}

/// The place of a folder's contents.
enum Contents<'s> {
    /// Nowhere: the entry is no folder.
    None,
    /// Nothing but mounts below it is in the folder.
    Mounts,
    /// A folder of a link tree.
    Tree(tree::Folder<'s>),
    /// The folder of a remote source with this id.
    RemoteSource(&'s RemoteSource, u64),
}

impl<'s> TraversedFolder<'s> {
    fn new(
        folder: Option<ListedFolder<'s>>,
        permit: Rc<Permit<'s>>,
        rules: Option<Rc<FolderRules<'s>>>,
        has_mounts: bool,
    ) -> Self {
        let is_cut =
            matches!(folder, Some(ListedFolder::RemoteSource(_, listing)) if !listing.is_whole());
        Self { folder, permit, rules, has_mounts, is_incomplete: is_cut, is_loading: is_cut }
    }
}

impl<'s: 'v, 'v> Traversal<'s, 'v> {
    /// Starts a traversal at an open folder, the one at the request's path.
    pub fn start(
        open: &OpenFolder<'s>,
        access: &'v AccessRequest<'v>,
        state: &'s RequestState,
    ) -> (Self, TraversedFolder<'s>) {
        let has_uniform_policy = open.site.access.rules.has_uniform_policy(access.path.segments());
        let rules =
            open.site.access.rules.folder(access.path.segments()).filter(|_| !has_uniform_policy);
        let (folder, permit) = (&open.folder, Rc::new(open.permit.clone()));
        let has_mounts = !folder.mounted.is_empty();
        let mut inside =
            TraversedFolder::new(folder.folder, permit, rules.map(Rc::new), has_mounts);
        inside.is_incomplete |= folder.is_incomplete;
        (Self { site: open.site, access, state }, inside)
    }

    /// The contents of a folder at this path, unfiltered: see [`Self::visibility`] for what the client may see.
    pub fn folder(&self, inside: &TraversedFolder<'s>, path: &[&str]) -> FolderEntry<'s> {
        let mounted = if inside.has_mounts {
            self.site.mounts.below(&path.iter().copied())
        } else {
            Vec::new()
        };
        let folder = inside.folder;
        FolderEntry {
            folder,
            is_root: path.is_empty(),
            mounted,
            is_incomplete: inside.is_incomplete,
        }
    }

    /// The appearance of a folder's entry in its listing, for the client.
    pub fn visibility(&self, inside: &TraversedFolder<'s>, entry: &ListedEntry<'s>) -> Visibility {
        let Some(rules) = &inside.rules else { return Visibility::Visible };
        let checks = &self.state.checks;
        self.site.access.visibility(rules, entry.name(), &inside.permit, self.access, checks)
    }

    /// Whether all entries of the folder are visible, whatever they are called.
    pub fn shows_all(inside: &TraversedFolder<'s>) -> bool {
        inside.rules.is_none()
    }

    /// A visible entry as a row of its folder's listing.
    pub fn row(inside: &TraversedFolder<'s>, entry: &ListedEntry<'s>) -> Row<'s> {
        let mut row = entry.row();
        let policy =
            inside.rules.as_ref().map_or(inside.permit.policy(), |rules| rules.policy(row.name));
        row.md5 = row.md5.filter(|_| policy.is_md5_public());
        row
    }

    /// Age of the folder's listing; `None` for link trees, which never go stale.
    pub fn age(&self, inside: &TraversedFolder<'s>) -> Option<Age> {
        match inside.folder {
            Some(ListedFolder::RemoteSource(remote, listing)) => {
                Some(remote.age(listing, self.access.now))
            }
            Some(ListedFolder::Tree(_)) | None => None,
        }
    }

    /// Enters the subfolder at this path, whose row is visible to the client, as far as it is in memory.
    pub fn enter(
        &self,
        inside: &TraversedFolder<'s>,
        path: &[&str],
        below: Below<'s>,
    ) -> Entered<'s> {
        let (permit, rules) = match self.admit(inside, path) {
            Admission::Open(permit, rules) => (permit, rules),
            Admission::NeedsCheck(_) => return Entered::Unknown,
            Admission::Refused(_) | Admission::Absent => return Entered::Denied,
        };
        let is_mounted = matches!(below, Below::Mounted);
        let (folder, is_known) = match self.contents(path, inside.folder, below) {
            Contents::None => return Entered::Denied,
            Contents::Mounts => (None, true),
            Contents::Tree(folder) => (Some(ListedFolder::Tree(folder)), true),
            Contents::RemoteSource(remote, id) => {
                let listing = remote.peek(id, self.access.now);
                let listing = listing.map(|listing| self.state.keep(listing));
                let folder = listing.map(|listing| ListedFolder::RemoteSource(remote, listing));
                (folder, folder.is_some())
            }
        };
        // What is mounted below it is known all the same.
        if !is_known && !is_mounted {
            return Entered::Unknown;
        }
        let mut inside = TraversedFolder::new(folder, permit, rules, is_mounted);
        inside.is_incomplete |= !is_known;
        Entered::Folder(inside)
    }

    /// Enters the subfolder at this path, whose row is visible to the client: performs the checks that it
    /// needs, and loads its listing unless a fresh one is in memory. `None` where the client may not list it, or
    /// nothing is there any more.
    ///
    /// # Errors
    /// [`Error::StillLoading`] if the request has loaded enough listings, [`Error::TooManyRequests`] where the
    /// folder's rate is used up, and the failure where 123Pan can't be asked.
    pub async fn enter_loaded(
        &self,
        inside: &TraversedFolder<'s>,
        path: &[&str],
        below: Below<'s>,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<Option<TraversedFolder<'s>>, Error> {
        let (permit, rules) = loop {
            match self.admit(inside, path) {
                Admission::Open(permit, rules) => break (permit, rules),
                // A request derives a key from one password at most: that of the folder it asks for.
                Admission::NeedsCheck(Check::Password(_)) => return Ok(None),
                Admission::NeedsCheck(check) => ctx.perform(&check).await,
                Admission::Refused(error @ (Error::TooManyRequests | Error::Unavailable)) => {
                    return Err(error);
                }
                Admission::Refused(_) | Admission::Absent => return Ok(None),
            }
        };
        let folder = match self.contents(path, inside.folder, below) {
            Contents::None => return Ok(None),
            Contents::Mounts => None,
            Contents::Tree(folder) => Some(ListedFolder::Tree(folder)),
            Contents::RemoteSource(remote, id) => match remote.fresh_listing(id, ctx).await {
                Ok(listing) => Some(ListedFolder::RemoteSource(remote, listing)),
                Err(Error::NotFound) => return Ok(None),
                Err(error) => return Err(error),
            },
        };
        let is_mounted = matches!(below, Below::Mounted);
        Ok(Some(TraversedFolder::new(folder, permit, rules, is_mounted)))
    }

    /// Decides whether the client may list the subfolder at this path, whose row is visible to it.
    fn admit(&self, inside: &TraversedFolder<'s>, path: &[&str]) -> Admission<'s> {
        let (mut permit, mut rules) = (Rc::clone(&inside.permit), None);
        if let (Some(above), Some(name)) = (&inside.rules, path.last()) {
            if !std::ptr::eq(above.policy(name), permit.policy()) {
                permit = match self.site.access.child_access(path, self.access, &self.state.checks)
                {
                    ChildAccess::Open(permit) => Rc::new(permit),
                    ChildAccess::NeedsCheck(check) => return Admission::NeedsCheck(check),
                    ChildAccess::Refused(error) => return Admission::Refused(error),
                    ChildAccess::Absent => return Admission::Absent,
                };
            }
            if !self.site.access.rules.has_uniform_policy(path.iter().copied()) {
                let mut below = FolderRules::clone(above);
                below.enter(name);
                rules = Some(Rc::new(below));
            }
        }
        Admission::Open(permit, rules)
    }

    /// The place of the contents of the folder at this path: of an entry of the folder `above`.
    fn contents(
        &self,
        path: &[&str],
        above: Option<ListedFolder<'s>>,
        below: Below<'s>,
    ) -> Contents<'s> {
        match (below, above) {
            (Below::Tree(folder), _) => Contents::Tree(folder),
            (Below::RemoteSource(id), Some(ListedFolder::RemoteSource(remote, _))) => {
                Contents::RemoteSource(remote, id)
            }
            (Below::Nothing | Below::RemoteSource(_), _) => Contents::None,
            (Below::Mounted, above) => self.mounted(path, above),
        }
    }

    /// The place of the contents of the folder at this path where mounts are below: in the mount at the path, or
    /// in the folder above.
    fn mounted(&self, path: &[&str], above: Option<ListedFolder<'s>>) -> Contents<'s> {
        match (self.site.mounts.at(path).map(|mount| &mount.source), above) {
            (Some(Source::Links(links)), _) => {
                links.tree().map_or(Contents::Mounts, |tree| Contents::Tree(tree.root()))
            }
            (Some(Source::RemoteSource(remote)), _) => {
                Contents::RemoteSource(remote, remote.config().settings.root)
            }
            (None, Some(ListedFolder::Tree(folder))) => {
                let same = folder.children().find_map(|child| match child {
                    Child::Folder(folder) if path.last() == Some(&folder.name()) => Some(folder),
                    Child::Folder(_) | Child::File(_) => None,
                });
                same.map_or(Contents::Mounts, Contents::Tree)
            }
            (None, Some(ListedFolder::RemoteSource(remote, listing))) => {
                let item = path.last().and_then(|name| listing.find(name));
                let item = item.filter(|item| item.folder);
                item.map_or(Contents::Mounts, |item| Contents::RemoteSource(remote, item.id))
            }
            (None, None) => Contents::Mounts,
        }
    }
}
