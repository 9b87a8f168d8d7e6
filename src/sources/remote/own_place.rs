//! Links that the Worker asks for itself, from its own place: 123Pan's CDN serves most links in the city of
//! whoever asked the API for them alone, and the account object may be in another one.
//!
//! The account object lends its token and the turn of one call, so that its rate limit and its sign-in hold
//! here, too. Which of Cloudflare's cities 123Pan sees in either call can't be tried without its CDN.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use super::RemoteSource;
use super::cache::CachedLink;
use super::link::expiring;
use super::load::{TIMEOUT_WITH_CACHED, TIMEOUT_WITHOUT_CACHED};
use crate::account::command::{Command, LentToken, OwnPlaceFile, Reply, UpstreamLink};
use crate::context::RequestContext;
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::platform::Platform;
use crate::sources::call::{ApiCall, LinkKind};
use crate::sources::failures::FailureKey;
use crate::sources::link::Link;
use crate::sources::lru::Lru;
use crate::sources::upstream::call::{ApiResponse, CallContext};
use crate::sources::upstream::entry::FileRef;
use crate::sources::upstream::redirect_url::checked;
use crate::sources::upstream::relay::{MAX_RELAY_BYTES, Relay, RelayStep};
use crate::time::UnixSeconds;

/// Timeout of each call: the visitor waits for all of them.
const TIMEOUT: Duration = Duration::from_secs(8);
/// The number of files in a row whose links from here the CDN refuses, after which no more are asked for.
const MAX_REFUSALS: u8 = 2;
/// For how long no more links are asked for from here then: each would cost two calls.
const PAUSE: Duration = Duration::from_mins(10);

/// For how long no second link is asked for from here, if the CDN refuses the first: the requests of a crowd may
/// have got it as their first link.
const SECOND_LINK: Duration = Duration::from_mins(1);
/// Maximum number of links that were made here and are remembered.
const MAX_LINKS: usize = 500;

/// The isolate's experience with links from its own place.
#[derive(Debug)]
pub(super) struct OwnPlace {
    /// The URLs of links that were made here, by the file's 123Pan id, each with its time.
    made: RefCell<Lru<u64, (String, UnixSeconds)>>,
    /// The number of files whose links the CDN refused since it last served one.
    refusals: Cell<u8>,
    /// The 123Pan id of the last of these files.
    last: Cell<u64>,
    /// Until when no link is asked for.
    until: Cell<UnixSeconds>,
}

impl Default for OwnPlace {
    fn default() -> Self {
        Self {
            made: RefCell::new(Lru::new(MAX_LINKS)),
            refusals: Cell::default(),
            last: Cell::default(),
            until: Cell::default(),
        }
    }
}

impl OwnPlace {
    /// Whether a file's link was made here a moment ago.
    fn has_made(&self, file: u64, url: &str, now: UnixSeconds) -> bool {
        let made = self.made.borrow();
        made.peek(&file).is_some_and(|(made, at)| made == url && now.since(*at) < SECOND_LINK)
    }
}

impl RemoteSource {
    /// Asks 123Pan for a file's link from this isolate's own place, once, and caches it in this isolate alone.
    /// `refused` is the link that another place got. Of many requests that wait for their turn, the late ones
    /// find what the first got: the link, or that it is refused as well.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn link_from_here(
        &self,
        file: &FileRef,
        refused: &str,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<Link, UpstreamError> {
        // Direct links are bound to no city, and from some places no link helps.
        let is_direct = matches!(self.config.kind.api().link_kind(), LinkKind::Permanent(_));
        if is_direct || ctx.now() < self.own_place.until.get() {
            return Err(self.note_locked(file.id, ctx).await);
        }
        if let Some(known) = self.known_from_here(file.id, refused, ctx.now()) {
            return known;
        }
        if self.own_place.has_made(file.id, refused, ctx.now()) {
            return Err(self.note_locked(file.id, ctx).await);
        }
        let asked = OwnPlaceFile { file: file.clone(), place: ctx.platform.place().to_owned() };
        let command = Command::Token { asked: asked.clone(), refused: refused.to_owned() };
        let (outcome, is_own) = match self.ask(command, TIMEOUT_WITHOUT_CACHED, ctx).await {
            Some(Reply::Token(token)) => (self.ask_from_here(file, &token, ctx).await, true),
            // Another isolate of this place has asked.
            Some(Reply::Link(link)) => (Ok(link), false),
            Some(Reply::Failed(failed)) => {
                return self.known_from_here(file.id, refused, ctx.now()).unwrap_or(Err(failed));
            }
            _ => return Err(UpstreamErrorKind::Other.into()),
        };
        if is_own {
            // Others wait for it, and it may be that no further call should be made. The reply says nothing
            // that this request needs.
            let command = Command::OwnLink { asked, outcome: outcome.clone() };
            let _ = self.ask(command, TIMEOUT_WITH_CACHED, ctx).await;
        }
        match outcome {
            Ok(link) => {
                let found = expiring(&link);
                let made = (found.url.clone(), ctx.now());
                self.own_place.made.borrow_mut().put(file.id, made, 1);
                self.cache_link(file.id, link, ctx.now());
                self.cache().forget_failure(FailureKey::Bytes(file.id));
                Ok(found)
            }
            Err(failed) => {
                self.note_refusal(file.id, &failed, ctx).await;
                Err(failed)
            }
        }
    }

