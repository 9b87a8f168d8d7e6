//! Direct links that are made of a mount's base and the path below it, by the names that 123Pan has there.

use super::{RemoteEntry, RemoteSource};
use crate::origin::Origin;
use crate::percent::encode_name;
use crate::seed::RequestSeed;
use crate::sources::link::{Link, LinkLifetime, make_link};
use crate::sources::listing::Item;

/// The path of a folder or file below a mount, percent-encoded, as it follows the base of a direct link. `None`
/// if the mount makes no links of paths, or the path leads to another entry of the same names.
pub(super) type LinkTail = Option<String>;

impl RemoteSource {
    /// The path of the mount's own folder.
    pub(super) fn tail_of_root(&self) -> LinkTail {
        self.config.path_links.is_some().then(String::new)
    }
}

/// The path of a child of the folder with this path.
pub(super) fn tail_below(folder: LinkTail, child: &Item<'_>) -> LinkTail {
    let mut tail = folder?;
    // Of two entries with one name, the second has a name in paths that 123Pan does not know.
    if child.vendor_name() != child.name {
        return None;
    }
    if !tail.is_empty() {
        tail.push('/');
    }
    tail.extend(encode_name(child.name));
    Some(tail)
}

impl RemoteEntry<'_> {
    /// Whether the file's link is a permanent direct one, made of its path or given by 123Pan.
    pub fn is_direct(&self) -> bool {
        self.tail.is_some() || self.remote.config.kind.direct_links().is_some()
    }

    /// The direct link that is made of the file's path; `None` if the mount makes none, or not for this file.
    pub(super) fn path_link(&self, seed: &RequestSeed, lifetime: LinkLifetime) -> Option<Link> {
        let links = self.remote.config.path_links.as_ref()?;
        let origin = Origin::new(&links.base, self.tail.as_deref()?);
        Some(make_link(links.signer.as_ref(), links.valid, &origin, seed, lifetime))
    }

    /// Scheme and host of the file's link; `None` if only 123Pan knows them.
    pub fn origin(&self) -> Option<&str> {
        let links = self.remote.config.path_links.as_ref().filter(|_| self.tail.is_some())?;
        Some(links.base.site())
    }
}
