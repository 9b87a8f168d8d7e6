//! Single numbers before a URL (`NUMBER:URL`): a size, or a modified time where one is possible.

use std::ops::Range;
use std::time::Duration;

use crate::time::UnixSeconds;

/// The earliest modified time, 2010-01-01: no file is older.
const EARLIEST: UnixSeconds = UnixSeconds(1_262_304_000);
/// The longest time that a modified time lies in the future.
const MAX_AHEAD: Duration = Duration::from_hours(24);

/// Tells modified times from sizes, and keeps the time range in which all its answers stay the same.
#[derive(Debug)]
pub struct AmbiguousNumbers {
    now: UnixSeconds,
    /// The times at which all answers are the same: from the latest number read as a time to the
    /// earliest read as a size, each less a day.
    valid_between: Range<UnixSeconds>,
}

impl AmbiguousNumbers {
    /// Reads numbers as they are meant at the time `now`.
    pub fn read_at(now: UnixSeconds) -> Self {
        Self { now, valid_between: UnixSeconds(0)..UnixSeconds::NEVER }
    }

    /// Whether a number is a modified time, which lies between 2010 and a day from now.
    pub fn is_time(&mut self, number: u64) -> bool {
        let time = UnixSeconds(number);
        if time < EARLIEST {
            return false;
        }
        let Range { start, end } = &mut self.valid_between;
        let time_from = time.before(MAX_AHEAD);
        let is_time = self.now >= time_from;
        if is_time {
            *start = time_from.max(*start);
        } else {
            *end = time_from.min(*end);
        }
        is_time
    }

    /// The times at which every number so far would be read the same way.
    pub fn valid_between(self) -> Range<UnixSeconds> {
        self.valid_between
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_790_000_000;
    const DAY: u64 = 86_400;
    const ALWAYS: Range<UnixSeconds> = UnixSeconds(0)..UnixSeconds::NEVER;

    /// Whether each number is a time, and the times at which all these answers are the same.
    fn read(now: u64, numbers: &[u64]) -> (Vec<bool>, Range<UnixSeconds>) {
        let mut ambiguous = AmbiguousNumbers::read_at(UnixSeconds(now));
        let are_times = numbers.iter().map(|number| ambiguous.is_time(*number)).collect();
        (are_times, ambiguous.valid_between())
    }

    #[test]
    fn a_time_lies_between_2010_and_a_day_from_now() {
        const CASES: &[(u64, bool)] = &[
            (0, false),
            (EARLIEST.0 - 1, false),
            (EARLIEST.0, true),
            (NOW, true),
            (NOW + DAY, true),
            (NOW + DAY + 1, false),
            (u64::MAX, false),
        ];
        for (number, want) in CASES {
            assert_eq!(read(NOW, &[*number]).0, [*want], "{number}");
        }
    }

    #[test]
    fn what_is_no_time_at_any_clock_holds_for_ever() {
        assert_eq!(read(NOW, &[]).1, ALWAYS);
        assert_eq!(read(0, &[0, 4_711, EARLIEST.0 - 1]).1, ALWAYS);
    }

    #[test]
    fn answers_hold_exactly_as_long_as_each_of_them_does() {
        let numbers =
            [EARLIEST.0, NOW - 9 * DAY, 7, NOW + 3 * DAY, NOW - 5 * DAY, NOW + 2 * DAY, u64::MAX];
        let (are_times, Range { start, end }) = read(NOW, &numbers);
        assert!(start.0 < NOW && NOW < end.0);
        for now in [start.0, NOW, end.0 - 1] {
            assert_eq!(read(now, &numbers), (are_times.clone(), start..end), "at {now}");
        }
        for now in [0, start.0 - 1, end.0, u64::MAX] {
            assert_ne!(read(now, &numbers).0, are_times, "at {now}");
        }
    }
}
