//! The whole site: what is mounted where, and what a path leads to.

use std::collections::BTreeSet;

use crate::config::Config;
use crate::error::Error;
use crate::fault::Fault;
use crate::links::{Link, Links};
use crate::origin::Origin;
use crate::path::EntryPath;
use crate::stamp::Stamp;
use crate::time::UnixSeconds;
use crate::tree::{self, Child, Found, Remote};

/// A site as an isolate holds it: read once, then only looked up in.
#[derive(Debug)]
pub struct Site {
    /// Its name, on its pages.
    pub title: String,
    /// Whether it is the built-in demo.
    pub demo: bool,
    /// Deepest paths first, so that the first that fits is the right one.
    mounts: Vec<Mount>,
    faults: Vec<Fault>,
}

/// A source at its place in the site.
#[derive(Debug)]
pub struct Mount {
    path: Vec<String>,
    /// Where its entries come from.
    pub links: Links,
}

/// What a path leads to.
#[derive(Debug)]
pub enum Place<'s> {
    /// A folder.
    Folder(FolderPlace<'s>),
    /// A file.
    File(FilePlace<'s>),
}

/// A file and the mount that makes its links.
#[derive(Debug)]
pub struct FilePlace<'s> {
    links: &'s Links,
    file: AnyFile<'s>,
}

#[derive(Debug)]
enum AnyFile<'s> {
    Listed(tree::File<'s>),
    Remote(Remote<'s>),
}

/// A folder: of a tree, or one that is there because something is mounted below it, or both.
#[derive(Debug)]
pub struct FolderPlace<'s> {
    folder: Option<tree::Folder<'s>>,
    is_root: bool,
    /// Names of mounts, or of folders on the way to them.
    mounted: BTreeSet<&'s str>,
}

/// A row of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'s> {
    /// The name, decoded.
    pub name: &'s str,
    /// Whether it is a folder.
    pub folder: bool,
    /// Bytes, if known.
    pub size: Option<u64>,
    /// Unix seconds, if known.
    pub modified: Option<u64>,
}

impl Site {
    /// Reads the settings and parses every tree that is here already. Never fails: a site with
    /// faults answers, but serves nothing.
    pub fn load(lookup: impl Fn(&str) -> Option<String>, now: UnixSeconds) -> Self {
        match Config::from_lookup(lookup) {
            Ok(Config { title, demo, mounts }) => {
                let mut mounts = mounts
                    .into_iter()
                    .map(|config| Mount {
                        path: config.path.clone(),
                        links: Links::new(config, now),
                    })
                    .collect::<Vec<_>>();
                mounts.sort_by_key(|mount| std::cmp::Reverse(mount.path.len()));
                Self { title, demo, mounts, faults: Vec::new() }
            }
            Err(faults) => {
                Self { title: "Signpost".to_owned(), demo: false, mounts: Vec::new(), faults }
            }
        }
    }

    /// The mounts, deepest paths first.
    pub fn mounts(&self) -> &[Mount] {
        &self.mounts
    }

    /// The same, to give them what was read from KV.
    pub fn mounts_mut(&mut self) -> &mut [Mount] {
        &mut self.mounts
    }

    /// Whether somebody should look into KV for a newer tree.
    pub fn is_due(&self, now: UnixSeconds) -> bool {
        self.mounts.iter().any(|mount| mount.links.due(now).is_some())
    }

