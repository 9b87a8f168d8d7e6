//! The port: all that a request needs from outside of the program, behind one small async trait.
//!
//! The Worker implements it over the Workers runtime (`edge`), the tests in memory. Futures are not
//! `Send`: both hosts have one thread.

#[cfg(test)]
pub mod fake;

use std::rc::Rc;
use std::time::Duration;

use crate::access::check_outcomes::{RateLimit, Verification};
use crate::access::password::PasswordAttempt;
use crate::access::revocation::RevocationList;
use crate::access::share_link::records::{ShareLinkCommand, ShareLinkRecord};
use crate::quota::{TicketReply, TicketRequest};
use crate::sources::upstream::call::{ApiResponse, Call, TransportError};
use crate::time::UnixMillis;

/// The platform that a request runs on, with the clock, bindings and budget of that one request.
#[expect(async_fn_in_trait, reason = "platforms are single-threaded and live in this repository")]
pub trait Platform {
    /// The time now, by the wall clock.
    fn now(&self) -> UnixMillis;

    /// Counts a password attempt for its client and scope and, if there were not too many of them,
    /// verifies it against the right passwords.
    async fn verify_password(&self, attempt: &PasswordAttempt) -> Verification;

    /// Counts one request for `key` at the rate limiter with this binding.
    async fn rate_limit(&self, binding: &str, key: &str) -> RateLimit;

    /// The list of revoked share links; `None` if it can't be read and no copy is recent enough.
    async fn revoked_share_links(&self) -> Option<Rc<RevocationList>>;

    /// Changes or lists the share links that KV keeps; `None` if KV fails.
    async fn share_links(&self, command: ShareLinkCommand) -> Option<Vec<ShareLinkRecord>>;

    /// Asks the quota object for a ticket; `None` if the object can't be asked.
    async fn charge(&self, request: &TicketRequest) -> Option<TicketReply>;

    /// A text in GBK as WHATWG's Encoding Standard decodes it; `None` for bytes that are not GBK.
    fn decode_gbk(&self, bytes: &[u8]) -> Option<String>;

    /// The text that KV keeps under a key; `None` if there is none, or KV fails.
    async fn kv_get(&self, key: &str) -> Option<String>;

    /// The name of the place from which the calls of this request leave; empty if it is not known.
    fn place(&self) -> &str;

    /// Sends one call of 123Pan's API from the place of this request itself, and reads at most `max` bytes of
    /// the response's body. No redirect is followed.
    async fn send_call(
        &self,
        call: &Call,
        max: usize,
        timeout: Duration,
    ) -> Result<ApiResponse, TransportError>;

    /// Sends a command to the object of a 123Pan account and returns its answer, both as text; `None` if
    /// there is no answer within `timeout`.
    async fn ask_account(&self, account: &str, command: &str, timeout: Duration) -> Option<String>;
}
