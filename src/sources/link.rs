//! Links to files, as clients get them: signed, or as they are.

use std::borrow::Cow;

use crate::origin::Origin;
use crate::seed::RequestSeed;
use crate::sign::Signer;
use crate::time::{UnixSeconds, ValidMinutes, Window};

/// A link to redirect to or to fetch: signed, or as it is.
#[derive(Debug)]
pub struct Link {
    /// The URL: ASCII, percent-encoded, ready for a `Location`.
    pub url: String,
    /// The time at which the link stops working; `None` if it is not signed, or that is not known.
    pub expires_at: Option<UnixSeconds>,
    /// The `Referer` header without which the link does not work.
    pub referer: Option<String>,
}

impl Link {
    /// A link that needs no `Referer`.
    pub fn plain(url: String, expires_at: Option<UnixSeconds>) -> Self {
        Self { url, expires_at, referer: None }
    }
}

/// The lifetime of a signed link, as an access rule sets it.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinkLifetime {
    /// The lifetime, if it is not that of the mount's settings.
    pub valid: Option<ValidMinutes>,
    /// The time window within which a file's link stays the same, so that browsers and players may cache
    /// it.
    pub window: Option<Window>,
}

/// The link to an origin URL, signed if there is a signer and the host is one to sign for; `valid` is the
/// link's lifetime unless a rule says otherwise.
pub(crate) fn make_link(
    signer: Option<&Signer>,
    valid: ValidMinutes,
    origin: &Origin<'_>,
    seed: &RequestSeed,
    lifetime: LinkLifetime,
) -> Link {
    match signer {
        Some(signer) if origin.base().is_signed() => {
            let valid = lifetime.valid.unwrap_or(valid);
            let (expires_at, rand) = match lifetime.window {
                None => (seed.now.plus(valid), Cow::Borrowed(seed.rand())),
                Some(window) => {
                    let ends = window.end(seed.now);
                    (ends.plus(valid), Cow::Owned(signer.window_rand(origin, ends)))
                }
            };
            Link::plain(signer.sign(origin, expires_at, &rand), Some(expires_at))
        }
        _ => Link::plain(origin.wire(0).0, None),
    }
}
