//! Sidecar files of a library: subtitles, lyrics, covers and `.nfo` files, which media centres read from beside
//! the films only.

use std::collections::HashSet;

use signpost_core::kind::{self, Sidecar};

use crate::file_name::split;

/// Extensions of sidecars besides those of [`Sidecar`], in lower case.
const EXTENSIONS: [&str; 8] = ["nfo", "ass", "ssa", "sub", "idx", "sup", "smi", "ttml"];
/// Extensions of covers, in lower case.
const PICTURES: [&str; 5] = ["jpg", "jpeg", "png", "webp", "tbn"];
/// Names that media centres give the pictures of a folder, and what they add to a film's name for one of it.
const PICTURE_NAMES: [&str; 20] = [
    "poster",
    "folder",
    "cover",
    "fanart",
    "backdrop",
    "background",
    "banner",
    "landscape",
    "thumb",
    "logo",
    "clearlogo",
    "clearart",
    "disc",
    "discart",
    "characterart",
    "keyart",
    "art",
    "default",
    "movie",
    "show",
];

/// Decides which files of one folder are sidecars.
#[derive(Debug, Default)]
pub struct Sidecars<'n> {
    /// The stems of the films and pieces of music in the folder.
    stems: HashSet<&'n str>,
}

impl<'n> Sidecars<'n> {
    /// The sidecars beside files of these names.
    pub fn beside(names: impl Iterator<Item = &'n str>) -> Self {
        Self {
            stems: names.filter(|name| kind::is_playable(name)).map(|name| split(name).0).collect(),
        }
    }

    /// Whether the file is a sidecar. A picture is one if its name says so, as `poster.jpg`, `season01.jpg` and
    /// `Film-fanart.jpg`, or is a film's.
    pub fn contains(&self, name: &str) -> bool {
        let (stem, ending) = split(name);
        let extension = ending.trim_start_matches('.').to_ascii_lowercase();
        if Sidecar::of(name).is_some() || EXTENSIONS.contains(&&*extension) {
            return true;
        }
        if !PICTURES.contains(&&*extension) {
            return false;
        }
        let lower = stem.to_lowercase();
        // `backdrop3` and the like are numbered.
        let plain = lower.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let last = plain.rsplit('-').next().unwrap_or_default();
        self.stems.contains(stem) || lower.starts_with("season") || PICTURE_NAMES.contains(&last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sidecars_are_known_by_their_names() {
        let sidecars = Sidecars::beside(["Film (1999).mkv", "song.flac", "notes.txt"].into_iter());
        for name in [
            "Film (1999).zh.srt",
            "any.ASS",
            "song.lrc",
            "tvshow.nfo",
            "poster.jpg",
            "Folder.JPEG",
            "backdrop12.png",
            "season01-poster.jpg",
            "Season 2.png",
            "Film (1999).jpg",
            "Film (1999)-fanart.webp",
        ] {
            assert!(sidecars.contains(name), "{name}");
        }
        for name in
            ["IMG_0001.jpg", "notes.jpg", "notes.txt", "Film (1999).mkv", "a.zip", "art", "nfo"]
        {
            assert!(!sidecars.contains(name), "{name}");
        }
    }
}
