//! Loads listings, links and the account's status: listings from KV, and everything from the account
//! object, which alone calls 123Pan.

use std::rc::Rc;
use std::time::Duration;

use super::RemoteSource;
use crate::account::command::{AccountRequest, Command, PathCommand, Reply};
use crate::context::RequestContext;
use crate::error::Error;
use crate::platform::Platform;
use crate::sources::failures::CacheKey;
use crate::sources::listing::{Listing, VERSION};
use crate::sources::upstream::entry::FileRef;
use crate::time::UnixSeconds;

/// The timeout of a command to the account object if an older listing can be shown in its place.
const PATIENCE_WITH: Duration = Duration::from_millis(2_500);
/// The timeout of other commands to the account object, which itself gives up on a command after 20
/// seconds.
const PATIENCE_WITHOUT: Duration = Duration::from_secs(25);

/// The cached listings of the folders on a path, with the folders' ids.
struct CachedPath {
    listings: Vec<(u64, Rc<Listing>)>,
    /// Whether the listings are enough to resolve the path.
    is_complete: bool,
}

/// The folder and digest of a cached listing, for a command; `None` for a part, which can't be the newest.
fn have((folder, listing): &(u64, Rc<Listing>)) -> Option<(u64, String)> {
    listing.is_whole().then(|| (*folder, listing.digest().to_owned()))
}

