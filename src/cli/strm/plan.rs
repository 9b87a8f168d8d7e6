//! The plan of a run: the library as it should be, held against the state and the disk.

use super::library::{Content, Library};
use super::state::{State, Written, digest};
use crate::strm_name::EXTENSION;

/// The file at a path on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Nothing is there.
    Missing,
    /// A regular file is there, in folders that are no links.
    File,
    /// A link is there, in folders that are none.
    Link,
    /// Something else is there, or on the way to it.
    Other,
}

/// The disk as a plan reads it.
pub trait Disk {
    /// The kind of file at a path below the library's folder.
    fn presence(&self, path: &str) -> Presence;
    /// The digest of the file at a path, or of the path that a link holds; `None` if it can't be read.
    fn digest(&self, path: &str) -> Option<String>;
}

/// The work of one run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The paths of files to write that are not there.
    pub new: Vec<String>,
    /// The paths of files of ours to write anew.
    pub changed: Vec<String>,
    /// The paths of files of ours that the site no longer has.
    pub gone: Vec<String>,
    /// The number of files that are as they should be.
    pub unchanged: usize,
    /// The paths at which something stands that the command did not write.
    pub foreign: Vec<String>,
    /// The state after the run but for its work: without the new, with the changed and the gone as they were.
    pub kept: State,
}

impl Plan {
    /// Plans a run. Without sidecars those that were fetched before stay.
    pub fn of(library: &Library, state: &State, with_sidecars: bool, disk: &impl Disk) -> Self {
        let mut plan = Self { kept: State::new(&state.folder), ..Self::default() };
        for (path, content) in &library.files {
            plan.add(path, content, state.files.get(path), disk);
        }
        for (path, written) in &state.files {
            if library.files.contains_key(path) {
                continue;
            }
            let is_kept =
                library.is_below_locked(path) || (!with_sidecars && !path.ends_with(EXTENSION));
            if !is_kept {
                // What somebody else deleted or changed is ours no longer.
                if disk.digest(path).as_ref() != Some(&written.digest) {
                    continue;
                }
                plan.gone.push(path.clone());
            }
            plan.kept.files.insert(path.clone(), written.clone());
        }
        plan
    }

    fn add(&mut self, path: &str, content: &Content, ours: Option<&Written>, disk: &impl Disk) {
        match disk.presence(path) {
            Presence::Missing => return self.new.push(path.to_owned()),
            Presence::Other => return self.foreign.push(path.to_owned()),
            Presence::File | Presence::Link => {}
        }
        let as_it_should_be = match (content, ours) {
            (Content::Address(text) | Content::Link(text), _) => {
                let wanted = digest(text.as_bytes());
                let is_link = matches!(content, Content::Link(_));
                // Also where the state was lost.
                let is_there = is_link == (disk.presence(path) == Presence::Link)
                    && disk.digest(path).as_ref() == Some(&wanted);
                is_there.then_some(Written { digest: wanted, size: None, modified: None })
            }
            (Content::Sidecar { size, modified, .. }, Some(written)) => {
                // A link of an earlier run is replaced by the file.
                let is_same = disk.presence(path) == Presence::File
                    && (*size, *modified) == (written.size, written.modified);
                is_same.then(|| written.clone())
            }
            (Content::Sidecar { .. }, None) => None,
        };
        if let Some(written) = as_it_should_be {
            self.unchanged += 1;
            self.kept.files.insert(path.to_owned(), written);
            return;
        }
        match ours {
            Some(written) if disk.digest(path).as_ref() == Some(&written.digest) => {
                self.changed.push(path.to_owned());
                self.kept.files.insert(path.to_owned(), written.clone());
            }
            Some(_) | None => self.foreign.push(path.to_owned()),
        }
    }
}

