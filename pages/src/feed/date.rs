//! Dates in the formats of feeds.

use chrono::{DateTime, SecondsFormat, Utc};

/// The last second of the year 9999: later years have more than four digits.
const LAST: i64 = 253_402_300_799;

/// The moment `seconds` after the Unix epoch; moments after the year 9999 become its last second.
pub fn utc(seconds: u64) -> DateTime<Utc> {
    let seconds = i64::try_from(seconds).map_or(LAST, |seconds| seconds.min(LAST));
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

/// Formats a moment by RFC 3339: `2026-11-23T05:20:00Z`.
pub fn rfc3339(seconds: u64) -> String {
    utc(seconds).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Formats a moment by RFC 822, with a year of four digits as RSS requires:
/// `Mon, 23 Nov 2026 05:20:00 GMT`.
pub fn rfc822(seconds: u64) -> String {
    utc(seconds).format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
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
            (253_402_300_799, "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT"),
            (u64::MAX, "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT"),
        ];
        for (seconds, rfc3339, rfc822) in CASES {
            let got = (super::rfc3339(*seconds), super::rfc822(*seconds));
            assert_eq!((&*got.0, &*got.1), (*rfc3339, *rfc822), "{seconds}");
        }
    }
}
