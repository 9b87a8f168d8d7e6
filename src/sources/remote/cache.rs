//! An isolate's cache of a remote source: listings, links, and recent failures.

use std::cell::RefCell;
use std::rc::Rc;

use crate::account::command::UpstreamLink;
use crate::error::upstream::UpstreamError;
use crate::origin::Base;
use crate::sign::Signer;
use crate::sources::failures::{FailureCache, FailureKey};
use crate::sources::listing::Listing;
use crate::sources::lru::Lru;
use crate::time::UnixSeconds;

/// Maximum size of one source's cached listings in bytes, of the 128 MB that an isolate has.
const MAX_BYTES: usize = 16 << 20;
/// Memory that a cached listing takes besides its text, in bytes.
const LISTING_OVERHEAD: usize = 512;
/// Maximum number of one source's cached excerpts. They are few, so that names that anybody makes up take
/// little memory.
const MAX_EXCERPTS: usize = 2_000;
/// Maximum number of one source's cached links.
const MAX_LINKS: usize = 2_000;
/// Maximum number of one source's cached failures.
const MAX_FAILURES: usize = 1_000;

/// An isolate's cache of a remote source.
#[derive(Debug)]
pub struct RemoteCache {
    /// Listings by the folder's 123Pan id.
    listings: RefCell<Lru<u64, CachedListing>>,
    /// Excerpts by the folder's 123Pan id and the name.
    excerpts: RefCell<Lru<(u64, String), CachedListing>>,
    links: RefCell<Lru<u64, Cached<Rc<CachedLink>>>>,
    failures: FailureCache<FailureKey>,
}

impl Default for RemoteCache {
    fn default() -> Self {
        Self {
            listings: RefCell::new(Lru::new(MAX_BYTES)),
            excerpts: RefCell::new(Lru::new(MAX_EXCERPTS)),
            links: RefCell::new(Lru::new(MAX_LINKS)),
            failures: FailureCache::new(MAX_FAILURES),
        }
    }
}

/// The key of a cached listing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ListingKey {
    /// The listing of the folder with this 123Pan id.
    Folder(u64),
    /// The excerpt of a folder's listing with the entry of this name: the folder's 123Pan id, and the name.
    Entry(u64, String),
}

impl ListingKey {
    /// The 123Pan id of the folder.
    fn folder(&self) -> u64 {
        match self {
            Self::Folder(id) | Self::Entry(id, _) => *id,
        }
    }
}

impl From<u64> for ListingKey {
    fn from(folder: u64) -> Self {
        Self::Folder(folder)
    }
}

/// A cached value, with the time at which it was last asked for.
#[derive(Clone, Debug)]
pub struct Cached<T> {
    /// The value that is cached.
    pub value: T,
    /// The time at which the account object, or KV, was last asked for the value.
    pub checked_at: UnixSeconds,
}

/// A cached listing, or an excerpt of one.
type CachedListing = Cached<Rc<Listing>>;

/// A cached link of a file.
#[derive(Debug)]
pub enum CachedLink {
    /// A link that expires.
    Expiring(UpstreamLink),
    /// A permanent link, split into the parts that are signed.
    Permanent {
        /// The whole link, unsigned.
        url: String,
        /// The link up to the part that is signed.
        base: Base,
        /// The rest of the link.
        tail: String,
        /// Signs the link; `None` if it is given out as it is.
        signer: Option<Signer>,
    },
    /// The URL of a link that turned out to be dead.
    Dead(String),
}

impl RemoteCache {
    /// A cached listing or excerpt; counts as a use of it.
    pub fn listing(&self, key: &ListingKey) -> Option<CachedListing> {
        match key {
            ListingKey::Folder(id) => self.listings.borrow().get(id).cloned(),
            ListingKey::Entry(id, name) => {
                self.excerpts.borrow().get(&(*id, name.clone())).cloned()
            }
        }
    }

