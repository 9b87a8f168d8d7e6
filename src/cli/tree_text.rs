//! The text of a tree, in our own grammar: compact, by the bases of folders, and read back before it is used.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use super::clock::now;
use super::failure::Failure;
use crate::host::SignedHosts;
use crate::percent;
use crate::tree::Tree;
use crate::tree::parse::Context;

/// A folder of a tree that is to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderText {
    /// The files in it.
    pub files: Vec<FileText>,
    /// The folders in it, by name.
    pub folders: BTreeMap<String, FolderText>,
}

/// A file of a tree that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileText {
    /// The file's name.
    pub name: String,
    /// The size in bytes.
    pub size: Option<u64>,
    /// The time of the last change, in Unix seconds.
    pub modified: Option<u64>,
    /// The file's URL without a signature, percent-encoded.
    pub url: String,
}

impl FolderText {
    /// The folder at a path below this one, made with all folders on the way if it is not there.
    pub fn folder_at<'n>(&mut self, path: impl IntoIterator<Item = &'n str>) -> &mut Self {
        let mut folder = self;
        for name in path {
            folder = folder.folders.entry(name.to_owned()).or_default();
        }
        folder
    }

    /// The number of files in this folder and below it.
    pub fn count(&self) -> usize {
        self.files.len() + self.folders.values().map(Self::count).sum::<usize>()
    }
}

/// A tree's text, and the entries that it can't hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeText {
    /// The text.
    pub text: String,
    /// The paths of entries whose names or URLs no line can hold.
    pub left_out: Vec<String>,
}

/// Writes the text of a tree, and reads it back.
///
/// # Errors
/// The text is not read as the tree that it was made of.
pub fn write(root: &FolderText) -> Result<TreeText, Failure> {
    let mut written = TreeText::default();
    let mut wanted = HashMap::new();
    let mut writer = Writer { written: &mut written, wanted: &mut wanted };
    writer.folder(root, &mut String::new(), 0, None);
    let context = Context { now: now(), hosts: &SignedHosts::default(), at_site_root: false };
    let parsed = Tree::parse(&written.text, context).map_err(|problems| {
        let first = problems.iter().find(|problem| problem.kind.is_error());
        let first = first.map(|problem| format!("line {}: {}", problem.line, problem.kind));
        Failure::new(format_args!("the tree can't be written: {}", first.unwrap_or_default()))
    })?;
    for (path, file) in parsed.tree.lines() {
        let url = file.origin().map(|origin| origin.written()).unwrap_or_default();
        let found = (canonical(&url), file.size(), file.modified().map(|time| time.0));
        if wanted.remove(&path) != Some(found) {
            return Err(Failure::new(format_args!("the tree can't be written: {path}")));
        }
    }
    match wanted.keys().next() {
        Some(path) => Err(Failure::new(format_args!("the tree can't be written: {path}"))),
        None => Ok(written),
    }
}

/// A URL that is compared: decoded, unless a part of a name would then look like a part of the path.
fn canonical(url: &str) -> String {
    let is_safe =
        !["%2f", "%2F", "%3f", "%3F", "%23", "%25"].iter().any(|escape| url.contains(escape));
    let decoded = percent::decode_text(url).filter(|_| is_safe);
    decoded.map_or_else(|| percent::readable_name(url), |url| percent::readable_name(&url))
}

/// A file's URL, size and time in a line.
type FileLine = (String, Option<u64>, Option<u64>);

struct Writer<'w> {
    written: &'w mut TreeText,
    /// The files of the text, by their decoded paths.
    wanted: &'w mut HashMap<String, FileLine>,
}

