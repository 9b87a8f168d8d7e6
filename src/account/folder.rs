//! The state of a folder in the account client: its listing, the job that reads it anew, and its copy in
//! KV.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::host::AccountHost;
use super::store::{FolderKey, StorageKey};
use crate::sources::listing::digest_of;
use crate::sources::upstream::entry::Entry;
use crate::sources::upstream::pages::Progress;
use crate::time::{UnixMillis, UnixSeconds};

/// How long pages of a listing are kept for the rest of it: only pages read at about the same time belong
/// together. It is the longer of this and the time for which a listing counts as fresh.
const PAGES_LIVE: Duration = Duration::from_mins(15);

/// A folder's state: its listing, the job that reads it anew, and its copy in KV.
#[derive(Debug, Default)]
pub struct FolderState {
    /// The first line of the folder's newest whole listing.
    pub listing: Option<ListingHead>,
    /// The text of the newest whole listing, if it could not be written to the storage.
    pub unsaved: Option<Rc<str>>,
    /// The job that reads the next listing, with the pages that it has.
    pub job: Option<Rc<RefCell<ListingJob>>>,
    /// Whether the work under way was asked for by the owner.
    pub is_forced: bool,
    /// The copy of the listing in KV.
    pub published: Option<Published>,
    /// The number of commands that asked for the listing without having it cached.
    pub wanted: u32,
}

/// The first line of a whole listing: when it was read, and its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingHead {
    /// The time at which 123Pan was asked.
    pub read_at: UnixSeconds,
    /// The digest of the listing, by which it is compared with others.
    pub digest: String,
}

/// The pages of a listing that is not whole yet.
#[derive(Debug)]
pub struct ListingJob {
    /// The pages that were read so far.
    pub progress: Progress,
    /// Whether pages of this listing, or of an earlier job of the folder, are in the storage.
    pub is_saved: bool,
    /// Whether the owner asked for this listing: then it is read anew from its first page.
    pub is_forced: bool,
    begun_at: UnixMillis,
}

/// The copy of a folder's listing in KV.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The digest of the listing in KV.
    pub digest: String,
    /// The time at which KV's copy expires.
    pub ends: UnixSeconds,
}

impl FolderState {
    /// Loads a folder's state from the storage.
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

    /// The entries read so far of a listing that is not complete, the number of unusable rows, and the time
    /// at which it was begun; `None` if there are no entries.
    pub fn part(&self) -> Option<(Vec<Entry>, u32, UnixSeconds)> {
        let job = self.job.as_ref()?.borrow();
        let entries = job.progress.entries();
        let unusable = job.progress.unusable();
        (!entries.is_empty()).then(|| (entries.to_vec(), unusable, job.begun()))
    }
}

impl ListingHead {
    /// Reads a stored listing's first line, and the note of the time at which it was last found unchanged.
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
    /// A job that begins at a listing's first page.
    pub fn new(now: UnixMillis, is_forced: bool) -> Self {
        Self { progress: Progress::new(), is_saved: false, is_forced, begun_at: now }
    }

    /// The time at which 123Pan was first asked: no page of the job is older.
    pub fn begun(&self) -> UnixSeconds {
        self.begun_at.to_seconds()
    }

    /// Whether the job's pages are too old to continue with; `fresh` is the time for which a listing counts
    /// as fresh.
    pub fn is_over(&self, now: UnixMillis, fresh: Duration) -> bool {
        now >= self.begun_at.after(fresh.max(PAGES_LIVE))
    }

    /// The job's pages as text for the storage.
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
    /// Parses the stored form of [`Published::to_text`]; `None` for anything else.
    pub fn parse(stored: &str) -> Option<Self> {
        let (digest, ends) = stored.split_once(' ')?;
        Some(Self { digest: digest.to_owned(), ends: UnixSeconds(ends.parse().ok()?) })
    }

    /// The copy's digest and expiry as text for the storage.
    pub fn to_text(&self) -> String {
        format!("{} {}", self.digest, self.ends)
    }
}
