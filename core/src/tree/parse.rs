//! Parses a text into a tree, and reports every error of the text, not the first only.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use rustc_hash::FxBuildHasher;

use super::ambiguous::AmbiguousNumbers;
use super::children::list_children;
use super::index::{self, Index, Vacant};
use super::line::{self, BLANK, Line, Numbers, lines};
use super::problem::{Problem, ProblemKind};
use super::record::{FILE, FileHead, MAX_BASES, Record, Records, TooLong};
use super::room::Room;
use super::{FolderRef, Tree};
use crate::host::{SignedHosts, is_unfetchable_address};
use crate::origin::{self, Base, Origin};
use crate::path::{EntryPath, check_segment};
use crate::percent;
use crate::time::UnixSeconds;

/// The circumstances that decide what a text means.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The current time, which tells what a lone number is: a modified time is at most a day ahead of it.
    pub now: UnixSeconds,
    /// The hosts whose links will be signed.
    pub hosts: &'a SignedHosts,
    /// Whether the tree appears at the root of the site, where some names are the site's own.
    pub at_site_root: bool,
}

/// A parsed tree with the warnings about its text.
#[derive(Debug)]
pub struct Parsed {
    /// The tree of the text.
    pub tree: Tree,
    /// Warnings about the text, by line.
    pub warnings: Vec<Problem>,
    /// The times at which the text would be read as the same tree. They are limited only where a number
    /// on its own may be a size or a modified time.
    pub valid_between: Range<UnixSeconds>,
}

/// Maximum number of levels in a tree: with the path of its mount fewer than a request's path may have
/// segments.
const MAX_LEVELS: usize = 64;

impl Tree {
    /// Parses a text in either dialect.
    ///
    /// # Errors
    /// All errors and warnings of the text, by line, if there is at least one error.
    pub fn parse(text: &str, context: Context<'_>) -> Result<Parsed, Vec<Problem>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut builder = Builder::new(text, context);
        for (index, raw) in lines(text).enumerate() {
            builder.line = index + 1;
            if let Err(kind) = builder.read(raw) {
                builder.report(kind);
            }
        }
        builder.finish()
    }
}

/// A folder above the current line, whose children may still follow.
struct Open {
    folder: FolderRef,
    /// The level of the folder's line plus one, so that the root has 0.
    depth: usize,
    base: Option<u32>,
}

struct Builder<'a> {
    context: Context<'a>,
    tree: Tree,
    /// Hash table of folders by their names and parents, like the tree's table of files.
    folders_in: Index,
    /// The entries that are served, each after the id of its folder.
    linked: Vec<(u32, u32)>,
    /// The ids of folders and the numbers of their lines, for reports.
    folder_lines: Vec<(u32, usize)>,
    /// The ids of files and the numbers of their lines.
    file_lines: Vec<(u32, usize)>,
    bases: HashMap<String, u32, FxBuildHasher>,
    /// The base of the previous line, which the next line usually shares.
    last_base: Option<(&'a str, u32)>,
    open: Vec<Open>,
    line: usize,
    ambiguous: AmbiguousNumbers,
    problems: Vec<Problem>,
    errors: usize,
}

impl<'a> Builder<'a> {
    fn new(text: &str, context: Context<'a>) -> Self {
        let Room { lines, folders, largest_folder, largest_file } = Room::of(text, MAX_LEVELS);
        let tree = Tree {
            records: Records::with_room_for(lines * 32 + text.len() / 2),
            folder_index: Index::with_room_for(folders, largest_folder),
            file_index: Index::with_room_for(lines, largest_file),
            bases: Vec::new(),
            children: Vec::new(),
            prefixes: Vec::new(),
            files: 0,
            folders: 0,
        };
        Self {
            context,
            folders_in: Index::with_room_for(folders, largest_folder),
            tree,
            linked: Vec::with_capacity(lines),
            folder_lines: Vec::with_capacity(folders),
            file_lines: Vec::with_capacity(lines),
            bases: HashMap::default(),
            last_base: None,
            open: vec![Open { folder: FolderRef::default(), depth: 0, base: None }],
            line: 0,
            ambiguous: AmbiguousNumbers::read_at(context.now),
            problems: Vec::new(),
            errors: 0,
        }
    }