    /// A folder's cached listing, without counting as a use of it.
    pub fn peek(&self, folder: u64) -> Option<Rc<Listing>> {
        let listings = self.listings.borrow();
        let cached = listings.peek(&folder)?;
        Some(Rc::clone(&cached.value))
    }

    /// A file's cached link; counts as a use of it.
    pub fn link(&self, id: u64) -> Option<Cached<Rc<CachedLink>>> {
        self.links.borrow().get(&id).cloned()
    }

    /// The recent failure of a listing or a link, if there is one.
    pub fn failure(&self, key: FailureKey, now: UnixSeconds) -> Option<UpstreamError> {
        self.failures.get(&key, now.into())
    }

    /// Caches a listing or an excerpt, unless a newer one is cached already.
    pub fn cache_if_newer(&self, key: impl Into<ListingKey>, listing: Listing, now: UnixSeconds) {
        let key = key.into();
        self.failures.remove(&FailureKey::Folder(key.folder()));
        let cached = self.listing(&key);
        if cached.is_some_and(|cached| cached.value.read_at() > listing.read_at()) {
            self.confirm(&key, None, now);
            return;
        }
        let bytes = listing.heap_bytes() + LISTING_OVERHEAD;
        let cached = Cached { value: Rc::new(listing), checked_at: now };
        match key {
            ListingKey::Folder(id) => self.listings.borrow_mut().put(id, cached, bytes),
            ListingKey::Entry(id, name) => self.excerpts.borrow_mut().put((id, name), cached, 1),
        }
    }

    /// Records that the account object was asked for a listing or an entry at `now`, and `read_at`, the
    /// time at which 123Pan was asked, if the account object said so.
    pub fn confirm(&self, key: &ListingKey, read_at: Option<UnixSeconds>, now: UnixSeconds) {
        let confirm = |cached: Option<&mut CachedListing>| {
            let Some(cached) = cached else { return };
            // A reply that comes late does not set the time back.
            cached.checked_at = cached.checked_at.max(now);
            if let Some(read_at) = read_at {
                cached.value.confirm(read_at);
            }
        };
        match key {
            ListingKey::Folder(id) => confirm(self.listings.borrow_mut().get_mut(id)),
            ListingKey::Entry(id, name) => {
                confirm(self.excerpts.borrow_mut().get_mut(&(*id, name.clone())));
            }
        }
    }

    /// Removes all that is cached of a folder, because it is gone.
    pub fn forget_folder(&self, folder: u64) {
        self.listings.borrow_mut().remove(&folder);
        self.excerpts.borrow_mut().retain_keys(|(of, _)| *of != folder);
    }

    /// Caches a file's link.
    pub fn cache_link(&self, id: u64, link: CachedLink, now: UnixSeconds) {
        self.failures.remove(&FailureKey::Link(id));
        let cached = Cached { value: Rc::new(link), checked_at: now };
        self.links.borrow_mut().put(id, cached, 1);
    }

    /// Marks a link as dead, because the CDN refuses it. Of many requests that find that out, the late ones
    /// meet the new link, which is left as it is.
    pub fn invalidate_link(&self, id: u64, url: &str) {
        let mut links = self.links.borrow_mut();
        if let Some(cached) = links.get_mut(&id)
            && matches!(&*cached.value, CachedLink::Expiring(link) if link.url == url)
        {
            cached.value = Rc::new(CachedLink::Dead(url.to_owned()));
        }
    }

    /// Records a failure, so that not every client's request asks the account object again.
    pub fn record_failure(&self, key: FailureKey, failed: UpstreamError, now: UnixSeconds) {
        self.failures.record(key, failed, now.into());
    }

    /// Removes a failure, because it is over.
    pub fn forget_failure(&self, key: FailureKey) {
        self.failures.remove(&key);
    }

    /// Removes all failures, so that everything the owner asks for is tried again.
    pub fn clear_failures(&self) {
        self.failures.clear();
    }
}
