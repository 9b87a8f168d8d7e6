//! The text of a link tree, written from folders and files: in the shorter form with bases, and read back before
//! it is used.

mod read_back;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::host::SignedHosts;
use crate::origin::{Base, OriginError, clean_tail, split, tail_path};
use crate::path::check_segment;
use crate::percent;
pub use read_back::NotReadBack;

/// A folder with its entries by name.
#[derive(Debug, Default)]
pub struct Folder(BTreeMap<String, Node>);

/// An entry of a [`Folder`].
#[derive(Debug)]
pub enum Node {
    /// A folder.
    Folder(Folder),
    /// A file.
    File(File),
}

/// A file of a tree; its name is that of its entry.
#[derive(Debug, PartialEq, Eq)]
pub struct File {
    /// The URL, as [`clean_url`] gives it.
    pub url: String,
    /// The size in bytes.
    pub size: Option<u64>,
    /// The time of the last change, in Unix seconds.
    pub modified: Option<u32>,
}

/// The reason why an entry can't be in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryError {
    /// No line of a tree can hold the name.
    Name,
    /// No more folders may be nested.
    TooDeep,
    /// A file and a folder, or two files, would have one path.
    Taken,
    /// The URL ends in a slash, as only a folder's may.
    EndsInSlash,
    /// The URL can't be the origin of a file.
    Url(OriginError),
}

impl std::fmt::Display for EntryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name => f.write_str("no tree can hold the name"),
            Self::TooDeep => write!(f, "more than {MAX_LEVELS} folders one in the other"),
            Self::Taken => f.write_str("another entry has the same path"),
            Self::EndsInSlash => f.write_str("the URL ends in a slash, as a folder's does"),
            Self::Url(error) => error.fmt(f),
        }
    }
}

/// Maximum number of folders one in the other.
pub const MAX_LEVELS: usize = 63;
/// Maximum length of a name or URL, in bytes.
const MAX_BYTES: usize = 60_000;

/// Makes a URL fit for a tree: without fragment and earlier signature, its scheme in lower case.
///
/// # Errors
/// The reason why no line of a tree can hold the URL.
pub fn clean_url(url: &str) -> Result<String, EntryError> {
    let (scheme, rest) = url.split_once("://").ok_or(EntryError::Url(OriginError::Scheme))?;
    let url = format!("{}://{rest}", scheme.to_ascii_lowercase());
    let (base, tail) = split(&url).ok_or(EntryError::Url(OriginError::NoPath))?;
    let tail = clean_tail(tail).map_err(EntryError::Url)?;
    let base = Base::parse(base, &SignedHosts::default()).map_err(EntryError::Url)?;
    let url = [base.written(), tail.trim_end()].concat();
    if url.ends_with('/') || tail_path(&tail).is_empty() {
        return Err(EntryError::EndsInSlash);
    }
    if url.len() > MAX_BYTES || url.contains(['\n', '\r']) {
        return Err(EntryError::Name);
    }
    Ok(url)
}

/// The name that a URL gives its file: the last segment of its path, decoded. `None` if it is no name.
pub fn name_of(url: &str) -> Option<Cow<'_, str>> {
    let name = percent::decode_text(tail_path(split(url)?.1))?;
    is_name(&name).then_some(name)
}

/// Whether a line of a tree can hold the name.
pub fn is_name(name: &str) -> bool {
    check_segment(name).is_ok() && !name.contains(['\n', '\r']) && name.len() <= MAX_BYTES
}

impl Folder {
    /// Adds a file in nested folders, which are made if they are missing.
    ///
    /// # Errors
    /// The reason why there can't be such an entry; nothing is added then but folders.
    pub fn add_file(
        &mut self,
        folders: &[String],
        name: &str,
        file: File,
    ) -> Result<(), EntryError> {
        if !is_name(name) {
            return Err(EntryError::Name);
        }
        let folder = self.add_folder(folders)?;
        if folder.0.contains_key(name) {
            return Err(EntryError::Taken);
        }
        folder.0.insert(name.to_owned(), Node::File(file));
        Ok(())
    }

    /// Adds nested folders, or finds them.
    ///
    /// # Errors
    /// The reason why there can't be such a folder.
    pub fn add_folder(&mut self, folders: &[String]) -> Result<&mut Self, EntryError> {
        if folders.len() > MAX_LEVELS {
            return Err(EntryError::TooDeep);
        }
        folders.iter().try_fold(self, |folder, name| {
            if !is_name(name) {
                return Err(EntryError::Name);
            }
            let entry = folder.0.entry(name.clone());
            match entry.or_insert_with(|| Node::Folder(Self::default())) {
                Node::Folder(folder) => Ok(folder),
                Node::File(_) => Err(EntryError::Taken),
            }
        })
    }