    fn report(&mut self, kind: ProblemKind) {
        self.errors += usize::from(kind.is_error());
        self.problems.push(Problem { line: self.line, kind });
    }

    fn read(&mut self, raw: &'a str) -> Result<(), ProblemKind> {
        let raw = raw.trim_end_matches(BLANK);
        let content = raw.trim_start_matches(' ');
        if content.is_empty() || content.trim_start().starts_with('#') {
            return Ok(());
        }
        let indent = raw.len() - content.len();
        if content.starts_with('\t') {
            return Err(ProblemKind::Tab);
        }
        if !indent.is_multiple_of(2) {
            return Err(ProblemKind::OddIndent(indent));
        }
        let depth = indent / 2 + 1;
        while self.open.len() > 1 && self.open.last().is_some_and(|open| open.depth >= depth) {
            self.open.pop();
        }
        if self.open.len() > MAX_LEVELS {
            return Err(ProblemKind::TooDeep);
        }
        let (parent, base) = match self.open.last() {
            Some(open) => {
                let too_deep = depth > open.depth + 1;
                let parent = (open.folder, open.base);
                if too_deep {
                    self.report(ProblemKind::DeepIndent);
                }
                parent
            }
            None => (FolderRef::default(), None),
        };
        match line::parse(content)? {
            Line::File { name, numbers, url } => self.file(parent, name.as_deref(), numbers, url),
            Line::Bare { name, numbers } => {
                self.bare(parent, base.ok_or(ProblemKind::NotALine)?, &name, numbers)
            }
            Line::Folder { name, base: Some(url) } => {
                let base = self.base_of(url)?;
                self.warn_of_base(base);
                let folder = self.folder(parent, &name)?;
                self.open.push(Open { folder, depth, base: Some(base) });
                Ok(())
            }
            Line::Folder { name, base: None } => {
                let folder = self.folder(parent, &name)?;
                let base = base.map(|base| self.sub_base(base, &name)).transpose()?;
                self.open.push(Open { folder, depth, base });
                Ok(())
            }
            Line::Prefix { name, base: url } => {
                let base = self.base_of(url)?;
                self.warn_of_base(base);
                let folder = self.folder(parent, &name)?;
                match self.tree.probe_prefix(folder.id) {
                    Ok(_) => self.report(ProblemKind::Duplicate(self.line_of(folder.id))),
                    Err(at) => self.tree.prefixes.insert(at, (folder.id, base)),
                }
                self.open.push(Open { folder, depth, base: None });
                Ok(())
            }
        }
    }

    fn file(
        &mut self,
        parent: FolderRef,
        name: Option<&str>,
        numbers: Numbers,
        url: &'a str,
    ) -> Result<(), ProblemKind> {
        let no_path = ProblemKind::Url(origin::OriginError::NoPath);
        let (base, written_tail) = origin::split(url).ok_or(no_path)?;
        // A bare `#` at the end, as 123Pan's pages copy it, leaves nothing out.
        if base.len() + written_tail.len() + "#".len() < url.len() {
            self.report(ProblemKind::Fragment);
        }
        let tail = origin::clean_tail(written_tail).map_err(ProblemKind::Url)?;
        let base = match self.last_base {
            Some((last, id)) if last == base => id,
            _ => {
                let id = self.base_of(base)?;
                self.last_base = Some((base, id));
                id
            }
        };
        self.warn_of_base(base);
        let decoded;
        let renamed = name.is_some();
        let name = if let Some(name) = name {
            name
        } else {
            let text = percent::decode_text(origin::tail_path(&tail));
            decoded = text.ok_or(ProblemKind::NameNotUtf8)?;
            if decoded.is_empty() {
                return Err(ProblemKind::NoName);
            }
            &decoded
        };
        let origin = self.tree.bases.get(base as usize).map(|base| Origin::new(base, &tail));
        if renamed && origin.is_some_and(|origin| origin.is_numbered(name)) {
            self.report(ProblemKind::Numbered);
        }
        self.add_file(parent, name, &tail, (base, renamed), numbers)
    }

