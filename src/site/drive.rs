//! A mount of the vendor's in service: the listings and links that this isolate remembers, and the
//! walk from a path to an entry through them.

pub(crate) mod memory;

use memory::{Kept, KeptLink, Memory, Wanted};

use super::due::{Due, Receipts, Stop};
use super::links::{Life, Link, make_link};
use crate::desk::ask::{Status, UpstreamLink};
use crate::error::Error;
use crate::host::SignedHosts;
use crate::listing::{Item, Listing};
use crate::origin::{Base, Origin, clean_tail, split};
use crate::percent;
use crate::sign::Signer;
use crate::stamp::Stamp;
use crate::time::{UnixSeconds, ValidMinutes};
use crate::upstream::entry::FileRef;
use crate::upstream::settings::{Kind, Upstream};

/// A mount whose entries come from the vendor.
#[derive(Debug)]
pub struct Drive {
    upstream: Upstream,
    /// Its place among the mounts, by which dues and receipts name it.
    number: usize,
    memory: Memory,
    /// What the desk said of the account, and when.
    status: Option<(Status, UnixSeconds)>,
}

/// What a path leads to.
#[derive(Debug)]
pub(super) enum DriveFound<'s> {
    Folder(&'s Listing),
    File(DriveFile<'s>),
}

/// A file and the drive that fetches its links.
#[derive(Clone, Copy, Debug)]
pub(super) struct DriveFile<'s> {
    pub drive: &'s Drive,
    pub item: Item<'s>,
    /// The listing that it is in.
    pub listing: &'s Listing,
}

/// How old an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Age {
    /// Seconds since the vendor was asked.
    pub seconds: u64,
    /// Whether it is older than the owner calls fresh.
    pub stale: bool,
    /// Whether more of it is on its way.
    pub loading: bool,
}

/// Seconds for which a listing is used without asking anybody: one that is fresh, one that is old or
/// lacks a part.
const TRUST_FRESH: u64 = 60;
const TRUST_OTHER: u64 = 3;
/// Seconds for which a passing link is handed out again. The vendor's live for hours; other clients
/// keep them for a quarter of one.
const LINK_SECONDS: u64 = 600;
/// Seconds for which a direct link that goes by another name than its file's is taken as it is.
const DOUBT_SECONDS: u64 = 600;
/// Seconds for which the account's status is repeated.
const STATUS_SECONDS: u64 = 15;
impl Drive {
    /// A drive of which nothing is known yet.
    pub fn new(upstream: Upstream, number: usize) -> Self {
        Self { upstream, number, memory: Memory::default(), status: None }
    }

    /// Its settings.
    pub fn upstream(&self) -> &Upstream {
        &self.upstream
    }

