//! The result of the guard: an opened file or folder.

use super::Site;
use super::open_file::OpenFile;
use super::open_folder::OpenFolder;
use crate::access::authorize::Permit;
use crate::access::credentials::Credential;

/// A file or a folder that a client may have.
#[derive(Debug)]
pub enum Opened<'s> {
    /// A folder, with its listing.
    Folder(OpenFolder<'s>),
    /// A file that the client may have.
    File(OpenFile<'s>),
}

/// A file or a folder that a client may have, for a response that does not list the folder.
#[derive(Debug)]
pub enum OpenedEntry<'s> {
    /// A folder that the client may have, without its listing.
    Folder(UnlistedFolder<'s>),
    /// A file that the client may have.
    File(OpenFile<'s>),
}

/// A folder that a client may have, without its listing.
#[derive(Debug)]
pub struct UnlistedFolder<'s> {
    /// The site with the folder.
    pub(super) site: &'s Site,
    /// The permit for the folder's path.
    pub(super) permit: Permit<'s>,
}

impl Opened<'_> {
    /// Whether the entry is open to every client without any condition, check or count, so that the response may be the same for
    /// all clients.
    pub fn is_unconditional(&self) -> bool {
        is_unconditional(match self {
            Self::Folder(folder) => &folder.permit,
            Self::File(file) => &file.permit,
        })
    }
}

impl OpenedEntry<'_> {
    /// Whether the entry is open as [`Opened::is_unconditional`] says.
    pub fn is_unconditional(&self) -> bool {
        is_unconditional(match self {
            Self::Folder(folder) => &folder.permit,
            Self::File(file) => &file.permit,
        })
    }
}

/// Whether a permit is for a policy without any condition, and no credential was used.
fn is_unconditional(permit: &Permit<'_>) -> bool {
    permit.policy().is_unconditional && matches!(permit.credential(), Credential::None)
}
