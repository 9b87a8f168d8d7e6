//! The way from the address that a `download_info` call gives to the one that sends the file.
//!
//! The first address, U0, may carry the next one in its query as base64 (`params`). That one is asked,
//! with U0's site as `Referer` and no token, and answers with a redirect, with JSON that names the
//! next (`data.redirect_url`, HTTP 200 or 210), or with the file itself. Source: OpenList `drivers/123`
//! (a498091a for the `Referer`), rclone-123pan, ck-pan123.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::call::{ApiResponse, Call, Endpoint, USER_AGENT};
use super::envelope::{field, filled, object};
use super::error::{UpstreamError, UpstreamErrorKind};
use crate::percent;

mod url;

use url::resolve;
pub use url::{checked, next_hop, referer_of};

/// As many addresses as are asked.
const MAX_HOPS: u8 = 5;

/// As much of an answer as may be JSON, in bytes: more is the file.
const MAX_JSON: usize = 64 * 1024;

/// A file's last address in the making.
#[derive(Clone)]
pub struct Relay {
    url: String,
    referer: String,
    hops: u8,
    done: bool,
    allow_private: bool,
}

/// What to do next.
#[derive(Clone, PartialEq, Eq)]
pub enum Step {
    /// Send this, and hand what comes back to [`Relay::take`]. 64 KiB of its body are enough.
    Ask(Call),
    /// This is it.
    Done {
        /// Absolute, http or https, fit for a `Location`.
        url: String,
        /// The `Referer` that the CDN wants to see.
        referer: String,
    },
}

impl Relay {
    /// Begins at the address from `download_info`. Hosts that are this machine, or in a private
    /// network, are refused unless `allow_private`; IPv6 literals and users in URLs always.
    ///
    /// # Errors
    /// [`UpstreamErrorKind::Other`] if this, or what is in its `params`, is no address to go to.
    pub fn new(u0: &str, allow_private: bool) -> Result<Self, UpstreamError> {
        let begin = || {
            let u0 = checked(u0, allow_private)?;
            let referer = referer_of(&u0)?;
            let url = match params(&u0) {
                Some(inner) => checked(&inner?, allow_private)?,
                None => u0,
            };
            Some(Self { url, referer, hops: 0, done: false, allow_private })
        };
        begin().ok_or_else(|| UpstreamErrorKind::Other.into())
    }

    /// What to do next.
    pub fn step(&self) -> Step {
        let (url, referer) = (self.url.clone(), self.referer.clone());
        if self.done {
            return Step::Done { url, referer };
        }
        let headers = vec![("user-agent", USER_AGENT.to_owned()), ("referer", referer)];
        Step::Ask(Call { endpoint: Endpoint::Relay, method: "GET", url, headers, body: None })
    }

    /// What came back. If there was no answer, [`ApiResponse::default`] makes it stay with what it has.
    pub fn take(&mut self, answer: &ApiResponse) {
        self.hops = self.hops.saturating_add(1);
        let next = match answer.status {
            301 | 302 | 303 | 307 | 308 => {
                answer.location.as_deref().map(|location| resolve(&self.url, location.trim()))
            }
            200..=299 => redirect_url(answer),
            _ => None,
        };
        let next = next.and_then(|next| checked(&next, self.allow_private));
        self.done = self.hops >= MAX_HOPS || next.as_ref().is_none_or(|next| *next == self.url);
        if let Some(next) = next {
            self.url = next;
        }
    }
}

fn redirect_url(answer: &ApiResponse) -> Option<String> {
    let kind = answer.content_type.as_deref()?.to_ascii_lowercase();
    let is_json = kind.contains("json") && !answer.cut && answer.body.len() <= MAX_JSON;
    let body = object(answer).filter(|_| is_json)?;
    filled(field(&body, "data"), "redirect_url").map(str::to_owned)
}

/// What `params` holds in the query of `url`: the outer `None` if there is none, the inner if it isn't
/// text in base64.
#[expect(clippy::option_option, reason = "both are told apart by `?`")]
fn params(url: &str) -> Option<Option<String>> {
    let (_, query) = url.split_once('?')?;
    let value = query.split('&').find_map(|pair| pair.strip_prefix("params="))?;
    let written = percent::decode(value);
    let letters = written.iter().map(|letter| match letter {
        b'+' | b' ' => b'-',
        b'/' => b'_',
        letter => *letter,
    });
    let letters = letters.filter(|letter| *letter != b'=').collect::<Vec<_>>();
    let inner = BASE64.decode(letters).ok().and_then(|inner| String::from_utf8(inner).ok());
    Some(inner)
}

#[cfg(test)]
mod tests;
