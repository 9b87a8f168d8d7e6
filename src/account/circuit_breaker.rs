//! The breaker of an account: what keeps a failure from being repeated until the vendor bans the
//! account. It is durable, so that a restart does not forget it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::sources::upstream::error::{UpstreamError, UpstreamErrorKind};
use crate::time::UnixMillis;

/// The vendor has shut out this client or its address: it is left alone for an hour.
const BANNED: Duration = Duration::from_hours(1);

/// A token that is refused within this time was refused while it was fresh.
pub const FRESH: Duration = Duration::from_mins(10);

/// So many fresh tokens refused within [`FRESH`], and something is wrong that a new one won't cure.
const MAX_FAILURES: usize = 3;

/// How long an account rests then; twice as long each time.
const REST: Duration = Duration::from_mins(10);

/// The longest rest.
const MAX_REST: Duration = Duration::from_hours(6);

/// After so long without one, rests begin with the shortest again.
const FORGIVEN_AFTER: Duration = Duration::from_hours(24);

/// What is known of an account's failures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CircuitBreaker {
    stopped: Option<UpstreamError>,
    until: Option<UnixMillis>,
    /// When fresh tokens were refused.
    failures: Vec<UnixMillis>,
    /// Rests in a row.
    rests: u32,
    rested_at: UnixMillis,
}

impl CircuitBreaker {
    /// Why there are no calls at present.
    pub fn stopped(&self, now: UnixMillis) -> Option<&UpstreamError> {
        self.stopped.as_ref().filter(|_| self.until.is_none_or(|until| now < until))
    }

    /// When calls are made again by themselves, if that is known.
    pub fn until(&self) -> Option<UnixMillis> {
        self.until
    }

    /// A failure that every further call would repeat.
    pub fn stop(&mut self, failed: UpstreamError, now: UnixMillis) {
        self.until = (failed.kind == UpstreamErrorKind::Banned).then_some(now.after(BANNED));
        self.stopped = Some(failed);
    }

    /// A token was refused while it was fresh. Whether that stops the account.
    pub fn record_failure(&mut self, failed: &UpstreamError, now: UnixMillis) -> bool {
        if self.stopped(now).is_some() {
            return true;
        }
        self.failures.retain(|at| now < at.after(FRESH));
        self.failures.push(now);
        if now >= self.rested_at.after(FORGIVEN_AFTER) {
            self.rests = 0;
        }
        // After a rest there is one try, not three.
        if self.rests == 0 && self.failures.len() < MAX_FAILURES {
            return false;
        }
        let rest = REST.saturating_mul(1 << self.rests.min(16)).min(MAX_REST);
        self.rests = self.rests.saturating_add(1);
        self.rested_at = now.after(rest);
        self.until = Some(self.rested_at);
        self.stopped = Some(failed.clone());
        self.failures.clear();
        true
    }

    /// The next call is let through; if it fails, all is as it was. Whether there was anything to do.
    pub fn half_open(&mut self, now: UnixMillis) -> bool {
        let is_stopped = self.stopped(now).is_some();
        if is_stopped {
            self.until = Some(now);
        }
        is_stopped
    }

    /// A call was made though the account was stopped, and it went through. Whether that is news.
    pub fn close(&mut self) -> bool {
        self.until = None;
        self.stopped.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A breaker, as it comes back from the storage.
    fn stored(breaker: &CircuitBreaker) -> CircuitBreaker {
        serde_json::from_str(&serde_json::to_string(breaker).unwrap()).unwrap()
    }

    const AUTH: UpstreamError = UpstreamError {
        kind: UpstreamErrorKind::Auth,
        code: Some(401),
        said: None,
        retry_after: None,
    };

    #[test]
    fn what_needs_its_owner_stays_stopped_and_a_ban_ends_after_an_hour() {
        let mut breaker = CircuitBreaker::default();
        breaker.stop(UpstreamErrorKind::NeedHuman.into(), UnixMillis(5));
        assert!(breaker.stopped(UnixMillis::NEVER).is_some());
        assert_eq!(breaker.until(), None);
        breaker.stop(UpstreamErrorKind::Banned.into(), UnixMillis(5));
        assert!(breaker.stopped(UnixMillis(4).after(BANNED)).is_some());
        assert!(breaker.stopped(UnixMillis(5).after(BANNED)).is_none());
        assert!(breaker.close());
        assert!(!breaker.close());
    }

    #[test]
    fn the_third_fresh_token_refused_is_the_last_for_a_while() {
        let mut breaker = CircuitBreaker::default();
        let mut now = 1_000_000;
        assert_eq!(
            [0, 1, 2].map(|at| breaker.record_failure(&AUTH, UnixMillis(now + at))),
            [false, false, true]
        );
        now += 2;
        for minutes in [10, 20, 40, 80, 160, 320, 360, 360] {
            let until = now + minutes * 60_000;
            assert_eq!(breaker.until(), Some(UnixMillis(until)));
            assert!(breaker.stopped(UnixMillis(until - 1)).is_some());
            assert!(breaker.stopped(UnixMillis(until)).is_none());
            now = until + 7;
            assert!(breaker.record_failure(&AUTH, UnixMillis(now)), "one try after a rest");
        }
        now = UnixMillis(now).after(MAX_REST).after(FORGIVEN_AFTER).0;
        assert!(!breaker.record_failure(&AUTH, UnixMillis(now)), "forgiven");
    }

    #[test]
    fn its_owner_has_one_more_try() {
        let mut breaker = CircuitBreaker::default();
        assert!(!breaker.half_open(UnixMillis(5)), "nothing to try");
        breaker.stop(UpstreamErrorKind::NeedHuman.into(), UnixMillis(5));
        assert!(breaker.half_open(UnixMillis(9)));
        assert!(breaker.stopped(UnixMillis(9)).is_none());
        breaker.stop(UpstreamErrorKind::NeedHuman.into(), UnixMillis(10));
        assert!(breaker.stopped(UnixMillis::NEVER).is_some());
        let mut breaker = CircuitBreaker::default();
        assert_eq!(
            [0, 1, 2].map(|at| breaker.record_failure(&AUTH, UnixMillis(at))),
            [false, false, true]
        );
        assert!(breaker.half_open(UnixMillis(9)));
        assert!(breaker.record_failure(&AUTH, UnixMillis(10)), "one try, not three");
    }

    #[test]
    fn strikes_far_apart_do_not_add_up() {
        let mut breaker = CircuitBreaker::default();
        assert!((0..20).all(|time| !breaker.record_failure(&AUTH, UnixMillis(time * 300_000))));
    }

    #[test]
    fn it_survives_a_restart() {
        let mut breaker = CircuitBreaker::default();
        for at in 0..4 {
            assert_eq!(stored(&breaker), breaker);
            breaker.record_failure(&AUTH, UnixMillis(at));
        }
        breaker.stop(UpstreamErrorKind::Credentials.into(), UnixMillis(9));
        assert_eq!(stored(&breaker), breaker);
    }
}
