//! Failures of a moment ago, repeated to whoever asks for the same: 123Pan is not asked for them again.

use std::cell::RefCell;
use std::hash::Hash;
use std::time::Duration;

use super::cache::Cache;
use super::upstream::error::UpstreamError;
use crate::time::UnixMillis;

/// Failures by what was asked for, each until its [lifetime](UpstreamError::lifetime) is over.
#[derive(Debug)]
pub struct FailureCache<K>(RefCell<Cache<K, UpstreamError>>);

/// What is asked for of a mount, by 123Pan's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CacheKey {
    /// A folder's listing.
    Folder(u64),
    /// A file's link.
    Link(u64),
}

impl<K: Eq + Hash + Clone> FailureCache<K> {
    /// An empty cache for so many failures.
    pub fn new(limit: usize) -> Self {
        Self(RefCell::new(Cache::new(limit)))
    }

    /// The failure of a moment ago.
    pub fn get(&self, key: &K, now: UnixMillis) -> Option<UpstreamError> {
        self.0.borrow().get(key, now).cloned()
    }

    /// Remembers a failure: no longer than 123Pan says to wait, but for a second at least.
    pub fn record(&self, key: K, failed: UpstreamError, now: UnixMillis) {
        let longest = failed.lifetime();
        let asked = failed.retry_after.map_or(longest, Duration::from_secs);
        let lifetime = asked.clamp(Duration::from_secs(1), longest);
        self.0.borrow_mut().put(key, failed, 1, Some(now.after(lifetime)), now);
    }

    /// Forgets a failure, since it is over.
    pub fn remove(&self, key: &K) {
        self.0.borrow_mut().remove(key);
    }

    /// Forgets all failures: the owner wants everything to be tried again.
    pub fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::upstream::error::UpstreamErrorKind;

    #[test]
    fn a_failure_is_repeated_for_as_long_as_it_is_likely_to_last() {
        let cases = [
            (UpstreamErrorKind::NotFound, None, 60),
            (UpstreamErrorKind::Quota, None, 60),
            (UpstreamErrorKind::Quota, Some(5), 5),
            (UpstreamErrorKind::Server, None, 10),
            (UpstreamErrorKind::RateLimited, Some(0), 1),
            (UpstreamErrorKind::RateLimited, Some(3), 3),
            (UpstreamErrorKind::RateLimited, Some(300), 10),
        ];
        for (kind, retry_after, seconds) in cases {
            let failures = FailureCache::new(9);
            let failed = UpstreamError { retry_after, ..kind.into() };
            failures.record(7, failed.clone(), UnixMillis(1_000));
            let end = UnixMillis(1_000 + seconds * 1_000);
            let before = UnixMillis(end.0 - 1);
            assert_eq!(failures.get(&7, before), Some(failed.clone()), "{kind} {retry_after:?}");
            assert_eq!(failures.get(&7, end), None, "{kind} {retry_after:?}");
            assert_eq!(failures.get(&8, before), None);
        }
    }
}
