//! A folder's listing as one text: the format in which it is stored in the account object and in KV, and
//! read in place.
//!
//! The first line is `listing2`, when the listing was read (Unix seconds), its [`Extent`] (`whole`, `doubt`
//! for a count mismatch, or `part`), how many rows can't be shown, and a digest of the rest and of that
//! word. The second line is the order in which pages list the entries: for each the number of its line, four
//! bytes in base64. Then one line an entry, in the order of their names' bytes: name, tab, `d` or `f` with
//! the id, and for a file size, modified time, MD5 in base64 and key flag, between spaces, `-` for what isn't
//! known. So a look-up is a binary search, nothing is sorted for a page, and nothing is copied.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use md5::{Digest as _, Md5};
use std::cell::Cell;
use std::collections::HashSet;
use std::fmt::Write as _;

use super::upstream::entry::Entry;
use crate::names::sort_names;
use crate::path::check_segment;
use crate::time::UnixSeconds;

/// How much of a folder is in a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The listing has all entries of the folder.
    Whole,
    /// Everything was read, but the number of rows is not the total that 123Pan stated.
    CountMismatch,
    /// The listing has the entries that were read so far.
    Part,
}

impl Extent {
    const ALL: [(Self, &str); 3] =
        [(Self::Whole, "whole"), (Self::CountMismatch, "doubt"), (Self::Part, "part")];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(extent, _)| *extent == self).map_or("", |(_, word)| word)
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, have)| *have == word).map(|(extent, _)| *extent)
    }
}

/// A folder's listing, whose entries are read out of its text.
#[derive(Debug)]
pub struct Listing {
    text: String,
    /// The byte offset of each line; names ascend.
    lines: Vec<u32>,
    /// The byte offset of each line, in the order in which pages list the entries.
    in_order: Vec<u32>,
    read_at: Cell<UnixSeconds>,
    extent: Extent,
    unusable: u32,
}

/// An entry of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'l> {
    /// The name of the entry in paths: its own, unless another entry of the folder has that already.
    pub name: &'l str,
    /// The entry's 123Pan id.
    pub id: u64,
    /// Whether the entry is a folder.
    pub folder: bool,
    /// The size in bytes; 0 for a folder.
    pub size: u64,
    /// The modification time, if known.
    pub modified: Option<UnixSeconds>,
    /// The content's MD5, if it is stated.
    pub md5: Option<[u8; 16]>,
    /// The `S3KeyFlag` that the web API wants back for a download.
    pub key_flag: &'l str,
}

impl Item<'_> {
    /// The entry's name at 123Pan: without the id that `suffixed` may have put into it.
    pub fn vendor_name(&self) -> String {
        let (stem, dot, extension) = match extension_of(self.name, self.folder) {
            Some((stem, extension)) => (stem, ".", extension),
            None => (self.name, "", ""),
        };
        match stem.strip_suffix(&format!("~{}", self.id)).filter(|stem| !stem.is_empty()) {
            Some(stem) => [stem, dot, extension].concat(),
            None => self.name.to_owned(),
        }
    }
}

/// The version of the text format, which keys in KV hold too.
pub const VERSION: &str = "listing2";

/// The KV key of a folder's published listing. `digest` is that of the mount's settings, `folder` the
/// folder's 123Pan id.
pub fn kv_key(digest: &str, folder: u64) -> String {
    format!("{VERSION}:{digest}:{folder}")
}

impl Listing {
    /// Parses a text that [`encode`] wrote; `None` for any other.
    pub fn parse(text: String) -> Option<Self> {
        let (head, _) = text.split_once('\n')?;
        let mut head = head.split(' ');
        (head.next() == Some(VERSION)).then_some(())?;
        let read_at = Cell::new(UnixSeconds(head.next()?.parse().ok()?));
        let extent = Extent::parse(head.next()?)?;
        let unusable = head.next()?.parse().ok()?;
        u32::try_from(text.len()).ok()?;
        let mut ends = memchr::memchr_iter(b'\n', text.as_bytes());
        let order = ends.next()? + 1..ends.next()?;
        let mut lines = vec![u32::try_from(order.end + 1).ok()?];
        lines.extend(ends.filter_map(|at| u32::try_from(at + 1).ok()));
        // The text after the last line's end is no line.
        lines.pop();
        let order = BASE64.decode(text.get(order)?).ok()?;
        let (order, _) = order.as_chunks();
        let line_of = |at: &[u8; 4]| lines.get(u32::from_le_bytes(*at) as usize).copied();
        let in_order = order.iter().map(line_of).collect::<Option<Vec<_>>>()?;
        (in_order.len() == lines.len()).then_some(())?;
        Some(Self { text, lines, in_order, read_at, extent, unusable })
    }

