//! The relay: the chain of URLs from the one that `download_info` gives to the one that sends the file.
//!
//! The first URL, U0, may carry the next one in its query as base64 (`params`). That one is requested, with
//! U0's site as `Referer` and no token, and answers with a redirect, with JSON that names the next
//! (`data.redirect_url`, HTTP 200 or 210), or with the file itself. Source: OpenList `drivers/123`
//! (a498091a for the `Referer`), rclone-123pan, ck-pan123.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::call::{ApiResponse, Call, USER_AGENT};
use super::endpoint::Endpoint;
use super::envelope;
use super::lenient::object;
use super::redirect_url::{checked, referer_of, resolve};
use super::wire::Redirect;
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::percent;

/// A relay URL, which is never requested with a token.
pub const RELAY: Endpoint = Endpoint { max_attempts: 2, ..Endpoint::new("Relay", Duration::ZERO) };

/// Maximum number of relay URLs that are requested for one file.
const MAX_HOPS: u8 = 5;

/// Maximum number of bytes that are read of a relay's response: more is the file itself.
pub const MAX_RELAY_BYTES: usize = 64 << 10;

/// The state of following a file's relay URLs to its last.
#[derive(Clone)]
pub struct Relay {
    url: String,
    referer: String,
    hops: u8,
    done: bool,
    allow_private: bool,
}

/// The next step: a URL to request, or the final one.
#[derive(Clone, PartialEq, Eq)]
pub enum RelayStep {
    /// A call to send; its response goes to [`Relay::follow`]. 64 KiB of the body are enough.
    Ask(Call),
    /// The final URL of the file.
    Done {
        /// The absolute URL, http or https, valid in a `Location`.
        url: String,
        /// The `Referer` header that the CDN wants to see.
        referer: String,
    },
}

impl Relay {
    /// Begins at the URL from `download_info`. Hosts that are this machine, or in a private network, are
    /// refused unless `allow_private`; IPv6 literals and users in URLs always.
    ///
    /// # Errors
    /// [`UpstreamErrorKind::Other`] if the URL, or the one in its `params`, is not one that may be
    /// requested.
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

    /// The next step: a URL to request, or the final one.
    pub fn step(&self) -> RelayStep {
        let (url, referer) = (self.url.clone(), self.referer.clone());
        if self.done {
            return RelayStep::Done { url, referer };
        }
        let headers = vec![("user-agent", USER_AGENT.to_owned()), ("referer", referer)];
        RelayStep::Ask(Call { endpoint: RELAY, method: "GET", url, headers, body: None })
    }

    /// Follows the response to the last call to the next URL, if there is one in it. If there was no
    /// response, [`ApiResponse::default`] makes the relay end at the URL that it has.
    pub fn follow(&mut self, response: &ApiResponse) {
        self.hops = self.hops.saturating_add(1);
        let next = match response.status {
            301 | 302 | 303 | 307 | 308 => {
                let location = response.location.as_deref().map(str::trim);
                location.and_then(|location| resolve(&self.url, location, self.allow_private))
            }
            200..=299 => redirect_url(response).and_then(|url| checked(&url, self.allow_private)),
            _ => None,
        };
        self.done = self.hops >= MAX_HOPS || next.as_ref().is_none_or(|next| *next == self.url);
        if let Some(next) = next {
            self.url = next;
        }
    }
}

fn redirect_url(response: &ApiResponse) -> Option<String> {
    let kind = response.content_type.as_deref()?.to_ascii_lowercase();
    let is_json = kind.contains("json") && !response.cut && response.body.len() <= MAX_RELAY_BYTES;
    let body = envelope::parse(response).filter(|_| is_json)?;
    object::<Redirect>(body.data)?.redirect_url
}

/// The decoded `params` of a URL's query: the outer `None` if there is none, the inner if it isn't text in
/// base64.
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
