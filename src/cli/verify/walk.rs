//! The walk through the folders that a stranger may list: bounded, the topmost folders first.

use std::collections::VecDeque;

use super::expectation::is_unlisted;
use super::report::{Outcome, REDEPLOY, Row};
use crate::access::control::AccessControl;
use crate::cli::format::count;
use crate::cli::http::HttpError;
use crate::cli::site_client::{EntryJson, ListingError, SiteClient};

/// The name of the check.
const CHECK: &str = "listings";
/// The maximum number of listings that are read.
const MAX_FOLDERS: usize = 30;
/// The maximum number of entries that are reported one by one.
const MAX_NAMED: usize = 20;
/// The maximum number of files that are remembered.
const MAX_FILES: usize = 5_000;

/// The folders and files that a stranger can list.
#[derive(Debug, Default)]
pub struct WalkResult {
    /// The folders whose listings were read, by their decoded paths without a slash at the end.
    pub folders: Vec<String>,
    /// The files in these listings.
    pub files: Vec<EntryJson>,
    /// The decoded paths of entries that are shown by their names alone.
    pub locked: Vec<String>,
    /// The decoded paths of entries that no listing may name.
    pub named: Vec<String>,
    /// The paths of folders that gave no listing, with the reason.
    pub failed: Vec<(String, ListingError)>,
    /// Whether there are folders that were not read.
    pub is_partial: bool,
}

/// Walks the site from these folders on. `access` are the owner's rules, if they are known.
pub fn walk(site: &SiteClient<'_>, roots: &[String], access: Option<&AccessControl>) -> WalkResult {
    let mut seen = WalkResult::default();
    let mut left = roots.iter().map(|root| trimmed(root)).collect::<VecDeque<_>>();
    // As from the site's own pages, which every list of Referers allows.
    let referer = format!("{}/", site.base);
    while let Some(path) = left.pop_front() {
        if seen.folders.contains(&path) {
            continue;
        }
        if seen.folders.len() + seen.failed.len() >= MAX_FOLDERS {
            seen.is_partial = true;
            break;
        }
        let listing = match site.folder("", &path, 1, &[("referer", &referer)]) {
            Ok(listing) => listing,
            Err(error) => {
                seen.failed.push((path, error));
                continue;
            }
        };
        seen.is_partial |= listing.pages > 1;
        for entry in listing.entries {
            let is_leak =
                |access| is_unlisted(access, &site.base, entry.path.trim_end_matches('/'));
            if access.is_some_and(is_leak) {
                seen.named.push(trimmed(&entry.path));
            }
            if entry.locked {
                seen.locked.push(trimmed(&entry.path));
            } else if entry.is_folder() {
                left.push_back(trimmed(&entry.path));
            } else if seen.files.len() < MAX_FILES {
                seen.files.push(entry);
            }
        }
        seen.folders.push(path);
    }
    seen
}

/// A decoded path without a slash at its end; the root is `/`.
fn trimmed(path: &str) -> String {
    let path = path.trim_end_matches('/');
    if path.is_empty() { "/".to_owned() } else { path.to_owned() }
}

/// The rows about a walk: what was seen, what no listing may name, and what gave no listing.
pub fn rows(seen: &WalkResult, has_rules: bool) -> Vec<Row> {
    let new = |subject: &str, outcome, detail: String| Row::new(CHECK, subject, outcome, detail);
    let mut rows = Vec::new();
    let is_below = |path: &str| {
        let mut others = seen.named.iter().map(|other| path.strip_prefix(other.as_str()));
        others.any(|rest| rest.is_some_and(|rest| rest.starts_with('/')))
    };
    // What is below a folder that should not be listed goes without saying.
    let topmost = seen.named.iter().filter(|path| !is_below(path)).collect::<Vec<_>>();
    for path in topmost.iter().take(MAX_NAMED) {
        let detail = "is listed, though a rule closes or hides it";
        rows.push(new(path, Outcome::Leak, detail.to_owned()).hint(REDEPLOY));
    }
    if let Some(more) = topmost.len().checked_sub(MAX_NAMED).filter(|more| *more > 0) {
        let detail = format!("{more} more entries are listed, though a rule closes or hides them");
        rows.push(new("", Outcome::Leak, detail).hint(REDEPLOY));
    }
    for (path, error) in &seen.failed {
        let outcome = match error {
            // A folder that asks for a password, or that rules let nobody list.
            ListingError::Status(401 | 403 | 404, _) => continue,
            ListingError::NoAnswer(HttpError::LimitReached) | ListingError::Status(429, _) => {
                Outcome::Untested
            }
            ListingError::NoAnswer(_) | ListingError::NotOurs | ListingError::Status(..) => {
                Outcome::Failed
            }
        };
        rows.push(new(path, outcome, error.to_string()));
    }
    let folders = count(seen.folders.len(), "folder");
    let files = count(seen.files.len(), "file");
    let partial = if seen.is_partial { ", and there are more" } else { "" };
    let judged = if has_rules { "; none that a rule closes or hides" } else { "" };
    if seen.named.is_empty() {
        let detail = format!("a stranger sees {files} in {folders}{partial}{judged}");
        rows.push(new("", Outcome::Ok, detail));
    }
    rows
}