    /// The time at which 123Pan was asked.
    pub fn read_at(&self) -> UnixSeconds {
        self.read_at.get()
    }

    /// Records that the listing was found to be unchanged at this time.
    pub fn confirm(&self, read_at: UnixSeconds) {
        self.read_at.set(self.read_at.get().max(read_at));
    }

    /// Whether reading the listing is finished, as opposed to a part of it.
    pub fn is_whole(&self) -> bool {
        self.extent != Extent::Part
    }

    /// Whether everything was read, but the number of rows is not the total that 123Pan stated.
    pub fn has_count_mismatch(&self) -> bool {
        self.extent == Extent::CountMismatch
    }

    /// The number of rows that can't be shown: in the bin, refused by 123Pan's review, with names that no
    /// path can have.
    pub fn unusable(&self) -> u32 {
        self.unusable
    }

    /// A digest of the entries and of the listing's extent, by which two listings are compared.
    pub fn digest(&self) -> &str {
        digest_of(&self.text).unwrap_or_default()
    }

    /// The listing's text, as it is stored.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether the listing has no entries.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The memory that the listing takes, in bytes.
    pub fn heap_bytes(&self) -> usize {
        self.text.len() + 2 * self.lines.len() * size_of::<u32>()
    }

    /// The entry with this name.
    pub fn find(&self, name: &str) -> Option<Item<'_>> {
        let at = self.lines.binary_search_by(|line| self.name(*line).cmp(name)).ok()?;
        self.item(*self.lines.get(at)?)
    }

    /// The text of an excerpt of the listing: its first line, and the entry with this name, if there is one.
    pub fn excerpt(&self, name: &str) -> String {
        let found = self.lines.binary_search_by(|line| self.name(*line).cmp(name)).ok();
        let line = found.and_then(|at| self.lines.get(at)).map(|line| self.line(*line));
        let (head, _) = self.text.split_once('\n').unwrap_or_default();
        let order = order_line(if line.is_some() { &[0] } else { &[] });
        let mut text = [head, "\n", &order, "\n"].concat();
        text.extend(line.into_iter().flat_map(|line| [line, "\n"]));
        text
    }

    /// All entries, in the order in which pages list them: folders first, both by name.
    pub fn in_order(&self) -> impl Iterator<Item = ListedItem<'_>> {
        self.in_order.iter().filter_map(|at| ListedItem::of_line(self.line(*at)))
    }

    fn line(&self, at: u32) -> &str {
        let rest = self.text.get(at as usize..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }

    fn name(&self, at: u32) -> &str {
        let rest = self.text.get(at as usize..).unwrap_or_default();
        let end = memchr::memchr(b'\t', rest.as_bytes()).unwrap_or_default();
        rest.get(..end).unwrap_or_default()
    }

    fn item(&self, at: u32) -> Option<Item<'_>> {
        ListedItem::of_line(self.line(at))?.item()
    }
}

/// An entry of a listing, of which no more than the name is read.
#[derive(Clone, Copy, Debug)]
pub struct ListedItem<'l> {
    name: &'l str,
    facts: &'l str,
}

impl<'l> ListedItem<'l> {
    fn of_line(line: &'l str) -> Option<Self> {
        let (name, facts) = line.split_once('\t')?;
        Some(Self { name, facts })
    }

    /// The entry's name in paths.
    pub fn name(&self) -> &'l str {
        self.name
    }

    /// Whether the entry is a folder.
    pub fn is_folder(&self) -> bool {
        self.facts.starts_with('d')
    }

    /// The whole entry; `None` if its line is damaged.
    pub fn item(&self) -> Option<Item<'l>> {
        let mut facts = self.facts.split(' ');
        let id = facts.next()?;
        let (folder, id) = match id.strip_prefix('d') {
            Some(id) => (true, id),
            None => (false, id.strip_prefix('f')?),
        };
        let id = id.parse().ok()?;
        let size = facts.next().and_then(|size| size.parse().ok()).unwrap_or_default();
        let modified = facts.next().and_then(|modified| modified.parse().ok()).map(UnixSeconds);
        let mut md5 = [0; 16];
        let has_md5 = facts
            .next()
            .is_some_and(|text| BASE64.decode_slice_unchecked(text, &mut md5) == Ok(md5.len()));
        let key_flag = facts.next().filter(|flag| *flag != "-").unwrap_or_default();
        let (name, md5) = (self.name, has_md5.then_some(md5));
        Some(Item { name, id, folder, size, modified, md5, key_flag })
    }
}

