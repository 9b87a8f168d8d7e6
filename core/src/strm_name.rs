//! Names of the `.strm` files in which films appear beside the other entries of a folder, which keep theirs.

use std::collections::{HashMap, HashSet};

use crate::file_name::split;
use crate::kind::Kind;

/// The extension of files that hold the URL of a film or piece of music.
pub const EXTENSION: &str = ".strm";

/// The names of the `.strm` files in a folder, by the names of all its entries.
///
/// `Film.mkv` becomes `Film.strm`. Where that is another's name, also without regard to case, the film keeps its
/// extension: `Film.mkv.strm`. No two entries get the same name.
#[derive(Debug, Default)]
pub struct StrmNames {
    /// The claims on names without their `.strm`: films' by their stems and by their whole names, other entries'
    /// by the names that they have.
    claims: Claims,
    /// The names in lower case of entries that are `.strm` files already.
    taken: HashSet<String>,
}

impl StrmNames {
    /// The names for a folder with these entries, each with whether it is a folder.
    pub fn of<'e>(entries: impl Iterator<Item = (&'e str, bool)>) -> Self {
        let mut names = Self::default();
        for (name, is_folder) in entries {
            if is_film(name, is_folder) {
                names.claims.add(split(name).0);
                names.claims.add(name);
            } else if let Some(stem) = strip(name) {
                names.claims.add(stem);
                names.taken.insert(name.to_lowercase());
            }
        }
        names
    }

    /// The name of the `.strm` file for an entry of the folder; `None` for an entry that is no film, and for a
    /// film that has a `.strm` file of its own beside it.
    pub fn give(&self, name: &str, is_folder: bool) -> Option<String> {
        if !is_film(name, is_folder) {
            return None;
        }
        let (short, _) = split(name);
        let given = [if self.claims.is_single(short) { short } else { name }, EXTENSION].concat();
        (!self.taken.contains(&given.to_lowercase())).then_some(given)
    }
}

/// Claims on the names of films without their extensions, which are compared without regard to case.
#[derive(Debug, Default)]
pub(crate) struct Claims(HashMap<String, usize>);

impl Claims {
    /// Adds a claim on a name.
    pub fn add(&mut self, name: &str) {
        *self.0.entry(name.to_lowercase()).or_insert(0) += 1;
    }

    /// Whether exactly one claim is on a name.
    pub fn is_single(&self, name: &str) -> bool {
        self.0.get(&name.to_lowercase()) == Some(&1)
    }
}

/// Whether an entry is a film, which is shown as a `.strm` file.
pub fn is_film(name: &str, is_folder: bool) -> bool {
    !is_folder && Kind::of(name) == Kind::Video
}

/// The name without `.strm`; `None` for another extension.
pub fn strip(name: &str) -> Option<&str> {
    let (stem, ending) = name.split_at_checked(name.len().checked_sub(EXTENSION.len())?)?;
    (ending.eq_ignore_ascii_case(EXTENSION) && !stem.is_empty()).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(entries: &[&str]) -> Vec<String> {
        let entries = entries.iter().map(|name| (name.trim_end_matches('/'), name.ends_with('/')));
        let names = StrmNames::of(entries.clone());
        entries.map(|(name, is_folder)| names.give(name, is_folder).unwrap_or_default()).collect()
    }

    #[test]
    fn a_film_loses_its_extension_unless_another_has_the_name() {
        const CASES: &[(&[&str], &[&str])] = &[
            (&["Film.mkv", "Film.srt", "song.flac", "a.jpg"], &["Film.strm", "", "", ""]),
            (&["a.mkv", "a.mp4", "b.MKV"], &["a.mkv.strm", "a.mp4.strm", "b.strm"]),
            (&["A.mkv", "a.mp4"], &["A.mkv.strm", "a.mp4.strm"]),
            (&["a.mkv", "a.strm"], &["a.mkv.strm", ""]),
            (&["a.mkv", "A.STRM/"], &["a.mkv.strm", ""]),
            // The film is there as a `.strm` file in each form.
            (&["a.mkv", "a.strm", "a.mkv.strm"], &["", "", ""]),
            (&["b.mkv", "b.mp4", "b.mkv.mp4"], &["b.mkv.strm", "b.mp4.strm", "b.mkv.mp4.strm"]),
            (&["b.mkv", "b.mkv.mp4"], &["b.strm", "b.mkv.mp4.strm"]),
            (&["Film.mkv/", "Film.mkv", ".mkv"], &["", "Film.strm", ""]),
        ];
        for (entries, want) in CASES {
            assert_eq!(named(entries), *want, "{entries:?}");
        }
    }

    #[test]
    fn a_strm_file_is_told_by_its_extension() {
        for (name, want) in [
            ("a.strm", Some("a")),
            ("a.mkv.STRM", Some("a.mkv")),
            (".strm", None),
            ("a.str", None),
            ("", None),
            ("名strm", None),
        ] {
            assert_eq!(strip(name), want, "{name}");
        }
    }
}