impl RemoteSource {
    /// Loads a folder's listing into memory, from KV or the account object; from the account object in the
    /// same call as the listings of the folders below it on the path `ahead`. A stale listing is better
    /// than none, and is marked as such.
    ///
    /// # Errors
    /// Why there is no listing.
    pub(crate) async fn load_listing(
        &self,
        folder: u64,
        ahead: &[&str],
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Rc<Listing>, Error> {
        let now = ctx.now();
        if self.cached(folder, now).is_none() {
            let published = ctx.platform.kv_get(&self.kv_key(folder)).await;
            if let Some(published) = published.and_then(Listing::parse) {
                let is_fresh = now.since(published.read_at()) < self.upstream.settings.fresh;
                if self.is_worth_showing(&published, now) {
                    self.memory().offer(folder, published, now);
                }
                if let Some(listing) = self.cached(folder, now).filter(|_| is_fresh) {
                    ctx.state.note_loaded(self.number, folder, Rc::clone(&listing));
                    return Ok(listing);
                }
            }
        }
        let old = self.cached_path(folder, ahead, now);
        let patience = if old.is_complete { PATIENCE_WITH } else { PATIENCE_WITHOUT };
        let job = Command::Path(PathCommand {
            folder,
            names: ahead.iter().map(|name| (*name).to_owned()).collect(),
            have: old.listings.iter().filter_map(have).collect(),
        });
        match self.ask(job, patience, ctx).await {
            Some(Reply::Path(replies)) => {
                let (mut names, mut expected) = (ahead.iter(), Some(folder));
                for (folder, reply) in replies {
                    // Only the folders on the path are taken, each found by name in the one before it.
                    if expected != Some(folder) {
                        break;
                    }
                    self.take_reply(folder, reply, now);
                    let Some(listing) = self.cached(folder, now) else { break };
                    let next = names.next().and_then(|name| listing.find(name));
                    expected = next.filter(|item| item.folder).map(|item| item.id);
                    ctx.state.note_loaded(self.number, folder, listing);
                }
            }
            Some(Reply::Failed(failed)) => self.take_reply(folder, Reply::Failed(failed), now),
            Some(Reply::Same(_) | Reply::Listing(_) | Reply::Link(_) | Reply::Status(_)) | None => {
                for (folder, listing) in old.listings {
                    self.memory().confirm(folder, None, now);
                    ctx.state.note_loaded(self.number, folder, listing);
                }
            }
        }
        if let Some(listing) = self.cached(folder, now) {
            return Ok(listing);
        }
        Err(Error::from_failure(self.memory().failure(CacheKey::Folder(folder), now).as_ref()))
    }

    /// Caches the account object's reply about a folder. A failure leaves a cached listing as it is, unless
    /// it says that the folder is gone.
    fn take_reply(&self, folder: u64, reply: Reply, now: UnixSeconds) {
        let memory = self.memory();
        match reply {
            Reply::Same(read_at) => memory.confirm(folder, Some(read_at), now),
            Reply::Listing(text) => {
                if let Some(listing) = Listing::parse(text) {
                    memory.offer(folder, listing, now);
                }
            }
            Reply::Failed(failed) => {
                if failed.kind.ends_a_listing() {
                    memory.forget(folder);
                }
                if self.cached(folder, now).is_some() {
                    memory.confirm(folder, None, now);
                } else {
                    memory.record_failure(CacheKey::Folder(folder), failed, now);
                }
            }
            Reply::Path(_) | Reply::Link(_) | Reply::Status(_) => {}
        }
    }

    /// The cached listings of a folder and of the folders below it on the path `ahead`.
    fn cached_path(&self, mut folder: u64, ahead: &[&str], now: UnixSeconds) -> CachedPath {
        let mut listings = Vec::new();
        let mut names = ahead.iter();
        loop {
            let Some(listing) = self.cached(folder, now) else {
                return CachedPath { listings, is_complete: false };
            };
            let next = names.next().and_then(|name| listing.find(name));
            let next = next.filter(|item| item.folder).map(|item| item.id);
            listings.push((folder, listing));
            match next {
                Some(next) => folder = next,
                None => return CachedPath { listings, is_complete: true },
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
        let have = self.cached(folder, now).and_then(|old| have(&(folder, old)));
        let have = have.map(|(_, digest)| digest);
        self.memory().clear_failures();
        match self.ask(Command::List { folder, have, force: true }, PATIENCE_WITHOUT, ctx).await {
            Some(reply @ (Reply::Same(_) | Reply::Listing(_))) => {
                self.take_reply(folder, reply, now);
                self.cached(folder, now).ok_or(Error::Unavailable)
            }
            Some(Reply::Failed(failed)) => {
                if failed.kind.ends_a_listing() {
                    self.memory().forget(folder);
                }
                Err(Error::from_failure(Some(&failed)))
            }
            Some(Reply::Path(_) | Reply::Link(_) | Reply::Status(_)) | None => {
                Err(Error::Unavailable)
            }
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
        match self.ask(Command::Link { file, dead }, PATIENCE_WITHOUT, ctx).await {
            Some(Reply::Link(link)) => {
                self.offer_link(id, link, now);
                Ok(())
            }
            Some(Reply::Failed(failed)) => {
                let error = Error::from_failure(Some(&failed));
                self.memory().record_failure(CacheKey::Link(id), failed, now);
                Err(error)
            }
            Some(Reply::Same(_) | Reply::Listing(_) | Reply::Path(_) | Reply::Status(_)) | None => {
                Err(Error::Unavailable)
            }
        }
    }

    /// Loads the account's status, unless a recent one is cached; a failure is ignored.
    pub async fn load_status(&self, ctx: &RequestContext<impl Platform>) {
        if self.status(ctx.now()).is_some() {
            return;
        }
        if let Some(Reply::Status(status)) = self.ask(Command::Status, PATIENCE_WITH, ctx).await {
            self.offer_status(status, ctx.now());
        }
    }

    async fn ask(
        &self,
        command: Command,
        patience: Duration,
        ctx: &RequestContext<impl Platform>,
    ) -> Option<Reply> {
        let (account, mount) =
            (self.upstream.settings.account.clone(), self.upstream.settings.digest.clone());
        let command = AccountRequest { account, mount, command }.to_json();
        let answer =
            ctx.platform.ask_account(&self.upstream.settings.account, &command, patience).await?;
        Reply::parse(&answer)
    }

    fn kv_key(&self, folder: u64) -> String {
        format!("{VERSION}:{}:{folder}", self.upstream.settings.digest)
    }
}