impl Library {
    /// Whether the site shows only the name of the file at a path, or of a folder that it is in.
    fn is_below_locked(&self, path: &str) -> bool {
        self.locked.iter().any(|locked| {
            path.strip_prefix(&**locked)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// A disk in memory: the contents of files, `None` for what is no regular file; `->` begins a link's path.
    #[derive(Default)]
    struct Memory(BTreeMap<&'static str, Option<&'static str>>);

    impl Disk for Memory {
        fn presence(&self, path: &str) -> Presence {
            match self.0.get(path) {
                None => Presence::Missing,
                Some(Some(text)) if text.starts_with("->") => Presence::Link,
                Some(Some(_)) => Presence::File,
                Some(None) => Presence::Other,
            }
        }

        fn digest(&self, path: &str) -> Option<String> {
            Some(digest((*self.0.get(path)?)?.trim_start_matches("->").as_bytes()))
        }
    }

    fn library(addresses: &[(&str, &str)], sidecars: &[(&str, u64)]) -> Library {
        let address = |(path, text): &(&str, &str)| {
            ((*path).to_owned(), Content::Address((*text).to_owned()))
        };
        let sidecar = |(path, size): &(&str, u64)| {
            let (site_path, size) = (format!("/{path}"), Some(*size));
            ((*path).to_owned(), Content::Sidecar { path: site_path, size, modified: Some(1) })
        };
        let files = addresses.iter().map(address).chain(sidecars.iter().map(sidecar)).collect();
        Library { files, ..Library::default() }
    }

    fn state(files: &[(&str, &str, Option<u64>)]) -> State {
        let mut state = State::new("/");
        for (path, content, size) in files {
            let modified = size.map(|_| 1);
            let written = Written { digest: digest(content.as_bytes()), size: *size, modified };
            state.files.insert((*path).to_owned(), written);
        }
        state
    }

    #[test]
    fn only_what_is_new_or_changed_is_written_and_what_is_gone_is_known() {
        let wanted = library(
            &[("new.strm", "n"), ("same.strm", "s"), ("moved.strm", "after"), ("lost.strm", "l")],
            &[("new.srt", 3), ("same.srt", 4), ("changed.srt", 5)],
        );
        let before = state(&[
            ("same.strm", "s", None),
            ("moved.strm", "before", None),
            ("lost.strm", "l", None),
            ("gone.strm", "g", None),
            ("gone.srt", "subtitles", Some(9)),
            ("deleted.strm", "d", None),
            ("same.srt", "four", Some(4)),
            ("changed.srt", "four", Some(4)),
        ]);
        let disk = Memory(BTreeMap::from([
            ("same.strm", Some("s")),
            ("moved.strm", Some("before")),
            ("gone.strm", Some("g")),
            ("gone.srt", Some("subtitles")),
            // A media centre may have changed it: as long as the site's is the same, that is no matter.
            ("same.srt", Some("edited")),
            ("changed.srt", Some("four")),
        ]));
        let plan = Plan::of(&wanted, &before, true, &disk);
        assert_eq!(plan.new, ["lost.strm", "new.srt", "new.strm"]);
        assert_eq!(plan.changed, ["changed.srt", "moved.strm"]);
        assert_eq!(plan.gone, ["gone.srt", "gone.strm"]);
        assert_eq!((plan.unchanged, plan.foreign), (2, vec![]));
        let kept = plan.kept.files.into_keys().collect::<Vec<_>>();
        let want = ["changed.srt", "gone.srt", "gone.strm", "moved.strm", "same.srt", "same.strm"];
        assert_eq!(kept, want);
        // As links, those that were fetched are replaced, and a link of somebody else is not.
        let link = |path: &str| (path.to_owned(), Content::Link(format!("/mnt/{path}")));
        let files = ["same.srt", "changed.srt", "there.srt", "theirs.srt"].map(link);
        let linked = Library { files: files.into_iter().collect(), ..Library::default() };
        let disk = Memory(BTreeMap::from([
            ("same.srt", Some("four")),
            ("changed.srt", Some("edited")),
            ("there.srt", Some("->/mnt/there.srt")),
            ("theirs.srt", Some("->/elsewhere")),
        ]));
        let plan = Plan::of(&linked, &before, true, &disk);
        assert_eq!((plan.changed, plan.unchanged), (vec!["same.srt".to_owned()], 1));
        assert_eq!(plan.foreign, ["changed.srt", "theirs.srt"]);
        // And the other way round.
        let of_link = state(&[("same.srt", "/mnt/same.srt", Some(4))]);
        let disk = Memory(BTreeMap::from([("same.srt", Some("->/mnt/same.srt"))]));
        let plan = Plan::of(&library(&[], &[("same.srt", 4)]), &of_link, true, &disk);
        assert_eq!(plan.changed, ["same.srt"]);
        // Without sidecars, those of an earlier run are left alone.
        let disk = Memory(BTreeMap::from([
            ("same.strm", Some("s")),
            ("moved.strm", Some("before")),
            ("gone.strm", Some("g")),
        ]));
        let plan = Plan::of(&library(&[], &[]), &before, false, &disk);
        assert_eq!(plan.gone, ["gone.strm", "moved.strm", "same.strm"]);
        assert!(plan.kept.files.contains_key("same.srt"));
    }

    #[test]
    fn what_the_command_did_not_write_is_never_written_over_or_deleted() {
        let wanted = library(&[("a.strm", "a"), ("b.strm", "b"), ("c.strm", "c")], &[("d.srt", 4)]);
        let disk = Memory(BTreeMap::from([
            ("a.strm", Some("mine")),
            ("b.strm", Some("edited")),
            ("c.strm", None),
            ("d.srt", Some("four")),
            ("gone.strm", Some("edited")),
        ]));
        let before = state(&[("b.strm", "before", None), ("gone.strm", "g", None)]);
        let plan = Plan::of(&wanted, &before, true, &disk);
        assert_eq!(plan.foreign, ["a.strm", "b.strm", "c.strm", "d.srt"]);
        assert_eq!(
            plan,
            Plan { foreign: plan.foreign.clone(), kept: State::new("/"), ..Plan::default() }
        );
    }

    #[test]
    fn a_library_without_its_state_is_taken_over() {
        let wanted = library(&[("a.strm", "a")], &[]);
        let disk = Memory(BTreeMap::from([("a.strm", Some("a"))]));
        let plan = Plan::of(&wanted, &State::new("/"), false, &disk);
        assert_eq!((plan.unchanged, plan.kept), (1, state(&[("a.strm", "a", None)])));
    }

    #[test]
    fn what_is_locked_now_is_not_gone() {
        let before =
            state(&[("x/a.strm", "a", None), ("x.strm", "b", None), ("xy.strm", "c", None)]);
        let disk = Memory(BTreeMap::from([
            ("x/a.strm", Some("a")),
            ("x.strm", Some("b")),
            ("xy.strm", Some("c")),
        ]));
        let locked = vec!["x".to_owned(), "x.strm".to_owned()];
        let plan = Plan::of(&Library { locked, ..Library::default() }, &before, true, &disk);
        assert_eq!(plan.gone, ["xy.strm"]);
        assert_eq!(plan.kept.files.len(), 3);
    }
}