    /// Everything that the owner has to mend.
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.faults.iter().chain(self.mounts.iter().flat_map(|mount| mount.links.faults()))
    }

    /// Whether something is missing without which nothing may be served: a site with half of its
    /// configuration could open what the other half protects.
    pub fn is_broken(&self) -> bool {
        !self.faults.is_empty() || self.mounts.iter().any(|mount| mount.links.tree().is_none())
    }

    /// What `path` leads to.
    ///
    /// # Errors
    /// [`Error::NotFound`] if nothing is there, [`Error::Misconfigured`] if the site is broken.
    pub fn resolve<'s>(&'s self, path: &EntryPath<'_>) -> Result<Place<'s>, Error> {
        if self.is_broken() {
            return Err(Error::Misconfigured);
        }
        if path.segments().next().is_some_and(EntryPath::is_reserved) {
            return Err(Error::NotFound);
        }
        let mut below = None;
        for Mount { path: mount, links } in &self.mounts {
            let mut segments = path.segments();
            if mount.iter().all(|want| segments.next() == Some(want)) {
                let tree = links.tree().ok_or(Error::Misconfigured)?;
                below = tree.find(segments).map(|found| (links, found));
                break;
            }
        }
        let folder = match below {
            Some((links, Found::File(file))) => {
                return Ok(Place::File(FilePlace { links, file: AnyFile::Listed(file) }));
            }
            // A remote file's name can't end in a slash.
            Some((links, Found::Remote(file))) if !path.asks_for_folder() => {
                return Ok(Place::File(FilePlace { links, file: AnyFile::Remote(file) }));
            }
            Some((_, Found::Folder(folder))) => Some(folder),
            Some((_, Found::Remote(_))) | None => None,
        };
        let mounted = self.mounted_below(path);
        if folder.is_none() && mounted.is_empty() {
            return Err(Error::NotFound);
        }
        let is_root = path.segments().next().is_none();
        Ok(Place::Folder(FolderPlace { folder, is_root, mounted }))
    }

    /// The next segment on the way from `path` to each mount below it.
    fn mounted_below(&self, path: &EntryPath<'_>) -> BTreeSet<&str> {
        let next = |mount: &'_ Mount| {
            let mut rest = mount.path.iter();
            let on_the_way =
                path.segments().all(|segment| rest.next().is_some_and(|have| have == segment));
            on_the_way.then(|| rest.len())
        };
        self.mounts
            .iter()
            .filter_map(|mount| {
                let left = next(mount).filter(|left| *left > 0)?;
                mount.path.get(mount.path.len() - left).map(String::as_str)
            })
            .collect()
    }
}

impl Mount {
    /// Its place in the site, decoded; the root is `/`.
    pub fn path(&self) -> String {
        if self.path.is_empty() {
            return "/".to_owned();
        }
        self.path.iter().fold(String::new(), |path, segment| path + "/" + segment)
    }
}

impl FilePlace<'_> {
    /// The link to hand out.
    pub fn link(&self, stamp: &Stamp) -> Option<Link> {
        Some(self.links.link(&self.origin()?, stamp))
    }

    /// Bytes, if known.
    pub fn size(&self) -> Option<u64> {
        match self.file {
            AnyFile::Listed(file) => file.size(),
            AnyFile::Remote(_) => None,
        }
    }

    /// Unix seconds, if known.
    pub fn modified(&self) -> Option<u64> {
        match self.file {
            AnyFile::Listed(file) => file.modified(),
            AnyFile::Remote(_) => None,
        }
    }

    fn origin(&self) -> Option<Origin<'_>> {
        match &self.file {
            AnyFile::Listed(file) => file.origin(),
            AnyFile::Remote(file) => Some(file.origin()),
        }
    }
}

