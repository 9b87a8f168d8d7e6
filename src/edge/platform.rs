//! The [`Platform`] port of one request, implemented on the Workers runtime.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use worker::{Env, console_error, console_warn};

use super::runtime::{KV, decode_gbk, now, rate_limit};
use super::{account_object, passwords, quota_object, share_links};
use crate::access::check_outcomes::{RateLimit, Verification};
use crate::access::password::PasswordAttempt;
use crate::access::revocation::RevocationList;
use crate::access::share_link::records::{ShareLinkCommand, ShareLinkRecord};
use crate::platform::Platform;
use crate::quota::{ExceededLimit, TicketReply, TicketRequest};
use crate::sources::cache::Cache;
use crate::sources::upstream::call::{ApiResponse, Call, TransportError};
use crate::time::{UnixMillis, UnixSeconds};

/// The [`Platform`] of one request.
pub struct EdgePlatform {
    /// The Worker's variables, secrets and bindings.
    pub env: Env,
    /// The wall clock's time when the request came in.
    pub now: UnixSeconds,
    /// The data centre that the request runs in, as Cloudflare names it (`SIN`); empty if it is not known.
    pub place: String,
}

impl Platform for EdgePlatform {
    fn now(&self) -> UnixMillis {
        now()
    }

    async fn verify_password(&self, attempt: &PasswordAttempt) -> Verification {
        passwords::verify(attempt, &self.env).await
    }

    async fn rate_limit(&self, binding: &str, key: &str) -> RateLimit {
        rate_limit(&self.env, binding, key.to_owned()).await
    }

    async fn revoked_share_links(&self) -> Option<Rc<RevocationList>> {
        share_links::revoked(&self.env, self.now).await
    }

    async fn share_links(&self, command: ShareLinkCommand) -> Option<Vec<ShareLinkRecord>> {
        share_links::run(command, &self.env, self.now).await
    }

    async fn charge(&self, request: &TicketRequest) -> Option<TicketReply> {
        let reply = quota_object::request_ticket(&self.env, request).await;
        if let Some(TicketReply::Refused { why, .. }) = &reply {
            log_refusal(request, *why);
        }
        reply
    }

    fn decode_gbk(&self, bytes: &[u8]) -> Option<String> {
        decode_gbk(bytes)
    }

    async fn kv_get(&self, key: &str) -> Option<String> {
        // A failing store counts as an empty one: what is in it can be had elsewhere.
        let value = self.env.kv(KV).ok()?.get(key).bytes().await.ok()??;
        // As bytes: a string would become UTF-16 on the way, and UTF-8 again.
        String::from_utf8(value).ok()
    }

    fn place(&self) -> &str {
        &self.place
    }

    async fn send_call(
        &self,
        call: &Call,
        max: usize,
        timeout: Duration,
    ) -> Result<ApiResponse, TransportError> {
        account_object::send_call(call, max, timeout).await
    }

    async fn ask_account(&self, account: &str, command: &str, timeout: Duration) -> Option<String> {
        match account_object::send_command(&self.env, account, command, timeout).await {
            Ok(reply) => Some(reply),
            Err(error) => {
                // The error's text is the platform's or ours: nothing of 123Pan's.
                console_error!("account: no answer for a mount: {error}");
                None
            }
        }
    }
}

thread_local! {
    /// The lines that were logged last: a limit that is reached may refuse thousands of requests.
    static LOGGED: RefCell<Cache<String, ()>> = RefCell::new(Cache::new(MAX_LINES));
}

/// How long the same line is not logged again.
const LOG_INTERVAL: Duration = Duration::from_mins(1);
/// Maximum number of lines that are remembered.
const MAX_LINES: usize = 64;

/// Logs a refused ticket for the owner: which limit of which path, and nothing about the client.
fn log_refusal(request: &TicketRequest, why: ExceededLimit) {
    let budget = request.budget.as_ref().map(|budget| budget.path.as_str());
    let path = budget.or(request.max_links.as_ref().map(|max| max.path.as_str()));
    let subject = path.map_or_else(
        || {
            request
                .share
                .as_ref()
                .map_or_else(String::new, |share| format!("share link {}", share.id))
        },
        |path| format!("{path:?}"),
    );
    let line = format!("signpost: limit {why:?} of {subject} is reached");
    let is_new = LOGGED.with_borrow_mut(|logged| {
        let now = UnixMillis::from(request.now);
        let is_new = logged.get(&line, now).is_none();
        if is_new {
            logged.put(line.clone(), (), 1, Some(now.after(LOG_INTERVAL)), now);
        }
        is_new
    });
    if is_new {
        console_warn!("{line}");
    }
}
