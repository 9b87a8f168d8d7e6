//! What the account object keeps in its storage, and under which keys.

use std::fmt;

/// A key of the account object's storage: what is kept there, and whose it is.
///
/// As text it is the kind, the version of the form that is stored, and the owner, as in
/// `listing.v1/0123456789abcdef/42`. Another version is another key: a text of an older form is never
/// read, and what it held is had anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageKey<'a> {
    /// An account's token, and what it is renewed with.
    Token(&'a str),
    /// An account's circuit breaker, and when to sign in again.
    Breaker(&'a str),
    /// An account's number at 123Pan.
    Uid(&'a str),
    /// Pauses of the endpoints that said that there were too many calls.
    Pauses,
    /// How much was published in KV today.
    KvWrites,
    /// A folder's whole listing.
    Listing(FolderKey<'a>),
    /// When a folder's listing was found to be unchanged.
    Unchanged(FolderKey<'a>),
    /// The pages of a folder's listing that is not whole yet.
    Pages(FolderKey<'a>),
    /// What KV has of a folder's listing.
    Published(FolderKey<'a>),
    /// A file's permanent link.
    DirectLink {
        /// The digest of the mount's settings.
        mount: &'a str,
        /// The vendor's number of the file.
        file: u64,
    },
}

/// A folder of a mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderKey<'a> {
    /// The digest of the mount's settings.
    pub mount: &'a str,
    /// The vendor's number of the folder.
    pub folder: u64,
}

impl fmt::Display for StorageKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(account) => write!(f, "token.v1/{account}"),
            Self::Breaker(account) => write!(f, "breaker.v1/{account}"),
            Self::Uid(account) => write!(f, "uid.v1/{account}"),
            Self::Pauses => f.write_str("pauses.v1"),
            Self::KvWrites => f.write_str("kv_writes.v1"),
            Self::Listing(folder) => write!(f, "listing.v1/{folder}"),
            Self::Unchanged(folder) => write!(f, "unchanged.v1/{folder}"),
            Self::Pages(folder) => write!(f, "pages.v1/{folder}"),
            Self::Published(folder) => write!(f, "published.v1/{folder}"),
            Self::DirectLink { mount, file } => write!(f, "direct_link.v1/{mount}/{file}"),
        }
    }
}

impl fmt::Display for FolderKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.mount, self.folder)
    }
}
