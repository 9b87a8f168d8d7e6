//! Assembles a folder's listing from pages.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::entry::{Entry, Page};
use crate::time::UnixSeconds;

/// Maximum number of listing pages fetched per folder, over both passes.
const MAX_PAGES: u32 = 2_000;

/// Maximum number of pages in a row without a usable row, after which the listing counts as ended.
const MAX_BARREN: u32 = 10;

/// A listing that is being read page by page; it survives a restart in its stored form.
///
/// The listing ends with a page that is empty, is said to be the last, or brings no id that is new: none of
/// these alone can be relied on. If the number of rows is not the total that 123Pan stated, the folder is
/// read in a second pass, and then left as it is and called doubtful (OpenList `drivers/123`,
/// rclone-123pan).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    cursor: u64,
    /// The entries of the current pass.
    entries: Vec<Entry>,
    /// The ids of the current pass's entries; empty once the listing is done.
    ids: HashSet<u64>,
    unusable: u32,
    /// The number of rows that 123Pan last stated.
    total: Option<u64>,
    /// The number of pages in a row without an entry.
    barren: u32,
    /// The number of pages read, over both passes.
    pages: u32,
    /// The entries and the number of unusable rows of the first pass, once the second has begun.
    first: Option<(Vec<Entry>, u32)>,
    done: bool,
    doubtful: bool,
}

impl Progress {
    /// A listing without any page.
    pub fn new() -> Self {
        Self::default()
    }

    /// The cursor of the next page. Web API: the page's number, from 1; 0 before the first. Open platform:
    /// the id of the last row; 0 for the first page.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// Adds the page at the cursor. `by_cursor` is for the open platform: the page says where the next one
    /// begins, and one without entries is not the end, as rows in the bin are dropped.
    pub fn add_page(&mut self, page: Page, by_cursor: bool) {
        if self.done {
            return;
        }
        self.pages = self.pages.saturating_add(1);
        let (before, rows) = (self.entries.len(), page.entries.len());
        for entry in page.entries {
            if self.ids.insert(entry.id) {
                self.entries.push(entry);
            }
        }
        let nothing_new = rows > 0 && self.entries.len() == before;
        if !nothing_new {
            self.unusable = self.unusable.saturating_add(page.unusable);
        }
        self.total = page.total.or(self.total);
        self.barren = if rows == 0 { self.barren.saturating_add(1) } else { 0 };
        let next = if by_cursor {
            page.next.filter(|next| *next != self.cursor && *next != 0)
        } else {
            let more = rows > 0 || page.unusable > 0;
            page.next.filter(|_| more).map(|_| self.cursor.max(1).saturating_add(1))
        };
        let tired = self.pages >= MAX_PAGES || (!by_cursor && self.barren >= MAX_BARREN);
        match next.filter(|_| !nothing_new) {
            Some(next) if !tired => self.cursor = next,
            next => self.end(next.is_some()),
        }
    }

    fn end(&mut self, given_up: bool) {
        let count = self.entries.len() as u64 + u64::from(self.unusable);
        let complete = !given_up && self.total.is_none_or(|total| total == count);
        let again = self.first.is_none() && !given_up && self.pages <= MAX_PAGES / 2;
        if complete || !again {
            self.done = true;
            self.ids.clear();
            self.doubtful = !complete;
            // The pass with more entries, if neither has the stated number.
            let first = self.first.take().filter(|(first, _)| first.len() > self.entries.len());
            if let (false, Some((entries, unusable))) = (complete, first) {
                (self.entries, self.unusable) = (entries, unusable);
            }
        } else {
            self.first = Some((std::mem::take(&mut self.entries), self.unusable));
            self.ids.clear();
            (self.cursor, self.unusable, self.barren) = (0, 0, 0);
        }
    }

    /// Whether all pages are read.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Whether the listing is done, but the number of rows is not the total that 123Pan stated, or reading
    /// was given up.
    pub fn has_count_mismatch(&self) -> bool {
        self.doubtful
    }

    /// The entries read so far; during the second pass, those of the first.
    pub fn entries(&self) -> &[Entry] {
        self.first.as_ref().map_or(&self.entries, |(first, _)| first)
    }

    /// The entries read so far, as in [`Progress::entries`].
    pub fn into_entries(self) -> Vec<Entry> {
        self.first.map_or(self.entries, |(first, _)| first)
    }

    /// The number of rows so far that can't be used.
    pub fn unusable(&self) -> u32 {
        self.first.as_ref().map_or(self.unusable, |(_, unusable)| *unusable)
    }

    /// The number of pages read, over both passes.
    pub fn pages(&self) -> u32 {
        self.pages
    }

    /// The stored form, as JSON.
    pub fn to_json(&self) -> String {
        let stored = StoredProgress {
            cursor: self.cursor,
            entries: rows(&self.entries),
            unusable: self.unusable,
            total: self.total,
            barren: self.barren,
            pages: self.pages,
            first: self.first.as_ref().map(|(first, unusable)| (rows(first), *unusable)),
            done: self.done,
            doubtful: self.doubtful,
        };
        // Texts and numbers always become JSON.
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Parses the stored form of [`Progress::to_json`]; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let stored = serde_json::from_str::<StoredProgress>(text).ok()?;
        let (entries, done) = (entries(stored.entries)?, stored.done);
        let first = match stored.first {
            Some((rows, unusable)) => Some((self::entries(rows)?, unusable)),
            None => None,
        };
        Some(Self {
            cursor: stored.cursor,
            ids: entries.iter().filter(|_| !done).map(|entry| entry.id).collect(),
            entries,
            unusable: stored.unusable,
            total: stored.total,
            barren: stored.barren,
            pages: stored.pages,
            first,
            done,
            doubtful: stored.doubtful,
        })
    }
}

/// The stored form of [`Progress`].
#[derive(Serialize, Deserialize)]
struct StoredProgress {
    cursor: u64,
    entries: Vec<EntryRow>,
    unusable: u32,
    total: Option<u64>,
    barren: u32,
    pages: u32,
    first: Option<(Vec<EntryRow>, u32)>,
    done: bool,
    doubtful: bool,
}

/// The stored form of an [`Entry`]: its fields in order, the MD5 in hexadecimal digits. There are many
/// entries, and names of fields would be most of the text.
type EntryRow = (u64, String, bool, u64, Option<UnixSeconds>, Option<String>, String);

fn rows(entries: &[Entry]) -> Vec<EntryRow> {
    let row = |entry: &Entry| {
        let Entry { id, name, folder, size, modified, md5, key_flag } = entry.clone();
        (id, name, folder, size, modified, md5.map(hex::encode), key_flag)
    };
    entries.iter().map(row).collect()
}

fn entries(rows: Vec<EntryRow>) -> Option<Vec<Entry>> {
    let entry = |(id, name, folder, size, modified, md5, key_flag): EntryRow| {
        let md5 = match md5 {
            Some(digits) => {
                let mut digest = [0; 16];
                hex::decode_to_slice(digits, &mut digest).ok()?;
                Some(digest)
            }
            None => None,
        };
        Some(Entry { id, name, folder, size, modified, md5, key_flag })
    };
    rows.into_iter().map(entry).collect()
}

#[cfg(test)]
mod tests;
