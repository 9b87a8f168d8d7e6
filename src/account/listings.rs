//! Folders' listings: answered from memory or the storage, and read from 123Pan once for all commands that
//! want a newer one.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use super::api_client::{ApiClient, COMMAND_TIMEOUT};
use super::command::Reply;
use super::folder::FolderState;
use super::host::AccountHost;
use super::kv_writes::KvWrites;
use super::mount::{Mount, MountEntry};
use super::single_flight::{Flights, SingleFlight};
use super::store::StorageKey;
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::sources::failures::FailureCache;
use crate::sources::listing::{Extent, encode, with_read_at};
use crate::sources::lru::Lru;
use crate::time::UnixSeconds;

/// After this wait, a command gets the part of a listing that has been read so far.
const PART_AFTER: Duration = Duration::from_secs(8);

/// The least age of a listing that is read again because an entry of it is gone.
const REREAD_PAUSE: Duration = Duration::from_secs(10);

/// Maximum number of folder states in memory. Listings of other folders are in the storage.
const FOLDERS: usize = 20_000;

/// Maximum size of all listings in memory in bytes, of the 128 MB that the object has.
const TEXT_BYTES: usize = 16 << 20;

/// The listings of an account's folders: each is read once for all commands that want it.
#[derive(Debug)]
pub struct Listings<H> {
    /// The client for 123Pan's APIs and the storage.
    pub api: Rc<ApiClient<H>>,
    folders: RefCell<Lru<MountEntry, FolderState>>,
    /// The texts of whole listings that are in the storage as well.
    texts: RefCell<Lru<MountEntry, Rc<str>>>,
    /// The work that reads folders.
    flights: Flights<MountEntry>,
    /// Recent failures to list a folder.
    pub failures: FailureCache<MountEntry>,
    /// The number of writes to KV today; `None` before the storage is read.
    pub writes: Cell<Option<KvWrites>>,
}

