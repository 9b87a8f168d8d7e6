//! A count of the day's writes to KV, of which Cloudflare's free plan has few.

use std::time::Duration;

use crate::time::UnixSeconds;

const DAY: Duration = Duration::from_hours(24);

/// The number of writes to KV on one day, by UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KvWrites {
    /// The number of the day since 1970.
    day: u64,
    /// The number of writes.
    pub count: u32,
}

/// The number of the day of `now` since 1970, by UTC.
fn day_of(now: UnixSeconds) -> u64 {
    now.periods(DAY)
}

impl KvWrites {
    /// A count of zero on the day of `now`.
    pub fn none(now: UnixSeconds) -> Self {
        Self { day: day_of(now), count: 0 }
    }

    /// Whether the count belongs to the day of `now`.
    pub fn is_of(self, now: UnixSeconds) -> bool {
        self.day == day_of(now)
    }

    /// The count with one more write.
    #[must_use]
    pub fn plus_one(self) -> Self {
        Self { count: self.count.saturating_add(1), ..self }
    }

    /// The stored form: the number of the day and the count.
    pub fn to_text(self) -> String {
        format!("{} {}", self.day, self.count)
    }

    /// Parses the stored form of [`KvWrites::to_text`]; `None` for anything else.
    pub fn parse(stored: &str) -> Option<Self> {
        let (day, count) = stored.split_once(' ')?;
        Some(Self { day: day.parse().ok()?, count: count.parse().ok()? })
    }
}