    /// The entries by name.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.0.iter().map(|(name, node)| (name.as_str(), node))
    }

    /// The entry at a path below this folder.
    pub fn find(&self, path: &[String]) -> Option<&Node> {
        let (first, rest) = path.split_first()?;
        match (self.0.get(first)?, rest) {
            (node, []) => Some(node),
            (Node::Folder(folder), rest) => folder.find(rest),
            (Node::File(_), _) => None,
        }
    }

    /// The number of files in the folder and below it.
    pub fn files(&self) -> usize {
        let count = |node: &Node| match node {
            Node::Folder(folder) => folder.files(),
            Node::File(_) => 1,
        };
        self.0.values().map(count).sum()
    }

    /// The folder as the text of a tree, which is read back: it has these files, and no others.
    ///
    /// # Errors
    /// The text is not read as the folder that it was written from.
    pub fn text(&self) -> Result<String, NotReadBack> {
        let mut out = String::new();
        self.write(&mut out, 0, None);
        if out.is_empty() {
            // A secret may not be empty.
            out.push_str("# No files.\n");
        }
        read_back::check(&out, self)?;
        Ok(out)
    }

    fn write(&self, out: &mut String, level: usize, base: Option<&str>) {
        for (name, node) in &self.0 {
            out.extend(std::iter::repeat_n("  ", level));
            match node {
                Node::File(file) => file.write(out, name, base),
                Node::Folder(folder) => {
                    let inherited = base.map(|base| base_below(base, name));
                    // A base is written once and left out for each file, so that one is no longer
                    // than the whole URL of a single file.
                    let own =
                        folder.best_base().filter(|own| inherited.as_ref() != Some(&own.wire));
                    push_name(out, name, true);
                    out.push(':');
                    if let Some(own) = &own {
                        out.push(' ');
                        out.push_str(&own.written);
                    }
                    out.push('\n');
                    let base = own.map(|own| own.wire).or(inherited);
                    folder.write(out, level + 1, base.as_deref());
                }
            }
        }
    }

    /// The base with which most files in the folder and below it can be bare names.
    fn best_base(&self) -> Option<Best> {
        // By the form on the wire: how a base was written first, and how often it is used.
        let mut bases = BTreeMap::<String, (String, usize)>::new();
        for (name, node) in &self.0 {
            let found = match node {
                Node::File(file) => file.base_as(name).map(|written| Best {
                    wire: wire(written),
                    written: written.to_owned(),
                    uses: 1,
                }),
                Node::Folder(folder) => folder.best_base().and_then(|best| best.above(name)),
            };
            if let Some(Best { wire, written, uses }) = found {
                bases.entry(wire).or_insert((written, 0)).1 += uses;
            }
        }
        let best = bases.into_iter().max_by_key(|(_, (_, uses))| *uses);
        best.map(|(wire, (written, uses))| Best { wire, written, uses })
    }
}

/// A base, and the number of files that it makes bare names.
struct Best {
    wire: String,
    written: String,
    uses: usize,
}

impl Best {
    /// The base of the folder around one of this name, which then needs none of its own.
    fn above(self, name: &str) -> Option<Self> {
        let encoded = [&percent::encode_name(name).collect::<String>(), "/"].concat();
        let wire = self.wire.strip_suffix(&encoded).filter(|base| base.ends_with('/'))?;
        let plain = [name, "/"].concat();
        let written =
            self.written.strip_suffix(&encoded).or_else(|| self.written.strip_suffix(&plain));
        let written = written.unwrap_or(wire).to_owned();
        Some(Self { written, wire: wire.to_owned(), uses: self.uses })
    }
}

impl File {
    fn write(&self, out: &mut String, name: &str, base: Option<&str>) {
        let is_bare = base.is_some() && self.base_as(name).map(wire).as_deref() == base;
        let is_named = !is_bare && name_of(&self.url).as_deref() != Some(name);
        if is_named {
            push_name(out, name, false);
            out.push(':');
        }
        let number = |number: Option<u64>| number.map(|n| n.to_string()).unwrap_or_default();
        if self.size.is_some() || self.modified.is_some() {
            // Both colons: a lone number could be either.
            out.push_str(&number(self.size));
            out.push(':');
            out.push_str(&number(self.modified.map(u64::from)));
            out.push(':');
        }
        if is_bare {
            push_name(out, name, true);
        } else {
            out.push_str(&self.url);
        }
        out.push('\n');
    }

    /// The base below which this file can be written as its bare name.
    fn base_as(&self, name: &str) -> Option<&str> {
        let (base, tail) = split(&self.url)?;
        let encoded = percent::encode_name(name).collect::<String>();
        // A bare name that looks like an escape gives a warning.
        let is_bare = !percent::has_escape(name) && wire(tail) == wire(&encoded);
        is_bare.then_some(base)
    }
}

/// The base of a folder that has none of its own, below another base.
fn base_below(base: &str, name: &str) -> String {
    let mut below = base.to_owned();
    below.extend(percent::encode_name(name));
    below.push('/');
    wire(&below)
}

/// A URL, or a part of one, in the form in which it is sent: names that mean the same are the same in it.
fn wire(written: &str) -> String {
    let mut out = String::new();
    let decoded = percent::decode_text(written);
    match decoded {
        // Only where escapes stand for plain letters is there more than one way to write them.
        Some(decoded) if !decoded.contains(['%', '?', '#', '/', '\\']) => {
            out.extend(percent::encode_name(&decoded));
        }
        _ => percent::push_wire(&mut out, written),
    }
    out
}

/// Appends a name, in quotes where it would be read as something else. A bare name and a folder's may be
/// digits only.
fn push_name(out: &mut String, name: &str, may_be_digits: bool) {
    let is_digits = name.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = !name.contains([':', '"'])
        && !name.starts_with('#')
        && name.trim() == name
        && (may_be_digits || !is_digits);
    if is_plain {
        out.push_str(name);
        return;
    }
    out.push('"');
    for letter in name.chars() {
        if matches!(letter, '"' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.push('"');
}

#[cfg(test)]
mod tests;
