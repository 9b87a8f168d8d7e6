//! Reading a folder page by page, in slices that one request of the account object can pay for.

use std::cell::RefCell;
use std::rc::Rc;

use super::api_client::Leash;
use super::folder::{Known, Walk};
use super::host::Host;
use super::single_flight::Landing;
use super::store::StorageKey;
use super::{Desk, Mount};
use crate::sources::call::{ApiCall, ApiResult};
use crate::sources::listing::{Extent, digest_of, encode};
use crate::sources::upstream::trouble::{Failed, Trouble};

/// Calls in a slice. A request of the free plan may make 50: what is left is for a sign-in, KV and a
/// link that is fetched at the same time.
const SLICE_CALLS: u32 = 40;

/// A slice takes no longer: at 700 ms a page that is about what its calls take.
const SLICE_MS: u64 = 30_000;

/// Pages after which the storage gets what was read.
const SAVED_PAGES: u32 = 10;

impl<H: Host + 'static> Desk<H> {
    /// Reads on where the last slice of this folder ended. The next slice waits for the next ask: it
    /// has a budget of calls of its own.
    pub(super) async fn walk(
        self: Rc<Self>,
        mount: Rc<Mount>,
        folder: u64,
        forced: bool,
        landing: Landing,
    ) {
        let result = self.slice(&mount, folder, forced).await;
        if let Err(failed) = &result {
            self.fail(&mount, folder, failed);
        }
        landing.land(result);
    }

    async fn slice(
        self: &Rc<Self>,
        mount: &Rc<Mount>,
        folder: u64,
        forced: bool,
    ) -> Result<(), Failed> {
        let leash = Leash::new(SLICE_CALLS, self.host.now_ms() + SLICE_MS, forced);
        let walk = self.resume(mount, folder, forced);
        let mut unsaved = 0;
        let result = loop {
            if leash.calls.get() == 0 || self.host.now_ms() >= leash.until_ms {
                break Ok(());
            }
            let cursor = walk.borrow().progress.cursor();
            let page = match self.fetch(mount, ApiCall::List { folder, cursor }, &leash).await {
                Ok(ApiResult::Page(page)) => page,
                Ok(ApiResult::Url(_) | ApiResult::Uid(_)) => break Err(Trouble::Other.into()),
                Err(failed) => break Err(failed),
            };
            let is_mine = self.folder(mount, folder, |known| {
                known.walk.as_ref().is_some_and(|newest| Rc::ptr_eq(newest, &walk))
            });
            if !is_mine || walk.borrow().progress.cursor() != cursor {
                // This was taken for lost, and another has gone on meanwhile.
                return Ok(());
            }
            let is_done = {
                let progress = &mut walk.borrow_mut().progress;
                progress.take(page, mount.upstream.kind.is_by_cursor());
                progress.is_done()
            };
            if is_done {
                self.complete(mount, folder, &walk);
                return Ok(());
            }
            unsaved += 1;
            if unsaved >= SAVED_PAGES {
                self.save(mount, folder, &walk);
                unsaved = 0;
            }
        };
        if unsaved > 0 {
            self.save(mount, folder, &walk);
        }
        result
    }

    /// The pages that were read, or none. For the owner only those that were read for the owner: others
    /// may be of before the change that is looked for.
    fn resume(&self, mount: &Mount, folder: u64, forced: bool) -> Rc<RefCell<Walk>> {
        let now = self.host.now_ms();
        self.folder(mount, folder, |known| {
            let old = known.walk.take();
            let is_saved = old.as_ref().is_some_and(|old| old.borrow().is_saved);
            let walk = old.filter(|old| {
                let old = old.borrow();
                // One that has got nowhere yet begins now.
                let has_begun = old.progress.pages() > 0;
                has_begun
                    && !old.is_over(now, mount.upstream.settings.fresh)
                    && (old.is_forced || !forced)
            });
            let walk = walk.unwrap_or_else(|| {
                let mut anew = Walk::new(now, forced);
                anew.is_saved = is_saved;
                Rc::new(RefCell::new(anew))
            });
            known.walk = Some(Rc::clone(&walk));
            walk
        })
    }

    fn save(&self, mount: &Mount, folder: u64, walk: &RefCell<Walk>) {
        let text = walk.borrow().to_text();
        self.host.write(&StorageKey::Pages(mount.key(folder)), &text);
        walk.borrow_mut().is_saved = true;
    }

    /// Every page is there.
    fn complete(self: &Rc<Self>, mount: &Mount, folder: u64, walk: &RefCell<Walk>) {
        let walk = walk.replace(Walk::new(0, false));
        let read_at = walk.begun();
        let unusable = walk.progress.unusable();
        let extent = if walk.progress.is_doubtful() { Extent::Doubt } else { Extent::Whole };
        if extent == Extent::Doubt {
            self.log(format!(
                "{}: a folder has not as many rows as stated",
                mount.upstream.settings.setting
            ));
        }
        let entries = walk.progress.into_entries();
        let text = encode(entries, unusable, extent, read_at);
        let digest = digest_of(&text).unwrap_or_default().to_owned();
        let is_same = self.folder(mount, folder, |known| {
            known.walk = None;
            known.went_well();
            let old = known.known.replace(Known { read_at: read_at.0, digest: digest.clone() });
            let is_same = old.is_some_and(|old| old.digest == digest);
            if !is_same {
                known.wanted = 0;
            }
            is_same && !known.is_unsaved
        });
        if is_same {
            self.host
                .write(&StorageKey::Unchanged(mount.key(folder)), &format!("{digest} {read_at}"));
        } else {
            let is_saved = self.host.write(&StorageKey::Listing(mount.key(folder)), &text);
            self.republish(mount, folder, &digest, &text);
            self.folder(mount, folder, |known| known.is_unsaved = !is_saved);
            self.keep_text(mount, folder, text);
        }
        if walk.is_saved {
            self.host.remove(&StorageKey::Pages(mount.key(folder)));
        }
    }

    /// A failure, for all that ask in the next moments. One that says that there is nothing any more
    /// ends the copies too.
    fn fail(self: &Rc<Self>, mount: &Mount, folder: u64, failed: &Failed) {
        let now = self.host.now_ms();
        let is_end =
            matches!(failed.trouble, Trouble::NotFound | Trouble::ShareGone | Trouble::ShareDenied);
        self.folder(mount, folder, |known| {
            known.fail(failed.clone(), now);
            if is_end {
                (known.known, known.text, known.walk) = (None, None, None);
                known.is_unsaved = false;
            }
        });
        if is_end {
            for kind in [StorageKey::Listing, StorageKey::Unchanged, StorageKey::Pages] {
                self.host.remove(&kind(mount.key(folder)));
            }
            self.unpublish(mount, folder);
        }
    }
}
