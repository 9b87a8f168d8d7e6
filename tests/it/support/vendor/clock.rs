//! Times as the vendor writes them: nearly always at UTC+8.

use chrono::{DateTime, Utc};

const EIGHT_HOURS_MS: u64 = 8 * 3600 * 1000;

fn at(ms: u64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms.cast_signed()).unwrap_or_default()
}

fn china(ms: u64) -> DateTime<Utc> {
    at(ms + EIGHT_HOURS_MS)
}

/// `YYYYMMDDhhmm`, what the request signature is made of.
pub fn minute(seconds: u64) -> String {
    china(seconds * 1000).format("%Y%m%d%H%M").to_string()
}

/// RFC 3339 with the offset.
pub fn iso(ms: u64) -> String {
    china(ms).format("%Y-%m-%dT%H:%M:%S+08:00").to_string()
}

/// The same with a fraction.
pub fn iso_fraction(ms: u64) -> String {
    china(ms).format("%Y-%m-%dT%H:%M:%S%.6f+08:00").to_string()
}

/// The open platform's: no zone, and yet UTC+8.
pub fn plain(ms: u64) -> String {
    china(ms).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// A `Date` header.
pub fn http(ms: u64) -> String {
    at(ms).format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
