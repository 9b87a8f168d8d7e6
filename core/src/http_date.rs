//! Dates in the form that HTTP sends (RFC 9110, section 5.6.7).

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};

use crate::time::UnixSeconds;

/// Formats a moment as an HTTP date: `Sun, 06 Nov 1994 08:49:37 GMT`; `None` after the year 9999, which has
/// no such form.
pub fn format(moment: UnixSeconds) -> Option<String> {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let date: DateTime<Utc> = DateTime::from_timestamp(i64::try_from(moment.0).ok()?, 0)?;
    let year = Some(date.year()).filter(|year| *year <= 9_999)?;
    let weekday = DAYS.get(date.weekday().num_days_from_monday() as usize)?;
    let month = MONTHS.get(date.month0() as usize)?;
    let (day, hour, minute, second) = (date.day(), date.hour(), date.minute(), date.second());
    Some(format!("{weekday}, {day:02} {month} {year} {hour:02}:{minute:02}:{second:02} GMT"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected values are from Python's `datetime`.
    #[test]
    fn a_date_is_written_as_http_sends_it() {
        const CASES: &[(u64, Option<&str>)] = &[
            (0, Some("Thu, 01 Jan 1970 00:00:00 GMT")),
            (784_111_777, Some("Sun, 06 Nov 1994 08:49:37 GMT")),
            (951_782_399, Some("Mon, 28 Feb 2000 23:59:59 GMT")),
            (1_795_411_200, Some("Mon, 23 Nov 2026 05:20:00 GMT")),
            (253_402_300_799, Some("Fri, 31 Dec 9999 23:59:59 GMT")),
            (253_402_300_800, None),
            (u64::MAX, None),
        ];
        for (seconds, want) in CASES {
            assert_eq!(format(UnixSeconds(*seconds)).as_deref(), *want, "{seconds}");
        }
    }
}
