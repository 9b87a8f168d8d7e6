//! Links that the Worker asks for itself, from its own place: 123Pan's CDN serves most links in the city of
//! whoever asked the API for them alone, and the account object may be in another one.
//!
//! The account object lends its token and the turn of one call, so that its rate limit and its sign-in hold
//! here, too. Which of Cloudflare's cities 123Pan sees in either call can't be tried without its CDN.

use std::time::Duration;

use super::RemoteSource;
use super::cache::CachedLink;
use super::link::expiring;
use super::load::TIMEOUT_WITHOUT_CACHED;
use crate::account::command::{Command, LentToken, Reply, UpstreamLink};
use crate::context::RequestContext;
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::platform::Platform;
use crate::sources::call::{ApiCall, LinkKind};
use crate::sources::failures::FailureKey;
use crate::sources::link::Link;
use crate::sources::upstream::call::{ApiResponse, CallContext};
use crate::sources::upstream::entry::FileRef;
use crate::sources::upstream::redirect_url::checked;
use crate::sources::upstream::relay::{MAX_RELAY_BYTES, Relay, RelayStep};
use crate::time::UnixSeconds;

/// Timeout of each call: the visitor waits for all of them.
const TIMEOUT: Duration = Duration::from_secs(8);

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
        // Direct links are bound to no city.
        if matches!(self.config.kind.api().link_kind(), LinkKind::Permanent(_)) {
            let failed = UpstreamErrorKind::CityLocked.into();
            self.note_refusal(file.id, &failed, ctx).await;
            return Err(failed);
        }
        if let Some(known) = self.known_from_here(file.id, refused, ctx.now()) {
            return known;
        }
        let command = Command::Token { file: file.clone() };
        let token = match self.ask(command, TIMEOUT_WITHOUT_CACHED, ctx).await {
            Some(Reply::Token(token)) => token,
            Some(Reply::Failed(failed)) => return Err(failed),
            _ => return Err(UpstreamErrorKind::Other.into()),
        };
        if let Some(known) = self.known_from_here(file.id, refused, ctx.now()) {
            return known;
        }
        match self.ask_from_here(file, &token, ctx).await {
            Ok(link) => {
                let found = expiring(&link);
                self.cache_link(file.id, link, ctx.now());
                self.cache().forget_failure(FailureKey::Bytes(file.id));
                Ok(found)
            }
            Err(failed) => {
                // The account object has to know: it may be that no further call should be made.
                self.note_refusal(file.id, &failed, ctx).await;
                Err(failed)
            }
        }
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
