//! A mount of the vendor's in service: the listings and links that this isolate remembers, and the
//! walk from a path to an entry through them.

mod link;
mod load;
pub(crate) mod memory;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use memory::{Cached, Memory};

use super::Upstream;
use super::listing::{Item, Listing};
use super::upstream::entry::FileRef;
use crate::account::command::AccountStatus;
use crate::context::{RequestContext, RequestState};
use crate::error::Error;
use crate::platform::Platform;
use crate::sources::failures::CacheKey;
use crate::time::{UnixSeconds, ValidMinutes};

/// A mount whose entries come from the vendor.
#[derive(Debug)]
pub struct RemoteSource {
    upstream: Upstream,
    /// Its index among the mounts.
    number: usize,
    memory: Memory,
    /// The last status of the account, and when it was given.
    status: RefCell<Option<(AccountStatus, UnixSeconds)>>,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RemoteFound<'s> {
    Folder(&'s Listing),
    File(RemoteEntry<'s>),
}

/// A file and the drive that fetches its links.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RemoteEntry<'s> {
    pub remote: &'s RemoteSource,
    pub item: Item<'s>,
    /// The listing that it is in.
    pub listing: &'s Listing,
}

/// A file of a mounted drive.
#[derive(Clone, Debug)]
pub struct RemoteFile {
    /// The mount's index among the mounts.
    pub mount: usize,
    /// What it takes to ask for the file's link.
    pub file: FileRef,
}

/// How old an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Age {
    /// Seconds since the vendor was asked.
    pub seconds: u64,
    /// Whether it is older than the owner calls fresh.
    pub stale: bool,
    /// Whether more of it is on its way.
    pub loading: bool,
}

/// For how long a listing that is fresh is used without asking anybody.
const TRUST_FRESH: Duration = Duration::from_mins(1);
/// For how long a listing that is stale, or lacks a part, is used without asking anybody.
const TRUST_OTHER: Duration = Duration::from_secs(3);
/// For how long the account's status is repeated.
const STATUS_LIFETIME: Duration = Duration::from_secs(15);

impl RemoteSource {
    /// A drive of which nothing is known yet.
    pub fn new(upstream: Upstream, number: usize) -> Self {
        let (memory, status) = (Memory::default(), RefCell::new(None));
        Self { upstream, number, memory, status }
    }

    /// Its settings.
    pub fn upstream(&self) -> &Upstream {
        &self.upstream
    }

    /// Its place among the mounts.
    pub(crate) fn number(&self) -> usize {
        self.number
    }

