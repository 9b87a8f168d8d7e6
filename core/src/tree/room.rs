//! An estimate of the memory that a tree needs, so that parsing allocates once.

use super::line::{BLANK, lines};

/// Upper bounds of a text's entries and of their ids in the tree's tables.
pub struct Room {
    /// The number of lines, and so the largest number of files.
    pub lines: usize,
    /// The largest number of folders.
    pub folders: usize,
    /// The largest id of a folder.
    pub largest_folder: u32,
    /// The largest id of a file.
    pub largest_file: u32,
}

impl Room {
    /// Estimates the room for a text whose paths have at most `max_levels` levels.
    pub fn of(text: &str, max_levels: usize) -> Self {
        let (mut count, mut folders, mut longest) = (0_usize, 0_usize, 0);
        for line in lines(text) {
            count += 1;
            // All lines of folders end so, and hardly any other line does.
            if line.trim_end_matches(BLANK).ends_with([':', '/']) {
                folders += 1;
                longest = longest.max(line.len());
            }
        }
        // The largest ids: a record's head and its padding take at most eight units of four bytes. A path
        // has no more names than there are levels.
        let largest_folder = (folders + 1).saturating_mul(8 + max_levels * longest.div_ceil(4));
        // Name and tail take no more than four times the line, if every byte of a bare name has to
        // be escaped.
        let largest_file = count * 8 + text.len();
        let id = |largest| u32::try_from(largest).unwrap_or(u32::MAX);
        let (largest_folder, largest_file) = (id(largest_folder), id(largest_file));
        Self { lines: count, folders, largest_folder, largest_file }
    }
}
