//! Times and lifetimes, with their unit in the type.

use std::fmt;
use std::num::NonZeroU16;
use std::time::Duration;

use chrono::{DateTime, Datelike as _, FixedOffset, Months, NaiveDate, Offset as _, Utc};
use serde::{Deserialize, Serialize};

/// An absolute time in whole seconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct UnixSeconds(pub u64);

impl UnixSeconds {
    /// A moment that never comes.
    pub const NEVER: Self = Self(u64::MAX);

    /// The moment `lifetime` after this one. Saturates instead of wrapping.
    #[must_use]
    pub fn plus(self, lifetime: ValidMinutes) -> Self {
        self.after(lifetime.span())
    }

    /// Seconds from `earlier` to this moment; zero if `earlier` is later.
    pub fn seconds_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The time from `earlier` to this moment; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(self.seconds_since(earlier))
    }

    /// The moment `span` after this one, without fractions of a second. Saturates instead of wrapping.
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span.as_secs()))
    }

    /// The moment `span` before this one; 1970 if that is later.
    #[must_use]
    pub fn before(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(span.as_secs()))
    }

    /// The number of whole periods of this length since 1970; 0 for a period shorter than a second.
    pub fn periods(self, period: Duration) -> u64 {
        self.0.checked_div(period.as_secs()).unwrap_or_default()
    }

    /// The end of the period of this length that the moment lies in, where periods begin at 1970.
    #[must_use]
    pub fn period_end(self, period: Duration) -> Self {
        Self(self.periods(period).saturating_add(1).saturating_mul(period.as_secs()))
    }
}

/// An absolute time in whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct UnixMillis(pub u64);

impl UnixMillis {
    /// A moment that never comes.
    pub const NEVER: Self = Self(u64::MAX);

    /// The time from `earlier` to this moment; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// The moment in whole seconds, rounded up.
    pub fn to_seconds_up(self) -> UnixSeconds {
        UnixSeconds(self.0.div_ceil(1_000))
    }

    /// The moment in whole seconds, rounded down.
    pub fn to_seconds(self) -> UnixSeconds {
        UnixSeconds(self.0 / 1_000)
    }

    /// The moment `span` after this one. Saturates instead of wrapping.
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(span.as_millis()).unwrap_or(u64::MAX)))
    }
}

impl From<UnixSeconds> for UnixMillis {
    fn from(seconds: UnixSeconds) -> Self {
        Self(seconds.0.saturating_mul(1_000))
    }
}

/// The form of a [`Duration`] in JSON: whole seconds, for `#[serde(with = "as_seconds")]`.
pub mod as_seconds {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serializer};

    /// Writes a duration as whole seconds.
    ///
    /// # Errors
    /// The serializer's own error.
    pub fn serialize<S: Serializer>(span: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(span.as_secs())
    }

    /// Reads a duration from whole seconds.
    ///
    /// # Errors
    /// The deserializer's own error, for anything but a whole number.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_secs)
    }
}

/// The form of a wait in JSON: whole seconds, rounded up, or `null`; for
/// `#[serde(default, with = "as_wait_seconds")]`.
pub mod as_wait_seconds {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use super::ceil_seconds;

    /// Writes a wait as whole seconds.
    ///
    /// # Errors
    /// The serializer's own error.
    pub fn serialize<S: Serializer>(wait: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
        wait.map(ceil_seconds).serialize(to)
    }

    /// Reads a wait from whole seconds.
    ///
    /// # Errors
    /// The deserializer's own error, for anything but a whole number or `null`.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<u64>::deserialize(from)?.map(Duration::from_secs))
    }
}

/// A duration in whole seconds, rounded up, as `Retry-After` has it.
pub fn ceil_seconds(span: Duration) -> u64 {
    span.as_secs() + u64::from(span.subsec_nanos() > 0)
}

impl fmt::Display for UnixMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for UnixSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The lifetime of a signed link: whole minutes, 1 to 10,080 (a week).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ValidMinutes(NonZeroU16);

impl ValidMinutes {
    /// The longest lifetime, in minutes.
    pub const MAX: u16 = 10_080;

    /// A lifetime of so many minutes; `None` unless `minutes` is between 1 and [`Self::MAX`].
    pub fn new(minutes: u64) -> Option<Self> {
        let minutes = u16::try_from(minutes).ok().filter(|minutes| *minutes <= Self::MAX)?;
        NonZeroU16::new(minutes).map(Self)
    }

    /// The longest lifetime that is not longer than `span`; a minute at least.
    pub fn within(span: Duration) -> Self {
        Self::new((span.as_secs() / 60).clamp(1, Self::MAX.into())).unwrap_or_default()
    }

    /// The lifetime as a duration.
    pub fn span(self) -> Duration {
        Duration::from_mins(self.0.get().into())
    }
}

impl Default for ValidMinutes {
    /// 30 minutes, the lifetime that the vendor's other clients use.
    fn default() -> Self {
        const HALF_AN_HOUR: NonZeroU16 = match NonZeroU16::new(30) {
            Some(minutes) => minutes,
            None => NonZeroU16::MIN,
        };
        Self(HALF_AN_HOUR)
    }
}

/// A division of time into equal windows of whole minutes, the same for every client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window(NonZeroU16);

impl Window {
    /// Windows of so many minutes; `None` for 0.
    pub fn new(minutes: u16) -> Option<Self> {
        NonZeroU16::new(minutes).map(Self)
    }

