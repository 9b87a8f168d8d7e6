//! Search: a walk through the folders that a visitor may list, from one of them down.
//!
//! No index: names are compared where they lie, in the tree's own memory. Measured (processor time of
//! workerd, a busy machine): 100,000 files take 30 to 55 ms, 10,000 a tenth of it. An index would take
//! memory from every tree for the few that are searched, and the guard would have to sift it all the same.
//!
//! Each folder is entered as the guard lets the visitor in, and each name is seen as its listing shows
//! it, before it is compared. So neither what is found nor how long it takes depends on what is hidden,
//! but for the rows that a listing skips as well.

use std::rc::Rc;

use super::Site;
use super::due::Receipts;
use super::guard::{Permit, Shown, Way};
use super::mount::Source;
use super::opened::OpenFolder;
use super::place::{AnyFolder, Below, FolderPlace, Row};
use super::visit::Visit;
use crate::names::{Finder, Query, Tier};
use crate::order::sort_names;
use crate::path::MOST_SEGMENTS;
use crate::tree::Child;

/// Entries that are looked at before a search ends.
const MOST_ENTRIES: usize = 200_000;

/// What a search found, the best first.
#[derive(Debug)]
pub struct Findings<'s> {
    /// As many as were asked for.
    pub found: Vec<Finding<'s>>,
    /// Whether there are others, or may be.
    pub more: bool,
    /// Whether folders that the visitor may list were not looked into.
    pub partial: bool,
}

/// An entry that was found.
#[derive(Debug)]
pub struct Finding<'s> {
    /// The decoded path of its folder, `/` at both ends.
    pub folder: String,
    /// What its listing says of it.
    pub row: Row<'s>,
}

/// A folder on the walk.
struct Stage<'s> {
    /// The folder that it is in, by its place on the walk.
    above: usize,
    name: &'s str,
    /// Segments of its path.
    depth: usize,
    /// The words of the query that are in the names on the way here.
    words: u64,
    folder: Option<AnyFolder<'s>>,
    permit: Rc<Permit<'s>>,
    /// Whether the guard decides about all that is in it as about itself.
    is_even: bool,
    /// Whether something is mounted below.
    has_mounts: bool,
}

struct Hit<'s> {
    score: u32,
    stage: usize,
    row: Row<'s>,
}

struct Walk<'s, 'v> {
    site: &'s Site,
    visit: &'v Visit<'v>,
    receipts: &'v Receipts,
    query: &'v Query,
    finder: Finder<'v>,
    limit: usize,
    /// In the order in which they are entered: shallow before deep.
    stages: Vec<Stage<'s>>,
    hits: Vec<Hit<'s>>,
    /// A hit that is no better comes too late.
    worst: u32,
    entries: usize,
    more: bool,
    partial: bool,
}

/// The folder that another one is in.
struct Above<'a, 's> {
    at: usize,
    folder: Option<AnyFolder<'s>>,
    permit: &'a Rc<Permit<'s>>,
    is_even: bool,
}

impl<'s> OpenFolder<'s> {
    /// What is below it, of all that the visitor may see, by name: `limit` entries at most.
    pub fn search<'v>(
        &self,
        query: &'v Query,
        limit: usize,
        visit: &'v Visit<'v>,
        receipts: &'v Receipts,
    ) -> Findings<'s>
    where
        's: 'v,
    {
        let path = visit.path.segments().collect::<Vec<_>>();
        let mut finder = Finder::new(query);
        let words = path.iter().filter_map(|name| finder.look(name, 0));
        let start = Stage {
            above: 0,
            name: "",
            depth: path.len(),
            words: words.fold(0, |words, look| words | look.words),
            folder: self.folder.folder,
            permit: Rc::new(self.permit.clone()),
            is_even: self.site.is_even(&path),
            has_mounts: !self.folder.mounted.is_empty(),
        };
        let mut walk = Walk {
            site: self.site,
            visit,
            receipts,
            query,
            finder,
            limit,
            stages: vec![start],
            hits: Vec::new(),
            worst: u32::MAX,
            entries: 0,
            more: false,
            partial: self.folder.lacks_some,
        };
        let mut at = 0;
        while walk.enter(at).is_some() {
            at += 1;
        }
        walk.findings()
    }
}

