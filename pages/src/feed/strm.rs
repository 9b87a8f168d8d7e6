//! A ZIP archive of `.strm` files: Kodi, Jellyfin and Emby play the URL in such a file.

use std::io::{Cursor, Write as _};

use signpost_core::kind::is_playable;
use signpost_core::library::{EntryKind, stored_names};
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::date;
use super::entries::push_url;
use super::stored_paths::folder_paths;
use crate::view::{FeedView, RowView};

/// Renders one `.strm` file for each film and each piece of music, in folders as they are on the site. Names are
/// those that the command line gives them ([`stored_names`]). An archive of the same entries has the same bytes.
pub fn write(view: &FeedView<'_>) -> Vec<u8> {
    // Writing to memory does not fail, and no two names are the same.
    archive(view).unwrap_or_default()
}

fn archive(view: &FeedView<'_>) -> ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // Stored: deflating a URL saves little, and takes more of the CPU time than all else. Readable by all
    // once it is unpacked.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .unix_permissions(0o644);
    for (folder, path) in view.folders().zip(folder_paths(view)) {
        let url = folder.url();
        let rows = folder.rows.iter().filter_map(|row| Some((row, entry_kind(row)?)));
        let rows = rows.collect::<Vec<_>>();
        let entries = rows.iter().map(|(row, kind)| (&*row.name, *kind)).collect::<Vec<_>>();
        // Of all entries, so that a film has the same name in an archive of the new ones.
        for ((row, kind), name) in rows.into_iter().zip(stored_names(&entries)) {
            if kind == EntryKind::Folder || is_older(row, view.since) {
                continue;
            }
            let mut content = String::new();
            push_url(&mut content, &url, row);
            content.push('\n');
            let modified = modified(row.modified.unwrap_or_default());
            zip.start_file([&*path, &name].concat(), options.last_modified_time(modified))?;
            zip.write_all(content.as_bytes())?;
        }
    }
    Ok(zip.finish()?.into_inner())
}

fn entry_kind(row: &RowView<'_>) -> Option<EntryKind> {
    if row.folder {
        Some(EntryKind::Folder)
    } else {
        is_playable(&row.name).then_some(EntryKind::Media)
    }
}

/// Whether a file is known to have changed before this time.
fn is_older(row: &RowView<'_>, since: Option<u64>) -> bool {
    since.zip(row.modified).is_some_and(|(since, modified)| modified < since)
}

/// The range of times that archives can express, from 1980 to 2107, in Unix seconds.
const TIMES: (u64, u64) = (315_532_800, 4_354_819_199);

/// Converts a time of change in Unix seconds to an archive's: in UTC, the nearest time that archives can express.
fn modified(seconds: u64) -> DateTime {
    let at = date::utc(seconds.clamp(TIMES.0, TIMES.1)).naive_utc();
    DateTime::try_from(at).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_outside_of_the_range_of_archives_become_the_nearest_one() {
        for (seconds, want) in [
            (1_795_411_207, "2026-11-23 05:20:06"),
            (0, "1980-01-01 00:00:00"),
            (u64::MAX, "2107-12-31 23:59:58"),
        ] {
            assert_eq!(modified(seconds).to_string(), want, "{seconds}");
        }
    }
}
