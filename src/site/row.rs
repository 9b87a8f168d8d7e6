//! A row of a folder's listing, as a client sees it.

use crate::time::UnixSeconds;

/// One entry in a folder's listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'s> {
    /// The entry's name, decoded.
    pub name: &'s str,
    /// Whether the entry is a folder.
    pub folder: bool,
    /// Whether the entry is listed though it does not open for the client yet.
    pub locked: bool,
    /// Size in bytes, if known.
    pub size: Option<u64>,
    /// Time of the last change in Unix seconds, if known.
    pub modified: Option<UnixSeconds>,
    /// The MD5 of the content, if known and not secret.
    pub md5: Option<[u8; 16]>,
}

impl<'s> Row<'s> {
    /// The row as a locked one, with its name and type alone.
    pub(super) fn closed(self) -> Self {
        Self { locked: true, size: None, modified: None, md5: None, ..self }
    }

    /// The row of a folder of which nothing but the name is known.
    pub(super) fn folder(name: &'s str) -> Self {
        Self { name, folder: true, locked: false, size: None, modified: None, md5: None }
    }
}
