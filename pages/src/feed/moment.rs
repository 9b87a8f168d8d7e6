//! Dates in the formats of feeds.

/// A date and time of day in UTC.
pub struct Moment {
    pub year: u64,
    /// 1 to 12.
    pub month: u64,
    /// 1 to 31.
    pub day: u64,
    /// 0 is Sunday.
    weekday: u64,
    pub hour: u64,
    pub minute: u64,
    pub second: u64,
}

const DAY_SECONDS: u64 = 86_400;
/// Days in 400 years, after which the Gregorian calendar repeats itself.
const ERA_DAYS: u64 = 146_097;
/// The last second of the year 9999: later years have more than four digits.
const LAST: u64 = 253_402_300_799;

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Moment {
    /// The moment `seconds` after the Unix epoch; moments after the year 9999 become its last second.
    pub fn new(seconds: u64) -> Self {
        let seconds = seconds.min(LAST);
        let (days, rest) = (seconds / DAY_SECONDS, seconds % DAY_SECONDS);
        // Days are counted from the 1st of March of the year 0: so leap days come last in their years,
        // and the lengths of all months but the last are given by a linear formula.
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted / ERA_DAYS, shifted % ERA_DAYS);
        // The number of leap days before that day: one in 4 years, except every 100 years, but again
        // every 400.
        let leaps = day_of_era / 1_460 + day_of_era / (ERA_DAYS - 1) - day_of_era / 36_524;
        let year_of_era = (day_of_era - leaps) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        Self {
            year: era * 400 + year_of_era + u64::from(month <= 2),
            month,
            day: day_of_year - (153 * from_march + 2) / 5 + 1,
            weekday: (days + 4) % 7,
            hour: rest / 3_600,
            minute: rest / 60 % 60,
            second: rest % 60,
        }
    }

    /// `2026-11-23T05:20:00Z` (RFC 3339).
    pub fn rfc3339(&self) -> String {
        let Self { year, month, day, hour, minute, second, .. } = self;
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// `Mon, 23 Nov 2026 05:20:00 GMT` (RFC 822, with a year of four digits as RSS requires).
    pub fn rfc822(&self) -> String {
        let name = |names: &[&'static str], at: u64| {
            usize::try_from(at).ok().and_then(|at| names.get(at).copied()).unwrap_or_default()
        };
        let weekday = name(&WEEKDAYS, self.weekday);
        let month = name(&MONTHS, self.month - 1);
        let Self { year, day, hour, minute, second, .. } = self;
        format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected values are from Python's `datetime`.
    #[test]
    fn a_moment_is_written_as_its_readers_expect() {
        const CASES: &[(u64, &str, &str)] = &[
            (0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_399, "2000-02-28T23:59:59Z", "Mon, 28 Feb 2000 23:59:59 GMT"),
            (951_782_400, "2000-02-29T00:00:00Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_709_251_199, "2024-02-29T23:59:59Z", "Thu, 29 Feb 2024 23:59:59 GMT"),
            (1_795_411_200, "2026-11-23T05:20:00Z", "Mon, 23 Nov 2026 05:20:00 GMT"),
            (4_107_542_400, "2100-03-01T00:00:00Z", "Mon, 01 Mar 2100 00:00:00 GMT"),
            (LAST, "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT"),
            (u64::MAX, "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT"),
        ];
        for (seconds, rfc3339, rfc822) in CASES {
            let moment = Moment::new(*seconds);
            assert_eq!((&*moment.rfc3339(), &*moment.rfc822()), (*rfc3339, *rfc822), "{seconds}");
        }
    }
}
