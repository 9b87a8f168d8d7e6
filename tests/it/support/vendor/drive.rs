//! The account's files: a tree of nodes, and the bytes of each file.

use std::collections::{BTreeMap, BTreeSet};

use super::digest::md5_hex;

/// The id of the drive's root.
pub const ROOT: u64 = 0;
/// The `Type` of a file.
pub const FILE: u8 = 0;
/// The `Type` of a folder.
pub const FOLDER: u8 = 1;
/// 2025-02-24 17:57:01 in China: when the first node was made.
const FIRST_MADE: u64 = 1_740_391_021_000;
const FIRST_ID: u64 = 14_749_954;

/// The form in which the web API writes the dates of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dates {
    /// RFC 3339 in whole seconds.
    #[default]
    Iso,
    /// RFC 3339 with a fraction.
    Fraction,
    /// Unix seconds as a number.
    Int,
    /// No date: JSON's `null`.
    Null,
}

/// A file, a folder, or a row of an unknown type.
#[derive(Clone, Debug)]
pub struct Node {
    /// The id of the node.
    pub id: u64,
    /// The id of the node's folder.
    pub parent: u64,
    /// The name of the node.
    pub name: String,
    /// The `Type` of the node.
    pub kind: u8,
    /// The file's size in bytes.
    pub size: u64,
    /// MD5 of the content in hex; empty for folders.
    pub etag: String,
    /// The review's status: above 100 the file is refused.
    pub status: i64,
    /// Whether the node is in the recycle bin; rows of it are listed all the same.
    pub trashed: bool,
    /// The form of the node's dates.
    pub dates: Dates,
    /// The modification time in Unix milliseconds.
    pub modified: u64,
    /// A folder with direct-link space: what lies in it has direct links.
    pub direct: bool,
    /// The node's former names.
    pub former: Vec<String>,
    /// The file's content, if it was set.
    pub text: Option<String>,
}

impl Node {
    /// The bytes of a file.
    pub fn bytes(&self) -> Vec<u8> {
        self.text
            .as_ref()
            .map_or_else(|| content(self.id, self.size), |text| text.as_bytes().to_vec())
    }

    /// The node's `S3KeyFlag`, `<uploader uid>-<n>`.
    pub fn s3_key_flag(&self) -> String {
        if self.kind == FILE { format!("{}-0", super::accounts::UID) } else { String::new() }
    }
}

/// The bytes of the file with this id: always the same, and none like another's.
pub fn content(id: u64, size: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 8);
    let mut state = id.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    while (bytes.len() as u64) < size {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bytes.extend((mixed ^ (mixed >> 31)).to_le_bytes());
    }
    bytes.truncate(usize::try_from(size).unwrap_or_default());
    bytes
}

/// A 123Pan drive: a tree of nodes. Ids grow; none is used twice.
#[derive(Clone, Debug)]
pub struct Drive {
    nodes: BTreeMap<u64, Node>,
    children: BTreeMap<u64, BTreeSet<u64>>,
    next_id: u64,
}

impl Default for Drive {
    /// Empty.
    fn default() -> Self {
        Self { nodes: BTreeMap::new(), children: BTreeMap::new(), next_id: FIRST_ID }
    }
}

impl Drive {
    fn add(&mut self, parent: u64, name: &str, kind: u8, size: u64) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        let etag = if kind == FILE { md5_hex(&content(id, size)) } else { String::new() };
        let node = Node {
            id,
            parent,
            name: name.to_owned(),
            kind,
            size,
            etag,
            status: 0,
            trashed: false,
            dates: Dates::Iso,
            modified: FIRST_MADE + (id - FIRST_ID) * 61_000,
            direct: false,
            former: Vec::new(),
            text: None,
        };
        self.nodes.insert(id, node);
        self.children.entry(parent).or_default().insert(id);
        id
    }

    /// Any name, and a name twice: the vendor has both.
    pub fn add_file(&mut self, parent: u64, name: &str, size: u64) -> u64 {
        self.add(parent, name, FILE, size)
    }

    /// Adds a file with this content.
    pub fn add_text(&mut self, parent: u64, name: &str, text: String) -> u64 {
        let id = self.add(parent, name, FILE, text.len() as u64);
        self.edit(id, |node| {
            node.etag = md5_hex(text.as_bytes());
            node.text = Some(text);
        });
        id
    }

    /// Adds a folder, and returns its id.
    pub fn add_folder(&mut self, parent: u64, name: &str) -> u64 {
        self.add(parent, name, FOLDER, 0)
    }

    /// Adds a row of an unknown type.
    pub fn add_unknown(&mut self, parent: u64, name: &str, kind: u8) -> u64 {
        self.add(parent, name, kind, 0)
    }

    /// Changes a node in place.
    pub fn edit(&mut self, id: u64, change: impl FnOnce(&mut Node)) {
        if let Some(node) = self.nodes.get_mut(&id) {
            change(node);
        }
    }

    /// Lists a node in one more folder, as no drive should.
    pub fn list_in(&mut self, folder: u64, id: u64) {
        self.children.entry(folder).or_default().insert(id);
    }

    /// Renames a node, which keeps its id.
    pub fn rename(&mut self, id: u64, name: &str) {
        self.edit(id, |node| {
            let former = std::mem::replace(&mut node.name, name.to_owned());
            node.former.push(former);
        });
    }

    /// Removes a node with all below it.
    pub fn remove(&mut self, id: u64) {
        for child in self.children.remove(&id).unwrap_or_default() {
            self.remove(child);
        }
        if let Some(node) = self.nodes.remove(&id)
            && let Some(siblings) = self.children.get_mut(&node.parent)
        {
            siblings.remove(&id);
        }
    }

    /// The node with this id.
    pub fn node(&self, id: u64) -> Option<&Node> {
        self.nodes.get(&id)
    }

    /// Whether the node can be listed.
    pub fn is_folder(&self, id: u64) -> bool {
        id == ROOT || self.node(id).is_some_and(|node| node.kind == FOLDER)
    }

    /// The children of a folder by id, rows in the recycle bin included.
    pub fn children(&self, id: u64) -> Vec<&Node> {
        let ids = self.children.get(&id);
        ids.into_iter().flatten().filter_map(|id| self.nodes.get(id)).collect()
    }

    /// The node at a path like `/音乐/a.mp3`; the first by id where a name is there twice.
    pub fn find(&self, path: &str) -> Option<u64> {
        path.split('/').filter(|name| !name.is_empty()).try_fold(ROOT, |parent, name| {
            let child = self.children(parent).into_iter().find(|node| node.name == name)?;
            Some(child.id)
        })
    }

    /// The nodes from below the root to this one.
    pub fn line(&self, id: u64) -> Vec<&Node> {
        let mut line = Vec::new();
        let mut at = id;
        while let Some(node) = self.node(at) {
            line.push(node);
            at = node.parent;
        }
        line.reverse();
        line
    }

    /// The size of all files below a folder, in bytes.
    pub fn weight(&self, id: u64) -> u64 {
        self.children(id)
            .iter()
            .map(|node| if node.kind == FOLDER { self.weight(node.id) } else { node.size })
            .sum()
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }
}
