//! Share links: URLs `/~TOKEN/path…` with a MAC, which can be made without storing anything and without a
//! server.
//!
//! A token is base64url without padding of its claims in bytes (`share_link/wire.rs`) and the first 16
//! bytes of a MAC. The MAC covers the claims and the decoded segments of the scope, so a token opens
//! exactly that file or folder and what lies below it, and needs no path in it.

mod claims;
pub mod records;
mod wire;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::address_range::canonical;
use super::key_ring::{KeyRing, Purpose};
use crate::bytes::MAX_BYTES;
use crate::path::check_segment;
use crate::time::UnixSeconds;
pub use claims::{NotAnId, ShareClaims, ShareId};

/// The MAC at the end of a token: 128 bits, as many as a key of 32 characters can be hoped to have.
const MAC_BYTES: usize = 16;
/// The maximum length of a token that is read, in characters. No token is as long: the longest claims and
/// the MAC, in base64.
const MAX_CHARACTERS: usize = 512;
/// The last time that a token can hold: 40 bits, the year 36812.
const LAST_MOMENT: u64 = (1 << 40) - 1;

/// The reason why no share link can be made with some claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareClaimsError {
    /// `depth` is not the number of segments of the scope, or more than 255.
    Depth,
    /// A segment of the scope is a name that no entry can have.
    Segment(String),
    /// The link would expire before it begins, or after the year 36812.
    Times,
    /// The claim `uses` is 0.
    Uses,
    /// `bytes` is 0, or more than [`MAX_BYTES`].
    Bytes,
    /// `site` is neither a host nor `*.` and a host.
    Site(String),
}

impl fmt::Display for ShareClaimsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Depth => f.write_str("the path has more than 255 levels"),
            Self::Segment(name) => write!(f, "nothing can be called {name:?}"),
            Self::Times => {
                f.write_str("the link would expire before it begins or after the year 36812")
            }
            Self::Uses => f.write_str("a link needs at least one use"),
            Self::Bytes => write!(f, "a link gives 1 to {MAX_BYTES} bytes"),
            Self::Site(site) => {
                write!(f, "{site:?} is not a host such as example.com or *.example.com")
            }
        }
    }
}

/// The reason why a share link's token opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareError {
    /// The token was not made for this path with a key of the ring. No other reason may be given.
    Forged,
    /// The token was valid, and has expired.
    Expired,
}

/// Makes the token that opens `scope`, decoded segments from the site's root, with these claims. Of an
/// address, what lies behind its prefix is dropped.
///
/// # Errors
/// [`ShareClaimsError`] for claims with which nothing could be opened.
pub fn make(
    keys: &KeyRing,
    scope: &[&str],
    claims: &ShareClaims,
) -> Result<String, ShareClaimsError> {
    make_for(Purpose::ShareLink, keys, scope, claims)
}

/// Makes a token for WebDAV, which clients send as a password and which opens `scope` with these claims. It is
/// no share link's, and a share link's is none: clients that pass a password on to the CDN give away no more
/// than this.
///
/// # Errors
/// The errors of [`make`].
pub fn make_dav_token(
    keys: &KeyRing,
    scope: &[&str],
    claims: &ShareClaims,
) -> Result<String, ShareClaimsError> {
    make_for(Purpose::DavToken, keys, scope, claims)
}

fn make_for(
    purpose: Purpose,
    keys: &KeyRing,
    scope: &[&str],
    claims: &ShareClaims,
) -> Result<String, ShareClaimsError> {
    check(scope, claims)?;
    let mut token = wire::write(claims).ok_or(ShareClaimsError::Times)?;
    let mac = keys.sign(purpose, &parts(&token, scope));
    token.extend(mac.iter().take(MAC_BYTES));
    Ok(URL_SAFE_NO_PAD.encode(token))
}

/// A share link's token taken apart, but not verified.
pub struct ShareToken {
    /// The claims as the MAC covers them.
    payload: Vec<u8>,
    mac: Vec<u8>,
    claims: ShareClaims,
}

impl fmt::Debug for ShareToken {
    /// Leaves out the token, which is a credential.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShareToken").finish_non_exhaustive()
    }
}

impl ShareToken {
    /// Decodes a token; `None` for a text that is none. The base64 engine takes neither padding nor stray
    /// bits: each token has one spelling.
    pub fn decode(token: &str) -> Option<Self> {
        if token.len() > MAX_CHARACTERS {
            return None;
        }
        let mut payload = URL_SAFE_NO_PAD.decode(token).ok()?;
        let mac = payload.split_off(payload.len().checked_sub(MAC_BYTES)?);
        let claims = wire::read(&payload)?;
        Some(Self { payload, mac, claims })
    }

