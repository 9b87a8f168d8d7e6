//! The claims of a share link, and the id by which it is counted and revoked.

use std::fmt;
use std::str::FromStr;

use ipnet::IpNet;

use crate::seed::RequestSeed;
use crate::time::UnixSeconds;

/// The id of a share link, by which it is counted and revoked. No secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShareId(pub [u8; 6]);

impl fmt::Display for ShareId {
    /// Twelve lower-case hex digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl ShareId {
    /// Draws an id for a new share link: 48 bits of a request's random value.
    pub fn draw(seed: &RequestSeed) -> Self {
        let mut id = [0; 6];
        // 12 hex digits, which the random value always has.
        let _ = hex::decode_to_slice(seed.rand().get(..12).unwrap_or_default(), &mut id);
        Self(id)
    }
}

/// The error for a text that is no id of a share link: not twelve hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the id of a share link: twelve hex digits")
    }
}

impl FromStr for ShareId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let mut id = [0; 6];
        hex::decode_to_slice(text, &mut id).map(|()| Self(id)).map_err(|_| NotAnId)
    }
}

/// The claims of a share link: what it opens, until when and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareClaims {
    /// The id of the share link.
    pub id: ShareId,
    /// The number of segments in the link's scope; 0 is the whole site.
    pub depth: usize,
    /// The time at which the link was made.
    pub created: UnixSeconds,
    /// The first moment at which the link no longer opens; `None` is never.
    pub expires_at: Option<UnixSeconds>,
    /// The maximum number of tickets that it gives, one or more: links to one file within a ticket's time
    /// count once.
    pub uses: Option<u32>,
    /// The maximum number of bytes that it gives: 1 to [`MAX_BYTES`](crate::bytes::MAX_BYTES).
    pub bytes: Option<u64>,
    /// The site whose pages may embed it: a lower-case host, or `*.host` for those below it.
    pub site: Option<String>,
    /// The addresses that may use it. [`read`](super::read) gives IPv4 ranges as such, whatever the token's notation.
    pub address: Option<IpNet>,
}
