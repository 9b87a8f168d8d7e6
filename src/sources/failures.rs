//! A cache of recent failures of 123Pan, which are repeated to requests for the same thing without asking
//! 123Pan again.

use std::cell::RefCell;
use std::hash::Hash;
use std::time::Duration;

use super::cache::Cache;
use crate::error::upstream::UpstreamError;
use crate::time::UnixMillis;

/// Failures by the key of what was asked for, each kept for its [lifetime](UpstreamError::lifetime).
#[derive(Debug)]
pub struct FailureCache<K>(RefCell<Cache<K, UpstreamError>>);

/// The key of a cached failure of a mount, with 123Pan's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKey {
    /// The listing of the folder with this id.
    Folder(u64),
    /// The link of the file with this id.
    Link(u64),
    /// The bytes of the file with this id, as the Worker fetches them.
    Bytes(u64),
}

impl<K: Eq + Hash + Clone> FailureCache<K> {
    /// An empty cache for at most `limit` failures.
    pub fn new(limit: usize) -> Self {
        Self(RefCell::new(Cache::new(limit)))
    }

    /// The recent failure of what `key` stands for, if there is one.
    pub fn get(&self, key: &K, now: UnixMillis) -> Option<UpstreamError> {
        self.0.borrow().get(key, now).cloned()
    }

    /// Records a failure: no longer than 123Pan says to wait, but for a second at least.
    pub fn record(&self, key: K, failed: UpstreamError, now: UnixMillis) {
        let longest = failed.lifetime();
        let asked = failed.retry_after.unwrap_or(longest);
        let lifetime = asked.clamp(Duration::from_secs(1), longest);
        self.0.borrow_mut().put(key, failed, 1, Some(now.after(lifetime)), now);
    }

    /// Removes a failure, because it is over.
    pub fn remove(&self, key: &K) {
        self.0.borrow_mut().remove(key);
    }

    /// Removes all failures, so that everything the owner asks for is tried again.
    pub fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::upstream::UpstreamErrorKind;

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
            let retry_after = retry_after.map(Duration::from_secs);
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
