//! What the desk knows of a folder, in memory and in the storage.

use std::cell::RefCell;
use std::rc::Rc;

use super::host::Host;
use super::single_flight::Flight;
use super::store::{FolderKey, StorageKey};
use crate::sources::listing::digest_of;
use crate::sources::upstream::entry::Entry;
use crate::sources::upstream::pages::Progress;
use crate::sources::upstream::trouble::{Failed, Trouble};
use crate::time::UnixSeconds;

/// A failure is repeated to all that ask for this long, without asking the vendor.
const FAILED_MS: u64 = 10_000;

/// What is not there won't come so soon.
const NOT_FOUND_MS: u64 = 60_000;

/// The pages of a listing belong together only if they were read together, more or less: within this,
/// or within the time for which a listing is as good as new.
const WALK_LIVES_MS: u64 = 900_000;

/// What is known of a folder.
#[derive(Debug, Default)]
pub struct Folder {
    /// Its newest whole listing.
    pub known: Option<Known>,
    /// That listing's text, while it is in memory.
    pub text: Option<Rc<str>>,
    /// Whether the storage has not taken the text.
    pub is_unsaved: bool,
    /// Pages of the next one.
    pub walk: Option<Rc<RefCell<Walk>>>,
    /// The work on it.
    pub flight: Option<Flight>,
    /// Whether that work was asked for by the owner.
    pub is_forced: bool,
    /// What is in KV of it.
    pub published: Option<Published>,
    /// How many asked for the listing and didn't have it.
    pub wanted: u32,
    failed: Option<(Failed, u64)>,
}

/// A whole listing, by its first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// When the vendor was asked: Unix seconds.
    pub read_at: u64,
    /// What tells it from others.
    pub digest: String,
}

/// The pages of a listing that is not whole yet.
#[derive(Debug)]
pub struct Walk {
    /// What was got.
    pub progress: Progress,
    /// Whether the storage has some of it, or of one before.
    pub is_saved: bool,
    /// Whether the owner asked for it: then it is read anew from its beginning.
    pub is_forced: bool,
    begun_ms: u64,
}

/// What is in KV of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The digest of the listing that is there.
    pub digest: String,
    /// Unix seconds.
    pub ends: u64,
}

impl Folder {
    /// The folder as the storage knows it.
    pub fn load(host: &impl Host, folder: FolderKey<'_>) -> Self {
        let walk = host.read(&StorageKey::Pages(folder)).and_then(|stored| Walk::parse(&stored));
        let unchanged = host.read(&StorageKey::Unchanged(folder));
        let listing = host.read(&StorageKey::Listing(folder));
        let published = host.read(&StorageKey::Published(folder));
        Self {
            known: listing.and_then(|text| Known::of(&text, unchanged.as_deref())),
            walk: walk.map(|walk| Rc::new(RefCell::new(walk))),
            published: published.and_then(|stored| Published::parse(&stored)),
            ..Self::default()
        }
    }

    /// What failed a moment ago.
    pub fn failed(&self, now_ms: u64) -> Option<Failed> {
        self.failed.as_ref().filter(|(_, until)| now_ms < *until).map(|(failed, _)| failed.clone())
    }

    /// Remembers a failure for a moment.
    pub fn fail(&mut self, failed: Failed, now_ms: u64) {
        let span = if failed.trouble == Trouble::NotFound { NOT_FOUND_MS } else { FAILED_MS };
        self.failed = Some((failed, now_ms + span));
    }

    /// It went well since.
    pub fn went_well(&mut self) {
        self.failed = None;
    }

    /// The work on it that is under way.
    pub fn under_way(&self, now_ms: u64) -> Option<&Flight> {
        self.flight.as_ref().filter(|flight| flight.is_under_way(now_ms))
    }

    /// What was got of a listing that is not whole, and when that was begun.
    pub fn part(&self) -> Option<(Vec<Entry>, u32, UnixSeconds)> {
        let walk = self.walk.as_ref()?.borrow();
        let entries = walk.progress.entries();
        let unusable = walk.progress.unusable();
        (!entries.is_empty()).then(|| (entries.to_vec(), unusable, walk.begun()))
    }
}

impl Known {
    /// What a stored listing's first line says, and the note that it was found unchanged later.
    fn of(text: &str, unchanged: Option<&str>) -> Option<Self> {
        let digest = digest_of(text)?.to_owned();
        let read_at = text.split(' ').nth(1)?.parse::<u64>().ok()?;
        let unchanged =
            unchanged.and_then(|note| note.split_once(' ')).filter(|(of, _)| *of == digest);
        let unchanged = unchanged.and_then(|(_, at)| at.parse().ok()).unwrap_or_default();
        Some(Self { read_at: read_at.max(unchanged), digest })
    }
}

impl Walk {
    /// From the beginning.
    pub fn new(now_ms: u64, is_forced: bool) -> Self {
        Self { progress: Progress::new(), is_saved: false, is_forced, begun_ms: now_ms }
    }

    /// When the vendor was first asked: nothing in it is older.
    pub fn begun(&self) -> UnixSeconds {
        UnixSeconds(self.begun_ms / 1_000)
    }

    /// Whether its pages are too old to go on with, if a listing is as good as new for so long.
    pub fn is_over(&self, now_ms: u64, fresh: u64) -> bool {
        let lives_ms = fresh.saturating_mul(1_000).max(WALK_LIVES_MS);
        now_ms >= self.begun_ms.saturating_add(lives_ms)
    }

    /// As it is stored.
    pub fn to_text(&self) -> String {
        format!("{} {}\n{}", self.begun_ms, self.is_forced, self.progress.to_json())
    }

    fn parse(stored: &str) -> Option<Self> {
        let (head, progress) = stored.split_once('\n')?;
        let (begun_ms, is_forced) = head.split_once(' ')?;
        Some(Self {
            progress: Progress::parse(progress)?,
            is_saved: true,
            is_forced: is_forced == "true",
            begun_ms: begun_ms.parse().ok()?,
        })
    }
}

impl Published {
    /// Reads what [`Published::to_text`] wrote.
    pub fn parse(stored: &str) -> Option<Self> {
        let (digest, ends) = stored.split_once(' ')?;
        Some(Self { digest: digest.to_owned(), ends: ends.parse().ok()? })
    }

    /// As it is stored.
    pub fn to_text(&self) -> String {
        format!("{} {}", self.digest, self.ends)
    }
}