impl Writer<'_> {
    /// Writes a folder's entries; `base` is the URL that bare names are added to.
    fn folder(&mut self, folder: &FolderText, path: &mut String, level: usize, base: Option<&str>) {
        let indent = "  ".repeat(level);
        for file in &folder.files {
            let length = path.len();
            let _ = write!(path, "/{}", file.name);
            if is_writable(&file.name) && is_url(&file.url) {
                let line = line_of(file, base);
                let _ = writeln!(self.written.text, "{indent}{line}");
                // A tree holds seconds of 32 bits.
                let modified = file.modified.filter(|time| u32::try_from(*time).is_ok());
                self.wanted.insert(path.clone(), (canonical(&file.url), file.size, modified));
            } else {
                self.written.left_out.push(path.clone());
            }
            path.truncate(length);
        }
        for (child_name, child) in folder.folders.iter().filter(|(_, child)| child.count() > 0) {
            let length = path.len();
            let _ = write!(path, "/{child_name}");
            if !is_writable(child_name) {
                self.written.left_out.push(path.clone());
                path.truncate(length);
                continue;
            }
            let inherited = base.map(|base| format!("{base}{}/", encoded(child_name)));
            let own = base_of(child).filter(|own| inherited.as_ref() != Some(own));
            let name = quoted(child_name);
            let _ = match &own {
                Some(own) => writeln!(self.written.text, "{indent}{name}: {own}"),
                None => writeln!(self.written.text, "{indent}{name}:"),
            };
            self.folder(child, path, level + 1, own.or(inherited).as_deref());
            path.truncate(length);
        }
    }
}

/// The line of a file: a bare name where the base and the name give its URL.
fn line_of(file: &FileText, base: Option<&str>) -> String {
    let numbers = match (file.size, file.modified.filter(|time| u32::try_from(*time).is_ok())) {
        (Some(size), Some(modified)) => format!("{size}:{modified}:"),
        (Some(size), None) => format!("{size}::"),
        (None, Some(modified)) => format!(":{modified}:"),
        (None, None) => String::new(),
    };
    if base.is_some_and(|base| file.url == format!("{base}{}", encoded(&file.name))) {
        return format!("{numbers}{}", quoted(&file.name));
    }
    let last = file.url.rsplit_once('/').map_or("", |(_, last)| last);
    // Without a name of its own, the line has that of the URL.
    if !last.contains('?') && percent::decode_text(last).as_deref() == Some(&file.name) {
        format!("{numbers}{}", file.url)
    } else {
        format!("{}:{numbers}{}", always_quoted(&file.name), file.url)
    }
}

/// The base that most of a folder's files share; for a folder without any, the one that its first folder's
/// base is below.
fn base_of(folder: &FolderText) -> Option<String> {
    let mut counts = Vec::<(&str, usize)>::new();
    for file in &folder.files {
        let Some(base) = file.url.strip_suffix(encoded(&file.name).as_str()) else { continue };
        if !is_base(base) {
            continue;
        }
        match counts.iter_mut().find(|(known, _)| *known == base) {
            Some((_, count)) => *count += 1,
            None => counts.push((base, 1)),
        }
    }
    let most = counts.into_iter().rev().max_by_key(|(_, count)| *count);
    most.map(|(base, _)| base.to_owned()).or_else(|| {
        folder.folders.iter().find_map(|(name, child)| {
            let base = base_of(child)?;
            let above = base.strip_suffix(&format!("{}/", encoded(name)))?;
            is_base(above).then(|| above.to_owned())
        })
    })
}

/// Whether a URL can be a base: it ends in a slash, and has no query.
fn is_base(url: &str) -> bool {
    url.ends_with('/') && is_url(url) && !url.contains('?') && !url.ends_with("://")
}

/// Whether a text can be the URL of a line.
fn is_url(url: &str) -> bool {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    is_web
        && url.len() < MAX_BYTES
        && url.bytes().all(|byte| byte.is_ascii_graphic())
        && !url.contains('#')
}

/// The maximum length of a name or a URL in a tree, in bytes.
const MAX_BYTES: usize = 65_533;

/// Whether a line can hold a name.
fn is_writable(name: &str) -> bool {
    crate::path::check_segment(name).is_ok()
        && name.len() < MAX_BYTES
        && !name.contains(['\n', '\r'])
}

fn encoded(name: &str) -> String {
    percent::encode_name(name).collect()
}

