//! What an isolate remembers of a drive: listings, links, and what was refused a moment ago.

use std::cell::RefCell;
use std::rc::Rc;

use crate::account::command::UpstreamLink;
use crate::origin::Base;
use crate::sign::Signer;
use crate::sources::cache::Cache;
use crate::sources::failures::{CacheKey, FailureCache};
use crate::sources::listing::Listing;
use crate::sources::upstream::error::UpstreamError;
use crate::time::{UnixMillis, UnixSeconds};

/// Bytes of listings that one drive keeps, of the 128 MB that an isolate has.
const MAX_BYTES: usize = 16 << 20;
/// Links that one drive keeps.
const MAX_LINKS: usize = 2_000;
/// Failures that one drive keeps.
const MAX_FAILURES: usize = 1_000;

/// Everything that is remembered of a drive.
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

/// Something with the time at which it was last asked for.
#[derive(Clone, Debug)]
pub struct Cached<T> {
    pub value: T,
    /// When the account object, or KV, was last asked.
    pub seen_at: UnixSeconds,
}

/// A file's link.
#[derive(Debug)]
pub enum CachedLink {
    /// One with an end.
    Passing(UpstreamLink),
    /// A permanent one, in the parts that are signed.
    Permanent { url: String, base: Base, tail: String, signer: Option<Signer> },
    /// One that turned out to be dead.
    Dead(String),
}

impl Memory {
    /// A folder's listing, which is used by that.
    pub fn folder(&self, id: u64) -> Option<Cached<Rc<Listing>>> {
        self.folders.borrow().get(&id, NEVER).cloned()
    }

    /// A folder's listing, which is not used by that.
    pub fn peek(&self, id: u64) -> Option<Rc<Listing>> {
        self.folders.borrow().peek(&id, NEVER).map(|kept| Rc::clone(&kept.value))
    }

    /// A file's link, which is used by that.
    pub fn link(&self, id: u64) -> Option<Cached<Rc<CachedLink>>> {
        self.links.borrow().get(&id, NEVER).cloned()
    }

    /// Why something failed a moment ago.
    pub fn failure(&self, key: CacheKey, now: UnixSeconds) -> Option<UpstreamError> {
        self.failures.get(&key, now.into())
    }

    /// Takes a listing. One that comes late never replaces a newer one.
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

    /// Notes that the account object was asked, and when it says that 123Pan was.
    pub fn confirm(&self, id: u64, read_at: Option<UnixSeconds>, now: UnixSeconds) {
        if let Some(cached) = self.folders.borrow_mut().get_mut(&id) {
            // A request that is answered late does not make it older.
            cached.seen_at = cached.seen_at.max(now);
            if let Some(read_at) = read_at {
                cached.value.confirm(read_at);
            }
        }
    }

    /// Forgets a listing.
    pub fn forget(&self, id: u64) {
        self.folders.borrow_mut().remove(&id);
    }

    /// Takes a file's link.
    pub fn offer_link(&self, id: u64, link: CachedLink, now: UnixSeconds) {
        self.failures.remove(&CacheKey::Link(id));
        let cached = Cached { value: Rc::new(link), seen_at: now };
        self.links.borrow_mut().put(id, cached, 1, None, now.into());
    }

    /// Notes that the CDN does not know this link any more. Of many who find that out, the late ones
    /// meet the new link, which is left as it is.
    pub fn invalidate_link(&self, id: u64, url: &str) {
        let mut links = self.links.borrow_mut();
        if let Some(cached) = links.get_mut(&id)
            && matches!(&*cached.value, CachedLink::Passing(link) if link.url == url)
        {
            cached.value = Rc::new(CachedLink::Dead(url.to_owned()));
        }
    }

    /// Remembers a failure, so that not every client's request asks the account object for it.
    pub fn record_failure(&self, key: CacheKey, failed: UpstreamError, now: UnixSeconds) {
        self.failures.record(key, failed, now.into());
    }

    /// Forgets all failures: the owner wants everything to be tried again.
    pub fn clear_failures(&self) {
        self.failures.clear();
    }
}

/// A time before the end of everything that has none.
const NEVER: UnixMillis = UnixMillis(0);
