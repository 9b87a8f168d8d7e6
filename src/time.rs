//! Times and lifetimes, with their unit in the type.

use std::fmt;
use std::num::NonZeroU16;

/// An absolute time in whole seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixSeconds(pub u64);

impl UnixSeconds {
    /// The moment `lifetime` after this one. Saturates instead of wrapping.
    #[must_use]
    pub fn plus(self, lifetime: ValidMinutes) -> Self {
        Self(self.0.saturating_add(u64::from(lifetime.0.get()) * 60))
    }

    /// Seconds from `earlier` to this moment; zero if `earlier` is later.
    pub fn seconds_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for UnixSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The lifetime of a signed link: whole minutes, 1 to 10,080 (a week).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValidMinutes(NonZeroU16);

impl ValidMinutes {
    /// The longest lifetime, in minutes.
    pub const MAX: u16 = 10_080;

    /// `None` unless `minutes` is between 1 and [`Self::MAX`].
    pub fn new(minutes: u64) -> Option<Self> {
        let minutes = u16::try_from(minutes).ok().filter(|minutes| *minutes <= Self::MAX)?;
        NonZeroU16::new(minutes).map(Self)
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
}
