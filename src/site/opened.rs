//! What the guard opens: a file or a folder.

use super::open_file::OpenFile;
use super::open_folder::OpenFolder;
use crate::access::credentials::Credential;

/// What a visitor may have.
#[derive(Debug)]
pub enum Opened<'s> {
    /// A folder.
    Folder(OpenFolder<'s>),
    /// A file.
    File(OpenFile<'s>),
}

impl Opened<'_> {
    /// Whether it is open to everybody without any condition: the answer may be the same for all.
    pub fn is_plain(&self) -> bool {
        let permit = match self {
            Self::Folder(folder) => &folder.permit,
            Self::File(file) => &file.permit,
        };
        permit.policy().is_plain && matches!(permit.key(), Credential::None)
    }
}