impl<H: AccountHost + 'static> Listings<H> {
    /// Creates the store of listings, which reads them with this client.
    pub fn new(api: Rc<ApiClient<H>>) -> Self {
        Self {
            api,
            folders: RefCell::new(Lru::new(FOLDERS)),
            texts: RefCell::new(Lru::new(TEXT_BYTES)),
            flights: Flights::default(),
            failures: FailureCache::new(FOLDERS),
            writes: Cell::default(),
        }
    }

    /// Replies with a folder's listing: a cached one while it is fresh or may still be shown, else one that
    /// is read from 123Pan. A cached one that is no longer fresh is read anew in the background.
    pub async fn list(
        self: &Rc<Self>,
        mount: &Rc<Mount>,
        folder: u64,
        known_digest: Option<&str>,
        force: bool,
    ) -> Reply {
        let now = self.api.host.now();
        let (age, is_being_read) = self.folder(mount, folder, |known| {
            let listing = known.listing.as_ref();
            let age = listing.map(|listing| now.to_seconds().since(listing.read_at));
            (age, known.job.is_some())
        });
        let failed = self.failures.get(&mount.entry(folder), now);
        let config = &mount.config;
        if !force {
            if let Some(age) =
                age.filter(|age| *age < config.settings.stale.max(config.settings.fresh))
            {
                if failed.is_none() && (age >= config.settings.fresh || is_being_read) {
                    self.begin(mount, folder, false);
                }
                if let Some(reply) = self.whole(mount, folder, known_digest) {
                    return reply;
                }
            }
            if let Some(failed) = failed {
                return self.part(mount, folder, failed);
            }
        }
        self.wait(mount, folder, known_digest, force).await
    }

    /// Replies with a folder's listing as [`Listings::list`], but reads it again if it is no newer than an
    /// `outdated` one: once in a while, whoever asks.
    pub async fn newer(
        self: &Rc<Self>,
        mount: &Rc<Mount>,
        folder: u64,
        known_digest: Option<&str>,
        outdated: Option<UnixSeconds>,
    ) -> Reply {
        let now = self.api.host.now();
        let read_at = self
            .folder(mount, folder, |known| known.listing.as_ref().map(|listing| listing.read_at));
        let is_outdated = outdated.zip(read_at).is_some_and(|(outdated, read_at)| {
            read_at <= outdated && now.to_seconds().since(read_at) >= REREAD_PAUSE
        });
        if is_outdated && self.failures.get(&mount.entry(folder), now).is_none() {
            return self.wait(mount, folder, known_digest, false).await;
        }
        self.list(mount, folder, known_digest, false).await
    }

    /// Waits for 123Pan's listing, or for part of it, and replies with that.
    async fn wait(
        self: &Rc<Self>,
        mount: &Rc<Mount>,
        folder: u64,
        known_digest: Option<&str>,
        force: bool,
    ) -> Reply {
        let begun = self.api.host.now();
        let until = begun.after(COMMAND_TIMEOUT);
        if force {
            if !Rc::ptr_eq(&mount.account, &mount.listing_account) {
                // Reading the listing half-opens only the listing account's breaker.
                mount.account.half_open(&self.api.host);
            }
            // The work under way may have read pages from before the change that the owner wants to see.
            let is_forced = self.folder(mount, folder, |known| known.is_forced);
            let other = self.flights.under_way(&mount.entry(folder), begun);
            if let Some(other) = other.filter(|_| !is_forced) {
                let _ = self.api.within(&other, until).await;
            }
        }
        let flight = self.begin(mount, folder, force);
        let mut outcome = self.api.within(&flight, begun.after(PART_AFTER)).await;
        if outcome.is_none() && !self.folder(mount, folder, |known| known.part().is_some()) {
            outcome = self.api.within(&flight, until).await;
        }
        match outcome {
            Some(Err(failed)) if force => Reply::Failed(failed),
            Some(Err(failed)) => self.part(mount, folder, failed),
            Some(Ok(())) | None => {
                let is_done = self.folder(mount, folder, |known| known.job.is_none());
                let whole = is_done.then(|| self.whole(mount, folder, known_digest)).flatten();
                whole
                    .unwrap_or_else(|| self.part(mount, folder, UpstreamErrorKind::TimedOut.into()))
            }
        }
    }

    /// Begins to read a folder's listing, or joins the work that is under way.
    fn begin(self: &Rc<Self>, mount: &Rc<Mount>, folder: u64, force: bool) -> SingleFlight {
        let now = self.api.host.now();
        let (flight, completion) = self.flights.join_or_begin(mount.entry(folder), now);
        if let Some(completion) = completion {
            self.folder(mount, folder, |known| known.is_forced = force);
            let work = Rc::clone(self).run_job(Rc::clone(mount), folder, force, completion);
            self.api.host.spawn(Box::pin(work));
        }
        flight
    }

    /// The reply with the folder's cached whole listing, if there is one; writes it to KV if it is due.
    fn whole(
        self: &Rc<Self>,
        mount: &Rc<Mount>,
        folder: u64,
        known_digest: Option<&str>,
    ) -> Option<Reply> {
        let head = self.folder(mount, folder, |known| known.listing.clone())?;
        let read_at = head.read_at;
        let is_same = known_digest == Some(&*head.digest);
        if is_same && !self.is_to_be_published(mount, folder, false) {
            return Some(Reply::Same(read_at));
        }
        let text = self.text(mount, folder);
        let text = text.and_then(|text| with_read_at(&text, read_at));
        let Some(text) = text else {
            // The storage has lost the listing's text.
            self.folder(mount, folder, |known| known.listing = None);
            return None;
        };
        if is_same || self.is_to_be_published(mount, folder, true) {
            self.publish(mount, folder, &head.digest, &text);
        }
        Some(if is_same { Reply::Same(read_at) } else { Reply::Listing(text) })
    }

    /// The text of a folder's whole listing, from memory or the storage.
    pub fn text(&self, mount: &Mount, folder: u64) -> Option<Rc<str>> {
        if let Some(unsaved) = self.folder(mount, folder, |known| known.unsaved.clone()) {
            return Some(unsaved);
        }
        if let Some(text) = self.texts.borrow().get(&mount.entry(folder)) {
            return Some(Rc::clone(text));
        }
        let text = self.api.host.read(&StorageKey::Listing(mount.key(folder)))?.into();
        self.keep_text(mount, folder, &text);
        Some(text)
    }

    /// Keeps the text of a stored listing in memory.
    pub fn keep_text(&self, mount: &Mount, folder: u64, text: &Rc<str>) {
        self.texts.borrow_mut().put(mount.entry(folder), Rc::clone(text), text.len());
    }

    /// Removes a listing's text from memory.
    pub fn forget_text(&self, mount: &Mount, folder: u64) {
        self.texts.borrow_mut().remove(&mount.entry(folder));
    }

    /// Replies with the part of a listing that has been read, or else with the failure. A failure that
    /// won't pass is the reply in any case.
    pub fn part(&self, mount: &Mount, folder: u64, failed: UpstreamError) -> Reply {
        if !failed.kind.is_passing() {
            return Reply::Failed(failed);
        }
        match self.folder(mount, folder, |known| known.part()) {
            Some((entries, unusable, begun)) => {
                Reply::Listing(encode(entries, unusable, Extent::Part, begun))
            }
            None => Reply::Failed(failed),
        }
    }

    /// Gives access to a folder's state, which is loaded from the storage if it isn't in memory.
    pub fn folder<T>(
        &self,
        mount: &Mount,
        folder: u64,
        access: impl FnOnce(&mut FolderState) -> T,
    ) -> T {
        let key = mount.entry(folder);
        let mut folders = self.folders.borrow_mut();
        if let Some(known) = folders.get_mut(&key) {
            return access(known);
        }
        let mut known = FolderState::load(&self.api.host, mount.key(folder));
        let result = access(&mut known);
        // A slice that lost its folder's state would think that another one has replaced it.
        let being_read = self.flights.keys(self.api.host.now());
        folders.put_pinned(key, known, 1, |key| being_read.contains(key));
        result
    }
}
