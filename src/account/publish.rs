//! What every isolate can read: listings in KV. Reads of KV are many and writes are few, so a listing
//! is published when a second visitor wants it, and once; the desk has all of them anyway.

use std::rc::Rc;

use super::folder::Published;
use super::host::Host;
use super::store::StorageKey;
use super::{Desk, Mount};
use crate::sources::listing::VERSION;

/// Writes to KV that a desk makes in a day, by UTC. The free plan has 1,000 for the whole account: three
/// desks of this size fit, and the rest is for trees and whatever else the owner runs.
const A_DAY: u32 = 300;

/// Who wants a listing and doesn't have it makes it worth a write when there have been so many: a
/// crawler passes each folder once, and would spend the day's writes on folders that nobody visits.
const WANTED: u32 = 2;

/// After so many writes it takes twice as many who want it: what is left of the day's writes is for
/// the folders that most visitors come to.
const DEARER: u32 = 50;

/// KV keeps nothing for less.
const SHORTEST_SECONDS: u64 = 60;

/// An unchanged copy is written again in the last tenth of its life.
const LAST_PART: u64 = 10;

const DAY_SECONDS: u64 = 86_400;

/// The writes of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    day: u64,
    writes: u32,
}

impl<H: Host + 'static> Desk<H> {
    /// Whether a folder's listing should be in KV and isn't. `is_news`: somebody gets it who had
    /// nothing or an older one.
    pub(super) fn is_to_be_published(&self, mount: &Mount, folder: u64, is_news: bool) -> bool {
        let (now, span) = (self.now().0, span(mount));
        let spent = self.spent().writes;
        let enough = WANTED << (spent / DEARER).min(8);
        let wanted = self.folder(mount, folder, |known| {
            known.wanted = known.wanted.saturating_add(u32::from(is_news));
            let Some(listing) = &known.known else { return false };
            match &known.published {
                Some(published) if published.digest == listing.digest => {
                    published.ends <= now.saturating_add(span / LAST_PART)
                }
                _ => is_news && known.wanted >= enough,
            }
        });
        wanted && spent < A_DAY
    }

    /// Puts a folder's listing into KV, while nobody waits.
    pub(super) fn publish(self: &Rc<Self>, mount: &Mount, folder: u64, digest: &str, text: &str) {
        let span = span(mount);
        let published =
            Published { digest: digest.to_owned(), ends: self.now().0.saturating_add(span) };
        let note = StorageKey::Published(mount.key(folder));
        // Noted first: a write too few costs a call to the desk, one too many the day's budget.
        self.host.write(&note, &published.to_text());
        self.folder(mount, folder, |known| known.published = Some(published));
        self.put(mount, folder, text.to_owned(), span);
    }

    /// A folder's listing is another than the one in KV: whoever begins there would take it for new.
    pub(super) fn republish(self: &Rc<Self>, mount: &Mount, folder: u64, digest: &str, text: &str) {
        let now = self.now().0;
        let is_published = self.folder(mount, folder, |known| {
            known.published.as_ref().is_some_and(|published| now < published.ends)
        });
        if is_published && self.spent().writes < A_DAY {
            self.publish(mount, folder, digest, text);
        }
    }

    /// Takes a folder's listing out of KV: it is not there any more.
    pub(super) fn unpublish(self: &Rc<Self>, mount: &Mount, folder: u64) {
        let published = self.folder(mount, folder, |known| known.published.take());
        if published.is_some_and(|published| self.now().0 < published.ends) {
            self.host.remove(&StorageKey::Published(mount.key(folder)));
            // A text that is no listing, for as short as can be.
            self.put(mount, folder, String::new(), SHORTEST_SECONDS);
        }
    }

    fn put(self: &Rc<Self>, mount: &Mount, folder: u64, text: String, seconds: u64) {
        let Spent { day, writes } = self.spent();
        let spent = Spent { day, writes: writes.saturating_add(1) };
        self.spent.set(Some(spent));
        self.host.write(&StorageKey::KvWrites, &format!("{} {}", spent.day, spent.writes));
        let name = format!("{VERSION}:{}:{folder}", mount.upstream.settings.digest);
        let setting = mount.upstream.settings.setting.clone();
        let desk = Rc::clone(self);
        self.host.spawn(Box::pin(async move {
            if !desk.host.publish(&name, &text, seconds).await {
                desk.log(format!("{setting}: a listing could not be written to KV"));
            }
        }));
    }

    /// What today's writes are.
    fn spent(&self) -> Spent {
        let day = self.now().0 / DAY_SECONDS;
        let stored = || {
            let stored = self.host.read(&StorageKey::KvWrites)?;
            let (day, writes) = stored.split_once(' ')?;
            Some(Spent { day: day.parse().ok()?, writes: writes.parse().ok()? })
        };
        let spent = self.spent.get().or_else(stored);
        let spent = spent.filter(|spent| spent.day == day).unwrap_or(Spent { day, writes: 0 });
        self.spent.set(Some(spent));
        spent
    }
}

/// How long a copy is good for.
fn span(mount: &Mount) -> u64 {
    mount.upstream.settings.stale.max(SHORTEST_SECONDS)
}
