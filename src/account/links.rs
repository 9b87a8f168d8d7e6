//! Download links of files: each is fetched once for all requests that want it, and given out while it is
//! sure to work.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::api_client::{ApiClient, COMMAND_TIMEOUT};
use super::call_budget::CallBudget;
use super::command::{Reply, UPSTREAM_LINK_LIFETIME, UpstreamLink};
use super::host::AccountHost;
use super::mount::{Mount, MountEntry};
use super::rate_limiter::MAX_QUEUE_WAIT;
use super::single_flight::{Completion, Flights, SingleFlight};
use super::store::StorageKey;
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::sources::cache::Cache;
use crate::sources::call::{ApiCall, ApiResult, LinkKind};
use crate::sources::failures::FailureCache;
use crate::sources::upstream::call::{ApiResponse, Call};
use crate::sources::upstream::direct_link::DirectLinks;
use crate::sources::upstream::entry::FileRef;
use crate::sources::upstream::redirect_url::checked;
use crate::sources::upstream::relay::{MAX_RELAY_BYTES, Relay, RelayStep};
use crate::time::UnixMillis;

/// The least time between two replacements of a file's dead link: if links die faster, the link is not what
/// is wrong with the file.
const DEAD_LINK_PAUSE: Duration = Duration::from_secs(30);

/// Maximum number of calls for one link: two versions of the endpoint with their retries, and five hops of
/// the relay.
const LINK_CALLS: u32 = 16;

/// Maximum number of links in memory.
const LINKS: usize = 5_000;

/// A file's link in memory. Only a permanent link is ever stored.
#[derive(Clone, Debug)]
struct HeldLink {
    link: UpstreamLink,
    fetched_at: UnixMillis,
}

impl HeldLink {
    /// The reply with the link and its age; a permanent link does not age.
    fn reply(self, now: UnixMillis) -> Reply {
        let ages = self.link.permanent.is_none();
        let age = if ages { now.since(self.fetched_at) } else { Duration::ZERO };
        Reply::Link(UpstreamLink { age, ..self.link })
    }
}

/// The download links of an account's files.
#[derive(Debug)]
pub struct DownloadLinks<H> {
    api: Rc<ApiClient<H>>,
    links: RefCell<Cache<MountEntry, HeldLink>>,
    /// Until when a file's dead link is not replaced again.
    replaced: RefCell<Cache<MountEntry, UnixMillis>>,
    /// The work that fetches links.
    flights: Flights<MountEntry>,
    failures: FailureCache<MountEntry>,
}

