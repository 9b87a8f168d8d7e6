//! Files and folders as 123Pan's listings have them.

use crate::time::UnixSeconds;

/// A file or folder as 123Pan lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The 123Pan id of the file or folder.
    pub id: u64,
    /// The name at 123Pan; may be any text.
    pub name: String,
    /// Whether the entry is a folder.
    pub folder: bool,
    /// The size in bytes; 0 for a folder.
    pub size: u64,
    /// The modification time, if known.
    pub modified: Option<UnixSeconds>,
    /// The content's MD5, if it is stated.
    pub md5: Option<[u8; 16]>,
    /// `S3KeyFlag` of the web API, which it wants back for a download; else empty.
    pub key_flag: String,
}

/// The entries of one page of a listing, and where the next page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The rows that can be used.
    pub entries: Vec<Entry>,
    /// The number of rows that can't be used: in the bin, refused by 123Pan's review, of an unknown kind.
    pub unusable: u32,
    /// The cursor of the next page; `None` if 123Pan says that this is the last.
    pub next: Option<u64>,
    /// The number of rows in all pages, as 123Pan states it.
    pub total: Option<u64>,
}

/// A file's id and the details that 123Pan wants back when it is asked for a link.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FileRef {
    /// The file's 123Pan id.
    pub id: u64,
    /// The file's name at 123Pan.
    pub name: String,
    /// The size in bytes.
    pub size: u64,
    /// The MD5 of the file's content.
    pub md5: Option<[u8; 16]>,
    /// `S3KeyFlag` of the web API; empty for the open platform.
    pub key_flag: String,
}
