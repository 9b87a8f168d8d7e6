//! A mount as the account client sees it: its settings, and the accounts that call for it.

use std::rc::Rc;

use super::store::FolderKey;
use super::tokens::Account;
use crate::sources::Upstream;

/// A mount, and the accounts that call for it.
#[derive(Debug)]
pub struct Mount {
    /// The mount's index among those of the account object.
    pub index: usize,
    /// The mount's settings and API.
    pub upstream: Upstream,
    /// The account whose token calls for files are made with.
    pub account: Rc<Account>,
    /// The account that lists: the anonymous one for a share.
    pub lister: Rc<Account>,
}

impl Mount {
    /// The storage key of a folder of the mount.
    pub fn key(&self, folder: u64) -> FolderKey<'_> {
        FolderKey { mount: &self.upstream.settings.digest, folder }
    }
}