    /// Whether the token's claims, which may be forged, say that it is for some addresses alone: for what
    /// has to be the same wherever a token is used, in its scope or not.
    pub fn has_address_claim(&self) -> bool {
        self.claims.address.is_some()
    }

    /// Verifies that the token opens the entry at `segments`, decoded from the site's root, and returns
    /// its claims.
    ///
    /// Revocation, uses, bytes, site and address are the caller's to check.
    ///
    /// # Errors
    /// [`ShareError::Forged`] for everything that [`make`] did not write with a key of the ring for a
    /// scope at or above `segments`; [`ShareError::Expired`] for a token that it did write and that has
    /// expired.
    pub fn verify(
        &self,
        keys: &KeyRing,
        segments: &[&str],
        now: UnixSeconds,
    ) -> Result<ShareClaims, ShareError> {
        self.verify_for(Purpose::ShareLink, keys, segments, now)
    }

    /// Verifies a token for WebDAV, of [`make_dav_token`], as [`ShareToken::verify`] does a share link's.
    ///
    /// # Errors
    /// The errors of [`ShareToken::verify`].
    pub fn verify_dav_token(
        &self,
        keys: &KeyRing,
        segments: &[&str],
        now: UnixSeconds,
    ) -> Result<ShareClaims, ShareError> {
        self.verify_for(Purpose::DavToken, keys, segments, now)
    }

    fn verify_for(
        &self,
        purpose: Purpose,
        keys: &KeyRing,
        segments: &[&str],
        now: UnixSeconds,
    ) -> Result<ShareClaims, ShareError> {
        let mut claims = self.claims.clone();
        let scope = segments.get(..claims.depth).ok_or(ShareError::Forged)?;
        if !keys.verify(purpose, &parts(&self.payload, scope), &self.mac) {
            return Err(ShareError::Forged);
        }
        if claims.expires_at.is_some_and(|expires_at| expires_at <= now) {
            return Err(ShareError::Expired);
        }
        // Tokens exist that hold an IPv4-mapped range as it was written. One that covers more than all of
        // IPv4 stays as it is, and opens to nobody.
        claims.address = claims.address.map(|net| canonical(net).unwrap_or(net));
        Ok(claims)
    }
}

/// Decodes and verifies a token, as [`ShareToken::verify`] does.
///
/// # Errors
/// [`ShareError::Forged`] for a text that is no token as well.
pub fn read(
    keys: &KeyRing,
    token: &str,
    segments: &[&str],
    now: UnixSeconds,
) -> Result<ShareClaims, ShareError> {
    ShareToken::decode(token).ok_or(ShareError::Forged)?.verify(keys, segments, now)
}

fn parts<'a>(payload: &'a [u8], scope: &[&'a str]) -> Vec<&'a [u8]> {
    std::iter::once(payload).chain(scope.iter().map(|segment| segment.as_bytes())).collect()
}

fn check(scope: &[&str], claims: &ShareClaims) -> Result<(), ShareClaimsError> {
    if claims.depth != scope.len() || claims.depth > usize::from(u8::MAX) {
        return Err(ShareClaimsError::Depth);
    }
    if let Some(bad) = scope.iter().find(|segment| check_segment(segment).is_err()) {
        return Err(ShareClaimsError::Segment((*bad).to_owned()));
    }
    let last = claims.expires_at.unwrap_or(claims.created);
    if claims.expires_at.is_some_and(|expires_at| expires_at <= claims.created)
        || last.0 > LAST_MOMENT
    {
        return Err(ShareClaimsError::Times);
    }
    if claims.uses == Some(0) {
        return Err(ShareClaimsError::Uses);
    }
    if claims.bytes.is_some_and(|bytes| bytes == 0 || bytes > MAX_BYTES) {
        return Err(ShareClaimsError::Bytes);
    }
    match &claims.site {
        Some(site) if !is_site(site) => Err(ShareClaimsError::Site(site.clone())),
        _ => Ok(()),
    }
}

/// Whether this is a host in lower-case ASCII, or `*.` and a host.
fn is_site(site: &str) -> bool {
    let host = site.strip_prefix("*.").unwrap_or(site);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    host.len() <= 253 && host.split('.').all(label)
}

#[cfg(test)]
mod tests;
