//! A folder's listing as one text: the format in which it is stored in the account object and in KV, and
//! read in place.
//!
//! The first line is `listing1`, when the listing was read (Unix seconds), whether it is `whole`, in
//! `doubt` or a `part`, how many rows can't be shown, and a digest of the rest and of that word. Then one
//! line an entry, in the order of their names' bytes: name, tab, `d` or `f` with the id, and for a file
//! size, modified time, MD5 in base64 and key flag, between spaces, `-` for what isn't known. So a look-up
//! is a binary search, and nothing is copied.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use md5::{Digest as _, Md5};
use std::cell::Cell;
use std::collections::HashSet;
use std::fmt::Write as _;

use super::upstream::entry::Entry;
use crate::path::check_segment;
use crate::time::UnixSeconds;

/// How much of a folder is in a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The listing has all entries of the folder.
    Whole,
    /// Everything was read, but the number of rows is not the total that 123Pan stated.
    Doubt,
    /// The listing has the entries that were read so far.
    Part,
}

impl Extent {
    const ALL: [(Self, &str); 3] =
        [(Self::Whole, "whole"), (Self::Doubt, "doubt"), (Self::Part, "part")];

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

/// The version of the text format, which cache keys contain too.
pub const VERSION: &str = "listing1";

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
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        let mut lines = ends.filter_map(|at| u32::try_from(at + 1).ok()).collect::<Vec<_>>();
        // The text after the last line's end is no line.
        lines.pop();
        Some(Self { text, lines, read_at, extent, unusable })
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
    pub fn is_doubtful(&self) -> bool {
        self.extent == Extent::Doubt
    }

    /// The number of rows that can't be shown: in the bin, refused by 123Pan's review, with names that no
    /// path can have.
    pub fn unusable(&self) -> u32 {
        self.unusable
    }

    /// A digest of the entries and of the listing's extent, by which two listings are told apart.
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
        self.text.len() + self.lines.len() * size_of::<u32>()
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
        let mut text = [head, "\n"].concat();
        text.extend(line.into_iter().flat_map(|line| [line, "\n"]));
        text
    }

    /// All entries, in the order of their names' bytes.
    pub fn iter(&self) -> impl Iterator<Item = Item<'_>> {
        self.lines.iter().filter_map(|line| self.item(*line))
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
        let (name, facts) = self.line(at).split_once('\t')?;
        let mut facts = facts.split(' ');
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
        Some(Item { name, id, folder, size, modified, md5: has_md5.then_some(md5), key_flag })
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
    let digest = hex::encode(Md5::new().chain_update(extent).chain_update(&rows).finalize());
    let unusable = unusable.saturating_add(hidden);
    format!("{VERSION} {read_at} {extent} {unusable} {digest}\n{rows}")
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
mod tests {
    use super::*;

    const AT: UnixSeconds = UnixSeconds(1_700_000_000);

    fn file(id: u64, name: &str) -> Entry {
        Entry {
            id,
            name: name.to_owned(),
            folder: false,
            size: 12,
            modified: Some(UnixSeconds(1_600_000_000)),
            md5: Some([7; 16]),
            key_flag: "1812345678-0".to_owned(),
        }
    }

    fn folder(id: u64, name: &str) -> Entry {
        Entry {
            folder: true,
            size: 0,
            modified: None,
            md5: None,
            key_flag: String::new(),
            ..file(id, name)
        }
    }

    fn listing(entries: Vec<Entry>) -> Listing {
        Listing::parse(encode(entries, 0, Extent::Whole, AT)).unwrap()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let read = listing(vec![file(2, "b c.txt"), folder(1, "资料"), file(3, "a+#%?.bin")]);
        assert_eq!((read.len(), read.read_at(), read.is_whole()), (3, AT, true));
        let item = read.find("b c.txt").unwrap();
        assert_eq!((item.id, item.size, item.modified), (2, 12, Some(UnixSeconds(1_600_000_000))));
        assert_eq!((item.md5, item.key_flag, item.folder), (Some([7; 16]), "1812345678-0", false));
        let item = read.find("资料").unwrap();
        assert_eq!((item.id, item.folder, item.modified, item.md5), (1, true, None, None));
        assert_eq!(read.find("b c"), None);
        assert_eq!(read.iter().count(), 3);
    }