impl<H: AccountHost + 'static> DownloadLinks<H> {
    /// An empty store of links, which fetches them with this client.
    pub fn new(api: Rc<ApiClient<H>>) -> Self {
        Self {
            api,
            links: RefCell::new(Cache::new(LINKS)),
            replaced: RefCell::new(Cache::new(LINKS)),
            flights: Flights::default(),
            failures: FailureCache::new(LINKS),
        }
    }

    /// Replies with a file's link, from memory, the storage or 123Pan. `dead` is a link that no longer
    /// works.
    pub async fn link(
        self: &Rc<Self>,
        mount: &Rc<Mount>,
        file: FileRef,
        dead: Option<&str>,
    ) -> Reply {
        if mount.account.credentials.key().is_none() {
            return Reply::Failed(UpstreamErrorKind::LoginRequired.into());
        }
        let now = self.api.host.now();
        let key = mount.entry(file.id);
        self.recall(mount, file.id);
        if let Some(held) = self.held(&key, now) {
            if dead != Some(held.link.url.as_str()) {
                return held.reply(now);
            }
            let until = self.replaced.borrow().get(&key, now).copied();
            match until {
                None => self.discard(mount, file.id, now),
                // A permanent link is only suspected to be dead: it is given again, not refused.
                Some(_) if held.link.permanent.is_some() => return held.reply(now),
                Some(until) => {
                    let retry_after = Some(until.since(now));
                    let failed = UpstreamErrorKind::Other.into();
                    return Reply::Failed(UpstreamError { retry_after, ..failed });
                }
            }
        }
        if let Some(failed) = self.failures.get(&key, now) {
            return Reply::Failed(failed);
        }
        let flight = self.begin_link(mount, file);
        match self.api.within(&flight, now.after(COMMAND_TIMEOUT)).await {
            Some(Err(failed)) => Reply::Failed(failed),
            Some(Ok(())) => {
                let now = self.api.host.now();
                let reply = self.held(&key, now).map(|held| held.reply(now));
                reply.unwrap_or_else(|| Reply::Failed(UpstreamErrorKind::Other.into()))
            }
            None => Reply::Failed(UpstreamErrorKind::TimedOut.into()),
        }
    }

    /// A file's link in memory, unless it has expired.
    fn held(&self, key: &MountEntry, now: UnixMillis) -> Option<HeldLink> {
        self.links.borrow().get(key, now).cloned()
    }

    /// Keeps a file's link in memory: a permanent one without an end.
    fn keep(&self, key: MountEntry, link: UpstreamLink, now: UnixMillis) {
        let expires_at = link.permanent.is_none().then(|| now.after(UPSTREAM_LINK_LIFETIME));
        let held = HeldLink { link, fetched_at: now };
        self.links.borrow_mut().put(key, held, 1, expires_at, now);
    }

    /// Removes a file's dead link from memory and storage, to fetch another.
    fn discard(&self, mount: &Mount, id: u64, now: UnixMillis) {
        let (key, until) = (mount.entry(id), now.after(DEAD_LINK_PAUSE));
        self.replaced.borrow_mut().put(key, until, 1, Some(until), now);
        self.links.borrow_mut().remove(&key);
        self.api.host.remove(&direct_key(mount, id));
    }

    fn begin_link(self: &Rc<Self>, mount: &Rc<Mount>, file: FileRef) -> SingleFlight {
        let now = self.api.host.now();
        let (flight, completion) = self.flights.join_or_begin(mount.entry(file.id), now);
        if let Some(completion) = completion {
            let work = Rc::clone(self).fetch_link(Rc::clone(mount), file, completion);
            self.api.host.spawn(Box::pin(work));
        }
        flight
    }

    async fn fetch_link(self: Rc<Self>, mount: Rc<Mount>, file: FileRef, completion: Completion) {
        let budget = CallBudget::new(LINK_CALLS, self.api.host.now().after(COMMAND_TIMEOUT), false);
        let got = match mount.config.kind.api().link_kind() {
            LinkKind::Permanent(direct) => {
                self.permanent_link(&mount, file.id, direct, &budget).await
            }
            LinkKind::Temporary => self.temporary_link(&mount, &file, &budget).await,
            LinkKind::Relayed => self.relayed_link(&mount, &file, &budget).await,
        };
        let now = self.api.host.now();
        let key = mount.entry(file.id);
        completion.complete(match got {
            Ok(link) => {
                self.keep(key, link, now);
                self.failures.remove(&key);
                Ok(())
            }
            Err(failed) => {
                self.failures.record(key, failed.clone(), now);
                Err(failed)
            }
        });
    }

    /// Fetches a link, and follows its relay.
    async fn relayed_link(
        self: &Rc<Self>,
        mount: &Mount,
        file: &FileRef,
        budget: &CallBudget,
    ) -> Result<UpstreamLink, UpstreamError> {
        let first =
            self.api.fetch(mount, ApiCall::Download { file, is_fallback: false }, budget).await;
        let got = match first {
            // No address, or an unknown code: the second endpoint may have one.
            Err(failed) if failed.kind == UpstreamErrorKind::Other => {
                let fallback = ApiCall::Download { file, is_fallback: true };
                // The first endpoint's message is the one that the owner should read.
                self.api.fetch(mount, fallback, budget).await.map_err(|second| {
                    if second.kind == UpstreamErrorKind::Other { failed } else { second }
                })
            }
            other => other,
        };
        let url = got.and_then(ApiResult::url)?;
        let mut relay = Relay::new(&url, mount.config.kind.is_local())?;
        loop {
            match relay.step() {
                RelayStep::Done { url, referer } => {
                    return Ok(UpstreamLink {
                        url,
                        referer: Some(referer),
                        permanent: None,
                        age: Duration::ZERO,
                    });
                }
                RelayStep::Ask(call) => relay.follow(&self.hop(mount, &call, budget).await?),
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
            self.api.wait_for_turn(call.endpoint, MAX_QUEUE_WAIT, budget.until).await?;
            budget.take_call()?;
            match self.api.send(call, MAX_RELAY_BYTES, budget.until).await {
                Ok(response) => {
                    mount.account.clear_failure_of(call.endpoint);
                    return Ok(response);
                }
                Err(failed) => {
                    self.api.note(&mount.account, call.endpoint, &failed);
                    tried += 1;
                    if tried >= call.endpoint.max_attempts {
                        return Ok(ApiResponse::default());
                    }
                }
            }
        }
    }

    async fn temporary_link(
        self: &Rc<Self>,
        mount: &Mount,
        file: &FileRef,
        budget: &CallBudget,
    ) -> Result<UpstreamLink, UpstreamError> {
        let got =
            self.api.fetch(mount, ApiCall::Download { file, is_fallback: false }, budget).await?;
        let url = visitable(mount, &got.url()?).ok_or(UpstreamErrorKind::Other)?;
        Ok(UpstreamLink { url, referer: None, permanent: None, age: Duration::ZERO })
    }

    /// Fetches a permanent link, which is stored and not asked for again, and the user id that it is signed
    /// with.
    async fn permanent_link(
        self: &Rc<Self>,
        mount: &Mount,
        id: u64,
        direct: &DirectLinks,
        budget: &CallBudget,
    ) -> Result<UpstreamLink, UpstreamError> {
        let uid = match self.known_uid(mount, direct) {
            Some(uid) => uid,
            None => self.uid(mount, budget).await?,
        };
        let got = self.api.fetch(mount, ApiCall::DirectLink(id), budget).await?;
        let url = visitable(mount, &got.url()?).ok_or(UpstreamErrorKind::Other)?;
        self.api.host.write(&direct_key(mount, id), &url);
        Ok(UpstreamLink { url, referer: None, permanent: Some(uid), age: Duration::ZERO })
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
    fn known_uid(&self, mount: &Mount, direct: &DirectLinks) -> Option<u64> {
        let stored = || self.api.host.read(&uid_key(mount))?.parse().ok();
        direct.uid.or_else(stored).or_else(|| direct.private_key.is_none().then_some(0))
    }

    /// Loads a file's permanent link from the storage into memory.
    fn recall(&self, mount: &Mount, id: u64) {
        let LinkKind::Permanent(direct) = mount.config.kind.api().link_kind() else { return };
        let (now, key) = (self.api.host.now(), mount.entry(id));
        if self.held(&key, now).is_some() {
            return;
        }
        let stored = self.api.host.read(&direct_key(mount, id));
        let Some(url) = stored.and_then(|url| visitable(mount, &url)) else { return };
        let Some(uid) = self.known_uid(mount, direct) else { return };
        self.keep(
            key,
            UpstreamLink { url, referer: None, permanent: Some(uid), age: Duration::ZERO },
            now,
        );
    }
}

/// Checks and normalizes a URL that clients may be redirected to; `None` if they may not.
fn visitable(mount: &Mount, url: &str) -> Option<String> {
    checked(url, mount.config.kind.is_local())
}

fn uid_key(mount: &Mount) -> StorageKey<'_> {
    StorageKey::Uid(mount.account.key())
}

fn direct_key(mount: &Mount, file: u64) -> StorageKey<'_> {
    StorageKey::DirectLink { mount: &mount.config.settings.digest, file }
}
