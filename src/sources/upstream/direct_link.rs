//! The settings of permanent direct links.

use crate::direct_host::DirectHost;
use crate::host::SignedHosts;
use crate::secret::Secret;
use crate::sign::PathForm;
use crate::time::ValidMinutes;

/// The settings of permanent direct links and of their signatures.
#[derive(Clone, Debug)]
pub struct DirectLinks {
    /// The key that signs the links; without one they are given out as they are.
    pub private_key: Option<Secret>,
    /// The account's 123Pan user id; without it 123Pan is asked.
    pub uid: Option<u64>,
    /// The form in which the signature hashes a link's path.
    pub form: PathForm,
    /// The lifetime of a signed link.
    pub valid: ValidMinutes,
    /// The hosts whose URLs are signed.
    pub hosts: SignedHosts,
    /// The host of all links, in place of the one that 123Pan names.
    pub host: Option<DirectHost>,
}
