//! Search by name: a traversal of the folders that a client may list, from one of them down.
//!
//! The letters of each name are the index: they are in the tree's lists of children, and rule most names out
//! without reading them. Where a rule may hide an entry of the folder, its name is read all the same.
//!
//! The traversal filters each name as its listing does, before it is compared. So neither the results nor
//! the time they take depend on what is hidden, but for the rows that a listing skips as well.

use super::open_folder::OpenFolder;
use super::row::Row;
use super::traversal::{Entered, Traversal, TraversedFolder};
use crate::access::client::AccessRequest;
use crate::access::visibility::Visibility;
use crate::context::RequestState;
use crate::names::sort_names;
use crate::names::{Finder, MatchRank, Query};
use crate::path::MAX_SEGMENTS;

/// Maximum number of entries looked at in one search.
const MAX_ENTRIES: usize = 200_000;
/// Maximum number of comparisons of a word with a name in one search: half a hundred letters in Chinese
/// names would take twenty times as long as one word.
const MAX_COMPARISONS: usize = 1_000_000;

/// The results of a search, best first.
#[derive(Debug)]
pub struct SearchResults<'s> {
    /// The hits, as many as were asked for at most.
    pub found: Vec<SearchHit<'s>>,
    /// Whether there are more hits, or may be.
    pub more: bool,
    /// Whether folders that the client may list were not searched, since they aren't in memory or need a
    /// check first.
    pub partial: bool,
}

/// An entry that matches a search.
#[derive(Debug)]
pub struct SearchHit<'s> {
    /// The decoded path of the entry's folder, with `/` at both ends.
    pub folder: String,
    /// The entry as its folder's listing shows it.
    pub row: Row<'s>,
}

/// A folder that the traversal has entered.
struct Stage<'s> {
    /// Index of the parent folder in `Search::stages`.
    above: usize,
    name: &'s str,
    /// The number of segments in the folder's path.
    depth: usize,
    /// Bit set of the query's words that are in the names on the way to the folder, its own included.
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
    /// The folders in the order in which they are entered: shallow before deep.
    stages: Vec<Stage<'s>>,
    hits: Vec<Hit<'s>>,
    /// The worst score that still makes the results; later hits have to be better.
    worst: u32,
    entries: usize,
    comparisons: usize,
    more: bool,
    partial: bool,
}

/// Searches an open folder and all below it that the client may list, by name; gives `limit` entries at
/// most.
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
    let words = path.iter().filter_map(|name| finder.match_name(name, 0));
    let words = words.fold(0, |words, matched| words | matched.words);
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
        comparisons: 0,
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
    /// Matches all entries of a folder, and queues its subfolders. `None` once a maximum ends the search.
    fn enter(&mut self, at: usize) -> Option<()> {
        let stage = self.stages.get(at)?;
        let (depth, words, inside) = (stage.depth, stage.words, stage.inside.clone());
        let mut path = self.path(at);
        self.partial |= inside.is_incomplete;
        let shows_all = Traversal::shows_all(&inside);
        for entry in self.traversal.folder(&inside, &path).entries() {
            let visibility = self.traversal.visibility(&inside, &entry);
            if visibility == Visibility::Hidden {
                continue;
            }
            if self.entries == MAX_ENTRIES || self.comparisons >= MAX_COMPARISONS {
                self.more = true;
                return None;
            }
            self.entries += 1;
            let is_folder = entry.is_folder();
            // Below a folder there may be the words that its own name lacks.
            let needed = if is_folder { 0 } else { self.query.all() & !words };
            // Most files are ruled out by their letters.
            if shows_all
                && !is_folder
                && entry.letters().is_some_and(|letters| !self.query.may_match(letters, needed))
            {
                continue;
            }
            self.comparisons += self.query.words();
            let name = entry.name();
            let matched = self.finder.match_name(name, needed);
            let here = matched.map_or(0, |matched| matched.words);
            if let Some(matched) = matched.filter(|_| here | words == self.query.all()) {
                let score = score(matched.rank, is_folder, depth);
                self.hit(at, score, || match visibility {
                    Visibility::Locked => entry.row().closed(),
                    Visibility::Visible | Visibility::Hidden => entry.row(),
                });
            }
            if is_folder && visibility == Visibility::Visible && depth + 1 < MAX_SEGMENTS {
                path.truncate(depth);
                path.push(name);
                let (words, depth) = (words | here, depth + 1);
                match self.traversal.enter(&inside, &path, entry.below()) {
                    Entered::Folder(inside) => {
                        self.stages.push(Stage { above: at, name, depth, words, inside });
                    }
                    Entered::Unknown => self.partial = true,
                    Entered::Denied => {}
                }
            }
        }
        Some(())
    }

    fn hit(&mut self, stage: usize, score: u32, row: impl FnOnce() -> Row<'s>) {
        if score >= self.worst {
            self.more = true;
            return;
        }
        self.hits.push(Hit { score, stage, row: row() });
        if self.hits.len() > 2 * self.limit {
            self.cut();
            self.worst = self.hits.last().map_or(0, |hit| hit.score);
        }
    }

    /// Keeps the best `limit` hits, in their order.
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

    /// The names on the path to a folder, from the site's root on.
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

/// The score of a hit, lower is better: by how well the name matches, then folders before files, then
/// shallow entries before deep ones.
fn score(rank: MatchRank, is_folder: bool, depth: usize) -> u32 {
    let depth = u32::try_from(depth).unwrap_or(u32::MAX) & 0xFF;
    (rank as u32) << 16 | u32::from(!is_folder) << 8 | depth
}
