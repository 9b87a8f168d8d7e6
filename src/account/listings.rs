//! Folders: what is at hand is given, and the vendor is asked once for all that want it newer.

use std::rc::Rc;

use super::command::Reply;
use super::folder::Folder;
use super::host::Host;
use super::single_flight::Flight;
use super::store::StorageKey;
use super::{Desk, JOB_MS, Mount};
use crate::sources::listing::{Extent, encode, with_read_at};
use crate::sources::upstream::trouble::{Failed, Trouble};
use crate::time::UnixSeconds;

/// Whoever has waited this long for a listing gets the part that has come.
const PART_AFTER_MS: u64 = 8_000;

/// Folders remembered at a time, with what failed and what is under way. Of others the storage knows.
const FOLDERS: usize = 20_000;

/// Bytes of listings in memory, of the 128 MB that the object has.
const TEXT_BYTES: usize = 16 << 20;

impl<H: Host + 'static> Desk<H> {
    /// A folder's listing: the newest that is worth its time.
    pub(super) async fn list(
        self: &Rc<Self>,
        mount: &Rc<Mount>,
        folder: u64,
        have: Option<&str>,
        force: bool,
    ) -> Reply {
        let now = self.host.now_ms();
        let (age, is_walking, failed) = self.folder(mount, folder, |known| {
            let age = known.known.as_ref().map(|known| (now / 1_000).saturating_sub(known.read_at));
            (age, known.walk.is_some(), known.failed(now))
        });
        let upstream = &mount.upstream;
        if !force {
            if let Some(age) =
                age.filter(|age| *age < upstream.settings.stale.max(upstream.settings.fresh))
            {
                if failed.is_none() && (age >= upstream.settings.fresh || is_walking) {
                    self.begin(mount, folder, false);
                }
                if let Some(reply) = self.whole(mount, folder, have) {
                    return reply;
                }
            }
            if let Some(failed) = failed {
                return self.part(mount, folder, failed);
            }
        }
        self.wait(mount, folder, have, force).await
    }

    /// The listing once the vendor has answered.
    async fn wait(
        self: &Rc<Self>,
        mount: &Rc<Mount>,
        folder: u64,
        have: Option<&str>,
        force: bool,
    ) -> Reply {
        let begun = self.host.now_ms();
        let until = begun + JOB_MS;
        if force {
            if !Rc::ptr_eq(&mount.account, &mount.lister) {
                // Listing tries only the lister.
                mount.account.half_open(&self.host);
            }
            // What is under way may have been read before the change that its owner wants to see.
            let other = self.folder(mount, folder, |known| {
                known.under_way(begun).filter(|_| !known.is_forced).cloned()
            });
            if let Some(other) = other {
                let _ = self.within(&other, until).await;
            }
        }
        let flight = self.begin(mount, folder, force);
        let mut landed = self.within(&flight, begun + PART_AFTER_MS).await;
        if landed.is_none() && !self.folder(mount, folder, |known| known.part().is_some()) {
            landed = self.within(&flight, until).await;
        }
        match landed {
            Some(Err(failed)) if force => Reply::Failed(failed),
            Some(Err(failed)) => self.part(mount, folder, failed),
            Some(Ok(())) | None => {
                let is_done = self.folder(mount, folder, |known| known.walk.is_none());
                let whole = is_done.then(|| self.whole(mount, folder, have)).flatten();
                whole.unwrap_or_else(|| self.part(mount, folder, Trouble::TimedOut.into()))
            }
        }
    }

    /// Begins to list a folder, unless that is under way.
    fn begin(self: &Rc<Self>, mount: &Rc<Mount>, folder: u64, force: bool) -> Flight {
        let now = self.host.now_ms();
        let begun = self.folder(mount, folder, |known| {
            if let Some(flight) = known.under_way(now) {
                return Err(flight.clone());
            }
            let (flight, landing) = Flight::new(now);
            known.flight = Some(flight.clone());
            known.is_forced = force;
            Ok((flight, landing))
        });
        match begun {
            Ok((flight, landing)) => {
                let work = Rc::clone(self).walk(Rc::clone(mount), folder, force, landing);
                self.host.spawn(Box::pin(work));
                flight
            }
            Err(flight) => flight,
        }
    }

    /// The whole listing that is at hand.
    fn whole(self: &Rc<Self>, mount: &Rc<Mount>, folder: u64, have: Option<&str>) -> Option<Reply> {
        let known = self.folder(mount, folder, |known| known.known.clone())?;
        let read_at = UnixSeconds(known.read_at);
        let is_same = have == Some(&*known.digest);
        if is_same && !self.is_to_be_published(mount, folder, false) {
            return Some(Reply::Same(read_at));
        }
        let text = self.text(mount, folder);
        let text = text.and_then(|text| with_read_at(&text, read_at));
        let Some(text) = text else {
            // The storage has lost it.
            self.folder(mount, folder, |known| known.known = None);
            return None;
        };
        if is_same || self.is_to_be_published(mount, folder, true) {
            self.publish(mount, folder, &known.digest, &text);
        }
        Some(if is_same { Reply::Same(read_at) } else { Reply::Listing(text) })
    }

    /// The text of a folder's whole listing, from memory or the storage.
    pub(super) fn text(&self, mount: &Mount, folder: u64) -> Option<Rc<str>> {
        let kept = self.folder(mount, folder, |known| known.text.as_ref().map(Rc::clone));
        kept.or_else(|| {
            let text = self.host.read(&StorageKey::Listing(mount.key(folder)))?;
            Some(self.keep_text(mount, folder, text))
        })
    }

    /// Keeps a listing's text in memory, where the other texts leave room for it.
    pub(super) fn keep_text(&self, mount: &Mount, folder: u64, text: String) -> Rc<str> {
        let bytes = |known: &Folder| known.text.as_ref().map_or(0, |text| text.len());
        {
            let mut folders = self.folders.borrow_mut();
            let kept = folders.values().map(bytes).sum::<usize>();
            if kept + text.len() > TEXT_BYTES {
                let saved = folders.values_mut().filter(|known| !known.is_unsaved);
                saved.for_each(|known| known.text = None);
            }
        }
        let text = Rc::<str>::from(text);
        self.folder(mount, folder, |known| known.text = Some(Rc::clone(&text)));
        text
    }

    /// What has come of a listing, or why nothing has. What won't pass is said in any case.
    pub(super) fn part(&self, mount: &Mount, folder: u64, failed: Failed) -> Reply {
        if !failed.trouble.is_passing() {
            return Reply::Failed(failed);
        }
        match self.folder(mount, folder, |known| known.part()) {
            Some((entries, unusable, begun)) => {
                Reply::Listing(encode(entries, unusable, Extent::Part, begun))
            }
            None => Reply::Failed(failed),
        }
    }

    /// What is known of a folder, to look at or to change.
    pub(super) fn folder<T>(
        &self,
        mount: &Mount,
        folder: u64,
        look: impl FnOnce(&mut Folder) -> T,
    ) -> T {
        let key = (mount.at, folder);
        let mut folders = self.folders.borrow_mut();
        if folders.len() >= FOLDERS && !folders.contains_key(&key) {
            let now = self.host.now_ms();
            folders.retain(|_, folder| folder.under_way(now).is_some());
        }
        let load = || Folder::load(&self.host, mount.key(folder));
        look(folders.entry(key).or_insert_with(load))
    }
}
