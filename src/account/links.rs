//! Files: a link is fetched once for all that want it, and given for as long as it is surely good.

use std::rc::Rc;

use super::api_client::Leash;
use super::command::{Reply, UpstreamLink};
use super::host::Host;
use super::rate_limiter::{self, QUEUE_MS};
use super::single_flight::{Flight, Landing};
use super::store::StorageKey;
use super::{Desk, JOB_MS, Mount};
use crate::sources::Kind;
use crate::sources::call::{ApiCall, ApiResult};
use crate::sources::open::Direct;
use crate::sources::upstream::call::{Answer, Call};
use crate::sources::upstream::entry::FileRef;
use crate::sources::upstream::relay::{Relay, Step, checked};
use crate::sources::upstream::trouble::{Failed, Trouble};

/// A link lives up to a day by some accounts, and a quarter of an hour by others.
const LINK_MS: u64 = 600_000;

/// What can't change in a moment is not asked again in one.
const FAILED_MS: u64 = 60_000;

/// Any other failure.
const FAILED_SHORT_MS: u64 = 10_000;

/// A file whose links die faster has another trouble than its link.
const DEAD_MS: u64 = 30_000;

/// Calls for a link: two ways to ask, with their attempts, and five hops of the relay.
const LINK_CALLS: u32 = 16;

/// Links remembered at a time.
const LINKS: usize = 5_000;

/// More of a relay's page is not read: it is the file itself.
const RELAY_BYTES: usize = 64 << 10;

/// What is known of a file's link. Only a permanent one is ever stored.
#[derive(Debug, Default)]
pub struct Slot {
    link: Option<(UpstreamLink, u64)>,
    failed: Option<(Failed, u64)>,
    flight: Option<Flight>,
    /// Until then a dead link is not replaced again.
    settled_ms: u64,
}

impl Slot {
    fn link(&self, now_ms: u64) -> Option<&UpstreamLink> {
        self.link.as_ref().filter(|(_, until)| now_ms < *until).map(|(link, _)| link)
    }

    fn failed(&self, now_ms: u64) -> Option<&Failed> {
        self.failed.as_ref().filter(|(_, until)| now_ms < *until).map(|(failed, _)| failed)
    }

    fn under_way(&self, now_ms: u64) -> Option<&Flight> {
        self.flight.as_ref().filter(|flight| flight.is_under_way(now_ms))
    }

    /// What is at hand.
    fn reply(&self, now_ms: u64) -> Option<Reply> {
        let link = self.link.as_ref().filter(|(_, until)| now_ms < *until).map(|(link, until)| {
            let age_ms = LINK_MS.saturating_sub(until - now_ms);
            Reply::Link(UpstreamLink { age: age_ms / 1_000, ..link.clone() })
        });
        link.or_else(|| self.failed(now_ms).map(|failed| Reply::Failed(failed.clone())))
    }
}