impl<'s> FolderPlace<'s> {
    /// Its children: folders first, both in natural order (`a2` before `a10`).
    pub fn rows(&self) -> Vec<Row<'s>> {
        let mounted = self.mounted.iter();
        let mut rows = mounted
            .map(|name| Row { name, folder: true, size: None, modified: None })
            .collect::<Vec<_>>();
        for child in self.folder.into_iter().flat_map(tree::Folder::children) {
            let row = match child {
                Child::Folder(name, _) => Row { name, folder: true, size: None, modified: None },
                Child::File(file) => {
                    let (size, modified) = (file.size(), file.modified());
                    Row { name: file.name(), folder: false, size, modified }
                }
            };
            // A mount hides what a tree has at its place, and so do the site's own paths.
            let hidden = self.is_root && EntryPath::is_reserved(row.name);
            if !hidden && !self.mounted.contains(row.name) {
                rows.push(row);
            }
        }
        rows.sort_by(|a, b| {
            b.folder.cmp(&a.folder).then_with(|| alphanumeric_sort::compare_str(a.name, b.name))
        });
        rows
    }

    /// Whether it has files that can't be listed.
    pub fn opens_remote(&self) -> bool {
        self.folder.is_some_and(tree::Folder::opens_remote)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(pairs: &[(&str, &str)]) -> Site {
        let lookup = |name: &str| {
            pairs.iter().find(|(have, _)| *have == name).map(|(_, value)| (*value).to_owned())
        };
        Site::load(lookup, UnixSeconds(1_700_000_000))
    }

    fn names(site: &Site, path: &str) -> Vec<String> {
        match site.resolve(&EntryPath::parse(path).unwrap()) {
            Ok(Place::Folder(folder)) => {
                folder.rows().iter().map(|row| row.name.to_owned()).collect()
            }
            other => panic!("{path} is no folder: {other:?}"),
        }
    }

    fn url(site: &Site, path: &str) -> String {
        let stamp = Stamp::new(UnixSeconds(1_700_000_000), [7; 16]);
        match site.resolve(&EntryPath::parse(path).unwrap()) {
            Ok(Place::File(file)) => file.link(&stamp).unwrap().url,
            other => panic!("{path} is no file: {other:?}"),
        }
    }

    const TWO_MOUNTS: &[(&str, &str)] = &[
        (
            "MOUNTS",
            r#"[{"path":"/","source":"links","tree":"A"},{"path":"/x/y/","source":"links","tree":"B"}]"#,
        ),
        (
            "A",
            "z:
  https://h.example/z.txt
x:
  y:
    https://h.example/hidden.txt
  https://h.example/1.txt
",
        ),
        ("B", "https://h.example/deep.txt"),
    ];

    #[test]
    fn the_deepest_mount_owns_its_paths() {
        let site = site(TWO_MOUNTS);
        assert_eq!(names(&site, "/"), ["x", "z"]);
        assert_eq!(names(&site, "/x/"), ["y", "1.txt"]);
        assert_eq!(names(&site, "/x/y/"), ["deep.txt"]);
        assert_eq!(url(&site, "/x/y/deep.txt"), "https://h.example/deep.txt");
        let hidden = site.resolve(&EntryPath::parse("/x/y/hidden.txt").unwrap());
        assert_eq!(hidden.unwrap_err(), Error::NotFound);
        let likeness = site.resolve(&EntryPath::parse("/x/yy/deep.txt").unwrap());
        assert_eq!(likeness.unwrap_err(), Error::NotFound);
    }

    #[test]
    fn a_folder_stands_on_the_way_to_a_mount() {
        let site = site(&[
            ("MOUNTS", r#"[{"path":"/a/b","source":"links","tree":"B"}]"#),
            ("B", "https://h.example/f"),
        ]);
        assert_eq!(names(&site, "/"), ["a"]);
        assert_eq!(names(&site, "/a/"), ["b"]);
        assert_eq!(url(&site, "/a/b/f"), "https://h.example/f");
    }

    #[test]
    fn rows_stand_in_natural_order_folders_first() {
        let tree = "https://h/a10
https://h/a2
b:
https://h/第10集
https://h/第9集
";
        let site = site(&[("URL_TREE", tree)]);
        assert_eq!(names(&site, "/"), ["b", "a2", "a10", "第9集", "第10集"]);
    }

    #[test]
    fn a_remote_folder_serves_any_path_below_it_and_lists_none() {
        let site = site(&[(
            "URL_TREE",
            "hls/*: https://h/x/
hls:
  https://h/own.txt
",
        )]);
        assert_eq!(
            url(&site, "/hls/a b/%25.ts".replace(' ', "%20").as_str()),
            "https://h/x/a%20b/%25.ts"
        );
        assert_eq!(url(&site, "/hls/own.txt"), "https://h/own.txt");
        assert_eq!(names(&site, "/hls/"), ["own.txt"]);
        for path in ["/hls/a/", "/other/a"] {
            let found = site.resolve(&EntryPath::parse(path).unwrap());
            assert_eq!(found.unwrap_err(), Error::NotFound, "{path}");
        }
    }

    #[test]
    fn what_is_the_sites_own_is_never_an_entry() {
        let site =
            site(&[("URL_TREE", "~x:https://h/a\n\"-\":\n  https://h/b\nz:\n  ~y:https://h/c\n")]);
        for path in ["/~x", "/-", "/-/", "/-/b"] {
            let found = site.resolve(&EntryPath::parse(path).unwrap());
            assert_eq!(found.unwrap_err(), Error::NotFound, "{path}");
        }
        assert_eq!(url(&site, "/z/~y"), "https://h/c");
        assert_eq!(names(&site, "/"), ["z"], "no page links to them");
    }

    #[test]
    fn a_site_with_faults_serves_nothing() {
        let broken = site(&[(
            "URL_TREE",
            "https://h/ok.txt
 not a line
",
        )]);
        let found = broken.resolve(&EntryPath::parse("/ok.txt").unwrap());
        assert_eq!(found.unwrap_err(), Error::Misconfigured);
        let fault = broken.faults().next().unwrap();
        assert_eq!((fault.setting.as_str(), fault.line), ("URL_TREE", Some(2)));
        assert!(site(&[]).demo && !site(&[]).is_broken());
    }
}
