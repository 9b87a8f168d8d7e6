//! Rate limits of calls to 123Pan: the spacing of calls to one endpoint, and pauses after it reported too
//! many.

use std::fmt::Write as _;
use std::time::Duration;

use crate::sources::upstream::call::Endpoint;
use crate::sources::upstream::error::{UpstreamError, UpstreamErrorKind};
use crate::time::{UnixMillis, ceil_seconds};

/// The longest wait of a call for its turn. A call that would wait longer is refused instead: with a longer
/// queue, all clients would be answered late.
pub const QUEUE: Duration = Duration::from_secs(8);

/// The longest pause after [`UpstreamErrorKind::RateLimited`], except for shares.
const MAX_PAUSE: Duration = Duration::from_secs(8);

/// The first pause of a share: its limit ends after about a minute, and its responses don't say so.
const SHARE_PAUSE: Duration = Duration::from_mins(1);

/// The longest pause of a share, and the longest that 123Pan's `Retry-After` is followed for.
const MAX_SHARE_PAUSE: Duration = Duration::from_mins(5);

/// Pauses longer than this are stored, so that they outlast the instance, which may end at any idle moment.
/// Pauses of shares are always stored, however short they are.
const STORED_PAUSE: Duration = Duration::from_secs(10);

/// The rate limiter of an account object: when each endpoint may be called next.
#[derive(Debug, Default)]
pub struct RateLimiter {
    /// Buckets by the endpoint's discriminant.
    buckets: [Bucket; BUCKETS],
}

const BUCKETS: usize = Endpoint::Relay as usize + 1;

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

/// The endpoint whose bucket a call uses: one limit of 60 a minute holds for a share's listings and
/// downloads together.
const fn bucket_of(endpoint: Endpoint) -> Endpoint {
    match endpoint {
        Endpoint::ShareDownload => Endpoint::ShareList,
        other => other,
    }
}

const fn is_share(endpoint: Endpoint) -> bool {
    matches!(endpoint, Endpoint::ShareList | Endpoint::ShareDownload)
}

/// The first pause before a retry of a call that may work in a moment.
pub const fn first_pause(endpoint: Endpoint) -> Duration {
    Duration::from_millis(if is_open(endpoint) { 500 } else { 1_000 })
}

/// Maximum number of attempts of one call.
pub const fn tries(endpoint: Endpoint) -> u32 {
    match endpoint {
        Endpoint::Relay => 2,
        endpoint if is_open(endpoint) => 6,
        _ => 4,
    }
}

const fn is_open(endpoint: Endpoint) -> bool {
    matches!(
        endpoint,
        Endpoint::OpenList
            | Endpoint::OpenDownload
            | Endpoint::OpenDirectLink
            | Endpoint::OpenUserInfo
            | Endpoint::OpenToken
    )
}

/// Exponential backoff with jitter: `first`, doubled `times` times up to `longest`, and up to a quarter
/// more by `chance`, so that not all callers come back at once.
pub fn backoff(first: Duration, times: u32, longest: Duration, chance: u8) -> Duration {
    let pause = first.saturating_mul(1 << times.min(16)).min(longest);
    pause + pause * u32::from(chance) / 1_024
}

impl RateLimiter {
    #[expect(clippy::indexing_slicing, reason = "there is one for each endpoint")]
    fn bucket(&mut self, endpoint: Endpoint) -> &mut Bucket {
        &mut self.buckets[bucket_of(endpoint) as usize]
    }