/// A name as a line has it: quoted where it would mean something else.
fn quoted(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || " -_.()[]+,~'!&@=".contains(c);
    let begins_plain = name.starts_with(|c: char| c.is_alphanumeric());
    let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
    if begins_plain && !is_number && !name.ends_with(' ') && name.chars().all(is_plain) {
        name.to_owned()
    } else {
        always_quoted(name)
    }
}

fn always_quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, size: Option<u64>, modified: Option<u64>, url: &str) -> FileText {
        FileText { name: name.into(), size, modified, url: url.into() }
    }

    fn tree(files: Vec<(&str, FileText)>) -> FolderText {
        let mut root = FolderText::default();
        for (folder, file) in files {
            let names = folder.split('/').filter(|name| !name.is_empty());
            root.folder_at(names).files.push(file);
        }
        root
    }

    #[test]
    fn a_tree_is_written_by_the_bases_of_its_folders() {
        let base = "https://vip.123pan.cn/13/movies";
        let root = tree(vec![
            (
                "/",
                file("a b.txt", Some(1), Some(1_694_101_621), "https://vip.123pan.cn/13/a%20b.txt"),
            ),
            (
                "/Movies/Season 1",
                file("e01.mkv", Some(2), None, &format!("{base}/Season%201/e01.mkv")),
            ),
            (
                "/Movies/Season 1",
                file("2024", None, Some(1_694_101_621), &format!("{base}/Season%201/2024")),
            ),
            ("/Movies/Other", file("x.mkv", None, None, "https://h.example/y/x.mkv")),
            ("/Movies/Other", file("n.mkv", Some(3), None, "https://vip.123pan.cn/13/33511341")),
            (
                "/Movies",
                file(
                    "c: \"the end\".mkv",
                    None,
                    None,
                    &format!("{base}/c%3A%20%22the%20end%22.mkv"),
                ),
            ),
            ("/Empty", file("bad\nname", None, None, "https://h.example/bad")),
        ]);
        let written = write(&root).unwrap();
        let want = "\
1:1694101621:https://vip.123pan.cn/13/a%20b.txt
Empty:
Movies: https://vip.123pan.cn/13/movies/
  \"c: \\\"the end\\\".mkv\"
  Other: https://h.example/y/
    x.mkv
    \"n.mkv\":3::https://vip.123pan.cn/13/33511341
  Season 1:
    2::e01.mkv
    :1694101621:\"2024\"
";
        assert_eq!(written.text, want);
        assert_eq!(written.left_out, ["/Empty/bad\nname"]);
    }

    #[test]
    fn odd_names_are_read_back_as_they_were() {
        let names = [
            " lead",
            "trail ",
            "#hash",
            "1:2",
            "\"q\"",
            "a\\b",
            "100%",
            "%41",
            "x?y",
            "a#b",
            "http://x",
            "文 件",
            "a:",
            "*",
            "~t",
            "…",
            "é",
            "e\u{301}",
            "a%2Fb",
            "tab\there",
        ];
        let files = names.map(|name| {
            let url = format!("https://vip.123pan.cn/13/d/{}", encoded(name));
            ("/d", file(name, Some(5), Some(1_700_000_000), &url))
        });
        let files = files.into_iter().filter(|(_, file)| !file.name.contains('/')).collect();
        let written = write(&tree(files)).unwrap();
        assert_eq!(written.left_out, Vec::<String>::new());
        assert!(written.text.starts_with("d: https://vip.123pan.cn/13/d/\n"), "{}", written.text);
        let odd = file("b", None, None, "https://h.example/a?x=1");
        assert_eq!(write(&tree(vec![("/", odd)])).unwrap().text, "\"b\":https://h.example/a?x=1\n");
    }

    #[test]
    fn what_no_line_can_hold_is_left_out_and_named() {
        let root = tree(vec![
            ("/", file("a", None, None, "ftp://h/a")),
            ("/", file("b", None, None, "https://h.example/a b")),
            ("/x\ry", file("c", None, None, "https://h.example/c")),
        ]);
        let written = write(&root).unwrap();
        assert_eq!((written.text.as_str(), written.left_out.len()), ("", 3));
    }
}
