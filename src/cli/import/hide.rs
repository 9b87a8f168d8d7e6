//! Regular expressions of AList's as globs, where the two match exactly the same names.
//!
//! A `hide` of a meta is matched against names, `hide_files` of the settings against whole paths. Both are
//! searched for, so that a match may begin and end anywhere. The crate `regex-syntax` takes them apart; its
//! syntax is read no further than where Go's, .NET's and JavaScript's agree with it.

mod glob;
mod sequence;

pub use glob::below;

use glob::{name_glob, path_globs};
use sequence::sequences;

use crate::access::hide::Glob;

/// The globs that match the same names as a regular expression; none if that matches no name. `None` if no
/// globs do.
pub fn name_globs(regex: &str) -> Option<Vec<String>> {
    let mut globs = Vec::new();
    for sequence in sequences(regex, false)? {
        globs.extend(name_glob(&sequence)?);
    }
    checked(globs)
}

/// The globs that match the same paths as a line of `hide_files`: `/…/`, `/…/i`, or a bare expression.
/// `None` if no globs do.
pub fn path_globs_of_setting(line: &str) -> Option<Vec<String>> {
    let between_slashes = line
        .strip_prefix('/')
        .and_then(|rest| rest.rsplit_once('/'))
        .filter(|(_, flags)| flags.bytes().all(|flag| flag.is_ascii_lowercase()));
    // Others than `i` are about line breaks, or make an expression remember its last match.
    let (regex, is_any_case) = match between_slashes {
        Some((regex, "")) => (regex, false),
        Some((regex, "i")) => (regex, true),
        Some(_) => return None,
        None => (line, false),
    };
    let mut globs = Vec::new();
    for sequence in sequences(regex, is_any_case)? {
        globs.extend(path_globs(&sequence)?);
    }
    checked(globs)
}

/// The globs, each once; `None` if the site would refuse one.
fn checked(mut globs: Vec<String>) -> Option<Vec<String>> {
    globs.sort();
    globs.dedup();
    globs.iter().all(|glob| Glob::parse(glob).is_ok()).then_some(globs)
}

#[cfg(test)]
mod tests;
