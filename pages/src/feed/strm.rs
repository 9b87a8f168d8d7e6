//! A ZIP archive of `.strm` files: Kodi, Jellyfin and Emby play the URL in such a file.

use std::collections::HashMap;
use std::io::{Cursor, Write as _};

use signpost_core::kind::{extension, is_playable};
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::date;
use super::entries::url;
use super::names::Names;
use crate::view::FeedView;

/// Renders one `.strm` file for each film and each piece of music. Its name is the file's without the
/// extension; files whose names differ in their extension only keep it.
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
    let mut names = Names::folded();
    let playable = || view.files().filter(|row| is_playable(&row.name));
    let mut counts = HashMap::new();
    for row in playable() {
        *counts.entry(stem(&row.name).to_lowercase()).or_insert(0_usize) += 1;
    }
    for row in playable() {
        let short = stem(&row.name);
        let is_alone = counts.get(&short.to_lowercase()) == Some(&1);
        let name = names.give(if is_alone { short } else { &row.name }, ".strm");
        let mut url = url(&view.base, row);
        url.push('\n');
        let modified = modified(row.modified.unwrap_or(view.layout.now));
        zip.start_file(name, options.last_modified_time(modified))?;
        zip.write_all(url.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

fn stem(name: &str) -> &str {
    let dotted = extension(name).map_or(0, |extension| extension.len() + 1);
    name.get(..name.len() - dotted).unwrap_or(name)
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