    /// Its place among the mounts.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    /// The name of its source.
    pub fn source(&self) -> &'static str {
        match self.upstream.kind {
            Kind::Personal(_) => "personal",
            Kind::Share(_) => "share",
            Kind::Open(_) => "open",
        }
    }

    /// Whether its links are signed here.
    pub fn is_signed(&self) -> bool {
        match &self.upstream.kind {
            Kind::Open(open) => {
                open.direct.as_ref().is_some_and(|direct| direct.private_key.is_some())
            }
            Kind::Personal(_) | Kind::Share(_) => false,
        }
    }

    /// Whether its links are permanent, so that whoever has one has it for ever unless it is signed.
    pub fn is_direct(&self) -> bool {
        matches!(&self.upstream.kind, Kind::Open(open) if open.direct.is_some())
    }

    /// Whether the vendor's CDN refuses visitors its links, so that bytes have to go through the Worker.
    /// All links but direct ones are good only in the city of whoever called the API for them: elsewhere
    /// the CDN answers 403 with code 1010 (OpenList's issues 1484 and 1521). Those of personal drives and
    /// shares also want a `Referer` that no browser sends from here (its issue 910).
    pub fn needs_proxy(&self) -> bool {
        !self.is_direct()
    }

    /// Whether the vendor may have no link to an empty file: a direct link is made of its path alone.
    pub(super) fn links_only_bytes(&self) -> bool {
        !self.is_direct()
    }

    /// The lifetime of its links, unless a rule says otherwise.
    pub(super) fn valid(&self) -> ValidMinutes {
        match &self.upstream.kind {
            Kind::Open(open) => open.direct.as_ref().map(|direct| direct.valid).unwrap_or_default(),
            Kind::Personal(_) | Kind::Share(_) => ValidMinutes::default(),
        }
    }

    /// Waits for the folder at a path below the mount, to say of something in it that it isn't there.
    ///
    /// # Errors
    /// What would be said of a name that the vendor doesn't have there.
    pub(super) fn look_into<'p>(
        &self,
        path: impl Iterator<Item = &'p str>,
        now: UnixSeconds,
        receipts: &Receipts,
    ) -> Result<(), Stop> {
        match self.find(path, now, receipts)? {
            Some(DriveFound::Folder(listing)) if !listing.is_whole() => {
                Err(Error::StillLoading.into())
            }
            Some(DriveFound::Folder(_) | DriveFound::File(_)) | None => Ok(()),
        }
    }

    /// What a path below the mount leads to; `None` if to nothing.
    pub(super) fn find<'s, 'p>(
        &'s self,
        path: impl Iterator<Item = &'p str>,
        now: UnixSeconds,
        receipts: &Receipts,
    ) -> Result<Option<DriveFound<'s>>, Stop> {
        let mut listing = self.listing(self.upstream.root, now, receipts)?;
        let mut path = path.peekable();
        while let Some(name) = path.next() {
            match listing.find(name) {
                Some(item) if item.folder => listing = self.listing(item.id, now, receipts)?,
                Some(item) if path.peek().is_none() => {
                    return Ok(Some(DriveFound::File(DriveFile { drive: self, item, listing })));
                }
                Some(_) => return Ok(None),
                None if listing.is_whole() => return Ok(None),
                None => return Err(Error::StillLoading.into()),
            }
        }
        Ok(Some(DriveFound::Folder(listing)))
    }

    /// The file that a path below the mount leads to; `None` if to a folder, whose listing is not asked
    /// for, or to nothing.
    pub(super) fn find_file<'s, 'p>(
        &'s self,
        path: impl Iterator<Item = &'p str>,
        now: UnixSeconds,
        receipts: &Receipts,
    ) -> Result<Option<DriveFile<'s>>, Stop> {
        let path = path.collect::<Vec<_>>();
        let Some((name, above)) = path.split_last() else { return Ok(None) };
        let Some(DriveFound::Folder(listing)) = self.find(above.iter().copied(), now, receipts)?
        else {
            return Ok(None);
        };
        match listing.find(name) {
            Some(item) if item.folder => Ok(None),
            Some(item) => Ok(Some(DriveFile { drive: self, item, listing })),
            None if listing.is_whole() => Ok(None),
            None => Err(Error::StillLoading.into()),
        }
    }

    /// The vendor's number of the folder at a path below the mount.
    pub(super) fn folder_id<'p>(
        &self,
        path: impl Iterator<Item = &'p str>,
        now: UnixSeconds,
        receipts: &Receipts,
    ) -> Result<Option<u64>, Stop> {
        let mut folder = self.upstream.root;
        for name in path {
            let listing = self.listing(folder, now, receipts)?;
            match listing.find(name) {
                Some(item) if item.folder => folder = item.id,
                None if !listing.is_whole() => return Err(Error::StillLoading.into()),
                _ => return Ok(None),
            }
        }
        Ok(Some(folder))
    }

    fn listing(
        &self,
        folder: u64,
        now: UnixSeconds,
        receipts: &Receipts,
    ) -> Result<&Listing, Stop> {
        let mut asked = receipts.folders.iter();
        let asked = asked.find(|asked| asked.is(self.number, folder)).map(|asked| &asked.outcome);
        if let Some(Err(failed)) = asked {
            return Err(Error::from_failure(failed.as_ref()).into());
        }
        match self.memory.folder(folder) {
            Some(kept) if asked.is_some() || self.is_trusted(kept, now) => Ok(&kept.value),
            // It had to make room for others on the way.
            _ if asked.is_some() => Err(Error::Unavailable.into()),
            _ => match self.memory.refusal(Wanted::Folder(folder), now) {
                Some(failed) => Err(Error::from_failure(Some(failed)).into()),
                None => Err(Due::Folder { mount: self.number, folder }.into()),
            },
        }
    }

    fn is_trusted(&self, kept: &Kept<Listing>, now: UnixSeconds) -> bool {
        let age = self.age(&kept.value, now);
        let trust = if age.stale || age.loading { TRUST_OTHER } else { TRUST_FRESH };
        now.seconds_since(kept.seen_at) < trust
    }

    /// How old a listing of this drive is.
    pub(super) fn age(&self, listing: &Listing, now: UnixSeconds) -> Age {
        let seconds = now.seconds_since(listing.read_at());
        Age { seconds, stale: seconds >= self.upstream.fresh, loading: !listing.is_whole() }
    }

    /// Whether a listing is better than nothing.
    pub fn is_worth_showing(&self, listing: &Listing, now: UnixSeconds) -> bool {
        self.age(listing, now).seconds < self.upstream.stale
    }

    /// The listing of a folder that is here, if it is better than nothing.
    pub fn at_hand(&self, folder: u64, now: UnixSeconds) -> Option<&Listing> {
        let listing = &self.memory.folder(folder)?.value;
        self.is_worth_showing(listing, now).then_some(listing)
    }

    /// The same, which does not count as a use: for whoever looks at everything that is here.
    pub(super) fn glimpse(&self, folder: u64, now: UnixSeconds) -> Option<&Listing> {
        self.memory.glimpse(folder).filter(|listing| self.is_worth_showing(listing, now))
    }

    /// What is remembered, to add to it.
    pub fn memory(&mut self) -> &mut Memory {
        &mut self.memory
    }

    /// Takes a file's link.
    pub fn offer_link(&mut self, file: u64, link: UpstreamLink, now: UnixSeconds) {
        let given_at = UnixSeconds(now.0.saturating_sub(link.age));
        let link = match link.permanent {
            // One that can't be signed as it stands is none.
            Some(uid) => self.permanent(&link.url, uid),
            None => Some(KeptLink::Passing(link)),
        };
        if let Some(link) = link {
            self.memory.offer_link(file, link, given_at);
        }
    }

    fn permanent(&self, url: &str, uid: u64) -> Option<KeptLink> {
        let Kind::Open(open) = &self.upstream.kind else { return None };
        let direct = open.direct.as_ref()?;
        let key = direct.private_key.clone();
        let signer = key.map(|key| Signer::new(direct.uid.unwrap_or(uid), key, direct.form));
        let (base, tail) = split(url)?;
        let hosts: &SignedHosts = &direct.hosts;
        let base = Base::parse(base, hosts).ok()?;
        let tail = clean_tail(tail).ok()?.into_owned();
        Some(KeptLink::Permanent { url: url.to_owned(), base, tail, signer })
    }

    /// Whether the account's status is known, or nobody knows it.
    ///
    /// # Errors
    /// [`Stop::Owes`] it.
    pub fn check_status(&self, now: UnixSeconds, receipts: &Receipts) -> Result<(), Stop> {
        if self.status(now).is_some() || receipts.statuses.contains(&self.number) {
            return Ok(());
        }
        Err(Due::Status { mount: self.number }.into())
    }

    /// What the desk last said of the account.
    pub fn status(&self, now: UnixSeconds) -> Option<&Status> {
        let (status, at) = self.status.as_ref()?;
        (now.seconds_since(*at) < STATUS_SECONDS).then_some(status)
    }

    /// Takes what the desk says of the account.
    pub fn offer_status(&mut self, status: Status, now: UnixSeconds) {
        self.status = Some((status, now));
    }
}

