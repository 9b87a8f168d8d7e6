//! The pace of calls: how far apart those to one endpoint are, and how long nobody calls it.

use std::fmt::Write as _;

use crate::sources::upstream::call::Endpoint;
use crate::sources::upstream::trouble::{Failed, Trouble};

/// A call that would wait longer than this for its turn is refused instead: visitors that pile up
/// are answered late, and all of them.
pub const QUEUE_MS: u64 = 8_000;

/// The longest pause after a call too many, except for shares.
const LONGEST_MS: u64 = 8_000;

/// A share is free again after about a minute, and it does not say so.
const SHARE_PAUSE_MS: u64 = 60_000;

/// The longest pause of a share.
const SHARE_LONGEST_MS: u64 = 300_000;

/// A pause that is longer is remembered over the end of a desk, which may be at any idle moment. So
/// are those of shares, however short what is left of them.
const KEPT_MS: u64 = 10_000;

/// When what may be called next.
#[derive(Debug, Default)]
pub struct Pace {
    /// By the endpoint's place.
    lanes: [Lane; LANES],
}

const LANES: usize = Endpoint::Relay as usize + 1;

/// An endpoint, or several that the vendor counts as one.
#[derive(Debug, Default)]
struct Lane {
    /// When its next call may leave.
    next_ms: u64,
    /// The earliest time after the last call that left.
    free_ms: u64,
    /// When the pause for everybody began.
    paused_ms: u64,
    /// When it ends.
    until_ms: u64,
    /// How many calls in a row were too many.
    strikes: u32,
    /// Whether that is to be stored.
    is_kept: bool,
}

/// A limit of 60 a minute holds for a share's listings and downloads together.
const fn lane_of(endpoint: Endpoint) -> Endpoint {
    match endpoint {
        Endpoint::ShareDownload => Endpoint::ShareList,
        other => other,
    }
}

const fn is_share(endpoint: Endpoint) -> bool {
    matches!(endpoint, Endpoint::ShareList | Endpoint::ShareDownload)
}

/// The first pause after a call that may work in a moment.
pub const fn first_pause_ms(endpoint: Endpoint) -> u64 {
    if is_open(endpoint) { 500 } else { 1_000 }
}

/// How often one call is tried in all.
pub const fn tries(endpoint: Endpoint) -> u32 {
    match endpoint {
        Endpoint::Relay => 2,
        endpoint if is_open(endpoint) => 6,
        _ => 4,
    }
}

const fn is_open(endpoint: Endpoint) -> bool {
    matches!(
        endpoint,
        Endpoint::OpenList
            | Endpoint::OpenDownload
            | Endpoint::OpenDirectLink
            | Endpoint::OpenUserInfo
            | Endpoint::OpenToken
    )
}

/// Twice as long each time, and up to a quarter more by chance, so that not all come back at once.
pub fn backoff_ms(first_ms: u64, times: u32, longest_ms: u64, chance: u8) -> u64 {
    let pause = first_ms.saturating_mul(1 << times.min(16)).min(longest_ms);
    pause + pause * u64::from(chance) / 1_024
}

impl Pace {
    #[expect(clippy::indexing_slicing, reason = "there is one for each endpoint")]
    fn lane(&mut self, endpoint: Endpoint) -> &mut Lane {
        &mut self.lanes[lane_of(endpoint) as usize]
    }

