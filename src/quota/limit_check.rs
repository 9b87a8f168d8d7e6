//! The check of one limit.

use super::{ExceededLimit, MAX_COUNT};
use crate::time::UnixSeconds;

/// A limit, the count against it so far, and what the link would add.
pub(super) struct LimitCheck {
    pub why: ExceededLimit,
    before: u64,
    adds: u64,
    limit: u64,
    ends: Option<UnixSeconds>,
}

impl LimitCheck {
    /// A check of a limit, by the count so far and what the link would add to it.
    pub fn new(
        why: ExceededLimit,
        before: u64,
        adds: u64,
        limit: u64,
        ends: Option<UnixSeconds>,
    ) -> Self {
        Self {
            why,
            before: before.min(MAX_COUNT),
            adds: adds.min(MAX_COUNT),
            limit: limit.min(MAX_COUNT),
            ends,
        }
    }

    /// Whether the link fits the limit. One that costs nothing always does, also where a limit was
    /// lowered below what is spent.
    pub fn is_within(&self) -> bool {
        self.adds == 0 || self.before.saturating_add(self.adds) <= self.limit
    }

    /// The time at which the limit begins anew; `None` if it never does, or could never hold the file.
    pub fn retry_at(&self) -> Option<UnixSeconds> {
        self.ends.filter(|_| self.adds <= self.limit)
    }
}
