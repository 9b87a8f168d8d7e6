//! The clock of the command line.

use crate::time::UnixSeconds;

/// The wall clock's time. Nothing else on the command line reads the clock.
#[expect(clippy::disallowed_methods, reason = "the command line's clock")]
pub fn now() -> UnixSeconds {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    UnixSeconds(since.map_or(0, |since| since.as_secs()))
}

/// The monotonic clock's time, for pauses between requests.
#[expect(clippy::disallowed_methods, reason = "the command line's clock")]
pub fn instant() -> std::time::Instant {
    std::time::Instant::now()
}
