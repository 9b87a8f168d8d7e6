//! Times as the vendor writes them: nearly always at UTC+8.

use chrono::{DateTime, Utc};

const EIGHT_HOURS_MS: u64 = 8 * 3600 * 1000;

fn at(ms: u64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms.cast_signed()).unwrap_or_default()
}

fn china(ms: u64) -> DateTime<Utc> {
    at(ms + EIGHT_HOURS_MS)
}

/// The time as `YYYYMMDDhhmm`, from which request signatures are made.
pub fn minute(seconds: u64) -> String {
    china(seconds * 1000).format("%Y%m%d%H%M").to_string()
}

/// The time in RFC 3339, with China's offset.
pub fn iso(ms: u64) -> String {
    china(ms).format("%Y-%m-%dT%H:%M:%S+08:00").to_string()
}

/// The time in RFC 3339, with a fraction and China's offset.
pub fn iso_fraction(ms: u64) -> String {
    china(ms).format("%Y-%m-%dT%H:%M:%S%.6f+08:00").to_string()
}

/// The time as the open platform writes it: without a zone, in UTC+8.
pub fn plain(ms: u64) -> String {
    china(ms).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// The time as a `Date` header has it.
pub fn http(ms: u64) -> String {
    at(ms).format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
