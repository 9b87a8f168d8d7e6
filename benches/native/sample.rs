//! The workload: a library as owners of 123Pan direct links keep it.
//!
//! Folders two levels deep, fifty files in each of the lower ones, twenty of those in each of the
//! upper ones. Every folder is a remote folder with a URL of its own. Of ten lines,
//!
//! - eight are `SIZE:TIME:URL`, one is `NAME:SIZE:TIME:URL`, one is a bare URL;
//! - by the URL's last segment, four are ASCII, three raw Chinese, two percent-encoded Chinese,
//!   one ASCII with escaped spaces.

use std::fmt::Write as _;

use signpost::host::SignedHosts;
use signpost::path::EntryPath;
use signpost::site::Site;
use signpost::time::UnixSeconds;
use signpost::tree::Tree;
use signpost::tree::parse::Context;

/// A tree's text with `files` file lines.
pub fn text(files: usize) -> String {
    let mut rng = Rng::new();
    let mut text = String::with_capacity(files * 112);
    for n in 0..files {
        let (folder, upper) = (n / 50, n / 1000);
        if n % 1000 == 0 {
            let _ = writeln!(
                text,
                "{}:",
                FOLDERS[upper % FOLDERS.len()].replace('#', &upper.to_string())
            );
        }
        if n % 50 == 0 {
            let _ = writeln!(text, "  {} ({}):", TITLES[folder % TITLES.len()], 1900 + folder);
        }
        let (size, time) = (rng.below(8 << 30), 1_400_000_000 + rng.below(300_000_000));
        let fields = match n % 10 {
            3 => format!("第{n}集 {}.mkv:{size}:{time}:", TITLES[n % TITLES.len()]),
            7 => String::new(),
            _ => format!("{size}:{time}:"),
        };
        let remote = if folder % 2 == 0 { "%E5%89%A7%E9%9B%86" } else { "剧集" };
        let _ = write!(text, "    {fields}https://vip.123pan.cn/1812000499/{remote}/{folder}/");
        let tag = rng.below(1 << 24);
        let _ = match n % 10 {
            0 | 3 | 5 | 8 => writeln!(text, "Show.Name.S01E{n}.1080p.WEB-DL.x264-{tag:06x}.mkv"),
            1 | 4 | 7 => writeln!(text, "第{n}集.国语中字.{tag:06x}.mp4"),
            2 | 6 => writeln!(text, "%E7%AC%AC{n}%E9%9B%86.%E5%9B%BD%E8%AF%AD.{tag:06x}.mp4"),
            _ => writeln!(text, "Disc%20{n}%20track%20{tag:06x}.flac"),
        };
    }
    text
}

const FOLDERS: [&str; 4] = ["影视 #", "Music #", "Software #", "纪录片 #"];
const TITLES: [&str; 5] =
    ["一千零一夜", "The Long ChildAccess Round", "舌尖上的中国", "Cosmos", "三体"];

pub fn tree(text: &str) -> Tree {
    let context = Context { now: NOW, hosts: &SignedHosts::default(), at_site_root: true };
    Tree::parse(text, context).expect("the sample has no errors").tree
}

