//! The count of a day's writes to KV, of which the free plan has few.

use crate::time::UnixSeconds;

const DAY_SECONDS: u64 = 86_400;

/// The writes to KV of one day, by UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KvWrites {
    day: u64,
    /// How many there were.
    pub count: u32,
}

impl KvWrites {
    /// None so far on the day of this moment.
    pub fn none(now: UnixSeconds) -> Self {
        Self { day: now.0 / DAY_SECONDS, count: 0 }
    }

    /// Whether the count is of the day of this moment.
    pub fn is_of(self, now: UnixSeconds) -> bool {
        self.day == now.0 / DAY_SECONDS
    }

    /// The count with one write more.
    #[must_use]
    pub fn plus_one(self) -> Self {
        Self { count: self.count.saturating_add(1), ..self }
    }

    /// The stored form: the number of the day and the count.
    pub fn to_text(self) -> String {
        format!("{} {}", self.day, self.count)
    }

    /// Reads what [`KvWrites::to_text`] wrote.
    pub fn parse(stored: &str) -> Option<Self> {
        let (day, count) = stored.split_once(' ')?;
        Some(Self { day: day.parse().ok()?, count: count.parse().ok()? })
    }
}
