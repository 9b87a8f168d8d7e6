//! Causes of the CDN's refusal of a signed link, as far as its answers tell: the key, the clock, the city, or the file.

use crate::error::upstream::UpstreamErrorKind;
use crate::sources::upstream::cdn_refusal::classify;
use crate::time::UnixSeconds;

/// A refusal of a signed link, with what is known around it.
#[derive(Clone, Debug, Default)]
pub struct Refusal {
    /// The status of the answer.
    pub status: u16,
    /// The beginning of the answer's body.
    pub body: Vec<u8>,
    /// The time at which the link ends, by its signature.
    pub expires_at: Option<UnixSeconds>,
    /// The CDN's own time, by its answer.
    pub cdn_time: Option<UnixSeconds>,
    /// Whether the answer differs from that to the same link with a changed signature: the CDN took this
    /// signature for right.
    pub is_signature_right: bool,
    /// Whether the link is signed for another account than the one in its path.
    pub is_other_account: bool,
    /// Whether the path is the same percent-encoded as decoded.
    pub is_plain_path: bool,
}

/// The CDN's answers about the other files of the sample, in numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct OtherFiles {
    /// The number of files that the CDN served.
    pub served: usize,
    /// The number of files that the CDN refused, with plain paths.
    pub refused_plain: usize,
}

/// The likely cause of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The link works in the city of the API's caller only.
    City,
    /// The CDN takes the API's link for wrong.
    LinkRejected,
    /// The link has ended by the CDN's clock.
    Clock,
    /// The signature names another account.
    Account,
    /// The signature is right, and the file is not served.
    Missing,
    /// Only paths with escapes are refused.
    PathForm,
    /// The signature is wrong.
    Key,
    /// The file, or something that keeps this client out.
    MissingOrRefused,
}

impl Cause {
    /// The cause in words, with its correction.
    pub const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::City => (
                "city: the link works only in the city of whoever asked 123Pan's API for it",
                "take mode = \"redirect\" out of the rule for this mount, or use direct links",
            ),
            Self::LinkRejected => (
                "the CDN refuses a link that the API gave (50001 or 50002)",
                "set the mount's api to another of 123Pan's addresses (mounts.md)",
            ),
            Self::Clock => (
                "clock: by the CDN's clock the link has ended already",
                "set a longer valid_minutes; under make dev, set this machine's clock",
            ),
            Self::Account => (
                "key differs: the link is signed for another account (uid) than the one in its path",
                "set uid to the account that the files and the key belong to",
            ),
            Self::Missing => (
                "missing: the CDN accepts the signature, and does not serve the file",
                "look whether the file is still in the direct-link space under this name, and whether traffic is left",
            ),
            Self::PathForm => (
                "key differs for names with spaces or beyond ASCII: the CDN hashes another form of the path",
                "try path_form = \"as_is\" (security.md)",
            ),
            Self::Key => (
                "key differs: the CDN refuses this link as it refuses one with a changed signature",
                "copy the key from 123Pan's console again: npx wrangler secret put PRIVATE_KEY; check uid",
            ),
            Self::MissingOrRefused => (
                "missing or refused: others are served, so the key is right; the CDN answers 403 for a missing \
                 file, too",
                "look for the file at 123Pan, then at the console's Referer and IP lists",
            ),
        }
    }
}

/// The likely cause of a refusal, by the answer itself first, then by what happened to the other files.
pub fn cause(refusal: &Refusal, others: OtherFiles) -> Cause {
    match classify(refusal.body.clone()).kind {
        UpstreamErrorKind::CityLocked => return Cause::City,
        UpstreamErrorKind::LinkRejected => return Cause::LinkRejected,
        _ => {}
    }
    let has_ended = refusal.expires_at.zip(refusal.cdn_time).is_some_and(|(end, now)| end <= now);
    if has_ended {
        Cause::Clock
    } else if refusal.is_signature_right || refusal.status == 404 {
        Cause::Missing
    } else if refusal.is_other_account {
        Cause::Account
    } else if others.served == 0 {
        Cause::Key
    } else if !refusal.is_plain_path && others.refused_plain == 0 {
        Cause::PathForm
    } else {
        Cause::MissingOrRefused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal() -> Refusal {
        Refusal {
            status: 403,
            expires_at: Some(UnixSeconds(100)),
            cdn_time: Some(UnixSeconds(50)),
            is_plain_path: true,
            ..Refusal::default()
        }
    }

    #[test]
    fn a_refusal_is_explained_by_all_that_is_known_around_it() {
        let alone = OtherFiles::default();
        let served = OtherFiles { served: 2, refused_plain: 0 };
        let mixed = OtherFiles { served: 1, refused_plain: 1 };
        let said = |body: &str| Refusal { body: body.into(), ..refusal() };
        let city = said(r#"{"code":1010,"message":"forbidden realc:a city arg_c:b city"}"#);
        let rejected = said(r#"{"code":1010,"message":"download err: 50002"}"#);
        let odd = Refusal { is_plain_path: false, ..refusal() };
        for (refusal, others, want) in [
            (city, served, Cause::City),
            (rejected, served, Cause::LinkRejected),
            (Refusal { cdn_time: Some(UnixSeconds(100)), ..refusal() }, alone, Cause::Clock),
            (Refusal { is_signature_right: true, ..refusal() }, alone, Cause::Missing),
            (Refusal { status: 404, ..refusal() }, served, Cause::Missing),
            (Refusal { is_other_account: true, ..refusal() }, alone, Cause::Account),
            (refusal(), alone, Cause::Key),
            (odd.clone(), alone, Cause::Key),
            (odd.clone(), served, Cause::PathForm),
            (odd, mixed, Cause::MissingOrRefused),
            (refusal(), served, Cause::MissingOrRefused),
        ] {
            assert_eq!(cause(&refusal, others), want, "{refusal:?} {others:?}");
        }
    }
}
