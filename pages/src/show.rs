//! Figures as people read them.

use chrono::{DateTime, Datelike as _, FixedOffset, Offset as _, Timelike as _, Utc};

/// Three digits and a binary unit, as file managers show sizes.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut units = UNITS.iter();
    let (mut tenths, mut unit) = (bytes, "B");
    // Tenths of the next unit, until less than 1,000 of it are left.
    let mut scale: u128 = 1;
    for next in units.by_ref() {
        scale *= 1024;
        tenths = u64::try_from((u128::from(bytes) * 10 + scale / 2) / scale).unwrap_or(u64::MAX);
        unit = next;
        if tenths < 10_000 {
            break;
        }
    }
    if tenths < 1_000 {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    } else {
        format!("{} {unit}", (tenths + 5) / 10)
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_shown_in_three_digits() {
        const CASES: &[(u64, &str)] = &[
            (0, "0 B"),
            (1_023, "1023 B"),
            (1_024, "1.0 KB"),
            (1_536, "1.5 KB"),
            (102_400, "100 KB"),
            (1_048_576, "1.0 MB"),
            (127_451_136, "122 MB"),
            (u64::MAX - 1, "16.0 EB"),
        ];
        for (bytes, want) in CASES {
            assert_eq!(size(*bytes), *want, "{bytes} bytes");
        }
    }
}
