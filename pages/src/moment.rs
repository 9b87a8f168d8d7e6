//! Dates and times of day in a time zone, formatted for people.

use chrono::{DateTime, Datelike as _, FixedOffset, Offset as _, Timelike as _, Utc};

/// A date and time of day in a time zone.
pub(crate) struct Moment(DateTime<FixedOffset>);

impl Moment {
    /// The moment `seconds` after the Unix epoch, in the zone `offset` seconds east of UTC; `None`
    /// outside of the range of dates. An invalid offset counts as UTC.
    pub(crate) fn new(seconds: u64, offset: i32) -> Option<Self> {
        let time = DateTime::<Utc>::from_timestamp(i64::try_from(seconds).ok()?, 0)?;
        let zone = FixedOffset::east_opt(offset).unwrap_or(Utc.fix());
        // At the ends of the range, some offsets lead out of it.
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
