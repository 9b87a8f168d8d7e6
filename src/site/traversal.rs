//! Traversal of the folders below one that a client was let into, as far as they are in memory.
//!
//! A folder is entered only as the guard would let the client in, and a name is visible only as its
//! listing shows it. The platform is asked for nothing.

use std::rc::Rc;

use super::Site;
use super::entry::{Below, FolderEntry, ListedEntry, ListedFolder};
use super::mount::Source;
use super::open_folder::OpenFolder;
use crate::access::authorize::Permit;
use crate::access::client::AccessRequest;
use crate::access::rules::FolderRules;
use crate::access::visibility::{ChildAccess, Visibility};
use crate::context::RequestState;
use crate::tree::Child;

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

impl<'s> TraversedFolder<'s> {
    fn new(
        folder: Option<ListedFolder<'s>>,
        permit: Rc<Permit<'s>>,
        rules: Option<Rc<FolderRules<'s>>>,
        has_mounts: bool,
    ) -> Self {
        let is_cut =
            matches!(folder, Some(ListedFolder::RemoteSource(_, listing)) if !listing.is_whole());
        Self { folder, permit, rules, has_mounts, is_incomplete: is_cut }
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

    /// Enters the subfolder at this path, whose row is visible to the client.
    pub fn enter(
        &self,
        inside: &TraversedFolder<'s>,
        path: &[&str],
        below: Below<'s>,
    ) -> Entered<'s> {
        let (mut permit, mut rules) = (Rc::clone(&inside.permit), None);
        if let (Some(above), Some(name)) = (&inside.rules, path.last()) {
            if !std::ptr::eq(above.policy(name), permit.policy()) {
                permit = match self.site.access.child_access(path, self.access, &self.state.checks)
                {
                    ChildAccess::Open(permit) => Rc::new(permit),
                    ChildAccess::NeedsCheck => return Entered::Unknown,
                    ChildAccess::Denied => return Entered::Denied,
                };
            }
            if !self.site.access.rules.has_uniform_policy(path.iter().copied()) {
                let mut below = FolderRules::clone(above);
                below.enter(name);
                rules = Some(Rc::new(below));
            }
        }
        let folder = match below {
            Below::Nothing => return Entered::Denied,
            Below::Tree(folder) => Some(ListedFolder::Tree(folder)),
            Below::RemoteSource(id) => match self.cached_folder(inside.folder, id) {
                None => return Entered::Unknown,
                folder => folder,
            },
            Below::Mounted => {
                let (folder, is_known) = self.mounted(path, inside.folder);
                let mut inside = TraversedFolder::new(folder, permit, rules, true);
                inside.is_incomplete |= !is_known;
                return Entered::Folder(inside);
            }
        };
        Entered::Folder(TraversedFolder::new(folder, permit, rules, false))
    }

    /// A folder of the remote source that this listing is from, if it is in memory.
    fn cached_folder(&self, above: Option<ListedFolder<'s>>, id: u64) -> Option<ListedFolder<'s>> {
        let Some(ListedFolder::RemoteSource(remote, _)) = above else { return None };
        let listing = remote.peek(id, self.access.now)?;
        Some(ListedFolder::RemoteSource(remote, self.state.keep(listing)))
    }

    /// The folder at this path where mounts are below, from the mount at the path or from the folder above;
    /// and whether all of it is in memory.
    fn mounted(
        &self,
        path: &[&str],
        above: Option<ListedFolder<'s>>,
    ) -> (Option<ListedFolder<'s>>, bool) {
        match (self.site.mounts.at(path).map(|mount| &mount.source), above) {
            (Some(Source::Links(links)), _) => {
                (links.tree().map(|tree| ListedFolder::Tree(tree.root())), true)
            }
            (Some(Source::RemoteSource(remote)), _) => {
                let listing = remote.peek(remote.config().settings.root, self.access.now);
                let folder = listing.map(|listing| self.state.keep(listing));
                (
                    folder.map(|listing| ListedFolder::RemoteSource(remote, listing)),
                    folder.is_some(),
                )
            }
            (None, Some(ListedFolder::Tree(folder))) => {
                let same = folder.children().find_map(|child| match child {
                    Child::Folder(folder) if path.last() == Some(&folder.name()) => {
                        Some(ListedFolder::Tree(folder))
                    }
                    Child::Folder(_) | Child::File(_) => None,
                });
                (same, true)
            }
            (None, Some(ListedFolder::RemoteSource(_, listing))) => {
                let item = path.last().and_then(|name| listing.find(name));
                let Some(item) = item.filter(|item| item.folder) else { return (None, true) };
                let folder = self.cached_folder(above, item.id);
                (folder, folder.is_some())
            }
            (None, None) => (None, true),
        }
    }
}
