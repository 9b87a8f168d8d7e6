//! Download links of files: each is fetched once for all requests that want it, and given out while it is
//! sure to work.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use super::api_client::{ApiClient, COMMAND, CallBudget};
use super::command::{Reply, UpstreamLink};
use super::host::AccountHost;
use super::mount::Mount;
use super::rate_limiter::{self, QUEUE};
use super::single_flight::{Completion, SingleFlight};
use super::store::StorageKey;
use crate::sources::SourceKind;
use crate::sources::call::{ApiCall, ApiResult};
use crate::sources::failures::FailureCache;
use crate::sources::open::Direct;
use crate::sources::upstream::call::{ApiResponse, Call};
use crate::sources::upstream::entry::FileRef;
use crate::sources::upstream::error::{UpstreamError, UpstreamErrorKind};
use crate::sources::upstream::relay::{Relay, Step, checked};
use crate::time::{UnixMillis, ceil_seconds};

/// For how long a link is given out again. 123Pan's links live up to a day for some accounts, and a quarter
/// of an hour for others.
const LINK_LIFETIME: Duration = Duration::from_mins(10);

/// The least time between two replacements of a file's dead link: if links die faster, the link is not what
/// is wrong with the file.
const DEAD_LINK_PAUSE: Duration = Duration::from_secs(30);

/// Maximum number of calls for one link: two versions of the endpoint with their retries, and five hops of
/// the relay.
const LINK_CALLS: u32 = 16;

/// Maximum number of links in memory.
const LINKS: usize = 5_000;

/// Maximum number of bytes read of a relay's response: more is the file itself.
const RELAY_BYTES: usize = 64 << 10;

/// The state of a file's link: the link, and the work that fetches one. Only a permanent link is ever
/// stored.
#[derive(Debug, Default)]
pub struct LinkState {
    link: Option<(UpstreamLink, UnixMillis)>,
    flight: Option<SingleFlight>,
    /// The time before which a dead link is not replaced again.
    settled_until: UnixMillis,
}

impl LinkState {
    fn link(&self, now: UnixMillis) -> Option<&UpstreamLink> {
        self.link.as_ref().filter(|(_, until)| now < *until).map(|(link, _)| link)
    }

    fn under_way(&self, now: UnixMillis) -> Option<&SingleFlight> {
        self.flight.as_ref().filter(|flight| flight.is_under_way(now))
    }

    /// The reply with the link, if there is one that has not expired.
    fn reply(&self, now: UnixMillis) -> Option<Reply> {
        let (link, until) = self.link.as_ref().filter(|(_, until)| now < *until)?;
        let age = LINK_LIFETIME.saturating_sub(until.since(now));
        Some(Reply::Link(UpstreamLink { age: age.as_secs(), ..link.clone() }))
    }
}

/// The download links of an account's files.
#[derive(Debug)]
pub struct DownloadLinks<H> {
    api: Rc<ApiClient<H>>,
    /// Link states by the mount's index and the file's id.
    states: RefCell<HashMap<(usize, u64), LinkState>>,
    failures: FailureCache<(usize, u64)>,
}

