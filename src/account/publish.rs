//! Writes listings to KV, where every isolate can read them. KV's limits allow many reads and few writes,
//! so a listing is written when a second isolate wants it, and once; the account object has all of them
//! anyway.

use std::rc::Rc;
use std::time::Duration;

use super::folder::Published;
use super::host::AccountHost;
use super::kv_writes::KvWrites;
use super::listings::Listings;
use super::mount::Mount;
use super::store::StorageKey;
use crate::sources::listing::kv_key;

/// Maximum number of writes to KV that an account object makes in a day, by UTC. The free plan has 1,000
/// for the whole site: three accounts of this size fit, and the rest is for trees and whatever else the
/// owner runs.
const MAX_WRITES: u32 = 300;

/// The number of requests for a listing by isolates without it that make it worth a write: a crawler passes
/// each folder once, and would spend the day's writes on folders that nobody else visits.
const WANTED: u32 = 2;

/// After each this many writes, [`WANTED`] doubles: the rest of the day's writes is for the folders that
/// most clients request.
const WRITES_PER_DOUBLING: u32 = 50;

/// The shortest lifetime that KV takes.
const SHORTEST: Duration = Duration::from_mins(1);

/// An unchanged copy is written again in this last fraction (a tenth) of its lifetime.
const LAST_PART: u32 = 10;

impl<H: AccountHost + 'static> Listings<H> {
    /// Whether a folder's listing should be written to KV now. `is_news`: it is about to be sent to an
    /// isolate that had none or an older one.
    pub fn is_to_be_published(&self, mount: &Mount, folder: u64, is_news: bool) -> bool {
        let (now, lifetime) = (self.api.now(), lifetime_of(mount));
        let writes = self.writes_today().count;
        let enough = WANTED << (writes / WRITES_PER_DOUBLING).min(8);
        let wanted = self.folder(mount, folder, |known| {
            known.wanted = known.wanted.saturating_add(u32::from(is_news));
            let Some(listing) = &known.listing else { return false };
            match &known.published {
                Some(published) if published.digest == listing.digest => {
                    published.ends <= now.after(lifetime / LAST_PART)
                }
                _ => is_news && known.wanted >= enough,
            }
        });
        wanted && writes < MAX_WRITES
    }

    /// Writes a folder's listing to KV in the background.
    pub fn publish(&self, mount: &Mount, folder: u64, digest: &str, text: &str) {
        let lifetime = lifetime_of(mount);
        let published =
            Published { digest: digest.to_owned(), ends: self.api.now().after(lifetime) };
        let note = StorageKey::Published(mount.key(folder));
        // Noted before the write: a missing write costs a call of the account object, one too many the
        // day's budget.
        self.api.host.write(&note, &published.to_text());
        self.folder(mount, folder, |known| known.published = Some(published));
        self.put(mount, folder, text.to_owned(), lifetime);
    }

    /// Replaces a folder's copy in KV after its listing has changed: isolates would take the old copy for
    /// new.
    pub fn republish(&self, mount: &Mount, folder: u64, digest: &str, text: &str) {
        let now = self.api.now();
        let is_published = self.folder(mount, folder, |known| {
            known.published.as_ref().is_some_and(|published| now < published.ends)
        });
        if is_published && self.writes_today().count < MAX_WRITES {
            self.publish(mount, folder, digest, text);
        }
    }

    /// Removes a folder's listing from KV, because the folder is gone or no longer open to this account.
    pub fn unpublish(&self, mount: &Mount, folder: u64) {
        let published = self.folder(mount, folder, |known| known.published.take());
        if published.is_some_and(|published| self.api.now() < published.ends) {
            self.api.host.remove(&StorageKey::Published(mount.key(folder)));
            // An empty text, which is no listing, for the shortest lifetime.
            self.put(mount, folder, String::new(), SHORTEST);
        }
    }

    fn put(&self, mount: &Mount, folder: u64, text: String, lifetime: Duration) {
        let writes = self.writes_today().plus_one();
        self.writes.set(Some(writes));
        self.api.host.write(&StorageKey::KvWrites, &writes.to_text());
        let name = kv_key(&mount.config.settings.digest, folder);
        let setting = mount.config.settings.setting.clone();
        let api = Rc::clone(&self.api);
        self.api.host.spawn(Box::pin(async move {
            if !api.host.publish(&name, &text, lifetime).await {
                api.log(format!("{setting}: a listing could not be written to KV"));
            }
        }));
    }

    fn writes_today(&self) -> KvWrites {
        let now = self.api.now();
        let stored = || KvWrites::parse(&self.api.host.read(&StorageKey::KvWrites)?);
        let writes = self.writes.get().or_else(stored).filter(|writes| writes.is_of(now));
        let writes = writes.unwrap_or_else(|| KvWrites::none(now));
        self.writes.set(Some(writes));
        writes
    }
}

/// The lifetime of a copy in KV.
fn lifetime_of(mount: &Mount) -> Duration {
    mount.config.settings.stale.max(SHORTEST)
}
