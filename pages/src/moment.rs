//! Dates and times of day in a time zone, as people read them.

use chrono::{DateTime, Datelike as _, FixedOffset, Offset as _, Timelike as _, Utc};

/// A moment in a zone.
pub(crate) struct Moment(DateTime<FixedOffset>);

impl Moment {
    /// `seconds` since 1970, told `offset` seconds east of UTC; `None` at the ends of time. A zone that
    /// can't be is told as UTC.
    pub(crate) fn new(seconds: u64, offset: i32) -> Option<Self> {
        let time = DateTime::<Utc>::from_timestamp(i64::try_from(seconds).ok()?, 0)?;
        let zone = FixedOffset::east_opt(offset).unwrap_or(Utc.fix());
        // Text at the ends of time can't be formatted in every zone.
        let local = time.naive_utc().checked_add_offset(zone)?;
        local.and_local_timezone(zone).single().map(Self)
    }

    /// `2026-11-23`.
    pub(crate) fn day(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }

    /// `05:20`.
    pub(crate) fn clock(&self) -> String {
        format!("{:02}:{:02}", self.0.hour(), self.0.minute())
    }

    /// `2026-11-23 05:20`.
    pub(crate) fn minute(&self) -> String {
        format!("{} {}", self.day(), self.clock())
    }

    /// `UTC+08:00`.
    pub(crate) fn zone(&self) -> String {
        format!("UTC{}", self.0.offset())
    }

    /// `2026-11-23 05:20 (UTC+08:00)`.
    pub(crate) fn english(&self) -> String {
        format!("{} {} (UTC{})", self.day(), self.clock(), self.0.offset())
    }

    /// `2026年11月23日 05:20（UTC+08:00）`.
    pub(crate) fn chinese(&self) -> String {
        let (year, month, day) = (self.0.year(), self.0.month(), self.0.day());
        let (clock, zone) = (self.clock(), self.0.offset());
        format!("{year:04}年{month}月{day}日 {clock}（UTC{zone}）")
    }
}
