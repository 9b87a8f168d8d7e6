//! Reads a folder page by page, in slices that fit the limit of subrequests of one request to the account
//! object.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::call_budget::CallBudget;
use super::folder::{ListingHead, ListingJob};
use super::host::AccountHost;
use super::listings::Listings;
use super::mount::Mount;
use super::single_flight::Completion;
use super::store::StorageKey;
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::sources::call::{ApiCall, ApiResult};
use crate::sources::listing::{Extent, digest_of, encode};
use crate::time::UnixMillis;

/// Maximum number of calls in a slice. A request on the free plan may make 50: the others are left for a
/// sign-in, KV, and a link that is fetched at the same time.
const SLICE_CALLS: u32 = 40;

/// The longest time of a slice: at 700 ms a page that is about what its calls take.
const SLICE: Duration = Duration::from_secs(30);

/// The number of pages after which the pages read so far are stored.
const SAVED_PAGES: u32 = 10;

impl<H: AccountHost + 'static> Listings<H> {
    /// Reads a slice of a folder's listing, from where the last one ended. The next slice waits for the
    /// next command, which has a budget of calls of its own.
    pub async fn run_job(
        self: Rc<Self>,
        mount: Rc<Mount>,
        folder: u64,
        forced: bool,
        completion: Completion,
    ) {
        let result = self.slice(&mount, folder, forced).await;
        if let Err(failed) = &result {
            self.fail(&mount, folder, failed);
        }
        completion.complete(result);
    }

    async fn slice(
        self: &Rc<Self>,
        mount: &Rc<Mount>,
        folder: u64,
        forced: bool,
    ) -> Result<(), UpstreamError> {
        let budget = CallBudget::new(SLICE_CALLS, self.api.host.now().after(SLICE), forced);
        let job = self.resume(mount, folder, forced);
        let mut unsaved = 0;
        let result = loop {
            if budget.calls.get() == 0 || self.api.host.now() >= budget.until {
                break Ok(());
            }
            let cursor = job.borrow().progress.cursor();
            let page = match self.api.fetch(mount, ApiCall::List { folder, cursor }, &budget).await
            {
                Ok(ApiResult::Page(page)) => page,
                Ok(ApiResult::Url(_) | ApiResult::Uid(_)) => {
                    break Err(UpstreamErrorKind::Other.into());
                }
                Err(failed) => break Err(failed),
            };
            let is_mine = self.folder(mount, folder, |known| {
                known.job.as_ref().is_some_and(|newest| Rc::ptr_eq(newest, &job))
            });
            if !is_mine || job.borrow().progress.cursor() != cursor {
                // This slice was taken for lost, and another one has gone on meanwhile.
                return Ok(());
            }
            let is_done = {
                let progress = &mut job.borrow_mut().progress;
                progress.add_page(page, mount.config.kind.api().is_by_cursor());
                progress.is_done()
            };
            if is_done {
                self.complete(mount, folder, &job);
                return Ok(());
            }
            unsaved += 1;
            if unsaved >= SAVED_PAGES {
                self.save(mount, folder, &job);
                unsaved = 0;
            }
        };
        if unsaved > 0 {
            self.save(mount, folder, &job);
        }
        result
    }

    /// The folder's job with the pages read so far, or a new one. If the owner asked, only pages that were
    /// read for the owner are used: others may be from before the change that the owner wants to see.
    fn resume(&self, mount: &Mount, folder: u64, forced: bool) -> Rc<RefCell<ListingJob>> {
        let now = self.api.host.now();
        self.folder(mount, folder, |known| {
            let old = known.job.take();
            let is_saved = old.as_ref().is_some_and(|old| old.borrow().is_saved);
            let job = old.filter(|old| {
                let old = old.borrow();
                // A job without any page begins now.
                let has_begun = old.progress.pages() > 0;
                has_begun
                    && !old.is_over(now, mount.config.settings.fresh)
                    && (old.is_forced || !forced)
            });
            let job = job.unwrap_or_else(|| {
                let mut anew = ListingJob::new(now, forced);
                anew.is_saved = is_saved;
                Rc::new(RefCell::new(anew))
            });
            known.job = Some(Rc::clone(&job));
            job
        })
    }

    fn save(&self, mount: &Mount, folder: u64, job: &RefCell<ListingJob>) {
        let text = job.borrow().to_text();
        self.api.host.write(&StorageKey::Pages(mount.key(folder)), &text);
        job.borrow_mut().is_saved = true;
    }

    /// Turns a job that has all its pages into the folder's listing, and stores that.
    fn complete(self: &Rc<Self>, mount: &Mount, folder: u64, job: &RefCell<ListingJob>) {
        let job = job.replace(ListingJob::new(UnixMillis(0), false));
        let read_at = job.begun();
        let unusable = job.progress.unusable();
        let extent =
            if job.progress.has_count_mismatch() { Extent::CountMismatch } else { Extent::Whole };
        if extent == Extent::CountMismatch {
            self.api.log(format!(
                "{}: a folder has not as many rows as stated",
                mount.config.settings.setting
            ));
        }
        let entries = job.progress.into_entries();
        let text = encode(entries, unusable, extent, read_at);
        let digest = digest_of(&text).unwrap_or_default().to_owned();
        self.failures.remove(&mount.entry(folder));
        let is_same = self.folder(mount, folder, |known| {
            known.job = None;
            let head = ListingHead { read_at, digest: digest.clone() };
            let old = known.listing.replace(head);
            let is_same = old.is_some_and(|old| old.digest == digest);
            if !is_same {
                known.wanted = 0;
            }
            is_same && known.unsaved.is_none()
        });
        if is_same {
            self.api
                .host
                .write(&StorageKey::Unchanged(mount.key(folder)), &format!("{digest} {read_at}"));
        } else {
            let is_saved = self.api.host.write(&StorageKey::Listing(mount.key(folder)), &text);
            self.republish(mount, folder, &digest, &text);
            let text = Rc::from(text);
            if is_saved {
                self.folder(mount, folder, |known| known.unsaved = None);
                self.keep_text(mount, folder, &text);
            } else {
                self.folder(mount, folder, |known| known.unsaved = Some(text));
            }
        }
        if job.is_saved {
            self.api.host.remove(&StorageKey::Pages(mount.key(folder)));
        }
    }

    /// Records a failure to list a folder, which all commands of the next moments get. If it says that the
    /// folder is gone or no longer open to this account, its listing is removed from memory, storage and
    /// KV.
    fn fail(self: &Rc<Self>, mount: &Mount, folder: u64, failed: &UpstreamError) {
        let now = self.api.host.now();
        let is_end = failed.kind.is_end_of_listing();
        self.failures.record(mount.entry(folder), failed.clone(), now);
        if is_end {
            self.folder(mount, folder, |known| {
                (known.listing, known.unsaved, known.job) = (None, None, None);
            });
            self.forget_text(mount, folder);
            for kind in [StorageKey::Listing, StorageKey::Unchanged, StorageKey::Pages] {
                self.api.host.remove(&kind(mount.key(folder)));
            }
            self.unpublish(mount, folder);
        }
    }
}
