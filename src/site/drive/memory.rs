//! What an isolate remembers of a drive: listings, links, and what was refused a moment ago.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::desk::ask::UpstreamLink;
use crate::listing::Listing;
use crate::origin::Base;
use crate::sign::Signer;
use crate::time::UnixSeconds;
use crate::upstream::trouble::{Failed, Trouble};

/// Bytes of listings that one drive keeps, of the 128 MB that an isolate has.
const MOST_BYTES: usize = 16 << 20;
/// Links that one drive keeps.
const MOST_LINKS: usize = 2_000;
/// Refusals that one drive keeps.
const MOST_REFUSALS: usize = 1_000;
/// Seconds for which a refusal is repeated without asking the desk: what is not there, and the rest.
const GONE_SECONDS: u64 = 60;
const REFUSED_SECONDS: u64 = 10;

/// Everything that is remembered.
#[derive(Debug, Default)]
pub struct Memory {
    folders: HashMap<u64, Kept<Rc<Listing>>>,
    links: HashMap<u64, Kept<KeptLink>>,
    refusals: HashMap<Wanted, (Failed, UnixSeconds)>,
    /// Counts uses, for whatever has to go first.
    clock: Cell<u64>,
}

/// Something that was wanted, by the vendor's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// A folder's listing.
    Folder(u64),
    /// A file's link.
    Link(u64),
}

/// Something with the time at which it was last asked for.
#[derive(Debug)]
pub struct Kept<T> {
    pub value: T,
    /// When the desk, or KV, was last asked.
    pub seen_at: UnixSeconds,
    used: Cell<u64>,
}

/// A file's link.
#[derive(Debug)]
pub enum KeptLink {
    /// One with an end.
    Passing(UpstreamLink),
    /// A permanent one, in the parts that are signed.
    Permanent { url: String, base: Base, tail: String, signer: Option<Signer> },
    /// One that turned out to be dead.
    Dead(String),
}

impl Memory {
    /// A folder's listing, which is used by that.
    pub fn folder(&self, id: u64) -> Option<&Kept<Rc<Listing>>> {
        self.folders.get(&id).inspect(|kept| self.touch(&kept.used))
    }

    /// A folder's listing, which is not used by that.
    pub fn glimpse(&self, id: u64) -> Option<Rc<Listing>> {
        self.folders.get(&id).map(|kept| Rc::clone(&kept.value))
    }

    /// A file's link, which is used by that.
    pub fn link(&self, id: u64) -> Option<&Kept<KeptLink>> {
        self.links.get(&id).inspect(|kept| self.touch(&kept.used))
    }

    /// Why something was refused a moment ago.
    pub fn refusal(&self, wanted: Wanted, now: UnixSeconds) -> Option<&Failed> {
        self.refusals.get(&wanted).filter(|(_, until)| now < *until).map(|(failed, _)| failed)
    }

    /// Takes a listing. One that comes late never replaces a newer one.
    pub fn offer(&mut self, id: u64, listing: Listing, now: UnixSeconds) {
        self.refusals.remove(&Wanted::Folder(id));
        let newer = |kept: &Kept<Rc<Listing>>| kept.value.read_at() > listing.read_at();
        if !self.folders.get(&id).is_some_and(newer) {
            let kept = self.keep(Rc::new(listing), now);
            self.folders.insert(id, kept);
        }
        self.make_room(id);
    }

    /// Notes that the desk was asked, and when it says that the vendor was.
    pub fn confirm(&mut self, id: u64, read_at: Option<UnixSeconds>, now: UnixSeconds) {
        if let Some(kept) = self.folders.get_mut(&id) {
            kept.seen_at = now;
            if let Some(read_at) = read_at {
                kept.value.confirm(read_at);
            }
        }
    }

    /// Forgets a listing.
    pub fn forget(&mut self, id: u64) {
        self.folders.remove(&id);
    }

    /// Takes a file's link.
    pub fn offer_link(&mut self, id: u64, link: KeptLink, now: UnixSeconds) {
        self.refusals.remove(&Wanted::Link(id));
        if self.links.len() >= MOST_LINKS {
            let oldest = self.links.iter().min_by_key(|(_, kept)| kept.used.get());
            if let Some(id) = oldest.map(|(id, _)| *id) {
                self.links.remove(&id);
            }
        }
        let kept = self.keep(link, now);
        self.links.insert(id, kept);
    }

    /// Notes that the CDN does not know this link any more. Of many who find that out, the late ones
    /// meet the new link, which is left as it is.
    pub fn bury_link(&mut self, id: u64, url: &str) {
        if let Some(kept) = self.links.get_mut(&id)
            && let KeptLink::Passing(link) = &kept.value
            && link.url == url
        {
            kept.value = KeptLink::Dead(link.url.clone());
        }
    }

    /// Notes that something was refused, so that not every visitor asks the desk for it.
    pub fn refuse(&mut self, wanted: Wanted, failed: Failed, now: UnixSeconds) {
        if self.refusals.len() >= MOST_REFUSALS {
            self.refusals.clear();
        }
        let gone = failed.trouble == Trouble::NotFound;
        let longest = if gone { GONE_SECONDS } else { REFUSED_SECONDS };
        let seconds = failed.retry_after.unwrap_or(longest).clamp(1, longest);
        self.refusals.insert(wanted, (failed, UnixSeconds(now.0.saturating_add(seconds))));
    }

    /// Forgets what was refused: its owner wants it to be tried.
    pub fn forgive(&mut self) {
        self.refusals.clear();
    }

    fn keep<T>(&self, value: T, now: UnixSeconds) -> Kept<T> {
        let kept = Kept { value, seen_at: now, used: Cell::new(0) };
        self.touch(&kept.used);
        kept
    }

    fn touch(&self, used: &Cell<u64>) {
        self.clock.set(self.clock.get() + 1);
        used.set(self.clock.get());
    }

    /// Lets the listings go that were not used for longest, but not `spared`.
    fn make_room(&mut self, spared: u64) {
        let mut bytes: usize = self.folders.values().map(|kept| kept.value.heap_bytes()).sum();
        while bytes > MOST_BYTES {
            let oldest = self.folders.iter().filter(|(id, _)| **id != spared);
            let Some(id) = oldest.min_by_key(|(_, kept)| kept.used.get()).map(|(id, _)| *id) else {
                return;
            };
            bytes -= self.folders.remove(&id).map_or(0, |kept| kept.value.heap_bytes());
        }
    }
}
