//! Turns rows of listings, from either API, into entries.

use super::entry::{Entry, Page};
use super::wire::Row;

/// The highest `Status` of a usable row: those above were refused by 123Pan's review (OpenList
/// `drivers/123_open`).
const MAX_USABLE_STATUS: i64 = 100;

/// Adds a row to a page, or counts it as unusable: one in the bin, refused by 123Pan's review, of an
/// unknown kind, or without what an entry needs. `None` is a row that is no object.
pub(crate) fn add_row(page: &mut Page, row: Option<Row>) {
    match row.and_then(entry) {
        Some(entry) => page.entries.push(entry),
        None => page.unusable = page.unusable.saturating_add(1),
    }
}

fn entry(row: Row) -> Option<Entry> {
    let usable = row.status.is_none_or(|status| status <= MAX_USABLE_STATUS);
    if !usable || row.trashed {
        return None;
    }
    let folder = match row.kind? {
        0 => false,
        1 => true,
        _ => return None,
    };
    Some(Entry {
        id: row.file_id.filter(|id| *id != 0)?,
        name: row.file_name.filter(|name| !name.is_empty())?,
        folder,
        size: if folder { 0 } else { row.size? },
        modified: row.update_at.or(row.create_at),
        md5: row.etag.as_deref().and_then(md5).filter(|_| !folder),
        key_flag: row.s3_key_flag.unwrap_or_default(),
    })
}

fn md5(text: &str) -> Option<[u8; 16]> {
    let mut md5 = [0; 16];
    hex::decode_to_slice(text, &mut md5).ok().map(|()| md5)
}

#[cfg(test)]
mod tests;
