//! A folder's listing, put together from pages.

use std::collections::HashSet;

use serde_json::Value;

use super::entry::{Entry, Page};
use crate::json::{self, json, optional, required, small, text};

/// As many pages as are ever read for one folder, both times together.
const MAX_PAGES: u32 = 2_000;

/// As many pages in a row as may bring nothing that can be used before that is taken for the end.
const MAX_BARREN: u32 = 10;

/// A listing that is under way; it survives a restart as text.
///
/// It ends with a page that is empty, is said to be the last, or brings no id that is new: none of
/// these alone can be relied on. If the number of rows is not what the vendor said, the folder is read
/// a second time, and then left as it is and called doubtful (OpenList `drivers/123`, rclone-123pan).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    cursor: u64,
    /// This time's.
    entries: Vec<Entry>,
    /// Theirs; none once it is done.
    ids: HashSet<u64>,
    unusable: u32,
    /// How many rows the vendor last said there are.
    total: Option<u64>,
    /// Pages in a row without an entry.
    barren: u32,
    /// All pages, of both times.
    pages: u32,
    /// What the first time brought, once the second has begun.
    first: Option<(Vec<Entry>, u32)>,
    done: bool,
    doubtful: bool,
}

impl Progress {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the next page begins. Web: its number, from 1; 0 before the first. Open platform: the
    /// last id; 0 for the first page.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// Adds the page at the cursor. `by_cursor` is for the open platform: the page says where the next
    /// one begins, and one without entries is not the end, as rows in the bin are dropped.
    pub fn take(&mut self, page: Page, by_cursor: bool) {
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
            // The fuller one, if neither is right.
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

    /// Whether there is nothing more to read.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Whether it is done, but not all of what the vendor said there is.
    pub fn is_doubtful(&self) -> bool {
        self.doubtful
    }

    /// What is known so far: during the second time, what the first brought.
    pub fn entries(&self) -> &[Entry] {
        self.first.as_ref().map_or(&self.entries, |(first, _)| first)
    }

    /// As [`Progress::entries`].
    pub fn into_entries(self) -> Vec<Entry> {
        self.first.map_or(self.entries, |(first, _)| first)
    }

    /// How many of the rows so far can't be used.
    pub fn unusable(&self) -> u32 {
        self.first.as_ref().map_or(self.unusable, |(_, unusable)| *unusable)
    }

    /// How many pages were read.
    pub fn pages(&self) -> u32 {
        self.pages
    }

    /// As text, for [`Progress::parse`].
    pub fn to_json(&self) -> String {
        json::write(&json!({
            "cursor": self.cursor,
            "entries": rows(&self.entries),
            "unusable": self.unusable,
            "total": self.total,
            "barren": self.barren,
            "pages": self.pages,
            "first": self.first.as_ref().map(|(first, _)| rows(first)),
            "first_unusable": self.first.as_ref().map(|(_, unusable)| unusable),
            "done": self.done,
            "doubtful": self.doubtful,
        }))
    }

    /// Reads what [`Progress::to_json`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let value = json::parse(text.as_bytes()).ok()?;
        let entries = required(&value, "entries", entries)?;
        let first = optional(&value, "first", self::entries)?;
        let done = required(&value, "done", Value::as_bool)?;
        Some(Self {
            cursor: required(&value, "cursor", Value::as_u64)?,
            ids: entries.iter().filter(|_| !done).map(|entry| entry.id).collect(),
            entries,
            unusable: required(&value, "unusable", small)?,
            total: optional(&value, "total", Value::as_u64)?,
            barren: required(&value, "barren", small)?,
            pages: required(&value, "pages", small)?,
            first: first.zip(optional(&value, "first_unusable", small)?),
            done,
            doubtful: required(&value, "doubtful", Value::as_bool)?,
        })
    }
}

/// Entries as arrays: there are many, and names of fields would be most of the text.
fn rows(entries: &[Entry]) -> Value {
    let row = |entry: &Entry| {
        let Entry { id, name, folder, size, modified, md5, key_flag } = entry;
        json!([id, name, folder, size, modified, md5.map(hex::encode), key_flag])
    };
    Value::Array(entries.iter().map(row).collect())
}

fn entries(rows: &Value) -> Option<Vec<Entry>> {
    let entry = |row: &Value| {
        let [id, name, folder, size, modified, md5, key_flag] = row.as_array()?.as_slice() else {
            return None;
        };
        let digest = md5.as_str().map(|hex| {
            let mut digest = [0; 16];
            hex::decode_to_slice(hex, &mut digest).ok().map(|()| digest)
        });
        Some(Entry {
            id: id.as_u64()?,
            name: text(name)?,
            folder: folder.as_bool()?,
            size: size.as_u64()?,
            modified: modified.as_u64(),
            md5: digest.map_or(Some(None), |digest| digest.map(Some))?,
            key_flag: text(key_flag)?,
        })
    };
    rows.as_array()?.iter().map(entry).collect()
}

#[cfg(test)]
mod tests;
