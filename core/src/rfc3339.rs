//! Dates in the form of RFC 3339, in UTC and whole seconds.

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};

use crate::time::UnixSeconds;

/// Appends a moment as `2026-11-23T05:20:00Z`. One after the year 9999, which has no such form, is written as
/// 1970.
///
/// Digits are written one by one: listings of AList's API hold two dates a row.
pub fn push(moment: UnixSeconds, text: &mut Vec<u8>) {
    let seconds = i64::try_from(moment.0).unwrap_or_default();
    let date: Option<DateTime<Utc>> = DateTime::from_timestamp(seconds, 0);
    let date = date.filter(|date| date.year() <= 9_999).unwrap_or_default();
    let year = date.year().unsigned_abs();
    two(year / 100, text);
    two(year % 100, text);
    for (mark, number) in [
        (b'-', date.month()),
        (b'-', date.day()),
        (b'T', date.hour()),
        (b':', date.minute()),
        (b':', date.second()),
    ] {
        text.push(mark);
        two(number, text);
    }
    text.push(b'Z');
}

/// Appends a number below 100 as two digits.
fn two(number: u32, text: &mut Vec<u8>) {
    let digit = |number: u32| b'0' + u8::try_from(number % 10).unwrap_or_default();
    text.extend([digit(number / 10), digit(number)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected values are from Python's `datetime`.
    #[test]
    fn a_date_is_written_in_utc() {
        for (seconds, want) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (1_709_164_800, "2024-02-29T00:00:00Z"),
            (1_795_411_200, "2026-11-23T05:20:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
            (253_402_300_800, "1970-01-01T00:00:00Z"),
            (u64::MAX, "1970-01-01T00:00:00Z"),
        ] {
            let mut text = Vec::new();
            push(UnixSeconds(seconds), &mut text);
            assert_eq!(String::from_utf8(text).unwrap(), want, "{seconds}");
        }
    }
}