impl DriveFile<'_> {
    /// The link to hand out.
    pub fn link(&self, stamp: &Stamp, life: Life, receipts: &Receipts) -> Result<Link, Stop> {
        let drive = self.drive;
        let asked = receipts.file_link(drive.number, self.item.id);
        let mut dead = None;
        if let Some(kept) = drive.memory.link(self.item.id) {
            match &kept.value {
                // Renamed since, perhaps: the vendor's direct links go by names.
                KeptLink::Permanent { url, tail, .. }
                    if stamp.now.seconds_since(kept.seen_at) >= DOUBT_SECONDS
                        && asked.is_none()
                        && !self.is_named_by(tail) =>
                {
                    dead = Some(url.clone());
                }
                KeptLink::Permanent { base, tail, signer, .. } => {
                    let origin = Origin::new(base, tail);
                    return Ok(make_link(signer.as_ref(), drive.valid(), &origin, stamp, life));
                }
                KeptLink::Passing(link) if stamp.now.seconds_since(kept.seen_at) < LINK_SECONDS => {
                    let (url, referer) = (link.url.clone(), link.referer.clone());
                    return Ok(Link { url, expires_at: None, referer });
                }
                KeptLink::Passing(_) => {}
                KeptLink::Dead(url) => dead = Some(url.clone()),
            }
        }
        let refusal = drive.memory.refusal(Wanted::Link(self.item.id), stamp.now);
        match (asked, refusal) {
            (Some(failed), _) => Err(Error::from_failure(failed).into()),
            (None, Some(failed)) => Err(Error::from_failure(Some(failed)).into()),
            (None, None) => {
                let (mount, file) = (drive.number, self.file_ref());
                Err(Due::Link(Box::new(LinkDue { mount, file, dead })).into())
            }
        }
    }

    /// Whether the end of a direct link is this file's: its name, or in the short form its number.
    fn is_named_by(&self, tail: &str) -> bool {
        let last = tail.split('?').next().and_then(|path| path.rsplit('/').next());
        let last = percent::decode(last.unwrap_or_default());
        *last == *self.item.vendor_name().as_bytes()
            || *last == *self.item.id.to_string().as_bytes()
    }

    fn file_ref(&self) -> FileRef {
        let Item { id, size, md5, key_flag, .. } = self.item;
        FileRef { id, name: self.item.vendor_name(), size, md5, key_flag: key_flag.to_owned() }
    }
}

/// A link to fetch.
#[derive(Clone, Debug)]
pub struct LinkDue {
    /// The mount's place among the mounts.
    pub mount: usize,
    /// The file.
    pub file: FileRef,
    /// A link of it that turned out to be dead.
    pub dead: Option<String>,
}

#[cfg(test)]
mod tests;