/// A sample of the files, spread over the topmost folders, with names beyond plain ASCII among them, since they
/// are signed by their decoded form. Of each folder the smallest are taken: a budget of the site counts a link
/// with the whole size of its file.
pub fn sample(files: &[EntryJson], size: usize) -> Vec<&EntryJson> {
    let top = |file: &EntryJson| {
        let mut names = file.path.split('/').filter(|name| !name.is_empty());
        let first = names.next().map(str::to_owned);
        first.filter(|_| names.next().is_some()).unwrap_or_default()
    };
    let is_playlist = |file: &&EntryJson| {
        let ending = file.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        matches!(ending.as_deref(), Some("m3u8" | "m3u"))
    };
    // An empty file has no first byte, and a playlist no link.
    let usual = files.iter().filter(|file| !is_playlist(file) && file.size != Some(0));
    let mut usual = usual.collect::<Vec<_>>();
    usual.sort_by_key(|file| file.size.unwrap_or(u64::MAX));
    let mut groups = Vec::<(String, VecDeque<&EntryJson>)>::new();
    for file in usual {
        let folder = top(file);
        match groups.iter_mut().find(|(name, _)| *name == folder) {
            Some((_, group)) => group.push_back(file),
            None => groups.push((folder, VecDeque::from([file]))),
        }
    }
    let mut chosen = Vec::new();
    while chosen.len() < size && groups.iter().any(|(_, group)| !group.is_empty()) {
        for (_, group) in &mut groups {
            if chosen.len() < size {
                chosen.extend(group.pop_front());
            }
        }
    }
    let rest = groups.iter().flat_map(|(_, group)| group).find(|file| !is_plain(&file.path));
    if chosen.len() > 1
        && chosen.iter().all(|file| is_plain(&file.path))
        && let (Some(last), Some(odd)) = (chosen.last_mut(), rest)
    {
        *last = odd;
    }
    chosen
}

/// Whether a path is the same percent-encoded as decoded.
pub fn is_plain(path: &str) -> bool {
    path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, size: u64) -> EntryJson {
        EntryJson {
            name: path.rsplit('/').next().unwrap().into(),
            r#type: "file".into(),
            path: path.into(),
            size: Some(size),
            modified: None,
            locked: false,
        }
    }

    fn chosen(paths: &[&str], size: usize) -> Vec<String> {
        let files = paths.iter().map(|path| file(path, 1)).collect::<Vec<_>>();
        sample(&files, size).into_iter().map(|file| file.path.clone()).collect()
    }

    #[test]
    fn a_sample_is_spread_over_the_topmost_folders() {
        assert_eq!(
            chosen(&["/a/1", "/a/2", "/a/3", "/b/1", "/r"], 4),
            ["/a/1", "/b/1", "/r", "/a/2"]
        );
        assert_eq!(chosen(&["/a/1"], 5), ["/a/1"]);
        assert_eq!(chosen(&[], 5), Vec::<String>::new());
    }

    #[test]
    fn a_sample_has_a_name_that_is_encoded_if_there_is_one() {
        assert_eq!(chosen(&["/a/1", "/a/2", "/a/文 1"], 2), ["/a/1", "/a/文 1"]);
        assert_eq!(chosen(&["/a/文", "/a/2", "/a/x y"], 2), ["/a/文", "/a/2"]);
    }

    #[test]
    fn a_sample_has_the_smallest_files() {
        let unknown = EntryJson { size: None, ..file("/b/unknown", 1) };
        let files = [file("/a/film", 9_000_000), unknown, file("/a/note", 5), file("/b/x", 7)];
        let chosen = sample(&files, 3).into_iter().map(|file| file.path.as_str());
        assert_eq!(chosen.collect::<Vec<_>>(), ["/a/note", "/b/x", "/a/film"]);
    }

    #[test]
    fn a_sample_has_no_playlist_and_no_empty_file() {
        assert_eq!(chosen(&["/a/x.M3U8", "/a/b"], 5), ["/a/b"]);
        assert!(sample(&[file("/a", 0)], 5).is_empty());
    }

    #[test]
    fn a_listing_that_names_what_is_closed_is_a_leak_and_a_locked_folder_is_none() {
        let seen = WalkResult {
            named: vec!["/x".into(), "/x/y".into()],
            failed: vec![("/l".into(), ListingError::Status(401, None))],
            ..WalkResult::default()
        };
        let rows = rows(&seen, true);
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].outcome, rows[0].subject.as_str()), (Outcome::Leak, "/x"));
        let named = (0..25).map(|number| format!("/{number}")).collect();
        let rows = super::rows(&WalkResult { named, ..WalkResult::default() }, true);
        assert_eq!((rows.len(), rows[20].detail.starts_with("5 more")), (21, true));
    }
}