    #[test]
    fn an_excerpt_has_the_one_entry_and_the_state_of_the_listing() {
        let all = [file(1, "a"), file(2, "ab"), folder(3, "资 料")];
        for extent in [Extent::Whole, Extent::Part] {
            let all = Listing::parse(encode(all.to_vec(), 7, extent, UnixSeconds(9))).unwrap();
            for name in ["a", "ab", "资 料"] {
                let excerpt = Listing::parse(all.excerpt(name)).unwrap();
                assert_eq!((excerpt.len(), excerpt.find(name)), (1, all.find(name)), "{name}");
                assert_eq!((excerpt.read_at(), excerpt.unusable()), (UnixSeconds(9), 7));
                assert_eq!(excerpt.is_whole(), extent == Extent::Whole);
            }
            let nothing = Listing::parse(all.excerpt("b")).unwrap();
            assert_eq!((nothing.len(), nothing.is_whole()), (0, extent == Extent::Whole));
        }
    }

    #[test]
    fn of_entries_with_one_name_the_oldest_has_it_and_the_others_stay_reachable() {
        let entries = vec![file(9, "a.txt"), file(3, "a.txt"), folder(7, "a.txt"), file(5, "b")];
        let read = listing(entries.clone());
        let names = read.iter().map(|item| (item.name.to_owned(), item.id)).collect::<Vec<_>>();
        let want = [("a.txt", 3), ("a.txt~7", 7), ("a~9.txt", 9), ("b", 5)];
        assert_eq!(names, want.map(|(name, id)| (name.to_owned(), id)));
        let again = listing(entries.into_iter().rev().collect());
        assert_eq!(again.digest(), read.digest(), "whatever order they come in");
        let own = read.iter().map(|item| item.vendor_name()).collect::<Vec<_>>();
        assert_eq!(own, ["a.txt", "a.txt", "a.txt", "b"]);
    }

    #[test]
    fn the_vendors_name_loses_only_what_was_put_into_it() {
        let names = ["a.txt", "a", ".a", "a.b.c", "a~12.txt", "a~1", "a.~1"];
        for (is_folder, name) in [false, true].into_iter().flat_map(|is| names.map(|n| (is, n))) {
            let entry = |id| if is_folder { folder(id, name) } else { file(id, name) };
            let read = listing(vec![entry(1_000), entry(1)]);
            let doubled = read.iter().find(|item| item.id == 1_000).unwrap();
            assert_eq!(doubled.vendor_name(), name, "{}", doubled.name);
        }
        for name in ["a~5002.txt", "a~50.b.txt", "a~50", "~50.txt", "a.txt~50", "a.~50x"] {
            let read = listing(vec![file(500, "other"), file(50, name)]);
            let item = read.find(name).unwrap();
            // Only this one looks as if it had been put there.
            let want = if name == "a~50" { "a" } else { name };
            assert_eq!(item.vendor_name(), want);
        }
    }

    #[test]
    fn names_that_no_path_can_have_are_counted_and_left_out() {
        let bad = ["..", ".", "", "a/b", "a\0", "a\tb", "a\nb", "a\\b"];
        let mut entries = vec![file(1, "good")];
        entries.extend(bad.iter().zip(2..).map(|(name, id)| file(id, name)));
        let read = listing(entries);
        assert_eq!((read.len(), read.unusable()), (1, 8));
    }

    #[test]
    fn a_digest_is_of_the_entries_and_whether_they_are_all() {
        let text = encode(vec![file(1, "a")], 0, Extent::Whole, AT);
        let part = encode(vec![file(1, "a")], 0, Extent::Part, AT);
        assert_ne!(digest_of(&text), digest_of(&part));
        let doubt = Listing::parse(encode(vec![file(1, "a")], 0, Extent::Doubt, AT)).unwrap();
        assert!(doubt.is_whole() && doubt.is_doubtful());
        assert_ne!(digest_of(&text), Some(doubt.digest()));
        let later = with_read_at(&text, UnixSeconds(AT.0 + 60)).unwrap();
        let (text, later) = (Listing::parse(text).unwrap(), Listing::parse(later).unwrap());
        assert_eq!(text.digest(), later.digest());
        assert_eq!(text.digest().len(), 32);
        assert_eq!(later.read_at().0, AT.0 + 60);
        assert_ne!(listing(vec![file(1, "b")]).digest(), text.digest());
    }

    #[test]
    fn a_text_that_is_no_listing_is_none() {
        for text in ["", "listing1", "listing0 1 whole 0 d\n", "listing1 x whole 0 d\n", "{}\n"] {
            assert!(Listing::parse(text.to_owned()).is_none(), "{text:?}");
        }
        assert!(listing(Vec::new()).is_empty());
    }
}
