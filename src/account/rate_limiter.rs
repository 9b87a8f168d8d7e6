//! Rate limits of calls to 123Pan: the spacing of calls to one endpoint, and pauses after it reported too
//! many.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::sources::upstream::endpoint::{Endpoint, Pauses};
use crate::time::UnixMillis;

/// The longest wait of a call for its turn. A call that would wait longer is refused instead: with a longer
/// queue, all clients would be answered late.
pub const MAX_QUEUE_WAIT: Duration = Duration::from_secs(8);

/// The longest of the pauses of [`Pauses::Seconds`].
const MAX_PAUSE: Duration = Duration::from_secs(8);

/// The first of the pauses of [`Pauses::Minutes`].
const FIRST_LONG_PAUSE: Duration = Duration::from_mins(1);

/// The longest of the pauses of [`Pauses::Minutes`], and the longest that 123Pan's `Retry-After` is followed
/// for.
const MAX_LONG_PAUSE: Duration = Duration::from_mins(5);

/// Pauses longer than this are stored, so that they outlast the instance, which may end at any idle moment.
/// Those of [`Pauses::Minutes`] are always stored.
const STORED_PAUSE: Duration = Duration::from_secs(10);

/// The rate limiter of an account object: when each endpoint may be called next.
#[derive(Debug, Default)]
pub struct RateLimiter {
    /// Buckets by the name of the rate limit.
    buckets: BTreeMap<String, Bucket>,
}

/// The state of an endpoint, or of several that share one limit of 123Pan's.
#[derive(Debug, Default)]
struct Bucket {
    /// The time of the next turn that can be reserved.
    next_at: UnixMillis,
    /// The earliest time at which a call may leave, as spaced from the last one that left.
    free_at: UnixMillis,
    /// When the pause of all calls began.
    paused_at: UnixMillis,
    /// When the pause of all calls ends.
    until: UnixMillis,
    /// How many calls in a row were answered with [`UpstreamErrorKind::RateLimited`].
    failures: u32,
    /// Whether the pause is to be stored.
    is_kept: bool,
}

/// Exponential backoff with jitter: `first`, doubled `times` times up to `longest`, and up to a quarter
/// more by `chance`, so that not all callers come back at once.
pub fn backoff(first: Duration, times: u32, longest: Duration, chance: u8) -> Duration {
    let pause = first.saturating_mul(1 << times.min(16)).min(longest);
    pause + pause * u32::from(chance) / 1_024
}

impl RateLimiter {
    fn bucket(&mut self, endpoint: Endpoint) -> &mut Bucket {
        self.buckets.entry(endpoint.rate_limit.to_owned()).or_default()
    }