    /// The name of its source.
    pub fn source(&self) -> &'static str {
        self.upstream.kind.name()
    }

    /// Whether its links are signed here.
    pub fn is_signed(&self) -> bool {
        self.upstream.kind.direct().is_some_and(|direct| direct.private_key.is_some())
    }

    /// Whether its links are permanent, so that whoever has one has it for ever unless it is signed.
    pub fn is_direct(&self) -> bool {
        self.upstream.kind.direct().is_some()
    }

    /// Whether the vendor's CDN refuses visitors its links, so that bytes have to go through the Worker.
    /// All links but direct ones are good only in the city of whoever called the API for them: elsewhere
    /// the CDN answers 403 with code 1010 (OpenList's issues 1484 and 1521). Those of personal drives and
    /// shares also want a `Referer` that no browser sends from here (its issue 910).
    pub fn needs_proxy(&self) -> bool {
        !self.is_direct()
    }

    /// Whether the vendor may have no link to an empty file: a direct link is made of its path alone.
    pub(crate) fn links_only_bytes(&self) -> bool {
        !self.is_direct()
    }

    /// The lifetime of its links, unless a rule says otherwise.
    pub(crate) fn valid(&self) -> ValidMinutes {
        self.upstream.kind.valid()
    }

    /// Loads the listing of the folder at a path below the mount unless it is cached, so that a name that
    /// is missing from it can be told as such.
    ///
    /// # Errors
    /// What is told of a name that the folder lacks, where that is not [`Error::NotFound`].
    pub(crate) async fn require_listing<'p>(
        &self,
        path: impl Iterator<Item = &'p str>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<(), Error> {
        match self.find(path, ctx).await? {
            Some(RemoteFound::Folder(listing)) if !listing.is_whole() => Err(Error::StillLoading),
            Some(RemoteFound::Folder(_) | RemoteFound::File(_)) | None => Ok(()),
        }
    }

    /// The entry at a path below the mount, by the listings of the folders on the way.
    pub(crate) async fn find<'s, 'p>(
        &'s self,
        path: impl Iterator<Item = &'p str>,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<Option<RemoteFound<'s>>, Error> {
        let names = path.collect::<Vec<_>>();
        let (mut folder, mut ahead) = (self.upstream.settings.root, names.as_slice());
        loop {
            let listing = self.listing(folder, ahead, ctx).await?;
            let Some((name, below)) = ahead.split_first() else {
                return Ok(Some(RemoteFound::Folder(listing)));
            };
            match self.child(listing, name, below.is_empty())? {
                Child::Folder(id) => (folder, ahead) = (id, below),
                Child::File(file) => return Ok(Some(RemoteFound::File(file))),
                Child::Nothing => return Ok(None),
            }
        }
    }

    /// The same by cached listings alone.
    pub(crate) fn find_cached<'s, 'p>(
        &'s self,
        path: impl Iterator<Item = &'p str>,
        now: UnixSeconds,
        state: &'s RequestState,
    ) -> Option<RemoteFound<'s>> {
        let listing = |folder| Some(state.keep(self.known(folder, now, state)?));
        let mut at = listing(self.upstream.settings.root)?;
        let mut path = path.peekable();
        while let Some(name) = path.next() {
            match self.child(at, name, path.peek().is_none()).ok()? {
                Child::Folder(id) => at = listing(id)?,
                Child::File(file) => return Some(RemoteFound::File(file)),
                Child::Nothing => return None,
            }
        }
        Some(RemoteFound::Folder(at))
    }

    /// The file at a path below the mount; `None` if there is none. The listing of a folder at the path
    /// itself is not loaded.
    pub(crate) async fn find_file<'s, 'p>(
        &'s self,
        path: impl Iterator<Item = &'p str>,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<Option<RemoteEntry<'s>>, Error> {
        let names = path.collect::<Vec<_>>();
        let Some((name, above)) = names.split_last() else { return Ok(None) };
        let found = self.find(above.iter().copied(), ctx).await?;
        let Some(RemoteFound::Folder(listing)) = found else { return Ok(None) };
        match self.child(listing, name, true)? {
            Child::File(file) => Ok(Some(file)),
            Child::Folder(_) | Child::Nothing => Ok(None),
        }
    }

    /// The vendor's number of the folder at a path below the mount.
    pub(crate) async fn folder_id<'p>(
        &self,
        path: impl Iterator<Item = &'p str>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Option<u64>, Error> {
        let names = path.collect::<Vec<_>>();
        let Some((name, above)) = names.split_last() else {
            return Ok(Some(self.upstream.settings.root));
        };
        let found = self.find(above.iter().copied(), ctx).await?;
        let Some(RemoteFound::Folder(listing)) = found else { return Ok(None) };
        match self.child(listing, name, true)? {
            Child::Folder(id) => Ok(Some(id)),
            Child::File(_) | Child::Nothing => Ok(None),
        }
    }

    /// A folder's child by its name. A file that is not the last of a path is none.
    ///
    /// # Errors
    /// [`Error::StillLoading`] if it may be in the part of the listing that has not come yet.
    fn child<'s>(
        &'s self,
        listing: &'s Listing,
        name: &str,
        is_last: bool,
    ) -> Result<Child<'s>, Error> {
        match listing.find(name) {
            Some(item) if item.folder => Ok(Child::Folder(item.id)),
            Some(item) if is_last => Ok(Child::File(RemoteEntry { remote: self, item, listing })),
            Some(_) => Ok(Child::Nothing),
            None if listing.is_whole() => Ok(Child::Nothing),
            None => Err(Error::StillLoading),
        }
    }

    /// A folder's listing: from memory, or loaded with those that are found in it by the names `ahead`.
    async fn listing<'s>(
        &self,
        folder: u64,
        ahead: &[&str],
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<&'s Listing, Error> {
        if let Some(listing) = self.known(folder, ctx.now(), &ctx.state) {
            return Ok(ctx.state.keep(listing));
        }
        if let Some(failed) = self.memory().failure(CacheKey::Folder(folder), ctx.now()) {
            return Err(Error::from_failure(Some(&failed)));
        }
        ctx.take_folder()?;
        Ok(ctx.state.keep(self.load_listing(folder, ahead, ctx).await?))
    }

    /// A listing that was loaded for this request, or is used without asking the account object.
    fn known(&self, folder: u64, now: UnixSeconds, state: &RequestState) -> Option<Rc<Listing>> {
        state.loaded(self.number, folder).or_else(|| self.trusted(folder, now))
    }

    /// A cached listing that is used without asking the account object.
    fn trusted(&self, folder: u64, now: UnixSeconds) -> Option<Rc<Listing>> {
        let cached = self.memory.folder(folder).filter(|cached| self.is_trusted(cached, now))?;
        Some(cached.value)
    }

    fn is_trusted(&self, kept: &Cached<Rc<Listing>>, now: UnixSeconds) -> bool {
        let age = self.age(&kept.value, now);
        let trust = if age.stale || age.loading { TRUST_OTHER } else { TRUST_FRESH };
        now.since(kept.seen_at) < trust
    }

    /// How old a listing of this drive is.
    pub(crate) fn age(&self, listing: &Listing, now: UnixSeconds) -> Age {
        let age = now.since(listing.read_at());
        Age {
            seconds: age.as_secs(),
            stale: age >= self.upstream.settings.fresh,
            loading: !listing.is_whole(),
        }
    }

    /// Whether a listing is better than nothing.
    pub fn is_worth_showing(&self, listing: &Listing, now: UnixSeconds) -> bool {
        now.since(listing.read_at()) < self.upstream.settings.stale
    }

    /// A cached listing, if it is better than nothing.
    pub fn cached(&self, folder: u64, now: UnixSeconds) -> Option<Rc<Listing>> {
        let listing = self.memory.folder(folder)?.value;
        self.is_worth_showing(&listing, now).then_some(listing)
    }

    /// The same without counting as a use of it: for traversals of everything that is cached.
    pub(crate) fn peek(&self, folder: u64, now: UnixSeconds) -> Option<Rc<Listing>> {
        self.memory().peek(folder).filter(|listing| self.is_worth_showing(listing, now))
    }

    /// What is remembered of the source.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// The last status of the account, while it is recent.
    pub fn status(&self, now: UnixSeconds) -> Option<AccountStatus> {
        let status = self.status.borrow();
        let (status, at) = status.as_ref()?;
        (now.since(*at) < STATUS_LIFETIME).then(|| status.clone())
    }

    /// Takes the status that the account object gives.
    pub fn offer_status(&self, status: AccountStatus, now: UnixSeconds) {
        *self.status.borrow_mut() = Some((status, now));
    }
}

/// A folder's child.
enum Child<'s> {
    Folder(u64),
    File(RemoteEntry<'s>),
    Nothing,
}

#[cfg(test)]
mod tests;
