//! Loading what 123Pan lists: from KV, or from the account object, which alone calls 123Pan.

use std::rc::Rc;

use super::Drive;
use super::memory::Wanted;
use crate::context::RequestContext;
use crate::desk::ask::{Ask, Job, Reply};
use crate::error::Error;
use crate::listing::{Listing, VERSION};
use crate::platform::Platform;
use crate::upstream::entry::FileRef;
use crate::upstream::trouble::Failed;

/// Milliseconds that the account object's answer may take: with something to show in its place, and
/// without. The object itself gives up on a job after 20 seconds.
const PATIENCE_WITH: u32 = 2_500;
const PATIENCE_WITHOUT: u32 = 25_000;

impl Drive {
    /// Loads a folder's listing into memory, from where it can be had soonest. An old listing is better
    /// than none: it is marked as such.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) async fn load_listing(
        &self,
        folder: u64,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Rc<Listing>, Error> {
        let now = ctx.now();
        if self.cached(folder, now).is_none() {
            let published = ctx.platform.kv_get(&self.kv_key(folder)).await;
            if let Some(published) = published.and_then(Listing::parse) {
                let is_fresh = now.seconds_since(published.read_at()) < self.upstream.fresh;
                if self.is_worth_showing(&published, now) {
                    self.memory_mut().offer(folder, published, now);
                }
                if let Some(listing) = self.cached(folder, now).filter(|_| is_fresh) {
                    return Ok(listing);
                }
            }
        }
        let old = self.cached(folder, now);
        let patience = if old.is_some() { PATIENCE_WITH } else { PATIENCE_WITHOUT };
        // Only the whole can be the same as the newest.
        let have = old.as_ref().filter(|old| old.is_whole()).map(|old| old.digest().to_owned());
        let failed = match self.ask_for_listing(folder, have, false, patience, ctx).await {
            Ok(listing) => return Ok(listing),
            Err(failed) => failed,
        };
        if failed.as_ref().is_some_and(|failed| failed.trouble.ends_a_listing()) {
            self.memory_mut().forget(folder);
        } else if let Some(old) = old {
            self.memory_mut().confirm(folder, None, now);
            return Ok(old);
        }
        let error = Error::from_failure(failed.as_ref());
        if let Some(failed) = failed {
            self.memory_mut().refuse(Wanted::Folder(folder), failed, now);
        }
        Err(error)
    }

    /// Has a folder's listing read anew by 123Pan, whatever is known. A stopped account is tried once more.
    ///
    /// # Errors
    /// Why it can't be read.
    pub async fn refresh_listing(
        &self,
        folder: u64,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Rc<Listing>, Error> {
        let old = self.cached(folder, ctx.now()).filter(|old| old.is_whole());
        let have = old.map(|old| old.digest().to_owned());
        self.memory_mut().forgive();
        let asked = self.ask_for_listing(folder, have, true, PATIENCE_WITHOUT, ctx).await;
        asked.map_err(|failed| {
            if failed.as_ref().is_some_and(|failed| failed.trouble.ends_a_listing()) {
                self.memory_mut().forget(folder);
            }
            Error::from_failure(failed.as_ref())
        })
    }

    /// The account object's listing of a folder, in memory. The error is `None` if the object can't be
    /// asked.
    async fn ask_for_listing(
        &self,
        folder: u64,
        have: Option<String>,
        force: bool,
        patience: u32,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Rc<Listing>, Option<Failed>> {
        let now = ctx.now();
        match self.ask(Job::List { folder, have, force }, patience, ctx).await {
            Some(Reply::Same(read_at)) => {
                self.memory_mut().confirm(folder, Some(read_at), now);
            }
            Some(Reply::Listing(text)) => {
                let listing = Listing::parse(text).ok_or(None)?;
                self.memory_mut().offer(folder, listing, now);
            }
            Some(Reply::Failed(failed)) => return Err(Some(failed)),
            Some(Reply::Link(_) | Reply::Status(_)) | None => return Err(None),
        }
        let memory = self.memory();
        memory.folder(folder).map(|kept| Rc::clone(&kept.value)).ok_or(None)
    }

    /// Loads a file's link into memory. `dead` is one that turned out not to work.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) async fn load_link(
        &self,
        file: FileRef,
        dead: Option<String>,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<(), Error> {
        let (id, now) = (file.id, ctx.now());
        match self.ask(Job::Link { file, dead }, PATIENCE_WITHOUT, ctx).await {
            Some(Reply::Link(link)) => {
                self.offer_link(id, link, now);
                Ok(())
            }
            Some(Reply::Failed(failed)) => {
                let error = Error::from_failure(Some(&failed));
                self.memory_mut().refuse(Wanted::Link(id), failed, now);
                Err(error)
            }
            Some(Reply::Same(_) | Reply::Listing(_) | Reply::Status(_)) | None => {
                Err(Error::Unavailable)
            }
        }
    }

    /// Loads the account's status, unless it is known or can't be had.
    pub async fn load_status(&self, ctx: &RequestContext<impl Platform>) {
        if self.status(ctx.now()).is_some() {
            return;
        }
        if let Some(Reply::Status(status)) = self.ask(Job::Status, PATIENCE_WITH, ctx).await {
            self.offer_status(status, ctx.now());
        }
    }

    async fn ask(
        &self,
        job: Job,
        patience: u32,
        ctx: &RequestContext<impl Platform>,
    ) -> Option<Reply> {
        let (desk, mount) = (self.upstream.desk.clone(), self.upstream.digest.clone());
        let command = Ask { desk, mount, job }.to_json();
        let answer = ctx.platform.ask_account(&self.upstream.desk, &command, patience).await?;
        Reply::parse(&answer)
    }

    fn kv_key(&self, folder: u64) -> String {
        format!("{VERSION}:{}:{folder}", self.upstream.digest)
    }
}
