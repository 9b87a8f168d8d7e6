//! Names of the files of a media library: a `.strm` file for each film or piece of music, in folders and
//! beside sidecar files of the same names.
//!
//! A name depends on the entry's own name, and on others only where two entries of a folder could not both
//! have theirs. It never depends on the order of a listing, so that a library keeps its names, and what a media
//! centre remembers of them.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use md5::{Digest, Md5};

use crate::file_name::{MAX_LENGTH, split, valid_stem};
use crate::strm_name::Claims;

pub use crate::strm_name::EXTENSION;

/// The kind of an entry of a library's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// A folder.
    Folder,
    /// A film or piece of music, in whose place a `.strm` file is written.
    Media,
    /// A file that is written as it is: subtitles, lyrics, a cover.
    Sidecar,
}

/// The names under which a library stores the entries of one folder, in their order: valid on every system, and
/// distinct without regard to case.
///
/// `Film.mkv` becomes `Film.strm`. Films whose names differ in their extension only keep it: `Film.mkv.strm`. A
/// name that is cut, or that would be another's, ends in a part of its digest. A sidecar whose name begins with
/// a film's begins with the film's new name.
pub fn stored_names(entries: &[(&str, EntryKind)]) -> Vec<String> {
    let mut media = Claims::default();
    for (name, _) in entries.iter().filter(|(_, kind)| *kind == EntryKind::Media) {
        media.add(split(name).0);
    }
    let mut order = (0..entries.len()).collect::<Vec<_>>();
    // Names that need no change come first, so that none is taken from its owner.
    order.sort_by_cached_key(|at| {
        let entry = entries.get(*at);
        entry.map(|(name, kind)| (*kind, Reverse(valid_stem(name, MAX_LENGTH) == *name), *name))
    });
    let (mut taken, mut stems) = (HashSet::new(), HashMap::new());
    let mut names = vec![String::new(); entries.len()];
    for at in order {
        let Some((name, kind)) = entries.get(at) else { continue };
        let (own_stem, own_extension) = split(name);
        let stored = match kind {
            EntryKind::Folder => give(&mut taken, name, name, ""),
            EntryKind::Media if media.is_single(own_stem) => {
                let stored = give(&mut taken, name, own_stem, EXTENSION);
                stems.insert(own_stem, stored.trim_end_matches(EXTENSION).to_owned());
                stored
            }
            EntryKind::Media => give(&mut taken, name, name, EXTENSION),
            EntryKind::Sidecar => {
                let stem = with_stem_of_film(own_stem, &stems);
                give(&mut taken, name, stem.as_deref().unwrap_or(own_stem), own_extension)
            }
        };
        if let Some(slot) = names.get_mut(at) {
            *slot = stored;
        }
    }
    names
}

/// The stem of a sidecar with the stored stem of its film in place of the film's own; `None` if it is no film's.
fn with_stem_of_film(stem: &str, films: &HashMap<&str, String>) -> Option<String> {
    let ends = stem.rmatch_indices(['.', '-']).map(|(at, _)| at);
    let mut cuts = std::iter::once(stem.len()).chain(ends);
    cuts.find_map(|at| {
        let (film, rest) = stem.split_at_checked(at)?;
        Some([films.get(film)?, rest].concat())
    })
}