    /// The stored form: the pauses that outlast an instance of the object, one a line.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (at, bucket) in self.buckets.iter().enumerate().filter(|(_, bucket)| bucket.is_kept) {
            // Writing to a string can't fail.
            let _ = writeln!(text, "{at} {} {}", bucket.failures, bucket.until);
        }
        text
    }

    /// Parses the stored form of [`RateLimiter::to_text`]; lines in another form are skipped.
    pub fn parse(stored: &str) -> Self {
        let mut limiter = Self::default();
        for line in stored.lines() {
            let mut parts = line.split(' ').filter_map(|part| part.parse::<u64>().ok());
            let (Some(at), Some(failures), Some(until)) =
                (parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            if let Some(bucket) =
                usize::try_from(at).ok().and_then(|at| limiter.buckets.get_mut(at))
            {
                let failures = u32::try_from(failures).unwrap_or(u32::MAX);
                let until = UnixMillis(until);
                *bucket = Bucket { failures, until, is_kept: true, ..Bucket::default() };
            }
        }
        limiter
    }

    /// Reserves the next turn of an endpoint, and returns when it comes.
    ///
    /// # Errors
    /// [`UpstreamErrorKind::RateLimited`], with the seconds until the turn, if that is more than `patience`
    /// away, or if a share is paused. Nothing is reserved then.
    pub fn reserve(
        &mut self,
        endpoint: Endpoint,
        now: UnixMillis,
        patience: Duration,
    ) -> Result<UnixMillis, UpstreamError> {
        let bucket = self.bucket(endpoint);
        let at = now.max(bucket.next_at).max(bucket.until);
        let wait = at.since(now);
        // No client is kept waiting for a share's pause, not even for the end of one.
        if wait > patience || (is_share(endpoint) && bucket.until > now) {
            let retry_after = Some(ceil_seconds(wait));
            return Err(UpstreamError { retry_after, ..UpstreamErrorKind::RateLimited.into() });
        }
        bucket.next_at = at.after(endpoint.spacing());
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
        bucket.free_at = now.after(endpoint.spacing());
        bucket.next_at = bucket.next_at.max(bucket.free_at);
        Ok(())
    }

    /// Whether calls to an endpoint are paused at present, even those whose turn has come.
    pub fn is_paused(&mut self, endpoint: Endpoint, now: UnixMillis) -> bool {
        self.bucket(endpoint).until > now
    }

    /// Pauses an endpoint because the call that left at `sent_at` was one too many. Calls that were under
    /// way together count as one. Returns whether the pauses have to be stored.
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
        let (first, longest) = if is_share(endpoint) {
            (SHARE_PAUSE, MAX_SHARE_PAUSE)
        } else {
            (first_pause(endpoint), MAX_PAUSE)
        };
        let pause = backoff(first, bucket.failures, longest, chance);
        // The pause that 123Pan asks for is kept, within reason.
        let pause = pause.max(asked.min(MAX_SHARE_PAUSE));
        bucket.failures = bucket.failures.saturating_add(1);
        bucket.paused_at = now;
        bucket.until = now.after(pause);
        bucket.is_kept |= is_share(endpoint) || pause > STORED_PAUSE;
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

    const fn at(ms: u64) -> UnixMillis {
        UnixMillis(ms)
    }

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn turns_come_one_after_the_other_until_the_queue_is_full() {
        let mut limiter = RateLimiter::default();
        let turns = (0..12).map(|_| limiter.reserve(Endpoint::List, at(1_000), QUEUE));
        let want = (0..12).map(|turn| Ok(at(1_000 + turn * 700)));
        assert_eq!(turns.collect::<Vec<_>>(), want.collect::<Vec<_>>());
        let refused = limiter.reserve(Endpoint::List, at(1_000), QUEUE).unwrap_err();
        assert_eq!((refused.kind, refused.retry_after), (UpstreamErrorKind::RateLimited, Some(9)));
        assert_eq!(limiter.reserve(Endpoint::Download, at(1_000), QUEUE), Ok(at(1_000)));
        assert_eq!(limiter.reserve(Endpoint::List, at(60_000), QUEUE), Ok(at(60_000)));
    }

    #[test]
    fn a_call_that_leaves_late_keeps_the_next_one_at_its_distance() {
        let mut limiter = RateLimiter::default();
        assert_eq!(limiter.reserve(Endpoint::List, at(1_000), QUEUE), Ok(at(1_000)));
        assert_eq!(limiter.reserve(Endpoint::List, at(1_000), QUEUE), Ok(at(1_700)));
        assert_eq!(limiter.leave(Endpoint::List, at(1_650)), Ok(()));
        assert_eq!(limiter.leave(Endpoint::List, at(1_700)), Err(Duration::from_millis(650)));
        assert_eq!(limiter.leave(Endpoint::List, at(2_350)), Ok(()));
        assert_eq!(limiter.reserve(Endpoint::List, at(2_400), QUEUE), Ok(at(3_050)));
        assert_eq!(limiter.leave(Endpoint::Download, at(2_400)), Ok(()));
    }

    #[test]
    fn a_pause_doubles_and_is_for_everybody() {
        let mut limiter = RateLimiter::default();
        let mut now = 0;
        for pause in [1, 2, 4, 8, 8] {
            limiter.limited(Endpoint::List, at(now), at(now), seconds(0), 0);
            assert!(limiter.is_paused(Endpoint::List, at(now + pause * 1_000 - 1)), "{pause}");
            now += pause * 1_000;
            assert!(!limiter.is_paused(Endpoint::List, at(now)), "{pause}");
        }
        limiter.limited(Endpoint::List, at(now - 1), at(now), seconds(0), 0);
        limiter.went_through(Endpoint::List, at(now));
        limiter.limited(Endpoint::List, at(now + 5), at(now + 5), seconds(3), 0);
        assert!(limiter.is_paused(Endpoint::List, at(now + 3_004)), "the vendor's own word");
    }

    #[test]
    fn a_share_rests_for_a_minute_and_its_downloads_with_it() {
        let mut limiter = RateLimiter::default();
        limiter.limited(Endpoint::ShareList, at(0), at(0), seconds(0), 0);
        let refused = limiter.reserve(Endpoint::ShareDownload, at(1_000), QUEUE).unwrap_err();
        assert_eq!(refused.retry_after, Some(59));
        for until in [120, 240, 300, 300] {
            let now = 10_000_000 * until;
            limiter.limited(Endpoint::ShareList, at(now), at(now), seconds(0), 0);
            assert!(limiter.is_paused(Endpoint::ShareList, at(now + until * 1_000 - 1)));
            assert!(!limiter.is_paused(Endpoint::ShareList, at(now + until * 1_000)));
        }
    }

    #[test]
    fn chance_adds_at_most_a_quarter() {
        assert_eq!(backoff(seconds(1), 2, seconds(8), 0), seconds(4));
        assert!(backoff(seconds(1), 9, seconds(8), 255) <= seconds(10));
    }
}
