//! The state of a folder in the account client: its listing, the job that reads it anew, its copy in KV.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::host::AccountHost;
use super::single_flight::SingleFlight;
use super::store::{FolderKey, StorageKey};
use crate::sources::listing::digest_of;
use crate::sources::upstream::entry::Entry;
use crate::sources::upstream::pages::Progress;
use crate::time::{UnixMillis, UnixSeconds};

/// The pages of a listing belong together only if they were read together, more or less: within this,
/// or within the time for which a listing is as good as new.
const PAGES_LIVE: Duration = Duration::from_mins(15);

/// What is known of a folder.
#[derive(Debug, Default)]
pub struct FolderState {
    /// Its newest whole listing.
    pub listing: Option<ListingHead>,
    /// That listing's text, while it is in memory.
    pub text: Option<Rc<str>>,
    /// Whether the storage has not taken the text.
    pub is_unsaved: bool,
    /// Pages of the next one.
    pub job: Option<Rc<RefCell<ListingJob>>>,
    /// The work on it.
    pub flight: Option<SingleFlight>,
    /// Whether that work was asked for by the owner.
    pub is_forced: bool,
    /// What is in KV of it.
    pub published: Option<Published>,
    /// How many asked for the listing and didn't have it.
    pub wanted: u32,
}

/// A whole listing, by its first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingHead {
    /// When the vendor was asked.
    pub read_at: UnixSeconds,
    /// What tells it from others.
    pub digest: String,
}

/// The pages of a listing that is not whole yet.
#[derive(Debug)]
pub struct ListingJob {
    /// What was got.
    pub progress: Progress,
    /// Whether the storage has some of it, or of one before.
    pub is_saved: bool,
    /// Whether the owner asked for it: then it is read anew from its beginning.
    pub is_forced: bool,
    begun_at: UnixMillis,
}

/// What is in KV of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The digest of the listing that is there.
    pub digest: String,
    /// When KV forgets it.
    pub ends: UnixSeconds,
}

impl FolderState {
    /// The folder as the storage knows it.
    pub fn load(host: &impl AccountHost, folder: FolderKey<'_>) -> Self {
        let job =
            host.read(&StorageKey::Pages(folder)).and_then(|stored| ListingJob::parse(&stored));
        let unchanged = host.read(&StorageKey::Unchanged(folder));
        let listing = host.read(&StorageKey::Listing(folder));
        let published = host.read(&StorageKey::Published(folder));
        Self {
            listing: listing.and_then(|text| ListingHead::of(&text, unchanged.as_deref())),
            job: job.map(|job| Rc::new(RefCell::new(job))),
            published: published.and_then(|stored| Published::parse(&stored)),
            ..Self::default()
        }
    }

    /// The work on it that is under way.
    pub fn under_way(&self, now: UnixMillis) -> Option<&SingleFlight> {
        self.flight.as_ref().filter(|flight| flight.is_under_way(now))
    }

    /// What was got of a listing that is not whole, and when that was begun.
    pub fn part(&self) -> Option<(Vec<Entry>, u32, UnixSeconds)> {
        let job = self.job.as_ref()?.borrow();
        let entries = job.progress.entries();
        let unusable = job.progress.unusable();
        (!entries.is_empty()).then(|| (entries.to_vec(), unusable, job.begun()))
    }
}

impl ListingHead {
    /// What a stored listing's first line says, and the note that it was found unchanged later.
    fn of(text: &str, unchanged: Option<&str>) -> Option<Self> {
        let digest = digest_of(text)?.to_owned();
        let read_at = text.split(' ').nth(1)?.parse().ok()?;
        let unchanged =
            unchanged.and_then(|note| note.split_once(' ')).filter(|(of, _)| *of == digest);
        let unchanged = unchanged.and_then(|(_, at)| at.parse().ok()).unwrap_or_default();
        let read_at = UnixSeconds(u64::max(read_at, unchanged));
        Some(Self { read_at, digest })
    }
}

impl ListingJob {
    /// From the beginning.
    pub fn new(now: UnixMillis, is_forced: bool) -> Self {
        Self { progress: Progress::new(), is_saved: false, is_forced, begun_at: now }
    }

    /// When the vendor was first asked: nothing in it is older.
    pub fn begun(&self) -> UnixSeconds {
        self.begun_at.to_seconds()
    }

    /// Whether its pages are too old to go on with, if a listing is as good as new for so long.
    pub fn is_over(&self, now: UnixMillis, fresh: Duration) -> bool {
        now >= self.begun_at.after(fresh.max(PAGES_LIVE))
    }

    /// As it is stored.
    pub fn to_text(&self) -> String {
        format!("{} {}\n{}", self.begun_at, self.is_forced, self.progress.to_json())
    }

    fn parse(stored: &str) -> Option<Self> {
        let (head, progress) = stored.split_once('\n')?;
        let (begun_at, is_forced) = head.split_once(' ')?;
        Some(Self {
            progress: Progress::parse(progress)?,
            is_saved: true,
            is_forced: is_forced == "true",
            begun_at: UnixMillis(begun_at.parse().ok()?),
        })
    }
}

impl Published {
    /// Reads what [`Published::to_text`] wrote.
    pub fn parse(stored: &str) -> Option<Self> {
        let (digest, ends) = stored.split_once(' ')?;
        Some(Self { digest: digest.to_owned(), ends: UnixSeconds(ends.parse().ok()?) })
    }

    /// As it is stored.
    pub fn to_text(&self) -> String {
        format!("{} {}", self.digest, self.ends)
    }
}