impl<H: Host + 'static> Desk<H> {
    /// A file's link.
    pub(super) async fn link(
        self: &Rc<Self>,
        mount: &Rc<Mount>,
        file: FileRef,
        dead: Option<&str>,
    ) -> Reply {
        if let Kind::Share(share) = &mount.upstream.kind
            && share.account.is_none()
        {
            return Reply::Failed(Trouble::LoginRequired.into());
        }
        let now = self.host.now_ms();
        self.recall(mount, file.id);
        let at_hand = self.slot(mount, file.id, |slot| {
            if let Some(dead) = dead
                && slot.link(now).is_some_and(|link| link.url == dead)
            {
                if now < slot.settled_ms {
                    // A permanent one is only suspected to be dead: it is asked for again, not refused.
                    if let Some(link) = slot.link(now).filter(|link| link.permanent.is_some()) {
                        return Some(Reply::Link(link.clone()));
                    }
                    let retry_after = Some((slot.settled_ms - now).div_ceil(1_000));
                    return Some(Reply::Failed(Failed { retry_after, ..Trouble::Other.into() }));
                }
                slot.settled_ms = now + DEAD_MS;
                slot.link = None;
                self.host.remove(&direct_key(mount, file.id));
            }
            slot.reply(now)
        });
        if let Some(reply) = at_hand {
            return reply;
        }
        let id = file.id;
        let flight = self.begin_link(mount, file);
        match self.within(&flight, now + JOB_MS).await {
            Some(Err(failed)) => Reply::Failed(failed),
            Some(Ok(())) => {
                let now = self.host.now_ms();
                let reply = self.slot(mount, id, |slot| slot.reply(now));
                reply.unwrap_or_else(|| Reply::Failed(Trouble::Other.into()))
            }
            None => Reply::Failed(Trouble::TimedOut.into()),
        }
    }

    fn begin_link(self: &Rc<Self>, mount: &Rc<Mount>, file: FileRef) -> Flight {
        let now = self.host.now_ms();
        let begun = self.slot(mount, file.id, |slot| {
            if let Some(flight) = slot.under_way(now) {
                return Err(flight.clone());
            }
            let (flight, landing) = Flight::new(now);
            slot.flight = Some(flight.clone());
            Ok((flight, landing))
        });
        match begun {
            Ok((flight, landing)) => {
                let work = Rc::clone(self).get_link(Rc::clone(mount), file, landing);
                self.host.spawn(Box::pin(work));
                flight
            }
            Err(flight) => flight,
        }
    }

    async fn get_link(self: Rc<Self>, mount: Rc<Mount>, file: FileRef, landing: Landing) {
        let leash = Leash::new(LINK_CALLS, self.host.now_ms() + JOB_MS, false);
        let got = match &mount.upstream.kind {
            Kind::Open(open) => match &open.direct {
                Some(direct) => self.direct_link(&mount, file.id, direct, &leash).await,
                None => self.open_link(&mount, &file, &leash).await,
            },
            Kind::Personal(_) | Kind::Share(_) => self.web_link(&mount, &file, &leash).await,
        };
        let now = self.host.now_ms();
        let result = self.slot(&mount, file.id, |slot| match got {
            Ok(link) => {
                let until = link.permanent.map_or(now + LINK_MS, |_| u64::MAX);
                slot.link = Some((link, until));
                slot.failed = None;
                Ok(())
            }
            Err(failed) => {
                let span = if is_lasting(failed.trouble) { FAILED_MS } else { FAILED_SHORT_MS };
                slot.failed = Some((failed.clone(), now + span));
                Err(failed)
            }
        });
        landing.land(result);
    }

    /// By the web API, and on through its relay.
    async fn web_link(
        self: &Rc<Self>,
        mount: &Mount,
        file: &FileRef,
        leash: &Leash,
    ) -> Result<UpstreamLink, Failed> {
        let first = self.fetch(mount, ApiCall::Download { file, version: 1 }, leash).await;
        let got = match first {
            // No address, or a code that nobody knows: the other way may have one.
            Err(failed) if failed.trouble == Trouble::Other => {
                let second = ApiCall::Download { file, version: 2 };
                // What the first said is what its owner should read.
                self.fetch(mount, second, leash).await.map_err(|second| {
                    if second.trouble == Trouble::Other { failed } else { second }
                })
            }
            other => other,
        };
        let url = got.and_then(ApiResult::url)?;
        let mut relay = Relay::new(&url, mount.upstream.kind.is_local())?;
        loop {
            match relay.step() {
                Step::Done { url, referer } => {
                    return Ok(UpstreamLink {
                        url,
                        referer: Some(referer),
                        permanent: None,
                        age: 0,
                    });
                }
                Step::Ask(call) => relay.take(&self.hop(mount, &call, leash).await?),
            }
        }
    }

    /// A page of the relay: never with a token, and once more if there is no answer. Without any the
    /// relay stays with the address that it has.
    async fn hop(&self, mount: &Mount, call: &Call, leash: &Leash) -> Result<Answer, Failed> {
        let mut tried = 0;
        loop {
            self.turn(call.endpoint, QUEUE_MS, leash.until_ms).await?;
            let calls = leash.calls.get().checked_sub(1).ok_or(Trouble::TimedOut)?;
            leash.calls.set(calls);
            match self.send(call, RELAY_BYTES, leash.until_ms).await {
                Ok(answer) => {
                    mount.account.works_again(call.endpoint);
                    return Ok(answer);
                }
                Err(failed) => {
                    self.note(&mount.account, call.endpoint, &failed);
                    tried += 1;
                    if tried >= rate_limiter::tries(call.endpoint) {
                        return Ok(Answer::default());
                    }
                }
            }
        }
    }

    async fn open_link(
        self: &Rc<Self>,
        mount: &Mount,
        file: &FileRef,
        leash: &Leash,
    ) -> Result<UpstreamLink, Failed> {
        let got = self.fetch(mount, ApiCall::Download { file, version: 1 }, leash).await?;
        let url = visitable(mount, &got.url()?).ok_or(Trouble::Other)?;
        Ok(UpstreamLink { url, referer: None, permanent: None, age: 0 })
    }

    /// A permanent link, which is never asked for again, and the number that it is signed with.
    async fn direct_link(
        self: &Rc<Self>,
        mount: &Mount,
        id: u64,
        direct: &Direct,
        leash: &Leash,
    ) -> Result<UpstreamLink, Failed> {
        let uid = match self.known_uid(mount, direct) {
            Some(uid) => uid,
            None => self.uid(mount, leash).await?,
        };
        let got = self.fetch(mount, ApiCall::DirectLink(id), leash).await?;
        let url = visitable(mount, &got.url()?).ok_or(Trouble::Other)?;
        self.host.write(&direct_key(mount, id), &url);
        Ok(UpstreamLink { url, referer: None, permanent: Some(uid), age: 0 })
    }

    /// The account's number, asked for once.
    async fn uid(self: &Rc<Self>, mount: &Mount, leash: &Leash) -> Result<u64, Failed> {
        match self.fetch(mount, ApiCall::UserInfo, leash).await? {
            ApiResult::Uid(uid) => {
                self.host.write(&uid_key(mount), &uid.to_string());
                Ok(uid)
            }
            ApiResult::Url(_) | ApiResult::Page(_) => Err(Trouble::Other.into()),
        }
    }

    /// The number to sign with, without asking; 0 where nothing is signed.
    fn known_uid(&self, mount: &Mount, direct: &Direct) -> Option<u64> {
        let stored = || self.host.read(&uid_key(mount))?.parse().ok();
        direct.uid.or_else(stored).or_else(|| direct.private_key.is_none().then_some(0))
    }

    /// Looks for a permanent link in the storage.
    fn recall(&self, mount: &Mount, id: u64) {
        let Kind::Open(open) = &mount.upstream.kind else { return };
        let Some(direct) = &open.direct else { return };
        let now = self.host.now_ms();
        if self.slot(mount, id, |slot| slot.link(now).is_some()) {
            return;
        }
        let stored = self.host.read(&direct_key(mount, id));
        let Some(url) = stored.and_then(|url| visitable(mount, &url)) else { return };
        let Some(uid) = self.known_uid(mount, direct) else { return };
        let link = UpstreamLink { url, referer: None, permanent: Some(uid), age: 0 };
        self.slot(mount, id, |slot| slot.link = Some((link, u64::MAX)));
    }

    fn slot<T>(&self, mount: &Mount, id: u64, look: impl FnOnce(&mut Slot) -> T) -> T {
        let key = (mount.at, id);
        let mut links = self.links.borrow_mut();
        if links.len() >= LINKS && !links.contains_key(&key) {
            let now = self.host.now_ms();
            links.retain(|_, slot| slot.under_way(now).is_some());
        }
        look(links.entry(key).or_default())
    }
}

/// An address that visitors may be sent to, as they get it.
fn visitable(mount: &Mount, url: &str) -> Option<String> {
    checked(url, mount.upstream.kind.is_local())
}

fn uid_key(mount: &Mount) -> StorageKey<'_> {
    StorageKey::Uid(mount.account.key())
}

fn direct_key(mount: &Mount, file: u64) -> StorageKey<'_> {
    StorageKey::DirectLink { mount: &mount.upstream.settings.digest, file }
}

/// Whether a failure will be the same in a minute.
fn is_lasting(trouble: Trouble) -> bool {
    matches!(
        trouble,
        Trouble::Quota
            | Trouble::NotFound
            | Trouble::Blocked
            | Trouble::ShareDenied
            | Trouble::ShareGone
            | Trouble::LoginRequired
    )
}