    /// The stored form: the pauses that outlast an instance of the object, one a line.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (name, bucket) in self.buckets.iter().filter(|(_, bucket)| bucket.is_kept) {
            // Writing to a string can't fail.
            let _ = writeln!(text, "{name} {} {}", bucket.failures, bucket.until);
        }
        text
    }

    /// Parses the stored form of [`RateLimiter::to_text`]; lines in another form are skipped.
    pub fn parse(stored: &str) -> Self {
        let mut limiter = Self::default();
        for line in stored.lines() {
            let mut parts = line.split(' ');
            let (Some(name), Some(failures), Some(until)) = (
                parts.next(),
                parts.next().and_then(|failures| failures.parse().ok()),
                parts.next().and_then(|until| until.parse().ok()).map(UnixMillis),
            ) else {
                continue;
            };
            let bucket = Bucket { failures, until, is_kept: true, ..Bucket::default() };
            limiter.buckets.insert(name.to_owned(), bucket);
        }
        limiter
    }

    /// Reserves the next turn of an endpoint, and returns when it comes.
    ///
    /// # Errors
    /// [`UpstreamErrorKind::RateLimited`], with the time until the turn, if that is more than `max_wait`
    /// away, or in a pause of [`Pauses::Minutes`]. Nothing is reserved then.
    pub fn reserve(
        &mut self,
        endpoint: Endpoint,
        now: UnixMillis,
        max_wait: Duration,
    ) -> Result<UnixMillis, UpstreamError> {
        let bucket = self.bucket(endpoint);
        let at = now.max(bucket.next_at).max(bucket.until);
        let wait = at.since(now);
        // No client is kept waiting for a long pause, not even for the end of one.
        if wait > max_wait || (endpoint.pauses == Pauses::Minutes && bucket.until > now) {
            let retry_after = Some(wait);
            return Err(UpstreamError { retry_after, ..UpstreamErrorKind::RateLimited.into() });
        }
        bucket.next_at = at.after(endpoint.spacing);
        Ok(at)
    }

    /// Lets a call leave once its turn has come.
    ///
    /// # Errors
    /// The time to wait, if the call before it left late: a timer may be late, and 123Pan counts when calls
    /// arrive.
    pub fn leave(&mut self, endpoint: Endpoint, now: UnixMillis) -> Result<(), Duration> {
        let bucket = self.bucket(endpoint);
        if now < bucket.free_at {
            return Err(bucket.free_at.since(now));
        }
        bucket.free_at = now.after(endpoint.spacing);
        bucket.next_at = bucket.next_at.max(bucket.free_at);
        Ok(())
    }

    /// Whether calls to an endpoint are paused at present, even those whose turn has come.
    pub fn is_paused(&mut self, endpoint: Endpoint, now: UnixMillis) -> bool {
        self.bucket(endpoint).until > now
    }

    /// Pauses an endpoint because 123Pan answers the call that left at `sent_at` that there were too many
    /// calls. Calls that were under way together count as one. Returns whether the pauses have to be
    /// stored.
    pub fn limited(
        &mut self,
        endpoint: Endpoint,
        sent_at: UnixMillis,
        now: UnixMillis,
        asked: Duration,
        chance: u8,
    ) -> bool {
        let bucket = self.bucket(endpoint);
        if sent_at < bucket.paused_at {
            return false;
        }
        let (first, longest) = if endpoint.pauses == Pauses::Minutes {
            (FIRST_LONG_PAUSE, MAX_LONG_PAUSE)
        } else {
            (endpoint.first_pause, MAX_PAUSE)
        };
        let pause = backoff(first, bucket.failures, longest, chance);
        // The pause that 123Pan asks for is kept, within reason.
        let pause = pause.max(asked.min(MAX_LONG_PAUSE));
        bucket.failures = bucket.failures.saturating_add(1);
        bucket.paused_at = now;
        bucket.until = now.after(pause);
        bucket.is_kept |= endpoint.pauses == Pauses::Minutes || pause > STORED_PAUSE;
        bucket.is_kept
    }

    /// Ends the run of failures after a call that went through. Returns whether the pauses have to be
    /// stored.
    pub fn went_through(&mut self, endpoint: Endpoint, sent_at: UnixMillis) -> bool {
        let bucket = self.bucket(endpoint);
        if sent_at < bucket.until {
            return false;
        }
        bucket.failures = 0;
        std::mem::take(&mut bucket.is_kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: Endpoint = Endpoint::new("List", Duration::from_millis(700));
    const DOWNLOAD: Endpoint = Endpoint::new("Download", Duration::from_millis(700));
    const SHARE_LIST: Endpoint = Endpoint {
        rate_limit: "Share",
        pauses: Pauses::Minutes,
        ..Endpoint::new("ShareList", Duration::from_secs(1))
    };
    const SHARE_DOWNLOAD: Endpoint = Endpoint { name: "ShareDownload", ..SHARE_LIST };

    const fn at(ms: u64) -> UnixMillis {
        UnixMillis(ms)
    }

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn turns_come_one_after_the_other_until_the_queue_is_full() {
        let mut limiter = RateLimiter::default();
        let turns = (0..12).map(|_| limiter.reserve(LIST, at(1_000), MAX_QUEUE_WAIT));
        let want = (0..12).map(|turn| Ok(at(1_000 + turn * 700)));
        assert_eq!(turns.collect::<Vec<_>>(), want.collect::<Vec<_>>());
        let refused = limiter.reserve(LIST, at(1_000), MAX_QUEUE_WAIT).unwrap_err();
        let retry_after = Some(Duration::from_millis(8_400));
        assert_eq!(
            (refused.kind, refused.retry_after),
            (UpstreamErrorKind::RateLimited, retry_after)
        );
        assert_eq!(limiter.reserve(DOWNLOAD, at(1_000), MAX_QUEUE_WAIT), Ok(at(1_000)));
        assert_eq!(limiter.reserve(LIST, at(60_000), MAX_QUEUE_WAIT), Ok(at(60_000)));
    }

    #[test]
    fn a_call_that_leaves_late_keeps_the_next_one_at_its_distance() {
        let mut limiter = RateLimiter::default();
        assert_eq!(limiter.reserve(LIST, at(1_000), MAX_QUEUE_WAIT), Ok(at(1_000)));
        assert_eq!(limiter.reserve(LIST, at(1_000), MAX_QUEUE_WAIT), Ok(at(1_700)));
        assert_eq!(limiter.leave(LIST, at(1_650)), Ok(()));
        assert_eq!(limiter.leave(LIST, at(1_700)), Err(Duration::from_millis(650)));
        assert_eq!(limiter.leave(LIST, at(2_350)), Ok(()));
        assert_eq!(limiter.reserve(LIST, at(2_400), MAX_QUEUE_WAIT), Ok(at(3_050)));
        assert_eq!(limiter.leave(DOWNLOAD, at(2_400)), Ok(()));
    }

    #[test]
    fn a_pause_doubles_and_is_for_everybody() {
        let mut limiter = RateLimiter::default();
        let mut now = 0;
        for pause in [1, 2, 4, 8, 8] {
            limiter.limited(LIST, at(now), at(now), seconds(0), 0);
            assert!(limiter.is_paused(LIST, at(now + pause * 1_000 - 1)), "{pause}");
            now += pause * 1_000;
            assert!(!limiter.is_paused(LIST, at(now)), "{pause}");
        }
        limiter.limited(LIST, at(now - 1), at(now), seconds(0), 0);
        limiter.went_through(LIST, at(now));
        limiter.limited(LIST, at(now + 5), at(now + 5), seconds(3), 0);
        assert!(limiter.is_paused(LIST, at(now + 3_004)), "the vendor's own word");
    }

    #[test]
    fn a_share_is_paused_for_a_minute_and_its_downloads_with_it() {
        let mut limiter = RateLimiter::default();
        limiter.limited(SHARE_LIST, at(0), at(0), seconds(0), 0);
        let refused = limiter.reserve(SHARE_DOWNLOAD, at(1_000), MAX_QUEUE_WAIT).unwrap_err();
        assert_eq!(refused.retry_after, Some(seconds(59)));
        for until in [120, 240, 300, 300] {
            let now = 10_000_000 * until;
            limiter.limited(SHARE_LIST, at(now), at(now), seconds(0), 0);
            assert!(limiter.is_paused(SHARE_LIST, at(now + until * 1_000 - 1)));
            assert!(!limiter.is_paused(SHARE_LIST, at(now + until * 1_000)));
        }
    }

    #[test]
    fn chance_adds_at_most_a_quarter() {
        assert_eq!(backoff(seconds(1), 2, seconds(8), 0), seconds(4));
        assert!(backoff(seconds(1), 9, seconds(8), 255) <= seconds(10));
    }
}
