//! The breaker of an account: what keeps a failure from being repeated until the vendor bans the
//! account. It is durable, so that a restart does not forget it.

use serde::{Deserialize, Serialize};

use crate::sources::upstream::trouble::{Failed, Trouble};

/// The vendor has shut out this client or its address: it is left alone for an hour.
const BANNED_MS: u64 = 3_600_000;

/// A token that is refused within this time was refused while it was fresh.
pub const FRESH_MS: u64 = 600_000;

/// So many fresh tokens refused within [`FRESH_MS`], and something is wrong that a new one won't cure.
const STRIKES: usize = 3;

/// How long an account rests then; twice as long each time.
const REST_MS: u64 = 600_000;

/// The longest rest.
const LONGEST_MS: u64 = 6 * 3_600_000;

/// After so long without one, rests begin with the shortest again.
const FORGIVEN_MS: u64 = 86_400_000;

/// What is known of an account's failures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breaker {
    stopped: Option<Failed>,
    until_ms: Option<u64>,
    /// When fresh tokens were refused.
    strikes: Vec<u64>,
    /// Rests in a row.
    rests: u32,
    rested_ms: u64,
}

impl Breaker {
    /// Why there are no calls at present.
    pub fn stopped(&self, now_ms: u64) -> Option<&Failed> {
        self.stopped.as_ref().filter(|_| self.until_ms.is_none_or(|until| now_ms < until))
    }

    /// When calls are made again by themselves, if that is known.
    pub fn until_ms(&self) -> Option<u64> {
        self.until_ms
    }

    /// A failure that every further call would repeat.
    pub fn stop(&mut self, failed: Failed, now_ms: u64) {
        self.until_ms = (failed.trouble == Trouble::Banned).then_some(now_ms + BANNED_MS);
        self.stopped = Some(failed);
    }

    /// A token was refused while it was fresh. Whether that stops the account.
    pub fn strike(&mut self, failed: &Failed, now_ms: u64) -> bool {
        if self.stopped(now_ms).is_some() {
            return true;
        }
        self.strikes.retain(|at| now_ms < at.saturating_add(FRESH_MS));
        self.strikes.push(now_ms);
        if now_ms >= self.rested_ms.saturating_add(FORGIVEN_MS) {
            self.rests = 0;
        }
        // After a rest there is one try, not three.
        if self.rests == 0 && self.strikes.len() < STRIKES {
            return false;
        }
        let rest = REST_MS.saturating_mul(1 << self.rests.min(16)).min(LONGEST_MS);
        self.rests = self.rests.saturating_add(1);
        self.rested_ms = now_ms.saturating_add(rest);
        self.until_ms = Some(self.rested_ms);
        self.stopped = Some(failed.clone());
        self.strikes.clear();
        true
    }

    /// The next call is let through; if it fails, all is as it was. Whether there was anything to do.
    pub fn half_open(&mut self, now_ms: u64) -> bool {
        let is_stopped = self.stopped(now_ms).is_some();
        if is_stopped {
            self.until_ms = Some(now_ms);
        }
        is_stopped
    }

    /// A call was made though the account was stopped, and it went through. Whether that is news.
    pub fn close(&mut self) -> bool {
        self.until_ms = None;
        self.stopped.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A breaker, as it comes back from the storage.
    fn stored(breaker: &Breaker) -> Breaker {
        serde_json::from_str(&serde_json::to_string(breaker).unwrap()).unwrap()
    }

    const AUTH: Failed =
        Failed { trouble: Trouble::Auth, code: Some(401), said: None, retry_after: None };

    #[test]
    fn what_needs_its_owner_stays_stopped_and_a_ban_ends_after_an_hour() {
        let mut breaker = Breaker::default();
        breaker.stop(Trouble::NeedHuman.into(), 5);
        assert!(breaker.stopped(u64::MAX).is_some());
        assert_eq!(breaker.until_ms(), None);
        breaker.stop(Trouble::Banned.into(), 5);
        assert!(breaker.stopped(5 + BANNED_MS - 1).is_some());
        assert!(breaker.stopped(5 + BANNED_MS).is_none());
        assert!(breaker.close());
        assert!(!breaker.close());
    }

    #[test]
    fn the_third_fresh_token_refused_is_the_last_for_a_while() {
        let mut breaker = Breaker::default();
        let mut now = 1_000_000;
        assert_eq!([0, 1, 2].map(|at| breaker.strike(&AUTH, now + at)), [false, false, true]);
        now += 2;
        for minutes in [10, 20, 40, 80, 160, 320, 360, 360] {
            let until = now + minutes * 60_000;
            assert_eq!(breaker.until_ms(), Some(until));
            assert!(breaker.stopped(until - 1).is_some());
            assert!(breaker.stopped(until).is_none());
            now = until + 7;
            assert!(breaker.strike(&AUTH, now), "one try after a rest");
        }
        now += LONGEST_MS + FORGIVEN_MS;
        assert!(!breaker.strike(&AUTH, now), "forgiven");
    }

    #[test]
    fn its_owner_has_one_more_try() {
        let mut breaker = Breaker::default();
        assert!(!breaker.half_open(5), "nothing to try");
        breaker.stop(Trouble::NeedHuman.into(), 5);
        assert!(breaker.half_open(9));
        assert!(breaker.stopped(9).is_none());
        breaker.stop(Trouble::NeedHuman.into(), 10);
        assert!(breaker.stopped(u64::MAX).is_some());
        let mut breaker = Breaker::default();
        assert_eq!([0, 1, 2].map(|at| breaker.strike(&AUTH, at)), [false, false, true]);
        assert!(breaker.half_open(9));
        assert!(breaker.strike(&AUTH, 10), "one try, not three");
    }

    #[test]
    fn strikes_far_apart_do_not_add_up() {
        let mut breaker = Breaker::default();
        assert!((0..20).all(|time| !breaker.strike(&AUTH, time * 300_000)));
    }

    #[test]
    fn it_survives_a_restart() {
        let mut breaker = Breaker::default();
        for at in 0..4 {
            assert_eq!(stored(&breaker), breaker);
            breaker.strike(&AUTH, at);
        }
        breaker.stop(Trouble::Credentials.into(), 9);
        assert_eq!(stored(&breaker), breaker);
    }
}
