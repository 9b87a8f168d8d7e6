//! Folders below one that a visitor was let into, as far as they are in memory.
//!
//! Each is entered as the guard lets the visitor in, and each name is seen as its listing shows it. Nobody
//! is asked for anything.

use std::rc::Rc;

use super::Site;
use super::due::Receipts;
use super::guard::{Permit, Shown, Way};
use super::mount::Source;
use super::opened::OpenFolder;
use super::place::{AnyFolder, Below, FolderPlace, Row};
use super::visit::Visit;
use crate::rules::policy::Rate;
use crate::tree::Child;

/// Who walks.
#[derive(Clone, Copy)]
pub(super) struct Walker<'s, 'v> {
    site: &'s Site,
    visit: &'v Visit<'v>,
    receipts: &'v Receipts,
    /// The rate that the receipts are of.
    asked: Option<&'s Rate>,
}

/// A folder that the visitor may list.
#[derive(Clone)]
pub(super) struct Inside<'s> {
    folder: Option<AnyFolder<'s>>,
    permit: Rc<Permit<'s>>,
    /// Whether the guard decides about all that is in it as about itself.
    is_even: bool,
    /// Whether something is mounted below.
    has_mounts: bool,
    /// Whether there is more in it than is in memory.
    pub lacks_some: bool,
}

/// What comes of going into a folder.
pub(super) enum Step<'s> {
    In(Inside<'s>),
    /// The visitor may, but it is not in memory, or somebody would have to be asked first.
    Unread,
    Shut,
}

impl<'s> Inside<'s> {
    fn new(
        folder: Option<AnyFolder<'s>>,
        permit: Rc<Permit<'s>>,
        is_even: bool,
        has_mounts: bool,
    ) -> Self {
        let is_cut = matches!(folder, Some(AnyFolder::Drive(_, listing)) if !listing.is_whole());
        Self { folder, permit, is_even, has_mounts, lacks_some: is_cut }
    }
}

impl<'s: 'v, 'v> Walker<'s, 'v> {
    /// Begins at a folder that is open, at the visit's path.
    pub fn start(
        open: &OpenFolder<'s>,
        visit: &'v Visit<'v>,
        receipts: &'v Receipts,
    ) -> (Self, Inside<'s>) {
        let asked = open.permit.policy.fields.rate.as_ref();
        let is_even = open.site.rules.is_even(visit.path.segments());
        let (place, permit) = (&open.folder, Rc::new(open.permit.clone()));
        let mut inside = Inside::new(place.folder, permit, is_even, !place.mounted.is_empty());
        inside.lacks_some |= place.lacks_some;
        (Self { site: open.site, visit, receipts, asked }, inside)
    }

    /// What is in a folder at this path. Not all of it is for the visitor: see [`Self::seen`].
    pub fn place(&self, inside: &Inside<'s>, path: &[&str]) -> FolderPlace<'s> {
        let mounted = if inside.has_mounts { self.site.next_mounts(path) } else { Vec::new() };
        let folder = inside.folder;
        FolderPlace { folder, is_root: path.is_empty(), mounted, lacks_some: inside.lacks_some }
    }

    /// A folder's entry at this path as its listing shows it, if it does.
    pub fn seen(&self, inside: &Inside<'s>, path: &[&str], row: Row<'s>) -> Option<Row<'s>> {
        if inside.is_even {
            return Some(row);
        }
        match self.site.shows(path, &inside.permit, self.visit) {
            Shown::No => None,
            Shown::Yes => Some(row),
            Shown::Locked => Some(row.closed()),
        }
    }

    /// Goes on into a folder that was seen at this path.
    pub fn step(&self, inside: &Inside<'s>, path: &[&str], below: Below<'s>) -> Step<'s> {
        let permit = if inside.is_even {
            Rc::clone(&inside.permit)
        } else {
            let way =
                self.site.way_into(path, &inside.permit, self.asked, self.visit, self.receipts);
            match way {
                Way::Same => Rc::clone(&inside.permit),
                Way::Open(permit) => Rc::new(permit),
                Way::Unasked => return Step::Unread,
                Way::Shut => return Step::Shut,
            }
        };
        let is_even = inside.is_even || self.site.rules.is_even(path.iter().copied());
        let folder = match below {
            Below::Nothing => return Step::Shut,
            Below::Tree(folder) => Some(AnyFolder::Tree(folder)),
            Below::Drive(id) => match self.at_hand(inside.folder, id) {
                None => return Step::Unread,
                folder => folder,
            },
            Below::Mounted => {
                let (folder, is_known) = self.mounted(path, inside.folder);
                let mut inside = Inside::new(folder, permit, is_even, true);
                inside.lacks_some |= !is_known;
                return Step::In(inside);
            }
        };
        Step::In(Inside::new(folder, permit, is_even, false))
    }

    /// A folder of the drive that this listing is of, if it is in memory.
    fn at_hand(&self, above: Option<AnyFolder<'s>>, id: u64) -> Option<AnyFolder<'s>> {
        let Some(AnyFolder::Drive(drive, _)) = above else { return None };
        drive.glimpse(id, self.visit.now).map(|listing| AnyFolder::Drive(drive, listing))
    }

    /// What is mounted at this path, or what the folder above has there, on the way to a mount; and
    /// whether that is known.
    fn mounted(
        &self,
        path: &[&str],
        above: Option<AnyFolder<'s>>,
    ) -> (Option<AnyFolder<'s>>, bool) {
        let mut mounts = self.site.mounts.iter();
        match (mounts.find(|mount| mount.path == path).map(|mount| &mount.source), above) {
            (Some(Source::Links(links)), _) => {
                (links.tree().map(|tree| AnyFolder::Tree(tree.root())), true)
            }
            (Some(Source::Drive(drive)), _) => {
                let listing = drive.glimpse(drive.upstream().root, self.visit.now);
                (listing.map(|listing| AnyFolder::Drive(drive, listing)), listing.is_some())
            }
            (None, Some(AnyFolder::Tree(folder))) => {
                let same = folder.children().find_map(|child| match child {
                    Child::Folder(name, folder) if path.last() == Some(&name) => {
                        Some(AnyFolder::Tree(folder))
                    }
                    Child::Folder(..) | Child::File(_) => None,
                });
                (same, true)
            }
            (None, Some(AnyFolder::Drive(_, listing))) => {
                let item = path.last().and_then(|name| listing.find(name));
                let Some(item) = item.filter(|item| item.folder) else { return (None, true) };
                let folder = self.at_hand(above, item.id);
                (folder, folder.is_some())
            }
            (None, None) => (None, true),
        }
    }
}

impl Site {
    /// The next segment on the way from a path to each mount below it.
    fn next_mounts(&self, path: &[&str]) -> Vec<&str> {
        let mut names = Vec::new();
        for mount in &self.mounts {
            let Some((above, [name, ..])) = mount.path.split_at_checked(path.len()) else {
                continue;
            };
            if above == path && !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }
}
