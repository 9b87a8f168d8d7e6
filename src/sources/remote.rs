//! A remote source in service: the isolate's cached listings and links, and the resolution of paths
//! through them.

pub mod cache;
mod link;
mod load;
mod own_place;
mod path_link;
mod refusal;
mod replaced;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use cache::{Cached, ListingKey, RemoteCache};
use own_place::OwnPlace;
use path_link::{LinkTail, tail_below};
use refusal::Reports;

use super::RemoteMountConfig;
use super::listing::{Item, Listing};
use super::upstream::direct_link::DirectLinks;
use super::upstream::entry::FileRef;
use crate::account::command::AccountStatus;
use crate::context::{RequestContext, RequestState};
use crate::error::Error;
use crate::platform::Platform;
use crate::sources::failures::FailureKey;
use crate::sources::shown_listing::ShownListing;
use crate::time::{UnixSeconds, ValidMinutes};

/// A mount whose entries come from 123Pan, with the isolate's cache of its listings, links and failures.
#[derive(Debug)]
pub struct RemoteSource {
    config: RemoteMountConfig,
    /// The source's index among the site's mounts.
    index: usize,
    cache: RemoteCache,
    /// The last status of the account, and when the account object sent it.
    status: RefCell<Option<(AccountStatus, UnixSeconds)>>,
    own_place: OwnPlace,
    reports: Reports,
}

/// The entry at a path below the mount.
#[derive(Clone, Debug)]
pub(crate) enum RemoteFound<'s> {
    /// A folder, by its 123Pan id.
    Folder(u64),
    /// A file, with its folder's listing.
    File(RemoteEntry<'s>),
}

/// A file of a listing, with the source that fetches its links.
#[derive(Clone, Debug)]
pub(crate) struct RemoteEntry<'s> {
    /// The source that fetches the file's links.
    pub remote: &'s RemoteSource,
    /// The file's entry in its folder's listing.
    pub item: Item<'s>,
    /// The listing of the file's folder, or an excerpt of it.
    pub listing: &'s Listing,
    /// The folder's 123Pan id.
    pub folder: u64,
    /// The file's path as the tail of a direct link, if its link is made of that.
    pub tail: Option<String>,
}

/// A file of a remote source, as its mount and 123Pan's details of it.
#[derive(Clone, Debug)]
pub struct RemoteFile {
    /// The index of the file's mount among the site's mounts.
    pub mount: usize,
    /// The file's id and the details that 123Pan wants back when it is asked for a link.
    pub file: FileRef,
    /// The 123Pan id of the file's folder.
    pub folder: u64,
    /// The time at which the folder's listing with this file was read.
    pub listed_at: UnixSeconds,
}

/// How old a listing is, and whether it is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Age {
    /// The time since 123Pan was asked.
    pub span: Duration,
    /// Whether the listing is older than the mount's `fresh_minutes`.
    pub stale: bool,
    /// Whether more of the listing is still being read.
    pub loading: bool,
}

/// For how long a cached listing that is fresh is used without asking KV or the account object again.
const TRUST_FRESH: Duration = Duration::from_mins(1);
/// For how long a cached listing that is stale, or lacks a part, is used without asking KV or the account
/// object again.
const TRUST_OTHER: Duration = Duration::from_secs(3);
/// For how long the account's status is cached.
const STATUS_LIFETIME: Duration = Duration::from_secs(15);

impl RemoteSource {
    /// Creates a source with nothing cached; `index` is its index among the mounts.
    pub fn new(config: RemoteMountConfig, index: usize) -> Self {
        let (cache, status) = (RemoteCache::default(), RefCell::new(None));
        let (own_place, reports) = (OwnPlace::default(), Reports::default());
        Self { config, index, cache, status, own_place, reports }
    }

    /// The mount's settings, and its API with credentials.
    pub fn config(&self) -> &RemoteMountConfig {
        &self.config
    }