/// The text of a tree in pieces, one for each folder of the root: 1,000 files, or what is left.
pub fn upper_folders(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let is_next = |at: &usize| rest[*at + 1..].starts_with(|char| !matches!(char, ' ' | '\n'));
        let end = rest.match_indices('\n').map(|(at, _)| at).find(is_next);
        let (piece, after) = rest.split_at(end.map_or(rest.len(), |at| at + 1));
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// A site with the tree of this text, and these rules.
pub fn site(text: &str, rules: Option<&str>) -> Site {
    let site = Site::load(
        &|name: &str| match name {
            "URL_TREE" => Some(text.to_owned()),
            "UID" => Some("1812000499".to_owned()),
            "PRIVATE_KEY" => Some("b7f3c0a45d1e4f60".to_owned()),
            "RULES" => rules.map(str::to_owned),
            _ => None,
        },
        NOW,
    );
    assert!(!site.is_broken(), "{:?}", site.config_errors().collect::<Vec<_>>());
    site
}

/// The text with a few more folders, and 50 rules as JSON: one for each upper folder, so that every request
/// meets exactly one, and the rest for folders that are never requested.
pub fn with_rules(text: &str) -> (String, String) {
    let mut text = text.to_owned();
    let upper = text.lines().filter_map(|line| line.strip_suffix(':'));
    let mut rules = upper
        .filter(|name| !name.starts_with(' '))
        .map(|name| format!(r#"{{"path":"/{name}","valid_minutes":45,"hide":["*.nfo"]}}"#))
        .collect::<Vec<_>>();
    for n in rules.len()..50 {
        let _ = writeln!(text, "Locked {n}:\n  https://vip.123pan.cn/1812000499/locked/{n}.bin");
        rules.push(format!(r#"{{"path":"/Locked {n}","access":"deny"}}"#));
    }
    (text, format!("[{}]", rules.join(",")))
}

pub const NOW: UnixSeconds = UnixSeconds(1_790_000_000);

/// Request paths in the order in which they are requested, one after the other in memory: as in a real
/// request, the path is in the processor's cache when it is looked at.
pub struct Requests {
    text: String,
    ends: Vec<usize>,
    /// The index in the tree of the file that each path leads to.
    files: Vec<usize>,
    next: usize,
    files_a_tree: usize,
}

impl Requests {
    /// The path of every file of `tree` once, shuffled, escaped as browsers and this site's pages do.
    pub fn escaped(tree: &Tree) -> Self {
        let escape = |path: &str| EntryPath::parse(path).map(|path| path.href(false));
        let paths = tree.lines().map(|(path, _)| escape(&path).expect("no escapes in names"));
        Self::shuffled(&paths.collect::<Vec<_>>())
    }

    /// The same paths as [`Self::escaped`] in the same order, but decoded and without the leading slash.
    pub fn decoded(tree: &Tree) -> Self {
        let paths = tree.lines().map(|(path, _)| path.trim_start_matches('/').to_owned());
        Self::shuffled(&paths.collect::<Vec<_>>())
    }

    fn shuffled(paths: &[String]) -> Self {
        let mut rng = Rng::new();
        let mut files = (0..paths.len()).collect::<Vec<_>>();
        for at in (1..files.len()).rev() {
            files.swap(at, rng.below(at as u64 + 1) as usize);
        }
        let mut text = String::with_capacity(paths.iter().map(String::len).sum());
        let mut ends = Vec::with_capacity(paths.len());
        for file in &files {
            text.push_str(&paths[*file]);
            ends.push(text.len());
        }
        Self { text, ends, files, next: 0, files_a_tree: paths.len() }
    }

    /// Keeps only the first `paths` paths.
    pub fn first(mut self, paths: usize) -> Self {
        self.ends.truncate(paths);
        self
    }

    /// Splits the requests over trees that have `files_a_tree` files each, in their order.
    pub fn of_trees(mut self, files_a_tree: usize) -> Self {
        self.files_a_tree = files_a_tree;
        self
    }

    /// The next path; after the last it begins again.
    pub fn next(&mut self) -> &str {
        self.next_of_trees().1
    }

    /// The next path, and the index of the tree that it is in.
    pub fn next_of_trees(&mut self) -> (usize, &str) {
        if self.next == self.ends.len() {
            self.next = 0;
        }
        let start = self.next.checked_sub(1).map_or(0, |before| self.ends[before]);
        let (end, file) = (self.ends[self.next], self.files[self.next]);
        self.next += 1;
        (file / self.files_a_tree, &self.text[start..end])
    }
}

/// A `SplitMix64` generator with a fixed seed: the sample is the same in every run.
pub struct Rng(u64);

impl Rng {
    pub fn new() -> Self {
        Self(20_261_122)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }
}
