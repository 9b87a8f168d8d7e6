//! The keys of the account object's storage, and what is stored under each.

use std::fmt;

/// A key of the account object's storage: the kind of value, and the account, folder or file that it
/// belongs to.
///
/// The key's text is the kind, the version of the stored format, and the owner of the value, as in
/// `listing.v1/0123456789abcdef/42`. Another version is another key: a text in an older format is never
/// read, and what it held is fetched anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageKey<'a> {
    /// An account's access token, and the refresh token that renews it.
    Token(&'a str),
    /// An account's circuit breaker, and the time of the next sign-in attempt.
    Breaker(&'a str),
    /// An account's 123Pan user id.
    Uid(&'a str),
    /// The pauses of endpoints that reported too many calls.
    Pauses,
    /// The number of writes to KV today.
    KvWrites,
    /// A folder's whole listing.
    Listing(FolderKey<'a>),
    /// The time at which a folder's listing was last found to be unchanged.
    Unchanged(FolderKey<'a>),
    /// The pages read so far of a folder's listing that is not complete yet.
    Pages(FolderKey<'a>),
    /// The digest and the expiry of the copy of a folder's listing in KV.
    Published(FolderKey<'a>),
    /// A file's permanent link.
    DirectLink {
        /// The digest of the mount's settings.
        mount: &'a str,
        /// The file's 123Pan id.
        file: u64,
    },
}

/// A folder of a mount, as part of a storage key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderKey<'a> {
    /// The digest of the mount's settings.
    pub mount: &'a str,
    /// The folder's 123Pan id.
    pub folder: u64,
}

impl fmt::Display for StorageKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(account) => write!(f, "token.v1/{account}"),
            Self::Breaker(account) => write!(f, "breaker.v1/{account}"),
            Self::Uid(account) => write!(f, "uid.v1/{account}"),
            Self::Pauses => f.write_str("pauses.v2"),
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