    /// Records that no link of a file works here, and returns the failure.
    async fn note_locked(&self, file: u64, ctx: &RequestContext<impl Platform>) -> UpstreamError {
        let failed = UpstreamErrorKind::CityLocked.into();
        self.note_refusal(file, &failed, ctx).await;
        failed
    }

    /// Records whether the CDN serves a file's link that was asked for from here.
    pub fn note_own_place(&self, file: u64, helps: bool, now: UnixSeconds) {
        let OwnPlace { refusals, last, until, .. } = &self.own_place;
        // Many requests may meet the refusal of one file. No file has the id 0.
        let is_known = last.replace(if helps { 0 } else { file }) == file;
        if is_known && !helps {
            return;
        }
        let count = if helps { 0 } else { refusals.get().saturating_add(1) };
        if count >= MAX_REFUSALS {
            until.set(now.after(PAUSE));
        }
        refusals.set(if count >= MAX_REFUSALS { 0 } else { count });
    }

    /// The link or refusal that another request of this isolate found meanwhile; `None` if none did.
    fn known_from_here(
        &self,
        file: u64,
        refused: &str,
        now: UnixSeconds,
    ) -> Option<Result<Link, UpstreamError>> {
        let cached = self.cache().link(file);
        match cached.as_ref().map(|cached| &*cached.value) {
            Some(CachedLink::Expiring(link)) if link.url != refused => Some(Ok(expiring(link))),
            _ => self.cache().failure(FailureKey::Bytes(file), now).map(Err),
        }
    }

    async fn ask_from_here(
        &self,
        file: &FileRef,
        token: &LentToken,
        ctx: &RequestContext<impl Platform>,
    ) -> Result<UpstreamLink, UpstreamError> {
        let (api, platform) = (self.config.kind.api(), &ctx.platform);
        let api_call = ApiCall::Download { file, is_fallback: false };
        let mut random = [0; 16];
        // 32 digits are 16 bytes.
        let _ = hex::decode_to_slice(ctx.seed.rand(), &mut random);
        let context = CallContext { now: platform.now().to_seconds(), random };
        let call = api.call(api_call, &token.secret(), context).ok_or(UpstreamErrorKind::Other)?;
        // No larger than a relay's: it holds one URL.
        let response = platform.send_call(&call, MAX_RELAY_BYTES, TIMEOUT).await?;
        let url = api.read(api_call, &response)?.url()?;
        let is_local = self.config.kind.is_local();
        let link =
            |url, referer| UpstreamLink { url, referer, permanent: None, age: Duration::ZERO };
        match api.link_kind() {
            LinkKind::Relayed => {
                let mut relay = Relay::new(&url, is_local)?;
                loop {
                    match relay.step() {
                        RelayStep::Done { url, referer } => return Ok(link(url, Some(referer))),
                        RelayStep::Ask(call) => {
                            let page = platform.send_call(&call, MAX_RELAY_BYTES, TIMEOUT).await;
                            relay.follow(&page.unwrap_or_else(|_| ApiResponse::default()));
                        }
                    }
                }
            }
            LinkKind::Temporary => {
                let url = checked(&url, is_local).ok_or(UpstreamErrorKind::Other)?;
                Ok(link(url, None))
            }
            // Direct links are bound to no city.
            LinkKind::Permanent(_) => Err(UpstreamErrorKind::Other.into()),
        }
    }
}
