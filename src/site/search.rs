//! Search: a walk through the folders that a visitor may list, from one of them down.
//!
//! No index: names are compared where they lie, in the tree's own memory. Measured (processor time of
//! workerd, a busy machine): 100,000 files take 30 to 55 ms, 10,000 a tenth of it. An index would take
//! memory from every tree for the few that are searched, and the guard would have to sift it all the same.
//!
//! The walk sees each name as its listing shows it, before it is compared. So neither what is found nor
//! how long it takes depends on what is hidden, but for the rows that a listing skips as well.

use super::open_folder::OpenFolder;
use super::row::Row;
use super::traversal::{Step, Traversal, TraversedFolder};
use crate::access::client::AccessRequest;
use crate::context::RequestState;
use crate::names::{Finder, MatchRank, Query};
use crate::path::MAX_SEGMENTS;
use crate::sources::order::sort_names;

/// Entries that are looked at before a search ends.
const MAX_ENTRIES: usize = 200_000;
/// Words that are looked for in a name before it ends: half a hundred letters in Chinese names would take
/// twenty times as long as one word.
const MAX_LOOKS: usize = 1_000_000;

/// What a search found, the best first.
#[derive(Debug)]
pub struct SearchResults<'s> {
    /// As many as were asked for.
    pub found: Vec<SearchHit<'s>>,
    /// Whether there are others, or may be.
    pub more: bool,
    /// Whether folders that the visitor may list were not looked into.
    pub partial: bool,
}

/// An entry that was found.
#[derive(Debug)]
pub struct SearchHit<'s> {
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
    inside: TraversedFolder<'s>,
}

struct Hit<'s> {
    score: u32,
    stage: usize,
    row: Row<'s>,
}

struct Search<'s, 'v> {
    traversal: Traversal<'s, 'v>,
    access: &'v AccessRequest<'v>,
    query: &'v Query,
    finder: Finder<'v>,
    limit: usize,
    /// In the order in which they are entered: shallow before deep.
    stages: Vec<Stage<'s>>,
    hits: Vec<Hit<'s>>,
    /// A hit that is no better comes too late.
    worst: u32,
    entries: usize,
    looks: usize,
    more: bool,
    partial: bool,
}

/// What is below an opened folder, of all that the visitor may see, by name: `limit` entries at most.
pub fn search<'s, 'v>(
    open: &OpenFolder<'s>,
    query: &'v Query,
    limit: usize,
    access: &'v AccessRequest<'v>,
    state: &'s RequestState,
) -> SearchResults<'s>
where
    's: 'v,
{
    let path = access.path.segments().collect::<Vec<_>>();
    let mut finder = Finder::new(query);
    let words = path.iter().filter_map(|name| finder.look(name, 0));
    let words = words.fold(0, |words, look| words | look.words);
    let (traversal, inside) = Traversal::start(open, access, state);
    let start = Stage { above: 0, name: "", depth: path.len(), words, inside };
    let mut search = Search {
        traversal,
        access,
        query,
        finder,
        limit,
        stages: vec![start],
        hits: Vec::new(),
        worst: u32::MAX,
        entries: 0,
        looks: 0,
        more: false,
        partial: false,
    };
    let mut at = 0;
    while search.enter(at).is_some() {
        at += 1;
    }
    search.results()
}

impl<'s: 'v, 'v> Search<'s, 'v> {
    /// Looks at all that is in a folder. `None` at the end of the walk.
    fn enter(&mut self, at: usize) -> Option<()> {
        let stage = self.stages.get(at)?;
        let (depth, words, inside) = (stage.depth, stage.words, stage.inside.clone());
        let mut path = self.path(at);
        self.partial |= inside.lacks_some;
        for (row, below) in self.traversal.place(&inside, &path).entries() {
            path.truncate(depth);
            path.push(row.name);
            let Some(row) = self.traversal.seen(&inside, row) else { continue };
            if self.entries == MAX_ENTRIES || self.looks >= MAX_LOOKS {
                self.more = true;
                return None;
            }
            self.entries += 1;
            self.looks += self.query.words();
            // Below a folder there may be what its own name lacks.
            let needed = if row.folder { 0 } else { self.query.all() & !words };
            let look = self.finder.look(row.name, needed);
            let here = look.map_or(0, |look| look.words);
            if let Some(look) = look.filter(|_| here | words == self.query.all()) {
                self.hit(Hit { score: score(look.rank, &row, depth), stage: at, row });
            }
            if row.folder && !row.locked && depth + 1 < MAX_SEGMENTS {
                let (name, words, depth) = (row.name, words | here, depth + 1);
                match self.traversal.step(&inside, &path, below) {
                    Step::In(inside) => {
                        self.stages.push(Stage { above: at, name, depth, words, inside });
                    }
                    Step::Unread => self.partial = true,
                    Step::Shut => {}
                }
            }
        }
        Some(())
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

    fn results(mut self) -> SearchResults<'s> {
        self.cut();
        let finding = |hit: &Hit<'s>| {
            let path = self.path(hit.stage);
            let folder = path.iter().fold("/".to_owned(), |folder, name| folder + name + "/");
            SearchHit { folder, row: hit.row }
        };
        let found = self.hits.iter().map(finding).collect();
        SearchResults { found, more: self.more, partial: self.partial }
    }

    /// The names on the way to a folder, from the site's root on.
    fn path(&self, mut at: usize) -> Vec<&'v str> {
        let mut names = Vec::new();
        while let Some(stage) = self.stages.get(at).filter(|_| at > 0) {
            names.push(stage.name);
            at = stage.above;
        }
        names.reverse();
        self.access.path.segments().chain(names).collect()
    }
}

/// How good a hit is, the lower the better: how well the name fits, folders before files, then the
/// shallow ones.
fn score(rank: MatchRank, row: &Row<'_>, depth: usize) -> u32 {
    let depth = u32::try_from(depth).unwrap_or(u32::MAX) & 0xFF;
    (rank as u32) << 16 | u32::from(!row.folder) << 8 | depth
}
