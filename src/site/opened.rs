//! The result of the guard: an opened file or folder.

use super::open_file::OpenFile;
use super::open_folder::OpenFolder;
use crate::access::credentials::Credential;

/// A file or a folder that a client may have.
#[derive(Debug)]
pub enum Opened<'s> {
    /// A folder.
    Folder(OpenFolder<'s>),
    /// A file.
    File(OpenFile<'s>),
}

impl Opened<'_> {
    /// Whether the entry is open to everybody without any condition, so that the response may be the same
    /// for all clients.
    pub fn is_plain(&self) -> bool {
        let permit = match self {
            Self::Folder(folder) => &folder.permit,
            Self::File(file) => &file.permit,
        };
        permit.policy().is_plain && matches!(permit.key(), Credential::None)
    }
}