    fn bare(
        &mut self,
        parent: FolderRef,
        base: u32,
        name: &str,
        numbers: Numbers,
    ) -> Result<(), ProblemKind> {
        if percent::has_escape(name) {
            self.report(ProblemKind::EscapeInBareName);
        }
        // Where the name means the same as a part of a URL, the two share their text.
        let tail = if name.contains(['%', '?', '#']) {
            Cow::Owned(percent::encode_name(name).collect())
        } else {
            Cow::Borrowed(name)
        };
        self.add_file(parent, name, &tail, (base, false), numbers)
    }

    fn add_file(
        &mut self,
        parent: FolderRef,
        name: &str,
        tail: &str,
        (base, renamed): (u32, bool),
        numbers: Numbers,
    ) -> Result<(), ProblemKind> {
        check_segment(name).map_err(|_| ProblemKind::BadName)?;
        let (size, modified) = self.meaning(numbers)?;
        let hash = index::hash(parent.hash, name);
        // Most folders with files in them have no others.
        if self.tree.records.has_folders(parent.id)
            && let Ok(folder) = self.probe_folder_in(parent, hash, name)
        {
            return Err(ProblemKind::FileAndFolder(self.line_of(folder)));
        }
        let vacant = match self.tree.probe_file(parent, hash, name) {
            Ok(first) => {
                self.report(ProblemKind::Duplicate(self.line_of(first)));
                None
            }
            Err(vacant) => Some(vacant),
        };
        let head = FileHead { base, renamed, size, modified };
        self.add(parent.id, name, Some((head, tail)), vacant)?;
        Ok(())
    }

    /// The folder of this name in `parent`: an existing one or a new one.
    fn folder(&mut self, parent: FolderRef, name: &str) -> Result<FolderRef, ProblemKind> {
        check_segment(name).map_err(|_| ProblemKind::BadName)?;
        let above = self.tree.records.get(parent.id).map(Record::path).unwrap_or_default();
        let path = [above, if above.is_empty() { "" } else { "/" }, name].concat();
        let hash = index::hash(0, &path);
        let vacant = match self.tree.probe_folder(hash, &path) {
            Ok(id) => return Ok(FolderRef { id, hash }),
            Err(vacant) => vacant,
        };
        let hash_in = index::hash(parent.hash, name);
        if let Ok(file) = self.tree.probe_file(parent, hash_in, name) {
            return Err(ProblemKind::FileAndFolder(self.line_of(file)));
        }
        let vacant_in = self.probe_folder_in(parent, hash_in, name);
        let id = self.add(parent.id, &path, None, Some(vacant))?;
        match vacant_in {
            Err(vacant) if self.folders_in.insert(&vacant, id) => Ok(FolderRef { id, hash }),
            _ => Err(ProblemKind::TreeTooLarge),
        }
    }

    /// The folder of this name in `parent`, or the slot where it belongs.
    fn probe_folder_in(&self, parent: FolderRef, hash: u32, name: &str) -> Result<u32, Vacant> {
        let records = &self.tree.records;
        let is = |record: Record<'_>| record.parent() == parent.id && record.name() == name;
        self.folders_in.probe(hash, |id| records.get(id).is_some_and(is))
    }