/// A valid name that is not taken: the stem and the ending, with a part of the digest of the entry's name
/// between them where the stem is cut or the name is taken.
fn give(taken: &mut HashSet<String>, name: &str, stem: &str, ending: &str) -> String {
    let room = MAX_LENGTH.saturating_sub(ending.len());
    let whole = valid_stem(stem, usize::MAX);
    if whole.len() <= room {
        let plain = [&whole, ending].concat();
        if taken.insert(plain.to_lowercase()) {
            return plain;
        }
    }
    let digest = hex::encode(Md5::digest(name));
    // All of a digest is taken only by an entry of the same name, of which a folder has one.
    let lengths = [8, digest.len()].into_iter().filter_map(|length| digest.get(..length));
    let numbers = (2..).map(|number: usize| format!("{digest} {number}"));
    let mut marks = lengths.map(str::to_owned).chain(numbers).map(|mark| format!(" [{mark}]"));
    let mut marked = marks.by_ref().map(|mark| {
        let ending = [&mark, ending].concat();
        [valid_stem(stem, MAX_LENGTH.saturating_sub(ending.len())), ending].concat()
    });
    marked.find(|name| taken.insert(name.to_lowercase())).unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::EntryKind::{Folder, Media, Sidecar};
    use super::*;

    type Case = (&'static [(&'static str, EntryKind)], &'static [&'static str]);

    #[test]
    fn a_film_becomes_a_strm_file_and_keeps_its_extension_where_two_differ_in_it() {
        const CASES: &[Case] = &[
            (&[("Film.mkv", Media), ("song.flac", Media)], &["Film.strm", "song.strm"]),
            (
                &[("a.mkv", Media), ("A.mp4", Media), ("b.mkv", Media), ("b.mkv.mp4", Media)],
                &["a.mkv.strm", "A.mp4.strm", "b.strm", "b.mkv.strm"],
            ),
            (&[("x.mkv", Media), ("x.srt", Sidecar), ("x", Folder)], &["x.strm", "x.srt", "x"]),
            // A folder keeps its name, whatever a film becomes.
            (&[("f.mkv", Media), ("f.strm", Folder)], &["f [76ec6808].strm", "f.strm"]),
            (&[("..", Folder), ("a/b.mkv", Media), ("NUL", Folder)], &["_", "a_b.strm", "_NUL"]),
        ];
        for (entries, want) in CASES {
            assert_eq!(stored_names(entries), *want, "{entries:?}");
        }
    }

    #[test]
    fn sidecars_follow_the_name_of_their_film() {
        let long = "长".repeat(100);
        let film = format!("{long}.mkv");
        let subtitles = format!("{long}.zh.srt");
        let entries = [
            ("What? A: Film.mkv", Media),
            ("What? A: Film.zh-Hans.srt", Sidecar),
            ("What? A: Film-poster.jpg", Sidecar),
            ("What? A: Film.nfo", Sidecar),
            ("What? Another.srt", Sidecar),
            (&film, Media),
            (&subtitles, Sidecar),
            ("poster.jpg", Sidecar),
        ];
        let names = stored_names(&entries);
        assert_eq!(
            names[..5],
            [
                "What_ A_ Film.strm",
                "What_ A_ Film.zh-Hans.srt",
                "What_ A_ Film-poster.jpg",
                "What_ A_ Film.nfo",
                "What_ Another.srt",
            ]
        );
        let stem = names[5].strip_suffix(".strm").unwrap();
        assert!(stem.ends_with(']') && names[5].len() <= MAX_LENGTH, "{stem}");
        assert!(names[6].len() <= MAX_LENGTH && split(&names[6]).1 == ".srt", "{}", names[6]);
        assert_eq!(names[7], "poster.jpg");
    }

    #[test]
    fn a_name_depends_on_no_order_and_on_others_only_where_they_collide() {
        let crowd = [
            ("a:b.mkv", Media),
            ("a?b.mp4", Media),
            ("a_b.avi", Media),
            ("A_B.flac", Media),
            ("É", Folder),
            ("é", Folder),
            ("a_b.srt", Sidecar),
            ("A_B.SRT", Sidecar),
            ("a.strm", Sidecar),
            ("a.mkv", Media),
        ];
        let names = stored_names(&crowd);
        let distinct = names.iter().map(|name| name.to_lowercase()).collect::<HashSet<_>>();
        assert_eq!(distinct.len(), crowd.len(), "{names:?}");
        for turn in 0..crowd.len() {
            let mut turned = crowd;
            turned.rotate_left(turn);
            let mut got = stored_names(&turned);
            got.rotate_right(turn);
            assert_eq!(got, names);
            turned.reverse();
            let mut got = stored_names(&turned);
            got.reverse();
            got.rotate_right(turn);
            assert_eq!(got, names);
        }
        for (at, (name, kind)) in crowd.iter().enumerate() {
            let alone = stored_names(&[(*name, *kind)]).remove(0);
            let (stem, ending) = split(&alone);
            let got = &names[at];
            let keeps = |got: &str| got.starts_with(stem) && got.ends_with(ending);
            assert!(keeps(got), "{name} is {got}, alone {alone}");
        }
    }

    #[test]
    fn long_names_with_one_beginning_stay_apart_whatever_else_is_there() {
        let long = |number: usize| format!("{}{number}.mkv", "图".repeat(90));
        let both = [long(1), long(2)];
        let entries = both.iter().map(|name| (name.as_str(), Media)).collect::<Vec<_>>();
        let names = stored_names(&entries);
        assert_ne!(names[0], names[1]);
        for (entry, name) in entries.iter().zip(&names) {
            assert_eq!(stored_names(&[*entry]).first(), Some(name));
            assert!(name.len() <= MAX_LENGTH && name.ends_with("].strm"));
        }
    }
}