    /// The pauses that outlast a desk: a line each.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (at, lane) in self.lanes.iter().enumerate().filter(|(_, lane)| lane.is_kept) {
            // Writing to a string can't fail.
            let _ = writeln!(text, "{at} {} {}", lane.strikes, lane.until_ms);
        }
        text
    }

    /// Reads what [`Pace::to_text`] wrote.
    pub fn parse(stored: &str) -> Self {
        let mut pace = Self::default();
        for line in stored.lines() {
            let mut parts = line.split(' ').filter_map(|part| part.parse::<u64>().ok());
            let (Some(at), Some(strikes), Some(until_ms)) =
                (parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            if let Some(lane) = usize::try_from(at).ok().and_then(|at| pace.lanes.get_mut(at)) {
                let strikes = u32::try_from(strikes).unwrap_or(u32::MAX);
                *lane = Lane { strikes, until_ms, is_kept: true, ..Lane::default() };
            }
        }
        pace
    }

    /// Reserves the next turn: when it comes, in Unix milliseconds.
    ///
    /// # Errors
    /// [`Trouble::RateLimited`], with the seconds until it is worth asking, if that is more than
    /// `patience_ms` away. Nothing is reserved then.
    pub fn reserve(
        &mut self,
        endpoint: Endpoint,
        now_ms: u64,
        patience_ms: u64,
    ) -> Result<u64, Failed> {
        let lane = self.lane(endpoint);
        let at = now_ms.max(lane.next_ms).max(lane.until_ms);
        let wait = at - now_ms;
        // Nobody is kept waiting for a share's pause, even for the end of one.
        if wait > patience_ms || (is_share(endpoint) && lane.until_ms > now_ms) {
            let retry_after = Some(wait.div_ceil(1_000));
            return Err(Failed { retry_after, ..Trouble::RateLimited.into() });
        }
        lane.next_ms = at + endpoint.spacing_ms();
        Ok(at)
    }

    /// Lets a call leave whose turn has come.
    ///
    /// # Errors
    /// The milliseconds to wait, where the call before it has left late: a timer may be late, and the
    /// vendor counts what arrives.
    pub fn leave(&mut self, endpoint: Endpoint, now_ms: u64) -> Result<(), u64> {
        let lane = self.lane(endpoint);
        if now_ms < lane.free_ms {
            return Err(lane.free_ms - now_ms);
        }
        lane.free_ms = now_ms + endpoint.spacing_ms();
        lane.next_ms = lane.next_ms.max(lane.free_ms);
        Ok(())
    }

    /// Whether nobody may call at present, though it was somebody's turn.
    pub fn is_paused(&mut self, endpoint: Endpoint, now_ms: u64) -> bool {
        self.lane(endpoint).until_ms > now_ms
    }

    /// A call that left at `sent_ms` was one too many: a pause for everybody. Those that were under
    /// way together count as one. Whether it is news to the storage.
    pub fn limited(
        &mut self,
        endpoint: Endpoint,
        sent_ms: u64,
        now_ms: u64,
        asked_ms: u64,
        chance: u8,
    ) -> bool {
        let lane = self.lane(endpoint);
        if sent_ms < lane.paused_ms {
            return false;
        }
        let (first, longest) = if is_share(endpoint) {
            (SHARE_PAUSE_MS, SHARE_LONGEST_MS)
        } else {
            (first_pause_ms(endpoint), LONGEST_MS)
        };
        let pause = backoff_ms(first, lane.strikes, longest, chance);
        // What the vendor asks for is done, within reason.
        let pause = pause.max(asked_ms.min(SHARE_LONGEST_MS));
        lane.strikes = lane.strikes.saturating_add(1);
        lane.paused_ms = now_ms;
        lane.until_ms = now_ms.saturating_add(pause);
        lane.is_kept |= is_share(endpoint) || pause > KEPT_MS;
        lane.is_kept
    }

    /// A call went through. Whether that is news to the storage.
    pub fn went_through(&mut self, endpoint: Endpoint, sent_ms: u64) -> bool {
        let lane = self.lane(endpoint);
        if sent_ms < lane.until_ms {
            return false;
        }
        lane.strikes = 0;
        std::mem::take(&mut lane.is_kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_come_one_after_the_other_until_the_queue_is_full() {
        let mut pace = Pace::default();
        let turns = (0..12).map(|_| pace.reserve(Endpoint::List, 1_000, QUEUE_MS));
        let want = (0..12).map(|turn| Ok(1_000 + turn * 700));
        assert_eq!(turns.collect::<Vec<_>>(), want.collect::<Vec<_>>());
        let refused = pace.reserve(Endpoint::List, 1_000, QUEUE_MS).unwrap_err();
        assert_eq!((refused.trouble, refused.retry_after), (Trouble::RateLimited, Some(9)));
        assert_eq!(pace.reserve(Endpoint::Download, 1_000, QUEUE_MS), Ok(1_000));
        assert_eq!(pace.reserve(Endpoint::List, 60_000, QUEUE_MS), Ok(60_000));
    }

    #[test]
    fn a_call_that_leaves_late_keeps_the_next_one_at_its_distance() {
        let mut pace = Pace::default();
        assert_eq!(pace.reserve(Endpoint::List, 1_000, QUEUE_MS), Ok(1_000));
        assert_eq!(pace.reserve(Endpoint::List, 1_000, QUEUE_MS), Ok(1_700));
        assert_eq!(pace.leave(Endpoint::List, 1_650), Ok(()));
        assert_eq!(pace.leave(Endpoint::List, 1_700), Err(650));
        assert_eq!(pace.leave(Endpoint::List, 2_350), Ok(()));
        assert_eq!(pace.reserve(Endpoint::List, 2_400, QUEUE_MS), Ok(3_050));
        assert_eq!(pace.leave(Endpoint::Download, 2_400), Ok(()));
    }

    #[test]
    fn a_pause_doubles_and_is_for_everybody() {
        let mut pace = Pace::default();
        let mut now = 0;
        for seconds in [1, 2, 4, 8, 8] {
            pace.limited(Endpoint::List, now, now, 0, 0);
            assert!(pace.is_paused(Endpoint::List, now + seconds * 1_000 - 1), "{seconds}");
            now += seconds * 1_000;
            assert!(!pace.is_paused(Endpoint::List, now), "{seconds}");
        }
        pace.limited(Endpoint::List, now - 1, now, 0, 0);
        pace.went_through(Endpoint::List, now);
        pace.limited(Endpoint::List, now + 5, now + 5, 3_000, 0);
        assert!(pace.is_paused(Endpoint::List, now + 3_004), "the vendor's own word");
    }

    #[test]
    fn a_share_rests_for_a_minute_and_its_downloads_with_it() {
        let mut pace = Pace::default();
        pace.limited(Endpoint::ShareList, 0, 0, 0, 0);
        let refused = pace.reserve(Endpoint::ShareDownload, 1_000, QUEUE_MS).unwrap_err();
        assert_eq!(refused.retry_after, Some(59));
        for until in [120, 240, 300, 300] {
            let now = 10_000_000 * until;
            pace.limited(Endpoint::ShareList, now, now, 0, 0);
            assert!(pace.is_paused(Endpoint::ShareList, now + until * 1_000 - 1));
            assert!(!pace.is_paused(Endpoint::ShareList, now + until * 1_000));
        }
    }

    #[test]
    fn chance_adds_at_most_a_quarter() {
        assert_eq!(backoff_ms(1_000, 2, 8_000, 0), 4_000);
        assert!(backoff_ms(1_000, 9, 8_000, 255) <= 10_000);
    }
}
