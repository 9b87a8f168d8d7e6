//! The circuit breaker of an account: after certain failures it stops all calls, lest 123Pan ban the
//! account. It is stored, so that a restart does not forget it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::time::UnixMillis;

/// How long the account makes no calls after 123Pan has banned this client or its address.
const BANNED: Duration = Duration::from_hours(1);

/// The pause of the account's calls after 123Pan has refused the region that they come from: the account
/// object may have moved by then.
const REGION_BANNED: Duration = Duration::from_hours(6);

/// A token that is refused within this time of its issue was refused while it was fresh.
pub const FRESH: Duration = Duration::from_mins(10);

/// The number of fresh tokens refused within [`FRESH`] that opens the breaker: another new token won't
/// help.
const MAX_FAILURES: usize = 3;

/// How long the breaker stays open the first time; each further time doubles it.
const PAUSE: Duration = Duration::from_mins(10);

/// The longest time that refused tokens keep the breaker open.
const MAX_PAUSE: Duration = Duration::from_hours(6);

/// After this time without an open breaker, the next one is open for [`PAUSE`] again.
const RESET_AFTER: Duration = Duration::from_hours(24);

/// The failures of an account: why calls are stopped, until when, and what led to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CircuitBreaker {
    stopped: Option<UpstreamError>,
    until: Option<UnixMillis>,
    /// The times at which fresh tokens were refused.
    failures: Vec<UnixMillis>,
    /// How many times in a row refused tokens have opened the breaker.
    #[serde(rename = "rests")]
    pauses: u32,
    /// The end of the last pause, past or to come.
    #[serde(rename = "rested_at")]
    pause_ends: UnixMillis,
}

impl CircuitBreaker {
    /// The failure that stops calls at present; `None` if calls may be made.
    pub fn stopped(&self, now: UnixMillis) -> Option<&UpstreamError> {
        self.stopped.as_ref().filter(|_| self.until.is_none_or(|until| now < until))
    }

    /// The time at which calls are allowed again without the owner doing anything, if that is known.
    pub fn until(&self) -> Option<UnixMillis> {
        self.until
    }

    /// Opens the breaker for a failure that every further call would repeat: for some hours after a ban,
    /// else until the owner acts.
    pub fn stop(&mut self, failed: UpstreamError, now: UnixMillis) {
        self.until = match failed.kind {
            UpstreamErrorKind::Banned => Some(now.after(BANNED)),
            UpstreamErrorKind::RegionBanned => Some(now.after(REGION_BANNED)),
            _ => None,
        };
        self.stopped = Some(failed);
    }

    /// Records that a fresh token was refused. Returns whether calls are stopped now.
    pub fn record_failure(&mut self, failed: &UpstreamError, now: UnixMillis) -> bool {
        if self.stopped(now).is_some() {
            return true;
        }
        self.failures.retain(|at| now < at.after(FRESH));
        self.failures.push(now);
        if now >= self.pause_ends.after(RESET_AFTER) {
            self.pauses = 0;
        }
        // After the breaker was open, one refused token opens it again, not three.
        if self.pauses == 0 && self.failures.len() < MAX_FAILURES {
            return false;
        }
        let pause = PAUSE.saturating_mul(1 << self.pauses.min(16)).min(MAX_PAUSE);
        self.pauses = self.pauses.saturating_add(1);
        self.pause_ends = now.after(pause);
        self.until = Some(self.pause_ends);
        self.stopped = Some(failed.clone());
        self.failures.clear();
        true
    }

    /// Lets the next call through; if that fails, the breaker opens again. Returns whether it was open.
    pub fn half_open(&mut self, now: UnixMillis) -> bool {
        let is_stopped = self.stopped(now).is_some();
        if is_stopped {
            self.until = Some(now);
        }
        is_stopped
    }

    /// Closes the breaker after a call that went through. Returns whether that changed anything.
    pub fn close(&mut self) -> bool {
        self.until = None;
        self.stopped.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A breaker after a round trip through its stored form.
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
        breaker.stop(UpstreamErrorKind::RegionBanned.into(), UnixMillis(5));
        assert!(breaker.stopped(UnixMillis(4).after(REGION_BANNED)).is_some());
        assert!(breaker.stopped(UnixMillis(5).after(REGION_BANNED)).is_none());
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
            assert!(breaker.record_failure(&AUTH, UnixMillis(now)), "one try after a pause");
        }
        now = UnixMillis(now).after(MAX_PAUSE).after(RESET_AFTER).0;
        assert!(!breaker.record_failure(&AUTH, UnixMillis(now)), "forgiven");
    }

    #[test]
    fn half_open_lets_one_call_through() {
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
    fn refusals_far_apart_do_not_add_up() {
        let mut breaker = CircuitBreaker::default();
        assert!((0..20).all(|time| !breaker.record_failure(&AUTH, UnixMillis(time * 300_000))));
    }

    #[test]
    fn a_breaker_survives_a_restart() {
        let mut breaker = CircuitBreaker::default();
        for at in 0..4 {
            assert_eq!(stored(&breaker), breaker);
            breaker.record_failure(&AUTH, UnixMillis(at));
        }
        breaker.stop(UpstreamErrorKind::Credentials.into(), UnixMillis(9));
        assert_eq!(stored(&breaker), breaker);
    }
}
