//! Records of a tree's entries, one after the other in memory, each with its name right behind it: what a
//! lookup reads lies together, and costs one wait for memory. Folders lie apart from files, each with its
//! whole path: they are few and every lookup passes one, so that they stay in the processor's cache
//! whatever files are requested.

use std::ops::Range;

use memchr::arch::all::is_equal;
use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::origin;

/// All records of a tree, in two blocks. A record's id is its offset in units of four bytes, with [`FILE`]
/// added for a file; 0 is the root.
#[derive(Debug)]
pub struct Records {
    folders: Vec<u8>,
    files: Vec<u8>,
}

/// The bit that tells a file's id from a folder's.
pub const FILE: u32 = 1 << 31;

/// The head of a record; a file's name and tail follow, or a folder's path.
#[derive(Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Head {
    parent: U32,
    /// In a folder the index of its first child among the tree's children; in a file the number of its
    /// base, with [`RENAMED`].
    first_or_base: U32,
    /// In a folder the number of its children; in a file Unix seconds, or `u32::MAX` if not known.
    count_or_modified: U32,
    /// In a file its size in bytes, or `u64::MAX` if not known; in a folder the number of folders in it.
    size: U64,
    /// The length in bytes of the name, or of the path.
    name: U16,
    /// The length in bytes of the tail, or [`FOLDER`] or [`AS_NAME`].
    tail: U16,
}

/// The value of `tail` that marks the record of a folder.
const FOLDER: u16 = u16::MAX;
/// The value of `tail` for a file whose tail is the same as its name.
const AS_NAME: u16 = u16::MAX - 1;
/// The bit in a file's base number that is set if the file is renamed.
const RENAMED: u32 = 1 << 31;
/// Maximum number of bases.
pub const MAX_BASES: u32 = RENAMED;
const UNIT: usize = 4;

/// The data of a record: a folder's or a file's.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A folder: where its children are among those of the tree.
    Folder(Range<usize>),
    /// A file, whose name and tail are in the record as well.
    File(FileHead),
}

/// The data of a file apart from its name and tail.
#[derive(Clone, Copy, Debug)]
pub struct FileHead {
    /// The number of the file's base, below [`MAX_BASES`].
    pub base: u32,
    /// Whether the file's name differs from the decoded path of its tail.
    pub renamed: bool,
    /// The file's size in bytes, if the owner wrote it down.
    pub size: Option<u64>,
    /// The file's modification time in Unix seconds, if the owner wrote it down.
    pub modified: Option<u32>,
}

/// A record, borrowed from its block.
#[derive(Clone, Copy, Debug)]
pub struct Record<'r> {
    head: &'r Head,
    name: &'r [u8],
    tail: &'r [u8],
}

/// The error for a name, a tail or a folder's path longer than 65,533 bytes, or for more than 8 GB of
/// records.
#[derive(Debug)]
pub struct TooLong;

impl Records {
    /// Makes records of nothing but a root, with room for so many bytes of files.
    pub fn with_room_for(bytes: usize) -> Self {
        let mut files = Vec::with_capacity(bytes + UNIT);
        // No file lies at 0, which is no entry in the index.
        files.resize(UNIT, 0);
        let mut records = Self { folders: Vec::new(), files };
        // A root without a name is never too long.
        let _ = records.push(0, "", None);
        records
    }

    /// Adds a file with its name and tail, or a folder with its path; its parent doesn't list it before
    /// [`Self::set_children`].
    pub fn push(
        &mut self,
        parent: u32,
        name: &str,
        file: Option<(FileHead, &str)>,
    ) -> Result<u32, TooLong> {
        let (bytes, bit) = match file {
            Some(_) => (&mut self.files, FILE),
            None => (&mut self.folders, 0),
        };
        let id = u32::try_from(bytes.len() / UNIT).ok().filter(|id| id & FILE == 0);
        let id = id.ok_or(TooLong)? | bit;
        let short =
            |text: &str| u16::try_from(text.len()).ok().filter(|len| *len < AS_NAME).ok_or(TooLong);
        let mut head = Head {
            parent: parent.into(),
            first_or_base: U32::ZERO,
            count_or_modified: U32::ZERO,
            size: U64::ZERO,
            name: short(name)?.into(),
            tail: FOLDER.into(),
        };
        let mut rest = "";
        if let Some((file, tail)) = file {
            head.first_or_base = (file.base | if file.renamed { RENAMED } else { 0 }).into();
            head.count_or_modified = file.modified.unwrap_or(u32::MAX).into();
            head.size = file.size.unwrap_or(u64::MAX).into();
            head.tail = AS_NAME.into();
            if tail != name {
                head.tail = short(tail)?.into();
                rest = tail;
            }
        }
        bytes.extend_from_slice(head.as_bytes());
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(rest.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(UNIT), 0);
        Ok(id)
    }

    /// Counts a folder among the folders of the folder in which it lies.
    pub fn count_folder(&mut self, id: u32) {
        let Some(parent) = self.get(id).map(|record| record.head.parent.get()) else { return };
        if let Some(folder) = self.head_mut(parent) {
            folder.size += 1;
        }
    }

