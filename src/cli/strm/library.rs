//! The files that a library should have, from what a site lists.

use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path};

use signpost_core::kind::is_playable;

use super::folder::UNFINISHED;
use super::sidecar::Sidecars;
use super::state;
use crate::cli::site_client::{EntryJson, href};
use crate::cli::site_crawl::{CrawledFolder, SiteCrawl};
use crate::library::{EntryKind, stored_names};

/// The files of a library, by their paths below its folder, with `/` between names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Library {
    /// The files that it should have.
    pub files: BTreeMap<String, Content>,
    /// The paths of which the site shows the name alone: what is there, or below it, is not known.
    pub locked: Vec<String>,
    /// The paths on the site of locked entries.
    pub locked_on_site: Vec<String>,
    /// The paths on the site of sidecars whose names lead elsewhere on this machine.
    pub unlinked: Vec<String>,
}

/// The content of a library's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The address of a film or piece of music.
    Address(String),
    /// The path on this machine that a link leads to.
    Link(String),
    /// The bytes of a file of the site.
    Sidecar {
        /// The file's decoded path on the site.
        path: String,
        /// The size in bytes.
        size: Option<u64>,
        /// The time of the last change in Unix seconds.
        modified: Option<u64>,
    },
}

/// The form in which sidecars are in a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SidecarForm {
    /// They are left out.
    Skipped,
    /// They are files of their own.
    Fetched,
    /// They are links into this folder of the machine, where the site's folder is mounted.
    Linked(String),
}

impl Library {
    /// The library of a crawl. Addresses begin with `base`.
    pub fn of(crawl: &SiteCrawl, base: &str, form: &SidecarForm) -> Self {
        let mut library = Self::default();
        let root = crawl.folders.first().map_or("", |folder| &folder.path);
        let mut stored = HashMap::from([(root, String::new())]);
        for folder in &crawl.folders {
            let Some(own) = stored.get(&*folder.path).cloned() else { continue };
            for (entry, kind, name) in named(folder) {
                let path = format!("{own}{name}");
                if entry.locked {
                    library.locked.push(path);
                    library.locked_on_site.push(entry.path.clone());
                    continue;
                }
                let content = match kind {
                    EntryKind::Folder => {
                        stored.insert(&entry.path, path + "/");
                        continue;
                    }
                    EntryKind::Media => {
                        let below = entry.path.strip_prefix(root).unwrap_or_default();
                        let below = href(below, false);
                        Content::Address([base.trim_end_matches('/'), &below, "\n"].concat())
                    }
                    EntryKind::Sidecar => match form {
                        SidecarForm::Skipped => continue,
                        SidecarForm::Fetched => Content::Sidecar {
                            path: entry.path.clone(),
                            size: entry.size,
                            modified: entry.modified.map(|at| at.0),
                        },
                        SidecarForm::Linked(mounted) => {
                            let below = entry.path.strip_prefix(root).unwrap_or_default();
                            let below = below.trim_start_matches('/');
                            if !is_plain(below) {
                                library.unlinked.push(entry.path.clone());
                                continue;
                            }
                            Content::Link(format!("{}/{below}", mounted.trim_end_matches('/')))
                        }
                    },
                };
                library.files.insert(path, content);
            }
        }
        library
    }
}

/// Whether each name of a path is one name on this machine, too: on Windows a backslash divides names.
fn is_plain(below: &str) -> bool {
    let names = Path::new(below).components().filter(|name| matches!(name, Component::Normal(_)));
    names.count() == below.split('/').count()
}

/// The entries of a folder that a library knows, with their names in it. Names do not depend on whether sidecars
/// are wanted.
fn named(folder: &CrawledFolder) -> Vec<(&EntryJson, EntryKind, String)> {
    let sidecars = Sidecars::beside(folder.entries.iter().map(|entry| &*entry.name));
    let kind = |entry: &EntryJson| {
        if entry.is_folder() {
            Some(EntryKind::Folder)
        } else if is_playable(&entry.name) {
            Some(EntryKind::Media)
        } else {
            sidecars.contains(&entry.name).then_some(EntryKind::Sidecar)
        }
    };
    let known = folder.entries.iter().filter_map(|entry| Some((entry, kind(entry)?)));
    let known = known.collect::<Vec<_>>();
    let names = known.iter().map(|(entry, kind)| (&*entry.name, *kind)).collect::<Vec<_>>();
    let entries = known.iter().copied().zip(stored_names(&names));
    entries.map(|((entry, kind), name)| (entry, kind, without_own_names(name))).collect()
}