    /// Adds a file by its name or a folder by its path. Without a free slot it is a second line of a path,
    /// and not served.
    fn add(
        &mut self,
        parent: u32,
        name: &str,
        file: Option<(FileHead, &str)>,
        vacant: Option<Vacant>,
    ) -> Result<u32, ProblemKind> {
        let tree = &mut self.tree;
        let id = tree.records.push(parent, name, file).map_err(|TooLong| ProblemKind::TooLong)?;
        let (lines, index) = match file {
            Some(_) => (&mut self.file_lines, &mut tree.file_index),
            None => (&mut self.folder_lines, &mut tree.folder_index),
        };
        lines.push((id, self.line));
        let Some(vacant) = vacant else { return Ok(id) };
        if !index.insert(&vacant, id & !FILE) {
            return Err(ProblemKind::TreeTooLarge);
        }
        self.linked.push((parent, id));
        if file.is_some() {
            tree.files += 1;
        } else {
            tree.records.count_folder(id);
            tree.folders += 1;
        }
        if parent == 0 && self.context.at_site_root && EntryPath::is_reserved(name) {
            self.report(ProblemKind::Reserved);
        }
        if let Some(setting) = EntryPath::shadowing_setting(name)
            && parent == 0
            && self.context.at_site_root
        {
            self.report(ProblemKind::Shadowed(setting));
        }
        Ok(id)
    }

    fn base_of(&mut self, written: &str) -> Result<u32, ProblemKind> {
        if let Some(id) = self.bases.get(written) {
            return Ok(*id);
        }
        let base = Base::parse(written, self.context.hosts).map_err(ProblemKind::Url)?;
        let id = u32::try_from(self.tree.bases.len()).ok().filter(|id| *id < MAX_BASES);
        let id = id.ok_or(ProblemKind::TreeTooLarge)?;
        self.tree.bases.push(base);
        self.bases.insert(written.to_owned(), id);
        Ok(id)
    }

    fn sub_base(&mut self, base: u32, name: &str) -> Result<u32, ProblemKind> {
        let mut written = self.tree.bases.get(base as usize).map_or("", Base::written).to_owned();
        written.extend(percent::encode_name(name));
        written.push('/');
        self.base_of(&written)
    }

    fn warn_of_base(&mut self, base: u32) {
        let Some(base) = self.tree.bases.get(base as usize) else { return };
        let (signed, plain) = (base.is_signed(), base.is_plain_http());
        let is_address = is_unfetchable_address(base.host());
        if !signed {
            self.report(ProblemKind::Unsigned);
        } else if plain {
            self.report(ProblemKind::PlainHttp);
        }
        if is_address {
            self.report(ProblemKind::AddressAsHost);
        }
    }

    /// The size and the time among a line's numbers; a lone number is a time where it can be one.
    fn meaning(&mut self, numbers: Numbers) -> Result<(Option<u64>, Option<u32>), ProblemKind> {
        let Some(lone) = numbers.lone else { return Ok((numbers.size, numbers.modified)) };
        if self.ambiguous.is_time(lone) {
            self.report(ProblemKind::LoneNumber);
            let time = u32::try_from(lone).map_err(|_| ProblemKind::TooLarge)?;
            return Ok((None, Some(time)));
        }
        if lone == u64::MAX { Err(ProblemKind::TooLarge) } else { Ok((Some(lone), None)) }
    }

    fn line_of(&self, id: u32) -> usize {
        let lines = if id & FILE == 0 { &self.folder_lines } else { &self.file_lines };
        let at = lines.binary_search_by_key(&id, |(id, _)| *id);
        at.ok().and_then(|at| lines.get(at)).map_or(0, |(_, line)| *line)
    }

    fn finish(self) -> Result<Parsed, Vec<Problem>> {
        let Self { mut tree, linked, ambiguous, problems, errors, .. } = self;
        if errors > 0 {
            return Err(problems);
        }
        tree.children = list_children(&mut tree.records, linked);
        tree.records.shrink_to_fit();
        Ok(Parsed { tree, warnings: problems, valid_between: ambiguous.valid_between() })
    }
}