    /// The source's index among the site's mounts.
    pub(crate) fn index(&self) -> usize {
        self.index
    }

    /// The name of the source: `personal`, `share` or `open`.
    pub fn source(&self) -> &'static str {
        self.config.kind.api().name()
    }

    /// Whether the source's links are signed by this Worker.
    pub fn is_signed(&self) -> bool {
        match &self.config.path_links {
            Some(links) => links.signer.is_some(),
            None => self.gives_direct_links_with(|direct| direct.private_key.is_some()),
        }
    }

    /// Whether the source's links are permanent: an unsigned one works for ever.
    pub fn is_direct(&self) -> bool {
        self.config.path_links.is_some() || self.gives_direct_links_with(|_| true)
    }

    /// Whether 123Pan gives the source's direct links, with settings of which this holds.
    fn gives_direct_links_with(&self, holds: impl Fn(&DirectLinks) -> bool) -> bool {
        self.config.kind.direct_links().is_some_and(holds)
    }

    /// Whether 123Pan's CDN refuses the links to clients, so that the bytes have to go through the Worker.
    /// All links but direct ones work only in the city from which the API was called for them: elsewhere
    /// the CDN answers 403 with code 1010 (OpenList's issues 1484 and 1521). Links of personal drives and
    /// shares also want a `Referer` that no browser sends from here (its issue 910).
    pub fn is_proxied_by_default(&self) -> bool {
        !self.is_direct()
    }

    /// The lifetime of the source's signed links, unless a rule says otherwise.
    pub(crate) fn valid(&self) -> ValidMinutes {
        self.config.valid()
    }

    /// Looks up a name in the folder at a path below the mount, so that a missing name can be reported as
    /// [`Error::NotFound`], and one that the client may not know of fails alike.
    ///
    /// # Errors
    /// The error for a name that the folder lacks, where that is not [`Error::NotFound`].
    pub(crate) async fn look_up<'p>(
        &self,
        folder: impl Iterator<Item = &'p str>,
        name: &'p str,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<(), Error> {
        let names = folder.chain([name]).collect::<Vec<_>>();
        match self.last_listing(&names, ShownListing::None, ctx).await? {
            Some(LastListing { listing, .. }) if !listing.is_whole() => Err(Error::StillLoading),
            Some(_) | None => Ok(()),
        }
    }

    /// Resolves a path below the mount, and loads what is missing for that, together with the listing that
    /// is shown.
    pub(crate) async fn find<'s, 'p>(
        &'s self,
        path: impl Iterator<Item = &'p str>,
        shown: ShownListing,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<Option<RemoteFound<'s>>, Error> {
        let names = path.collect::<Vec<_>>();
        let Some(name) = names.last() else {
            return Ok(Some(RemoteFound::Folder(self.config.settings.root)));
        };
        let Some(last) = self.last_listing(&names, shown, ctx).await? else {
            return Ok(None);
        };
        Ok(child(last.listing, name)?.map(|item| {
            if item.folder {
                RemoteFound::Folder(item.id)
            } else {
                RemoteFound::File(self.entry(item, last))
            }
        }))
    }

    /// The listing of a folder, by its 123Pan id.
    pub(crate) async fn folder_listing<'s>(
        &self,
        folder: u64,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<&'s Listing, Error> {
        self.listing(folder, &[], ShownListing::Folder, ctx).await
    }

    /// The listing of a folder, by its 123Pan id: the one in memory where it is fresh and whole, however long ago
    /// KV and the account object were asked; else as [`Self::folder_listing`].
    pub(crate) async fn fresh_listing<'s>(
        &self,
        folder: u64,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<&'s Listing, Error> {
        let now = ctx.now();
        let is_fresh = |listing: &Listing| {
            let age = self.age(listing, now);
            !age.stale && !age.loading
        };
        match self.peek(folder, now).filter(|listing| is_fresh(listing)) {
            Some(listing) => Ok(ctx.state.keep(listing)),
            None => self.folder_listing(folder, ctx).await,
        }
    }

    /// The listing, or the excerpt of it, in which the last of these names is to be found; `None` if another
    /// name is no folder's.
    async fn last_listing<'s>(
        &'s self,
        names: &[&str],
        shown: ShownListing,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<Option<LastListing<'s>>, Error> {
        let (mut folder, mut ahead) = (self.config.settings.root, names);
        let mut tail = self.tail_of_root();
        loop {
            let listing = self.listing(folder, ahead, shown, ctx).await?;
            let Some((name, below @ [_, ..])) = ahead.split_first() else {
                return Ok(Some(LastListing { folder, listing, tail }));
            };
            let Some(item) = child(listing, name)?.filter(|item| item.folder) else {
                return Ok(None);
            };
            (folder, ahead, tail) = (item.id, below, tail_below(tail, &item));
        }
    }

    /// Resolves a path below the mount by what is cached alone.
    pub(crate) fn find_cached<'s, 'p>(
        &'s self,
        path: impl Iterator<Item = &'p str>,
        now: UnixSeconds,
        state: &'s RequestState,
    ) -> Option<RemoteFound<'s>> {
        let (mut folder, mut tail) = (self.config.settings.root, self.tail_of_root());
        let mut path = path.peekable();
        while let Some(name) = path.next() {
            let listing =
                state.keep(self.known(folder, &[name], ShownListing::None, now, state)?);
            let item = child(listing, name).ok()??;
            if item.folder {
                (folder, tail) = (item.id, tail_below(tail, &item));
                continue;
            }
            let file = || self.entry(item, LastListing { folder, listing, tail });
            return path.peek().is_none().then(file).map(RemoteFound::File);
        }
        Some(RemoteFound::Folder(folder))
    }

    /// A folder's listing, by its 123Pan id, if it is cached.
    pub(crate) fn cached_folder<'s>(
        &self,
        folder: u64,
        now: UnixSeconds,
        state: &'s RequestState,
    ) -> Option<&'s Listing> {
        Some(state.keep(self.known(folder, &[], ShownListing::Folder, now, state)?))
    }

    /// The file that is this item of a folder.
    fn entry<'s>(&'s self, item: Item<'s>, of: LastListing<'s>) -> RemoteEntry<'s> {
        let LastListing { folder, listing, tail } = of;
        RemoteEntry { remote: self, item, listing, folder, tail: tail_below(tail, &item) }
    }

    /// A folder's listing, or the excerpt with the first name of the path `ahead`: from memory, or loaded
    /// together with what else that path needs.
    async fn listing<'s>(
        &self,
        folder: u64,
        ahead: &[&str],
        shown: ShownListing,
        ctx: &'s RequestContext<impl Platform>,
    ) -> Result<&'s Listing, Error> {
        if let Some(listing) = self.known(folder, ahead, shown, ctx.now(), &ctx.state) {
            return Ok(ctx.state.keep(listing));
        }
        if let Some(failed) = self.cache().failure(FailureKey::Folder(folder), ctx.now()) {
            return Err(Error::from_failure(Some(&failed)));
        }
        ctx.take_folder()?;
        Ok(ctx.state.keep(self.load_path(folder, ahead, shown, ctx).await?))
    }

    /// A listing, or the excerpt with the first name of the path `ahead`, that was loaded for this request,
    /// or is recent enough to be used without asking KV or the account object.
    fn known(
        &self,
        folder: u64,
        ahead: &[&str],
        shown: ShownListing,
        now: UnixSeconds,
        state: &RequestState,
    ) -> Option<Rc<Listing>> {
        let loaded = |key| state.loaded(self.index, key);
        let trusted = |key| self.trusted(&key, now);
        let whole = || ListingKey::Folder(folder);
        let found = loaded(whole()).or_else(|| trusted(whole()));
        let Some(name) = ahead.first() else { return found };
        let entry = || ListingKey::Entry(folder, (*name).to_owned());
        // Around a file the whole listing is shown.
        let is_enough = |excerpt: &Rc<Listing>| {
            let shows_parent = shown == ShownListing::Parent && ahead.len() == 1;
            !(shows_parent && excerpt.find(name).is_some_and(|item| !item.folder))
        };
        found.or_else(|| loaded(entry())).or_else(|| trusted(entry()).filter(is_enough))
    }

    /// A cached listing or excerpt that is recent enough to be used without asking KV or the account object.
    fn trusted(&self, key: &ListingKey, now: UnixSeconds) -> Option<Rc<Listing>> {
        let cached = self.cache.listing(key).filter(|cached| self.is_trusted(cached, now))?;
        Some(cached.value)
    }

    fn is_trusted(&self, kept: &Cached<Rc<Listing>>, now: UnixSeconds) -> bool {
        let age = self.age(&kept.value, now);
        let trust = if age.stale || age.loading { TRUST_OTHER } else { TRUST_FRESH };
        now.since(kept.checked_at) < trust
    }

    /// The age of a listing of this source.
    pub(crate) fn age(&self, listing: &Listing, now: UnixSeconds) -> Age {
        let age = now.since(listing.read_at());
        Age { span: age, stale: age >= self.config.settings.fresh, loading: !listing.is_whole() }
    }

    /// Whether a listing is younger than the mount's limit for stale listings, so that it may still be
    /// shown.
    pub fn is_worth_showing(&self, listing: &Listing, now: UnixSeconds) -> bool {
        now.since(listing.read_at()) < self.config.settings.stale
    }

    /// A cached listing, if it may still be shown.
    pub fn cached(&self, folder: u64, now: UnixSeconds) -> Option<Rc<Listing>> {
        self.cached_at(&ListingKey::Folder(folder), now)
    }

    /// A cached listing or excerpt, if it may still be shown.
    fn cached_at(&self, key: &ListingKey, now: UnixSeconds) -> Option<Rc<Listing>> {
        let listing = self.cache.listing(key)?.value;
        self.is_worth_showing(&listing, now).then_some(listing)
    }

    /// A cached listing, if it may still be shown, without counting as a use of it: for traversals of
    /// everything that is cached.
    pub(crate) fn peek(&self, folder: u64, now: UnixSeconds) -> Option<Rc<Listing>> {
        self.cache().peek(folder).filter(|listing| self.is_worth_showing(listing, now))
    }

    /// The isolate's cache of the source.
    pub fn cache(&self) -> &RemoteCache {
        &self.cache
    }

    /// The last status of the account, while it is recent.
    pub fn status(&self, now: UnixSeconds) -> Option<AccountStatus> {
        let status = self.status.borrow();
        let (status, at) = status.as_ref()?;
        (now.since(*at) < STATUS_LIFETIME).then(|| status.clone())
    }

    /// Caches the status that the account object sent.
    pub fn update_status(&self, status: AccountStatus, now: UnixSeconds) {
        *self.status.borrow_mut() = Some((status, now));
    }
}

/// The folder in which the last name of a path is to be found.
struct LastListing<'s> {
    /// The folder's 123Pan id.
    folder: u64,
    /// The folder's listing, or the excerpt with the name.
    listing: &'s Listing,
    tail: LinkTail,
}

/// The child of a listed folder with this name; `None` if there is none.
///
/// # Errors
/// [`Error::StillLoading`] if the child may be in the part of the listing that has not been read yet.
fn child<'l>(listing: &'l Listing, name: &str) -> Result<Option<Item<'l>>, Error> {
    match listing.find(name) {
        None if !listing.is_whole() => Err(Error::StillLoading),
        found => Ok(found),
    }
}

#[cfg(test)]
mod tests;