    /// Sets where a folder's children are among those of the tree.
    pub fn set_children(&mut self, folder: u32, children: Range<usize>) {
        let Some(head) = self.head_mut(folder) else { return };
        let (first, count) = (u32::try_from(children.start), u32::try_from(children.len()));
        if let (Ok(first), Ok(count)) = (first, count) {
            (head.first_or_base, head.count_or_modified) = (first.into(), count.into());
        }
    }

    /// The record with this id.
    pub fn get(&self, id: u32) -> Option<Record<'_>> {
        let (head, rest) = Head::ref_from_prefix(self.from(id)?).ok()?;
        let (name, rest) = rest.split_at_checked(usize::from(head.name.get()))?;
        let tail = match head.tail.get() {
            FOLDER => &[],
            AS_NAME => name,
            len => rest.get(..usize::from(len))?,
        };
        Some(Record { head, name, tail })
    }

    /// Whether the record is that of the file `name` in the folder `parent`.
    pub fn is_file(&self, id: u32, parent: u32, name: &str) -> bool {
        self.headed(id, name).is_some_and(|head| head.parent.get() == parent)
    }

    /// Whether the record is that of the folder at `path`.
    pub fn is_folder(&self, id: u32, path: &str) -> bool {
        self.headed(id, path).is_some()
    }

    /// The record's head, if `text` is its name or path. The text is compared before the name's length is
    /// known, so that a lookup fetches all of the record at once.
    fn headed(&self, id: u32, text: &str) -> Option<&Head> {
        let (head, rest) = Head::ref_from_prefix(self.from(id)?).ok()?;
        let same = is_equal(rest.get(..text.len())?, text.as_bytes());
        (same & (usize::from(head.name.get()) == text.len())).then_some(head)
    }

    /// Whether a folder has folders in it.
    pub fn has_folders(&self, folder: u32) -> bool {
        self.get(folder).is_some_and(|record| record.head.size != 0)
    }

    /// Every file, in the order in which they were pushed.
    pub fn files(&self) -> impl Iterator<Item = Record<'_>> {
        let mut next = FILE | 1;
        std::iter::from_fn(move || {
            let record = self.get(next)?;
            next += u32::try_from(record.bytes().div_ceil(UNIT)).ok()?;
            Some(record)
        })
    }

    /// Frees the memory that was reserved for further records.
    pub fn shrink_to_fit(&mut self) {
        self.folders.shrink_to_fit();
        self.files.shrink_to_fit();
    }

    /// The block of folders and that of files, as they are stored in a compiled tree.
    pub fn blocks(&self) -> [&[u8]; 2] {
        [&self.folders, &self.files]
    }

    /// Records of blocks that [`Self::blocks`] gave. Other bytes make records that are nonsense, and no
    /// panic.
    pub fn from_blocks([folders, files]: [&[u8]; 2]) -> Self {
        Self { folders: folders.to_vec(), files: files.to_vec() }
    }

    /// Bytes that the records take on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.folders.len() + self.files.len()
    }

    /// The part of the block that begins with a record.
    fn from(&self, id: u32) -> Option<&[u8]> {
        let block = if id & FILE == 0 { &self.folders } else { &self.files };
        block.get(offset(id)..)
    }

    fn head_mut(&mut self, id: u32) -> Option<&mut Head> {
        let block = if id & FILE == 0 { &mut self.folders } else { &mut self.files };
        Head::mut_from_prefix(block.get_mut(offset(id)..)?).ok().map(|(head, _)| head)
    }
}

/// The offset of a record in its block.
fn offset(id: u32) -> usize {
    ((id & !FILE) as usize).saturating_mul(UNIT)
}

impl<'r> Record<'r> {
    /// The data of the record.
    pub fn kind(self) -> Kind {
        let (first_or_base, count_or_modified) =
            (self.head.first_or_base.get(), self.head.count_or_modified.get());
        if self.is_folder() {
            let first = first_or_base as usize;
            return Kind::Folder(first..first.saturating_add(count_or_modified as usize));
        }
        let size = self.head.size.get();
        Kind::File(FileHead {
            base: first_or_base & !RENAMED,
            renamed: first_or_base & RENAMED != 0,
            size: (size != u64::MAX).then_some(size),
            modified: (count_or_modified != u32::MAX).then_some(count_or_modified),
        })
    }

    /// Whether the record is a folder's.
    pub fn is_folder(self) -> bool {
        self.head.tail.get() == FOLDER
    }

    /// The id of the folder in which the entry lies.
    pub fn parent(self) -> u32 {
        self.head.parent.get()
    }

    /// The entry's name, decoded.
    pub fn name(self) -> &'r str {
        if self.is_folder() {
            return origin::cut_last(self.path(), b'/').map_or(self.path(), |(_, name)| name);
        }
        text(self.name)
    }

    /// A folder's path, decoded.
    pub fn path(self) -> &'r str {
        text(self.name)
    }

    /// A file's tail: what follows the base in its URL.
    pub fn tail(self) -> &'r str {
        text(self.tail)
    }

    /// The length of the record in bytes, without the padding.
    fn bytes(self) -> usize {
        let own_tail = if self.head.tail.get() < AS_NAME { self.tail.len() } else { 0 };
        size_of::<Head>() + self.name.len() + own_tail
    }
}

/// The text of these bytes, which is always UTF-8: only whole strings are pushed.
fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap_or_default()
}