/// The digest in the first line of a listing's text.
pub fn digest_of(text: &str) -> Option<&str> {
    text.split_once('\n')?.0.rsplit(' ').next()
}

/// Writes the text of a listing. Entries whose names no path can have are left out and counted. Of several
/// with one name, the one with the lowest id, which is the oldest, keeps it; the others get their id into
/// the name, so that the same entry always has the same path.
pub fn encode(
    mut entries: Vec<Entry>,
    unusable: u32,
    extent: Extent,
    read_at: UnixSeconds,
) -> String {
    let before = entries.len();
    entries.retain(|entry| is_valid_name(&entry.name));
    let hidden = u32::try_from(before - entries.len()).unwrap_or(u32::MAX);
    entries.sort_by_key(|entry| entry.id);
    entries.dedup_by_key(|entry| entry.id);
    let mut taken = HashSet::with_capacity(entries.len());
    for entry in &mut entries {
        // An id occurs once in a folder, so this ends: a name with the id in it can be taken only by
        // chance.
        while !taken.insert(entry.name.clone()) {
            entry.name = suffixed(&entry.name, entry.id, entry.folder);
        }
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    let mut rows = String::with_capacity(entries.len() * 96);
    for entry in &entries {
        push_row(&mut rows, entry);
    }
    let extent = extent.word();
    let mut order = (0_u32..).zip(&entries).collect::<Vec<_>>();
    sort_names(&mut order, |(_, entry)| (u32::from(!entry.folder), entry.name.as_str()));
    let order = order_line(&order.iter().map(|(at, _)| *at).collect::<Vec<_>>());
    let digest = hex::encode(Md5::new().chain_update(extent).chain_update(&rows).finalize());
    let unusable = unusable.saturating_add(hidden);
    format!("{VERSION} {read_at} {extent} {unusable} {digest}\n{order}\n{rows}")
}

/// The line with the order of the entries, by the numbers of their lines.
fn order_line(order: &[u32]) -> String {
    BASE64.encode(order.iter().flat_map(|at| at.to_le_bytes()).collect::<Vec<_>>())
}

/// The text of a listing with another time of reading; `None` if it is no listing.
pub fn with_read_at(text: &str, read_at: UnixSeconds) -> Option<String> {
    let rest = text.strip_prefix(VERSION)?.strip_prefix(' ')?;
    let (_, rest) = rest.split_once(' ')?;
    Some(format!("{VERSION} {read_at} {rest}"))
}

fn push_row(rows: &mut String, entry: &Entry) {
    let name = &entry.name;
    // Writing to a string can't fail.
    let _ = if entry.folder {
        let modified = entry.modified.map_or_else(|| "-".to_owned(), |at| at.to_string());
        writeln!(rows, "{name}\td{} 0 {modified}", entry.id)
    } else {
        let modified = entry.modified.map_or_else(|| "-".to_owned(), |at| at.to_string());
        let md5 = entry.md5.map_or_else(|| "-".to_owned(), |md5| BASE64.encode(md5));
        let flag = if is_flag(&entry.key_flag) { &*entry.key_flag } else { "-" };
        writeln!(rows, "{name}\tf{} {} {modified} {md5} {flag}", entry.id, entry.size)
    };
}

/// Whether a path can hold this name, and a line of a listing too.
fn is_valid_name(name: &str) -> bool {
    check_segment(name).is_ok() && !name.contains(['\t', '\n', '\r', '\\']) && name.len() <= 1_024
}

/// Whether a text can be a key flag: printable ASCII without spaces, like 123Pan's `1812345678-0`.
fn is_flag(flag: &str) -> bool {
    !flag.is_empty() && flag.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Puts an entry's id into its name: `report.pdf` → `report~5002.pdf`.
fn suffixed(name: &str, id: u64, folder: bool) -> String {
    match extension_of(name, folder) {
        Some((stem, extension)) => format!("{stem}~{id}.{extension}"),
        None => format!("{name}~{id}"),
    }
}

/// The parts of a file's name before and after its last dot; `None` for a folder, without a dot, and if
/// nothing comes before the dot.
fn extension_of(name: &str, folder: bool) -> Option<(&str, &str)> {
    name.rsplit_once('.').filter(|(stem, _)| !folder && !stem.is_empty())
}

#[cfg(test)]
mod tests;
