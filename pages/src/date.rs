//! Dates and times of day in a time zone, formatted for people.

use chrono::{DateTime, Datelike as _, FixedOffset, Offset as _, Utc};

/// The moment `seconds` after the Unix epoch, in the zone `offset` seconds east of UTC; `None` outside of
/// the range of dates. An invalid offset counts as UTC.
pub(crate) fn in_zone(seconds: u64, offset: i32) -> Option<DateTime<FixedOffset>> {
    let time = DateTime::<Utc>::from_timestamp(i64::try_from(seconds).ok()?, 0)?;
    let zone = FixedOffset::east_opt(offset).unwrap_or(Utc.fix());
    // At the ends of the range, some offsets lead out of it.
    let local = time.naive_utc().checked_add_offset(zone)?;
    local.and_local_timezone(zone).single()
}

/// Formats a date: `2026-11-23`.
pub(crate) fn day(at: &DateTime<FixedOffset>) -> String {
    format!("{:04}-{:02}-{:02}", at.year(), at.month(), at.day())
}

/// Formats a time of day: `05:20`.
pub(crate) fn clock(at: &DateTime<FixedOffset>) -> String {
    at.format("%H:%M").to_string()
}

/// Formats a date and time of day: `2026-11-23 05:20`.
pub(crate) fn minute(at: &DateTime<FixedOffset>) -> String {
    format!("{} {}", day(at), clock(at))
}

/// Formats the offset of a time zone: `UTC+08:00`.
pub(crate) fn zone(at: &DateTime<FixedOffset>) -> String {
    format!("UTC{}", at.offset())
}

/// Formats a moment in English: `2026-11-23 05:20 (UTC+08:00)`.
pub(crate) fn english(at: &DateTime<FixedOffset>) -> String {
    format!("{} ({})", minute(at), zone(at))
}

/// Formats a moment in Chinese: `2026年11月23日 05:20（UTC+08:00）`.
pub(crate) fn chinese(at: &DateTime<FixedOffset>) -> String {
    let (year, month, day) = (at.year(), at.month(), at.day());
    format!("{year:04}年{month}月{day}日 {}（{}）", clock(at), zone(at))
}
