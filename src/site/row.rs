//! A row of a folder's listing, as a client sees it.

/// A row of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'s> {
    /// The name, decoded.
    pub name: &'s str,
    /// Whether it is a folder.
    pub folder: bool,
    /// Whether it is shown though it does not open yet.
    pub locked: bool,
    /// Bytes, if known.
    pub size: Option<u64>,
    /// Unix seconds, if known.
    pub modified: Option<u64>,
    /// The content's MD5, if known and not secret.
    pub md5: Option<[u8; 16]>,
}

impl<'s> Row<'s> {
    /// The same, of which only the name may be seen.
    pub(super) fn closed(self) -> Self {
        Self { locked: true, size: None, modified: None, md5: None, ..self }
    }

    /// A folder of which nothing but the name is known.
    pub(super) fn folder(name: &'s str) -> Self {
        Self { name, folder: true, locked: false, size: None, modified: None, md5: None }
    }
}
