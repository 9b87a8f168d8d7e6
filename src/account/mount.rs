//! A mount as the account client uses it: its settings, and the accounts whose tokens its calls are made
//! with.

use std::rc::Rc;

use super::account_state::Account;
use super::store::FolderKey;
use crate::sources::RemoteMountConfig;

/// A mount of the account object, and the accounts whose tokens its calls are made with.
#[derive(Debug)]
pub struct Mount {
    /// The mount's index among the mounts of the account object.
    pub index: usize,
    /// The mount's settings and API.
    pub config: RemoteMountConfig,
    /// The account whose token is used for calls about files.
    pub account: Rc<Account>,
    /// The account whose token is used to list folders: the anonymous one for a share.
    pub listing_account: Rc<Account>,
}

/// A folder or file of a mount, as the key of a cache: the mount's index, and the 123Pan id.
pub type MountEntry = (usize, u64);

impl Mount {
    /// The key of a folder or file of the mount in caches.
    pub fn entry(&self, id: u64) -> MountEntry {
        (self.index, id)
    }

    /// The storage key of a folder of the mount.
    pub fn key(&self, folder: u64) -> FolderKey<'_> {
        FolderKey { mount: &self.config.settings.digest, folder }
    }
}