    /// The end of the window that `now` lies in.
    pub fn end(self, now: UnixSeconds) -> UnixSeconds {
        now.period_end(Duration::from_mins(self.0.get().into()))
    }
}

/// A fixed offset from UTC, in whole minutes: it sets where a site's days begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(FixedOffset);

/// A calendar day and its month: their names and the times at which they end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// The day's date in ISO 8601, `2026-11-23`.
    pub day: String,
    /// The day's month in ISO 8601, `2026-11`.
    pub month: String,
    /// The midnight that ends the day.
    pub day_ends: UnixSeconds,
    /// The midnight that ends the month.
    pub month_ends: UnixSeconds,
}

impl Zone {
    /// Parses `+08:00`, `-05:30` or `UTC`.
    pub fn parse(text: &str) -> Option<Self> {
        if matches!(text, "UTC" | "Z") {
            return Some(Self(FixedOffset::east_opt(0)?));
        }
        let whole = text.len() == 6 && matches!(text.as_bytes(), [b'+' | b'-', _, _, b':', ..]);
        let offset = text.parse::<FixedOffset>().ok().filter(|_| whole)?;
        (offset.local_minus_utc().abs() <= 14 * 3600).then_some(Self(offset))
    }

    /// The calendar day that `now` lies in. `None` beyond the year 262,142.
    pub fn day(self, now: UnixSeconds) -> Option<Day> {
        let utc = DateTime::from_timestamp(i64::try_from(now.0).ok()?, 0)?;
        let today = utc.with_timezone(&self.0).date_naive();
        let midnight = |date: NaiveDate| {
            let at = date.and_hms_opt(0, 0, 0)?.and_local_timezone(self.0).single()?;
            u64::try_from(at.timestamp()).ok().map(UnixSeconds)
        };
        Some(Day {
            day: format!("{:04}-{:02}-{:02}", today.year(), today.month(), today.day()),
            month: format!("{:04}-{:02}", today.year(), today.month()),
            day_ends: midnight(today.succ_opt()?)?,
            month_ends: midnight(today.with_day(1)?.checked_add_months(Months::new(1))?)?,
        })
    }

    /// The offset in seconds east of UTC.
    pub fn seconds(self) -> i32 {
        self.0.local_minus_utc()
    }
}

impl Default for Zone {
    /// China's offset, in which the vendor's own traffic quota begins anew.
    fn default() -> Self {
        const CHINA: Option<FixedOffset> = FixedOffset::east_opt(8 * 3600);
        Self(CHINA.unwrap_or_else(|| Utc.fix()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_lies_between_a_minute_and_a_week() {
        for (minutes, valid) in [(0, false), (1, true), (10_080, true), (10_081, false)] {
            assert_eq!(ValidMinutes::new(minutes).is_some(), valid, "{minutes} minutes");
        }
        assert_eq!(UnixSeconds(1_000).plus(ValidMinutes::default()), UnixSeconds(2_800));
        assert_eq!(UnixSeconds(u64::MAX).plus(ValidMinutes::default()), UnixSeconds(u64::MAX));
    }

    #[test]
    fn a_time_lies_in_one_period_of_a_length() {
        const HOUR: Duration = Duration::from_hours(1);
        for (at, hour, end) in [(0, 0, 3_600), (3_599, 0, 3_600), (3_600, 1, 7_200)] {
            let at = UnixSeconds(at);
            assert_eq!((at.periods(HOUR), at.period_end(HOUR).0), (hour, end), "{at}");
        }
        assert_eq!(UnixSeconds::NEVER.period_end(HOUR), UnixSeconds::NEVER);
        assert_eq!(UnixSeconds(5).periods(Duration::ZERO), 0);
    }

    #[test]
    fn a_day_ends_at_the_zones_own_midnight() {
        let day = |zone: &str, now| Zone::parse(zone).unwrap().day(UnixSeconds(now)).unwrap();
        // 2026-11-22T16:00:00Z is midnight in China.
        let evening = day("+08:00", 1_795_363_199);
        assert_eq!((evening.day.as_str(), evening.day_ends.0), ("2026-11-22", 1_795_363_200));
        let morning = day("+08:00", 1_795_363_200);
        assert_eq!((morning.day.as_str(), morning.month.as_str()), ("2026-11-23", "2026-11"));
        assert_eq!(morning.day_ends.0, 1_795_363_200 + 86_400);
        // 2026-11-30T16:00:00Z.
        assert_eq!(morning.month_ends.0, 1_796_054_400);
        assert_eq!(day("-05:30", 1_798_781_400).day, "2027-01-01");
        assert_eq!(day("UTC", 1_798_761_599).month_ends.0, 1_798_761_600);
    }

    #[test]
    fn a_zone_is_a_distance_from_utc() {
        for (text, seconds) in [("+08:00", 28_800), ("-05:30", -19_800), ("UTC", 0), ("Z", 0)] {
            assert_eq!(Zone::parse(text).unwrap().seconds(), seconds);
        }
        for text in ["", "8", "+8:00", "+0800", "Asia/Shanghai", "+15:00", "+08:60", "08:00"] {
            assert_eq!(Zone::parse(text), None, "{text}");
        }
        assert_eq!(Zone::default(), Zone::parse("+08:00").unwrap());
    }
}