impl<'s: 'v, 'v> Walk<'s, 'v> {
    /// Looks at all that is in a folder. `None` at the end of the walk.
    fn enter(&mut self, at: usize) -> Option<()> {
        let stage = self.stages.get(at)?;
        let (depth, words, folder) = (stage.depth, stage.words, stage.folder);
        let (permit, is_even, has_mounts) =
            (Rc::clone(&stage.permit), stage.is_even, stage.has_mounts);
        let above = Above { at, folder, permit: &permit, is_even };
        let mut path = self.path(at);
        let mounted = if has_mounts { self.site.next_mounts(&path) } else { Vec::new() };
        if let Some(AnyFolder::Drive(_, listing)) = folder {
            self.partial |= !listing.is_whole();
        }
        let place = FolderPlace { folder, is_root: depth == 0, mounted, lacks_some: false };
        for (row, below) in place.entries() {
            path.truncate(depth);
            path.push(row.name);
            let shown =
                if is_even { Shown::Yes } else { self.site.shows(&path, &permit, self.visit) };
            let row = match shown {
                Shown::No => continue,
                Shown::Yes => row,
                Shown::Locked => Row { locked: true, size: None, modified: None, ..row },
            };
            if self.entries == MOST_ENTRIES {
                self.more = true;
                return None;
            }
            self.entries += 1;
            // Below a folder there may be what its own name lacks.
            let needed = if row.folder { 0 } else { self.query.all() & !words };
            let look = self.finder.look(row.name, needed);
            let here = look.map_or(0, |look| look.words);
            if let Some(look) = look.filter(|_| here | words == self.query.all()) {
                self.hit(Hit { score: score(look.tier, &row, depth), stage: at, row });
            }
            if row.folder && !row.locked && depth + 1 < MOST_SEGMENTS {
                self.add(&above, &path, below, row.name, words | here);
            }
        }
        Some(())
    }

    /// Adds a folder to the walk, if the visitor may list it and it is in memory.
    fn add(
        &mut self,
        above: &Above<'_, 's>,
        path: &[&str],
        below: Below<'s>,
        name: &'s str,
        words: u64,
    ) {
        let permit = if above.is_even {
            Rc::clone(above.permit)
        } else {
            let asked =
                self.stages.first().and_then(|start| start.permit.policy.fields.rate.as_ref());
            match self.site.way_into(path, above.permit, asked, self.visit, self.receipts) {
                Way::Same => Rc::clone(above.permit),
                Way::Open(permit) => Rc::new(permit),
                Way::Unasked => return self.partial = true,
                Way::Shut => return,
            }
        };
        let folder = match below {
            Below::Nothing => return,
            Below::Tree(folder) => Some(AnyFolder::Tree(folder)),
            Below::Drive(id) => self.at_hand(above.folder, id),
            Below::Mounted => self.mounted(path, above.folder),
        };
        let has_mounts = matches!(below, Below::Mounted);
        if folder.is_some() || has_mounts {
            let is_even = above.is_even || self.site.is_even(path);
            let (above, depth) = (above.at, path.len());
            self.stages.push(Stage {
                above,
                name,
                depth,
                words,
                folder,
                permit,
                is_even,
                has_mounts,
            });
        }
    }

    /// A folder of the drive that this listing is of, if it is in memory.
    fn at_hand(&mut self, above: Option<AnyFolder<'s>>, id: u64) -> Option<AnyFolder<'s>> {
        let Some(AnyFolder::Drive(drive, _)) = above else { return None };
        let listing = drive.glimpse(id, self.visit.now);
        self.partial |= listing.is_none();
        listing.map(|listing| AnyFolder::Drive(drive, listing))
    }

    /// What is mounted at this path, or what the folder above has there, on the way to a mount.
    fn mounted(&mut self, path: &[&str], above: Option<AnyFolder<'s>>) -> Option<AnyFolder<'s>> {
        let mut mounts = self.site.mounts.iter();
        match (mounts.find(|mount| mount.path == path).map(|mount| &mount.source), above) {
            (Some(Source::Links(links)), _) => {
                links.tree().map(|tree| AnyFolder::Tree(tree.root()))
            }
            (Some(Source::Drive(drive)), _) => {
                let listing = drive.glimpse(drive.upstream().root, self.visit.now);
                self.partial |= listing.is_none();
                listing.map(|listing| AnyFolder::Drive(drive, listing))
            }
            (None, Some(AnyFolder::Tree(folder))) => {
                folder.children().find_map(|child| match child {
                    Child::Folder(name, folder) if path.last() == Some(&name) => {
                        Some(AnyFolder::Tree(folder))
                    }
                    Child::Folder(..) | Child::File(_) => None,
                })
            }
            (None, Some(AnyFolder::Drive(_, listing))) => {
                let item = listing.find(path.last()?).filter(|item| item.folder)?;
                self.at_hand(above, item.id)
            }
            (None, None) => None,
        }
    }

    fn hit(&mut self, hit: Hit<'s>) {
        if hit.score >= self.worst {
            self.more = true;
            return;
        }
        self.hits.push(hit);
        if self.hits.len() > 2 * self.limit {
            self.cut();
            self.worst = self.hits.last().map_or(0, |hit| hit.score);
        }
    }

    /// Leaves the best hits, in their order.
    fn cut(&mut self) {
        sort_names(&mut self.hits, |hit| (hit.score, hit.row.name));
        self.more |= self.hits.len() > self.limit;
        self.hits.truncate(self.limit);
    }

    fn findings(mut self) -> Findings<'s> {
        self.cut();
        let finding = |hit: &Hit<'s>| {
            let path = self.path(hit.stage);
            let folder = path.iter().fold("/".to_owned(), |folder, name| folder + name + "/");
            Finding { folder, row: hit.row }
        };
        let found = self.hits.iter().map(finding).collect();
        Findings { found, more: self.more, partial: self.partial }
    }

    /// The names on the way to a folder, from the site's root on.
    fn path(&self, mut at: usize) -> Vec<&'v str> {
        let mut names = Vec::new();
        while let Some(stage) = self.stages.get(at).filter(|_| at > 0) {
            names.push(stage.name);
            at = stage.above;
        }
        names.reverse();
        self.visit.path.segments().chain(names).collect()
    }
}

/// How good a hit is, the lower the better: how well the name fits, folders before files, then the
/// shallow ones.
fn score(tier: Tier, row: &Row<'_>, depth: usize) -> u32 {
    let depth = u32::try_from(depth).unwrap_or(u32::MAX) & 0xFF;
    (tier as u32) << 16 | u32::from(!row.folder) << 8 | depth
}

impl Site {
    /// Whether the guard decides about all that is below a path as about itself.
    fn is_even(&self, path: &[&str]) -> bool {
        self.rules.is_even(path.iter().copied())
    }

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
