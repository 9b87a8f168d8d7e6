//! Loads listings, links and the account's status: listings from KV, and everything from the account
//! object, which calls 123Pan. An isolate makes one call by itself (`own_place`).

use std::rc::Rc;
use std::time::Duration;

use super::RemoteSource;
use super::cache::ListingKey;
use crate::account::command::{AccountRequest, Command, PathCommand, Reply};
use crate::context::RequestContext;
use crate::error::Error;
use crate::platform::Platform;
use crate::sources::failures::FailureKey;
use crate::sources::listing::{Listing, kv_key};
use crate::sources::shown_listing::ShownListing;
use crate::sources::upstream::entry::FileRef;
use crate::time::UnixSeconds;

/// The timeout of a command to the account object if an older listing can be shown in its place.
pub(super) const TIMEOUT_WITH_CACHED: Duration = Duration::from_millis(2_500);
/// The timeout of other commands to the account object, which itself gives up on a command after 20
/// seconds.
pub(super) const TIMEOUT_WITHOUT_CACHED: Duration = Duration::from_secs(25);

/// What is cached of the folders on a path.
struct CachedPath {
    listings: Vec<(ListingKey, Rc<Listing>)>,
    /// Whether the listings are enough to resolve the path, and to show what is shown.
    is_complete: bool,
}

/// The folder and digest of a cached listing, for a command; `None` for a part, which can't be the newest,
/// and for an excerpt.
fn known_digest((key, listing): &(ListingKey, Rc<Listing>)) -> Option<(u64, String)> {
    match key {
        ListingKey::Folder(id) if listing.is_whole() => Some((*id, listing.digest().to_owned())),
        ListingKey::Folder(_) | ListingKey::Entry(..) => None,
    }
}

