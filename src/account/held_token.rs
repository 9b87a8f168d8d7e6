//! An access token that an account holds.

use std::time::Duration;

use crate::secret::Secret;
use crate::time::UnixMillis;

/// An access token that the account holds.
#[derive(Clone, Debug)]
pub struct HeldToken {
    /// The text of the access token.
    pub secret: Secret,
    /// The token's generation: a number that no other token of the account has.
    pub generation: u64,
    /// The time at which the token expires, if that is known.
    pub ends_at: Option<UnixMillis>,
    /// The time at which the token was issued.
    pub got_at: UnixMillis,
    /// Whether 123Pan refused the token.
    pub refused: bool,
}

impl HeldToken {
    /// The empty token of anonymous calls.
    pub fn anonymous() -> Self {
        let secret = Secret::new("");
        Self { secret, generation: 0, ends_at: None, got_at: UnixMillis(0), refused: false }
    }

    /// Whether the token can be used, and for longer than `early` or a quarter of its lifetime.
    pub fn is_usable(&self, now: UnixMillis, early: Duration) -> bool {
        !self.refused
            && self.ends_at.is_none_or(|ends| {
                // At most a quarter of the lifetime: a short one is not spent on renewals.
                let early = early.min(ends.since(self.got_at) / 4);
                now.after(early) < ends
            })
    }
}
