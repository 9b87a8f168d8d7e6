//! Download links of a remote source's files: cached in memory, and signed here if they are permanent.

use std::time::Duration;

use super::cache::CachedLink;
use super::{RemoteEntry, RemoteSource};
use crate::account::command::{UPSTREAM_LINK_LIFETIME, UpstreamLink};
use crate::context::RequestContext;
use crate::error::Error;
use crate::host::SignedHosts;
use crate::origin::{Base, Origin, clean_tail, split};
use crate::percent;
use crate::platform::Platform;
use crate::seed::RequestSeed;
use crate::sign::Signer;
use crate::sources::failures::FailureKey;
use crate::sources::link::{Link, LinkLifetime, make_link};
use crate::sources::listing::Item;
use crate::sources::upstream::entry::FileRef;
use crate::time::UnixSeconds;

/// The age from which a cached direct link is fetched anew if the name in it is not its file's.
const DOUBT_AFTER: Duration = Duration::from_mins(10);

/// The outcome of looking a file's link up in memory.
enum LinkLookup {
    Ready(Link),
    /// Fetching the link failed a moment ago.
    Refused(Error),
    /// There is no link to give out; `dead` is the one that turned out to be dead, if there was one.
    Missing {
        dead: Option<String>,
    },
}

impl RemoteSource {
    /// Caches a file's link from the account object.
    pub fn cache_link(&self, file: u64, link: UpstreamLink, now: UnixSeconds) {
        let given_at = now.before(link.age);
        let link = match link.permanent {
            // A permanent link that can't be signed as it stands is dropped.
            Some(uid) => self.permanent(&link.url, uid),
            None => Some(CachedLink::Expiring(link)),
        };
        if let Some(link) = link {
            self.cache().cache_link(file, link, given_at);
        }
    }

    /// Fetches a new link for a file whose link the CDN refuses; `None` if there is no other.
    ///
    /// # Errors
    /// Why there is no link.
    pub async fn renew_link(
        &self,
        file: &FileRef,
        dead: &str,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Option<Link>, Error> {
        self.cache().invalidate_link(file.id, dead);
        match self.cache().link(file.id).as_ref().map(|cached| &*cached.value) {
            // Another request found the link dead before this one.
            Some(CachedLink::Expiring(link)) => return Ok(Some(expiring(link))),
            Some(CachedLink::Permanent { .. }) => return Ok(None),
            Some(CachedLink::Dead(_)) | None => {}
        }
        if let Some(failed) = self.cache().failure(FailureKey::Link(file.id), ctx.now()) {
            return Err(Error::from_failure(Some(&failed)));
        }
        ctx.check_patience()?;
        self.load_link(file.clone(), Some(dead.to_owned()), ctx).await?;
        match self.cache().link(file.id).as_ref().map(|cached| &*cached.value) {
            Some(CachedLink::Expiring(link)) => Ok(Some(expiring(link))),
            Some(CachedLink::Permanent { .. }) => Ok(None),
            Some(CachedLink::Dead(_)) | None => Err(Error::Unavailable),
        }
    }

    fn permanent(&self, url: &str, uid: u64) -> Option<CachedLink> {
        let direct = self.config.kind.direct_links()?;
        let key = direct.private_key.clone();
        let signer = key.map(|key| Signer::new(direct.uid.unwrap_or(uid), key, direct.form));
        let (base, tail) = split(url)?;
        let hosts: &SignedHosts = &direct.hosts;
        let base = Base::parse(base, hosts).ok()?;
        let moved = direct.host.as_ref().and_then(|host| host.moved(&base, hosts));
        let base = moved.unwrap_or(base);
        let tail = clean_tail(tail).ok()?.into_owned();
        Some(CachedLink::Permanent { url: url.to_owned(), base, tail, signer })
    }
}

/// The link to give out for one of 123Pan's links that expire.
pub(super) fn expiring(link: &UpstreamLink) -> Link {
    let (url, referer) = (link.url.clone(), link.referer.clone());
    Link { url, expires_at: None, referer }
}

impl RemoteEntry<'_> {
    /// The file's link: from memory, or from the account object.
    ///
    /// # Errors
    /// Why there is no link.
    pub async fn link(
        &self,
        lifetime: LinkLifetime,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Link, Error> {
        let dead = match self.find_link(&ctx.seed, lifetime, DOUBT_AFTER) {
            LinkLookup::Ready(link) => return Ok(link),
            LinkLookup::Refused(error) => return Err(error),
            LinkLookup::Missing { dead } => dead,
        };
        ctx.check_patience()?;
        self.remote.load_link(self.file_ref(), dead, ctx).await?;
        // 123Pan's newest link is taken as it is, whatever name it has.
        match self.find_link(&ctx.seed, lifetime, Duration::MAX) {
            LinkLookup::Ready(link) => Ok(link),
            LinkLookup::Refused(error) => Err(error),
            LinkLookup::Missing { .. } => Err(Error::Unavailable),
        }
    }

    /// The file's link, if it is in memory.
    pub fn cached_link(&self, seed: &RequestSeed, lifetime: LinkLifetime) -> Option<Link> {
        match self.find_link(seed, lifetime, DOUBT_AFTER) {
            LinkLookup::Ready(link) => Some(link),
            LinkLookup::Refused(_) | LinkLookup::Missing { .. } => None,
        }
    }

    /// Looks the file's link up in memory. A permanent link that does not end in the file's name counts as
    /// dead after `doubt_after`: 123Pan's direct links go by names, and the file may have been renamed
    /// since.
    fn find_link(
        &self,
        seed: &RequestSeed,
        lifetime: LinkLifetime,
        doubt_after: Duration,
    ) -> LinkLookup {
        if let Some(link) = self.path_link(seed, lifetime) {
            return LinkLookup::Ready(link);
        }
        let (remote, memory) = (self.remote, self.remote.cache());
        let mut dead = None;
        if let Some(kept) = memory.link(self.item.id) {
            let age = seed.now.since(kept.checked_at);
            match &*kept.value {
                CachedLink::Permanent { url, tail, .. }
                    if age >= doubt_after && !self.is_named_by(tail) =>
                {
                    dead = Some(url.clone());
                }
                CachedLink::Permanent { base, tail, signer, .. } => {
                    let origin = Origin::new(base, tail);
                    let link = make_link(signer.as_ref(), remote.valid(), &origin, seed, lifetime);
                    return LinkLookup::Ready(link);
                }
                CachedLink::Expiring(link) if age < UPSTREAM_LINK_LIFETIME => {
                    return LinkLookup::Ready(expiring(link));
                }
                CachedLink::Expiring(_) => {}
                CachedLink::Dead(url) => dead = Some(url.clone()),
            }
        }
        match memory.failure(FailureKey::Link(self.item.id), seed.now) {
            Some(failed) => LinkLookup::Refused(Error::from_failure(Some(&failed))),
            None => LinkLookup::Missing { dead },
        }
    }

    /// Whether a direct link ends in this file's name, or in the short form in its id.
    fn is_named_by(&self, tail: &str) -> bool {
        let last = tail.split('?').next().and_then(|path| path.rsplit('/').next());
        let last = percent::decode(last.unwrap_or_default());
        *last == *self.item.vendor_name().as_bytes()
            || *last == *self.item.id.to_string().as_bytes()
    }

    /// The file's id and the details that 123Pan wants back when it is asked for a link.
    pub fn file_ref(&self) -> FileRef {
        let Item { id, size, md5, key_flag, .. } = self.item;
        FileRef { id, name: self.item.vendor_name(), size, md5, key_flag: key_flag.to_owned() }
    }
}
