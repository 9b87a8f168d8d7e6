//! An isolate's cache of a remote source: listings, links, and recent failures.

use std::cell::RefCell;
use std::rc::Rc;

use crate::account::command::UpstreamLink;
use crate::error::upstream::UpstreamError;
use crate::origin::Base;
use crate::sign::Signer;
use crate::sources::cache::Cache;
use crate::sources::failures::{CacheKey, FailureCache};
use crate::sources::listing::Listing;
use crate::time::{UnixMillis, UnixSeconds};

/// Maximum size of one source's cached listings in bytes, of the 128 MB that an isolate has.
const MAX_BYTES: usize = 16 << 20;
/// Maximum number of one source's cached links.
const MAX_LINKS: usize = 2_000;
/// Maximum number of one source's cached failures.
const MAX_FAILURES: usize = 1_000;

/// An isolate's cache of a remote source.
#[derive(Debug)]
pub struct Memory {
    folders: RefCell<Cache<u64, Cached<Rc<Listing>>>>,
    links: RefCell<Cache<u64, Cached<Rc<CachedLink>>>>,
    failures: FailureCache<CacheKey>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            folders: RefCell::new(Cache::new(MAX_BYTES)),
            links: RefCell::new(Cache::new(MAX_LINKS)),
            failures: FailureCache::new(MAX_FAILURES),
        }
    }
}

/// A cached value, with the time at which it was last asked for.
#[derive(Clone, Debug)]
pub struct Cached<T> {
    pub value: T,
    /// When the account object, or KV, was last asked for the value.
    pub seen_at: UnixSeconds,
}

/// A cached link of a file.
#[derive(Debug)]
pub enum CachedLink {
    /// A link that expires.
    Expiring(UpstreamLink),
    /// A permanent link, split into the parts that are signed.
    Permanent { url: String, base: Base, tail: String, signer: Option<Signer> },
    /// The URL of a link that turned out to be dead.
    Dead(String),
}

impl Memory {
    /// A folder's cached listing; counts as a use of it.
    pub fn folder(&self, id: u64) -> Option<Cached<Rc<Listing>>> {
        self.folders.borrow().get(&id, NEVER).cloned()
    }

    /// A folder's cached listing, without counting as a use of it.
    pub fn peek(&self, id: u64) -> Option<Rc<Listing>> {
        self.folders.borrow().peek(&id, NEVER).map(|kept| Rc::clone(&kept.value))
    }

    /// A file's cached link; counts as a use of it.
    pub fn link(&self, id: u64) -> Option<Cached<Rc<CachedLink>>> {
        self.links.borrow().get(&id, NEVER).cloned()
    }

    /// The recent failure of a listing or a link, if there is one.
    pub fn failure(&self, key: CacheKey, now: UnixSeconds) -> Option<UpstreamError> {
        self.failures.get(&key, now.into())
    }

    /// Caches a folder's listing, unless a newer one is cached already.
    pub fn offer(&self, id: u64, listing: Listing, now: UnixSeconds) {
        self.failures.remove(&CacheKey::Folder(id));
        let mut folders = self.folders.borrow_mut();
        let cached = folders.get(&id, NEVER);
        if cached.is_none_or(|cached| cached.value.read_at() <= listing.read_at()) {
            let bytes = listing.heap_bytes();
            let cached = Cached { value: Rc::new(listing), seen_at: now };
            folders.put(id, cached, bytes, None, now.into());
        } else if let Some(cached) = folders.get_mut(&id) {
            cached.seen_at = cached.seen_at.max(now);
        }
    }

    /// Records that the account object was asked for a listing at `now`, and `read_at`, the time at which
    /// 123Pan was asked, if the account object said so.
    pub fn confirm(&self, id: u64, read_at: Option<UnixSeconds>, now: UnixSeconds) {
        if let Some(cached) = self.folders.borrow_mut().get_mut(&id) {
            // A reply that comes late does not set the time back.
            cached.seen_at = cached.seen_at.max(now);
            if let Some(read_at) = read_at {
                cached.value.confirm(read_at);
            }
        }
    }

    /// Removes a folder's listing.
    pub fn forget(&self, id: u64) {
        self.folders.borrow_mut().remove(&id);
    }

    /// Caches a file's link.
    pub fn offer_link(&self, id: u64, link: CachedLink, now: UnixSeconds) {
        self.failures.remove(&CacheKey::Link(id));
        let cached = Cached { value: Rc::new(link), seen_at: now };
        self.links.borrow_mut().put(id, cached, 1, None, now.into());
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
    pub fn record_failure(&self, key: CacheKey, failed: UpstreamError, now: UnixSeconds) {
        self.failures.record(key, failed, now.into());
    }

    /// Removes all failures, so that everything the owner asks for is tried again.
    pub fn clear_failures(&self) {
        self.failures.clear();
    }
}

/// The `now` for look-ups in caches whose values have no expiry.
const NEVER: UnixMillis = UnixMillis(0);