impl<H: AccountHost + 'static> DownloadLinks<H> {
    /// An empty store of links, which fetches them with this client.
    pub fn new(api: Rc<ApiClient<H>>) -> Self {
        let failures = FailureCache::new(LINKS);
        Self { api, states: RefCell::default(), failures }
    }

    /// Replies with a file's link, from memory, the storage or 123Pan. `dead` is a link that no longer
    /// works.
    pub async fn link(
        self: &Rc<Self>,
        mount: &Rc<Mount>,
        file: FileRef,
        dead: Option<&str>,
    ) -> Reply {
        if let SourceKind::Share(share) = &mount.upstream.kind
            && share.account.is_none()
        {
            return Reply::Failed(UpstreamErrorKind::LoginRequired.into());
        }
        let now = self.api.host.now();
        self.recall(mount, file.id);
        let at_hand = self.state(mount, file.id, |state| {
            if let Some(dead) = dead
                && state.link(now).is_some_and(|link| link.url == dead)
            {
                if now < state.settled_until {
                    // A permanent link is only suspected to be dead: it is given again, not refused.
                    if let Some(link) = state.link(now).filter(|link| link.permanent.is_some()) {
                        return Some(Reply::Link(link.clone()));
                    }
                    let retry_after = Some(ceil_seconds(state.settled_until.since(now)));
                    return Some(Reply::Failed(UpstreamError {
                        retry_after,
                        ..UpstreamErrorKind::Other.into()
                    }));
                }
                state.settled_until = now.after(DEAD_LINK_PAUSE);
                state.link = None;
                self.api.host.remove(&direct_key(mount, file.id));
            }
            state.reply(now)
        });
        if let Some(reply) = at_hand {
            return reply;
        }
        if let Some(failed) = self.failures.get(&(mount.index, file.id), now) {
            return Reply::Failed(failed);
        }
        let id = file.id;
        let flight = self.begin_link(mount, file);
        match self.api.within(&flight, now.after(COMMAND)).await {
            Some(Err(failed)) => Reply::Failed(failed),
            Some(Ok(())) => {
                let now = self.api.host.now();
                let reply = self.state(mount, id, |state| state.reply(now));
                reply.unwrap_or_else(|| Reply::Failed(UpstreamErrorKind::Other.into()))
            }
            None => Reply::Failed(UpstreamErrorKind::TimedOut.into()),
        }
    }

    fn begin_link(self: &Rc<Self>, mount: &Rc<Mount>, file: FileRef) -> SingleFlight {
        let now = self.api.host.now();
        let begun = self.state(mount, file.id, |state| {
            if let Some(flight) = state.under_way(now) {
                return Err(flight.clone());
            }
            let (flight, completion) = SingleFlight::new(now);
            state.flight = Some(flight.clone());
            Ok((flight, completion))
        });
        match begun {
            Ok((flight, completion)) => {
                let work = Rc::clone(self).fetch_link(Rc::clone(mount), file, completion);
                self.api.host.spawn(Box::pin(work));
                flight
            }
            Err(flight) => flight,
        }
    }

    async fn fetch_link(self: Rc<Self>, mount: Rc<Mount>, file: FileRef, completion: Completion) {
        let budget = CallBudget::new(LINK_CALLS, self.api.host.now().after(COMMAND), false);
        let got = match &mount.upstream.kind {
            SourceKind::Open(open) => match &open.direct {
                Some(direct) => self.direct_link(&mount, file.id, direct, &budget).await,
                None => self.open_link(&mount, &file, &budget).await,
            },
            SourceKind::Personal(_) | SourceKind::Share(_) => {
                self.web_link(&mount, &file, &budget).await
            }
        };
        let now = self.api.host.now();
        let key = (mount.index, file.id);
        completion.complete(match got {
            Ok(link) => {
                let until = link.permanent.map_or(now.after(LINK_LIFETIME), |_| UnixMillis::NEVER);
                self.state(&mount, file.id, |state| state.link = Some((link, until)));
                self.failures.remove(&key);
                Ok(())
            }
            Err(failed) => {
                self.failures.record(key, failed.clone(), now);
                Err(failed)
            }
        });
    }

    /// Fetches a link by the web API, and follows its relay.
    async fn web_link(
        self: &Rc<Self>,
        mount: &Mount,
        file: &FileRef,
        budget: &CallBudget,
    ) -> Result<UpstreamLink, UpstreamError> {
        let first = self.api.fetch(mount, ApiCall::Download { file, version: 1 }, budget).await;
        let got = match first {
            // No address, or an unknown code: the endpoint's other version may have one.
            Err(failed) if failed.kind == UpstreamErrorKind::Other => {
                let second = ApiCall::Download { file, version: 2 };
                // The first version's message is the one that the owner should read.
                self.api.fetch(mount, second, budget).await.map_err(|second| {
                    if second.kind == UpstreamErrorKind::Other { failed } else { second }
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
                Step::Ask(call) => relay.take(&self.hop(mount, &call, budget).await?),
            }
        }
    }

    /// Requests one page of the relay: never with a token, and once more if there is no response. Without
    /// any response the relay stays with the URL that it has.
    async fn hop(
        &self,
        mount: &Mount,
        call: &Call,
        budget: &CallBudget,
    ) -> Result<ApiResponse, UpstreamError> {
        let mut tried = 0;
        loop {
            self.api.turn(call.endpoint, QUEUE, budget.until).await?;
            budget.take_call()?;
            match self.api.send(call, RELAY_BYTES, budget.until).await {
                Ok(answer) => {
                    mount.account.works_again(call.endpoint);
                    return Ok(answer);
                }
                Err(failed) => {
                    self.api.note(&mount.account, call.endpoint, &failed);
                    tried += 1;
                    if tried >= rate_limiter::tries(call.endpoint) {
                        return Ok(ApiResponse::default());
                    }
                }
            }
        }
    }

    async fn open_link(
        self: &Rc<Self>,
        mount: &Mount,
        file: &FileRef,
        budget: &CallBudget,
    ) -> Result<UpstreamLink, UpstreamError> {
        let got = self.api.fetch(mount, ApiCall::Download { file, version: 1 }, budget).await?;
        let url = visitable(mount, &got.url()?).ok_or(UpstreamErrorKind::Other)?;
        Ok(UpstreamLink { url, referer: None, permanent: None, age: 0 })
    }

    /// Fetches a permanent link, which is stored and not asked for again, and the user id that it is signed
    /// with.
    async fn direct_link(
        self: &Rc<Self>,
        mount: &Mount,
        id: u64,
        direct: &Direct,
        budget: &CallBudget,
    ) -> Result<UpstreamLink, UpstreamError> {
        let uid = match self.known_uid(mount, direct) {
            Some(uid) => uid,
            None => self.uid(mount, budget).await?,
        };
        let got = self.api.fetch(mount, ApiCall::DirectLink(id), budget).await?;
        let url = visitable(mount, &got.url()?).ok_or(UpstreamErrorKind::Other)?;
        self.api.host.write(&direct_key(mount, id), &url);
        Ok(UpstreamLink { url, referer: None, permanent: Some(uid), age: 0 })
    }

    /// Fetches the account's 123Pan user id, and stores it.
    async fn uid(
        self: &Rc<Self>,
        mount: &Mount,
        budget: &CallBudget,
    ) -> Result<u64, UpstreamError> {
        match self.api.fetch(mount, ApiCall::UserInfo, budget).await? {
            ApiResult::Uid(uid) => {
                self.api.host.write(&uid_key(mount), &uid.to_string());
                Ok(uid)
            }
            ApiResult::Url(_) | ApiResult::Page(_) => Err(UpstreamErrorKind::Other.into()),
        }
    }

    /// The user id to sign with, if it is known without a call; 0 where links aren't signed.
    fn known_uid(&self, mount: &Mount, direct: &Direct) -> Option<u64> {
        let stored = || self.api.host.read(&uid_key(mount))?.parse().ok();
        direct.uid.or_else(stored).or_else(|| direct.private_key.is_none().then_some(0))
    }

    /// Loads a file's permanent link from the storage into memory.
    fn recall(&self, mount: &Mount, id: u64) {
        let SourceKind::Open(open) = &mount.upstream.kind else { return };
        let Some(direct) = &open.direct else { return };
        let now = self.api.host.now();
        if self.state(mount, id, |state| state.link(now).is_some()) {
            return;
        }
        let stored = self.api.host.read(&direct_key(mount, id));
        let Some(url) = stored.and_then(|url| visitable(mount, &url)) else { return };
        let Some(uid) = self.known_uid(mount, direct) else { return };
        let link = UpstreamLink { url, referer: None, permanent: Some(uid), age: 0 };
        self.state(mount, id, |state| state.link = Some((link, UnixMillis::NEVER)));
    }

    fn state<T>(&self, mount: &Mount, id: u64, look: impl FnOnce(&mut LinkState) -> T) -> T {
        let key = (mount.index, id);
        let mut states = self.states.borrow_mut();
        if states.len() >= LINKS && !states.contains_key(&key) {
            let now = self.api.host.now();
            states.retain(|_, state| state.under_way(now).is_some());
        }
        look(states.entry(key).or_default())
    }
}

/// Checks and normalizes a URL that clients may be redirected to; `None` if they may not.
fn visitable(mount: &Mount, url: &str) -> Option<String> {
    checked(url, mount.upstream.kind.is_local())
}

fn uid_key(mount: &Mount) -> StorageKey<'_> {
    StorageKey::Uid(mount.account.key())
}

fn direct_key(mount: &Mount, file: u64) -> StorageKey<'_> {
    StorageKey::DirectLink { mount: &mount.upstream.settings.digest, file }
}