/// A name that is none of the command's own files: a folder of that name would be in their way.
fn without_own_names(name: String) -> String {
    let is_own = [state::FILE_NAME, UNFINISHED].iter().any(|own| name.eq_ignore_ascii_case(own));
    if is_own { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::UnixSeconds;

    const BASE: &str = "https://f.example/~TOKEN/a%20b/";

    fn folder(path: &str, names: &[&str]) -> CrawledFolder {
        let entry = |written: &&str| {
            let (name, locked) = match written.strip_prefix("locked:") {
                Some(name) => (name, true),
                None => (*written, false),
            };
            let (name, kind) = match name.strip_suffix('/') {
                Some(name) => (name, "folder"),
                None => (name, "file"),
            };
            let (size, modified) = (Some(7), Some(UnixSeconds(9)));
            let path = format!("{path}/{name}");
            EntryJson {
                name: name.to_owned(),
                r#type: kind.to_owned(),
                path,
                size,
                modified,
                locked,
            }
        };
        CrawledFolder { path: path.to_owned(), entries: names.iter().map(entry).collect() }
    }

    fn crawl(folders: Vec<CrawledFolder>) -> SiteCrawl {
        SiteCrawl { folders, ..SiteCrawl::default() }
    }

    #[test]
    fn films_become_addresses_in_the_same_folders() {
        let crawl = crawl(vec![
            folder("/a b", &["Show: 1/", "Film?.mkv", "Film?.zh.srt", "notes.txt", "song.flac"]),
            folder("/a b/Show: 1", &["e 1.mkv", "poster.jpg"]),
        ]);
        let library = Library::of(&crawl, BASE, &SidecarForm::Skipped);
        let address = |path: &str| Content::Address(format!("{BASE}{path}\n"));
        let want = [
            ("Film_.strm".to_owned(), address("Film%3F.mkv")),
            ("Show_ 1/e 1.strm".to_owned(), address("Show%3A%201/e%201.mkv")),
            ("song.strm".to_owned(), address("song.flac")),
        ];
        assert_eq!(library.files, want.into_iter().collect());
        let with = Library::of(&crawl, BASE, &SidecarForm::Fetched).files;
        let paths = with.keys().map(String::as_str).collect::<Vec<_>>();
        let want =
            ["Film_.strm", "Film_.zh.srt", "Show_ 1/e 1.strm", "Show_ 1/poster.jpg", "song.strm"];
        assert_eq!(paths, want);
        let path = "/a b/Show: 1/poster.jpg".to_owned();
        let sidecar = Content::Sidecar { path, size: Some(7), modified: Some(9) };
        assert_eq!(with.get("Show_ 1/poster.jpg"), Some(&sidecar));
        let linked = Library::of(&crawl, BASE, &SidecarForm::Linked("/mnt/films/".to_owned()));
        let link = Content::Link("/mnt/films/Show: 1/poster.jpg".to_owned());
        assert_eq!(linked.files.get("Show_ 1/poster.jpg"), Some(&link), "by its name on the site");
        assert_eq!(linked.files.len(), with.len());
    }

    #[test]
    fn no_folder_is_in_the_way_of_the_commands_own_files() {
        let folders = [".signpost-strm.json", ".Signpost-strm.NEW"];
        let crawl = crawl(vec![
            folder("", &[".signpost-strm.json/", ".Signpost-strm.NEW/"]),
            folder("/.signpost-strm.json", &["a.mkv"]),
            folder("/.Signpost-strm.NEW", &["b.mkv"]),
        ]);
        let files =
            Library::of(&crawl, BASE, &SidecarForm::Skipped).files.into_keys().collect::<Vec<_>>();
        let want = [format!("_{}/b.strm", folders[1]), format!("_{}/a.strm", folders[0])];
        assert_eq!(files, want);
    }

    #[test]
    fn the_whole_site_is_a_library_too() {
        let crawl = crawl(vec![folder("", &["a.mkv", "s/"]), folder("/s", &["b.mkv"])]);
        let library = Library::of(&crawl, "https://f.example/", &SidecarForm::Skipped);
        let urls = library.files.values().collect::<Vec<_>>();
        let want = ["a.mkv", "s/b.mkv"]
            .map(|path| Content::Address(format!("https://f.example/{path}\n")));
        assert_eq!(urls, want.iter().collect::<Vec<_>>());
    }

    #[test]
    fn of_what_is_locked_the_name_is_known_and_nothing_else() {
        let crawl = crawl(vec![folder("/a b", &["locked:Own/", "locked:x.mkv", "y.mkv"])]);
        let library = Library::of(&crawl, BASE, &SidecarForm::Fetched);
        assert_eq!(library.files.into_keys().collect::<Vec<_>>(), ["y.strm"]);
        assert_eq!(library.locked, ["Own", "x.strm"]);
        assert_eq!(library.locked_on_site, ["/a b/Own", "/a b/x.mkv"]);
    }
}
