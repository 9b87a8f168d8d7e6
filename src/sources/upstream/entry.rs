//! A row of a vendor's listing.

/// A file or folder as the vendor lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The vendor's number: what identifies it.
    pub id: u64,
    /// Its name; may be any text.
    pub name: String,
    /// Whether it is a folder.
    pub folder: bool,
    /// Bytes; 0 for a folder.
    pub size: u64,
    /// Unix seconds, if known.
    pub modified: Option<u64>,
    /// The content's MD5, if it is stated.
    pub md5: Option<[u8; 16]>,
    /// `S3KeyFlag` of the web API, which it wants back for a download; else empty.
    pub key_flag: String,
}

/// What a page of a listing brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Rows that can be used.
    pub entries: Vec<Entry>,
    /// Rows that can't: in the bin, refused by the vendor's review, of an unknown kind.
    pub unusable: u32,
    /// The cursor for the next page; `None` if this is said to be the last.
    pub next: Option<u64>,
    /// How many rows the vendor says there are in all.
    pub total: Option<u64>,
}

/// What it takes to ask for a file's link.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FileRef {
    /// The vendor's number.
    pub id: u64,
    /// Its name as the vendor has it.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// The content's MD5.
    pub md5: Option<[u8; 16]>,
    /// `S3KeyFlag`; empty for the open platform.
    pub key_flag: String,
}