impl RemoteSource {
    /// Loads a folder's listing, or the excerpt with the first name of the path `ahead`, into memory: from
    /// KV, or from the account object in the same call as what else the path needs. A stale one is better
    /// than none, and is marked as such.
    ///
    /// # Errors
    /// Why there is neither.
    pub(crate) async fn load_path(
        &self,
        folder: u64,
        ahead: &[&str],
        shown: ShownListing,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Rc<Listing>, Error> {
        let now = ctx.now();
        if self.cached(folder, now).is_none() {
            let published =
                ctx.platform.kv_get(&kv_key(&self.config.settings.digest, folder)).await;
            if let Some(published) = published.and_then(Listing::parse) {
                let is_fresh = now.since(published.read_at()) < self.config.settings.fresh;
                if self.is_worth_showing(&published, now) {
                    self.cache().cache_if_newer(folder, published, now);
                }
                if let Some(listing) = self.cached(folder, now).filter(|_| is_fresh) {
                    let key = ListingKey::Folder(folder);
                    ctx.state.note_loaded(self.index, key, Rc::clone(&listing));
                    return Ok(listing);
                }
            }
        }
        let old = self.cached_path(folder, ahead, shown, now);
        let timeout = if old.is_complete { TIMEOUT_WITH_CACHED } else { TIMEOUT_WITHOUT_CACHED };
        let job = Command::Path(PathCommand {
            folder,
            names: ahead.iter().map(|name| (*name).to_owned()).collect(),
            shown,
            known: old.listings.iter().filter_map(known_digest).collect(),
            outdated: None,
        });
        let mut first = None;
        match self.ask(job, timeout, ctx).await {
            Some(Reply::Path(replies)) => {
                let (mut names, mut expected) = (ahead.iter().copied(), Some(folder));
                for (folder, reply) in replies {
                    // Only the folders on the path are taken, each found by name in the one before it.
                    if expected != Some(folder) {
                        break;
                    }
                    let name = names.next();
                    let Some((key, listing)) = self.take_reply(folder, name, reply, now) else {
                        break;
                    };
                    let next = name.and_then(|name| listing.find(name));
                    expected = next.filter(|item| item.folder).map(|item| item.id);
                    first.get_or_insert_with(|| Rc::clone(&listing));
                    ctx.state.note_loaded(self.index, key, listing);
                }
            }
            Some(reply @ Reply::Failed(_)) => {
                let kept = self.take_reply(folder, ahead.first().copied(), reply, now);
                first = kept.map(|(_, listing)| listing);
            }
            Some(
                Reply::Same(_)
                | Reply::Listing(_)
                | Reply::Excerpt(_)
                | Reply::Link(_)
                | Reply::Status(_)
                | Reply::Token(_),
            )
            | None => {
                for (key, listing) in old.listings {
                    self.cache().confirm(&key, None, now);
                    first.get_or_insert_with(|| Rc::clone(&listing));
                    ctx.state.note_loaded(self.index, key, listing);
                }
            }
        }
        first.ok_or_else(|| {
            let failure = self.cache().failure(FailureKey::Folder(folder), now);
            Error::from_failure(failure.as_ref())
        })
    }

    /// Caches the account object's reply about a folder, or about the entry of this name in it, and returns
    /// what is cached then. A failure leaves that as it is, unless it says that the folder is gone.
    fn take_reply(
        &self,
        folder: u64,
        name: Option<&str>,
        reply: Reply,
        now: UnixSeconds,
    ) -> Option<(ListingKey, Rc<Listing>)> {
        let memory = self.cache();
        let whole = ListingKey::Folder(folder);
        let key = match reply {
            Reply::Same(read_at) => {
                memory.confirm(&whole, Some(read_at), now);
                whole
            }
            Reply::Listing(text) => {
                memory.cache_if_newer(folder, Listing::parse(text)?, now);
                whole
            }
            Reply::Excerpt(text) => {
                let entry = ListingKey::Entry(folder, name?.to_owned());
                memory.cache_if_newer(entry.clone(), Listing::parse(text)?, now);
                entry
            }
            Reply::Failed(failed) => {
                if failed.kind.is_end_of_listing() {
                    memory.forget_folder(folder);
                }
                let Some((key, _)) = self.cached_entry(folder, name, now) else {
                    memory.record_failure(FailureKey::Folder(folder), failed, now);
                    return None;
                };
                memory.confirm(&key, None, now);
                key
            }
            Reply::Path(_) | Reply::Link(_) | Reply::Status(_) | Reply::Token(_) => return None,
        };
        let listing = self.cached_at(&key, now)?;
        Some((key, listing))
    }

    /// What is cached of a folder in which this name is looked up: its listing or the excerpt, whichever is
    /// newer.
    fn cached_entry(
        &self,
        folder: u64,
        name: Option<&str>,
        now: UnixSeconds,
    ) -> Option<(ListingKey, Rc<Listing>)> {
        let entry = name.map(|name| ListingKey::Entry(folder, name.to_owned()));
        let keys = [Some(ListingKey::Folder(folder)), entry].into_iter().flatten();
        let cached = keys.filter_map(|key| Some((self.cached_at(&key, now)?, key)));
        let newest = cached.max_by_key(|(listing, _)| listing.read_at());
        newest.map(|(listing, key)| (key, listing))
    }

    /// What is cached of a folder and of the folders below it on the path `ahead`.
    fn cached_path(
        &self,
        mut folder: u64,
        ahead: &[&str],
        shown: ShownListing,
        now: UnixSeconds,
    ) -> CachedPath {
        let mut listings = Vec::new();
        let mut names = ahead.iter().copied().peekable();
        loop {
            let name = names.next();
            let Some((key, listing)) = self.cached_entry(folder, name, now) else {
                return CachedPath { listings, is_complete: false };
            };
            let found = name.and_then(|name| listing.find(name));
            let next = found.filter(|item| item.folder).map(|item| item.id);
            let is_file_of_excerpt = found.is_some() && matches!(key, ListingKey::Entry(..));
            listings.push((key, listing));
            match next {
                Some(next) if names.peek().is_some() || shown == ShownListing::Folder => {
                    folder = next;
                }
                Some(_) => return CachedPath { listings, is_complete: true },
                None => {
                    // The listing around a missing name is not shown.
                    let is_complete = !is_file_of_excerpt || shown != ShownListing::Parent;
                    return CachedPath { listings, is_complete };
                }
            }
        }
    }

    /// Makes the account object read a folder's listing from 123Pan, even if a fresh one is cached. A
    /// stopped account is tried once more.
    ///
    /// # Errors
    /// Why the listing can't be read.
    pub async fn refresh_listing(
        &self,
        folder: u64,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Rc<Listing>, Error> {
        let now = ctx.now();
        let known = self.cached(folder, now).and_then(|old| known_digest(&(folder.into(), old)));
        let known = known.map(|(_, digest)| digest);
        self.cache().clear_failures();
        match self
            .ask(Command::List { folder, known, force: true }, TIMEOUT_WITHOUT_CACHED, ctx)
            .await
        {
            Some(reply @ (Reply::Same(_) | Reply::Listing(_))) => {
                let taken = self.take_reply(folder, None, reply, now);
                taken.map(|(_, listing)| listing).ok_or(Error::Unavailable)
            }
            Some(Reply::Failed(failed)) => {
                if failed.kind.is_end_of_listing() {
                    self.cache().forget_folder(folder);
                }
                Err(Error::from_failure(Some(&failed)))
            }
            Some(
                Reply::Excerpt(_)
                | Reply::Path(_)
                | Reply::Link(_)
                | Reply::Status(_)
                | Reply::Token(_),
            )
            | None => Err(Error::Unavailable),
        }
    }

    /// Loads a file's link into memory. `dead` is a link that turned out not to work.
    ///
    /// # Errors
    /// Why there is no link.
    pub(crate) async fn load_link(
        &self,
        file: FileRef,
        dead: Option<String>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<(), Error> {
        let (id, now) = (file.id, ctx.now());
        match self.ask(Command::Link { file, dead }, TIMEOUT_WITHOUT_CACHED, ctx).await {
            Some(Reply::Link(link)) => {
                self.cache_link(id, link, now);
                Ok(())
            }
            Some(Reply::Failed(failed)) => {
                let error = Error::from_failure(Some(&failed));
                self.cache().record_failure(FailureKey::Link(id), failed, now);
                Err(error)
            }
            Some(
                Reply::Same(_)
                | Reply::Listing(_)
                | Reply::Excerpt(_)
                | Reply::Path(_)
                | Reply::Status(_)
                | Reply::Token(_),
            )
            | None => Err(Error::Unavailable),
        }
    }

    /// Loads the account's status, unless a recent one is cached; a failure is ignored.
    pub async fn load_status(&self, ctx: &RequestContext<impl Platform>) {
        if self.status(ctx.now()).is_some() {
            return;
        }
        if let Some(Reply::Status(status)) =
            self.ask(Command::Status, TIMEOUT_WITH_CACHED, ctx).await
        {
            self.update_status(status, ctx.now());
        }
    }

    /// Sends a command about this mount to the account object; `None` if there is no reply in time.
    pub(super) async fn ask(
        &self,
        command: Command,
        timeout: Duration,
        ctx: &RequestContext<impl Platform>,
    ) -> Option<Reply> {
        let settings = &self.config.settings;
        let request = AccountRequest {
            account: settings.account.clone(),
            mounts: settings.account_mounts.clone(),
            mount: settings.digest.clone(),
            command,
        };
        let reply =
            ctx.platform.ask_account(&settings.account, &request.to_json(), timeout).await?;
        Reply::parse(&reply)
    }
}
