//! The state of a mount's 123Pan account on the health page, with hints for its owner.

use serde::Serialize;

use crate::account::command::AccountStatus;
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::sources::upstream::envelope::LOGIN_OR_QUOTA;
use crate::time::UnixSeconds;

/// A 123Pan account's state, as the health page reports it.
#[derive(Serialize)]
pub(super) struct VendorHealth {
    /// `ok`, `failing` (the last call failed), `stopped` (no calls are made), `unknown` (the
    /// account object can't be asked).
    state: &'static str,
    signed_in: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(rename = "mend")]
    hint: Option<&'static str>,
    /// When calls begin again by themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<UnixSeconds>,
    /// When the last call failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed_at: Option<UnixSeconds>,
    /// 123Pan's own error code and message, for the owner only.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<String>,
}

impl VendorHealth {
    /// The account's state for the health page; `is_owner` adds 123Pan's code and message.
    pub fn new(status: Option<&AccountStatus>, is_owner: bool) -> Self {
        let unknown = Self {
            state: "unknown",
            signed_in: false,
            message: None,
            hint: None,
            until: None,
            failed_at: None,
            code: None,
            said: None,
        };
        let Some(status) = status else { return unknown };
        let (state, failed) = match (&status.stopped, &status.last) {
            (Some(failed), _) => ("stopped", Some(failed)),
            (None, Some((failed, _))) => ("failing", Some(failed)),
            (None, None) => ("ok", None),
        };
        let (message, hint) = failed.map(message_and_hint).unzip();
        let reported = |failed: &UpstreamError| (failed.code, failed.said.clone());
        let (code, said) = failed.filter(|_| is_owner).map(reported).unwrap_or_default();
        Self {
            state,
            signed_in: status.signed_in,
            message,
            hint,
            until: status.until,
            failed_at: status.last.as_ref().map(|(_, at)| *at),
            code,
            said,
        }
    }

    /// Whether no calls are made until the owner does something, or a pause ends.
    pub fn is_stopped(&self) -> bool {
        self.state == "stopped"
    }
}

/// The message and the hint for a failure.
fn message_and_hint(failed: &UpstreamError) -> (&'static str, &'static str) {
    match failed.kind {
        UpstreamErrorKind::Auth => (
            "123Pan does not accept the token",
            "paste a new one, or set username and password; it is tried again later by itself",
        ),
        UpstreamErrorKind::Credentials => (
            "123Pan refuses the sign-in",
            "check the secrets that the mount names, and set them again",
        ),
        UpstreamErrorKind::NeedHuman => (
            "123Pan wants to see a human before it lets this account in",
            "log in once on 123Pan's web page, then paste the token from there (authorToken in the \
             browser's local storage) as the mount's token, or POST /-/api/refresh to try once more",
        ),
        UpstreamErrorKind::TooManyTokens => (
            "too many devices are signed in to the account",
            "log one out on 123Pan's web page, then POST /-/api/refresh to try once more",
        ),
        UpstreamErrorKind::Banned => (
            "123Pan has shut out this client or its address",
            "wait; it is tried again later by itself",
        ),
        UpstreamErrorKind::RegionBanned => (
            "123Pan does not serve the region from which Cloudflare calls its API",
            "set the mount's api (and login) to a proxy of your own in a region that 123Pan serves, or \
             list direct links in a tree, which needs no API; it is tried again later by itself",
        ),
        UpstreamErrorKind::ShareDenied => (
            "the share does not open",
            "check the mount's key and password: one of the two is wrong",
        ),
        UpstreamErrorKind::ShareGone => (
            "the share has expired or was taken back",
            "ask for a new one, and set the mount's key",
        ),
        UpstreamErrorKind::LoginRequired => (
            "the files of this share can't be fetched without an account",
            "set the mount's account or token",
        ),
        UpstreamErrorKind::Quota if failed.code == Some(LOGIN_OR_QUOTA) => (
            "123Pan wants a login or a payment for a download, or the account's traffic is used up",
            "said, which the bearer of API_TOKEN sees, is 123Pan's own message. If it asks for a login, set \
             a new token, or for a share the mount's account; else wait, or buy more at 123Pan",
        ),
        UpstreamErrorKind::Quota => {
            ("the account's traffic is used up", "wait, or buy more at 123Pan")
        }
        UpstreamErrorKind::HostChanged => (
            "something else than 123Pan's API answers at the mount's address",
            "123Pan moves from time to time: set the mount's api (and login) to its new address",
        ),
        UpstreamErrorKind::Signature => (
            "123Pan refuses the signature of a request",
            "its scheme may have changed: look for a newer Signpost",
        ),
        UpstreamErrorKind::InvalidRequest => (
            "123Pan refuses a request of this site as incomplete",
            "123Pan's API has changed: look for a newer Signpost",
        ),
        UpstreamErrorKind::NotFound => ("a folder of the mount is gone", "check the mount's root"),
        UpstreamErrorKind::CityLocked => (
            "123Pan's CDN serves this mount's files only in the city of whoever asked its API for the \
             link (code 1010), and takes the Worker to be elsewhere",
            "serve these files by direct links, which work everywhere: direct_base in a personal or open \
             mount, direct_link = true in an open one, or a tree; or mode = \"proxy_url\" with a \
             download proxy of your own",
        ),
        UpstreamErrorKind::LinkRejected => (
            "123Pan's CDN refuses the links that its API gives (50001 or 50002 in code 1010)",
            "set the mount's api to another of 123Pan's addresses, since links depend on the one that \
             made them; or serve these files by direct links",
        ),
        UpstreamErrorKind::Refused => (
            "123Pan's CDN says that a file is missing, or refuses it",
            "see whether the file opens on 123Pan's web page; other files are not touched by it",
        ),
        UpstreamErrorKind::Blocked | UpstreamErrorKind::Checking => {
            ("123Pan's review holds a file back", "nothing; other files are not touched by it")
        }
        UpstreamErrorKind::RateLimited => {
            ("123Pan asks to slow down", "nothing; it is tried again later")
        }
        UpstreamErrorKind::Server
        | UpstreamErrorKind::TimedOut
        | UpstreamErrorKind::Unreachable
        | UpstreamErrorKind::Other => {
            ("123Pan does not answer as it should", "nothing; it is tried again later")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_reads_the_words_and_a_hint_for_both_meanings_of_5112() {
        let failed = UpstreamError {
            code: Some(LOGIN_OR_QUOTA),
            said: Some("您需要注册登录或付费后下载".to_owned()),
            ..UpstreamErrorKind::Quota.into()
        };
        let status = AccountStatus {
            last: Some((failed.clone(), UnixSeconds(9))),
            ..AccountStatus::default()
        };
        let owner = VendorHealth::new(Some(&status), true);
        assert_eq!((owner.code, owner.said), (Some(5112), failed.said));
        let hint = owner.hint.unwrap();
        assert!(hint.contains("token") && hint.contains("account") && hint.contains("buy more"));
        let anybody = VendorHealth::new(Some(&status), false);
        assert_eq!((anybody.hint, anybody.code, anybody.said), (Some(hint), None, None));
        let quota = VendorHealth::new(
            Some(&AccountStatus {
                last: Some((UpstreamErrorKind::Quota.into(), UnixSeconds(9))),
                ..AccountStatus::default()
            }),
            true,
        );
        assert_ne!(quota.hint, Some(hint));
    }

    #[test]
    fn a_region_and_an_incomplete_request_have_hints_of_their_own() {
        let hint = |kind: UpstreamErrorKind| message_and_hint(&kind.into()).1;
        assert!(hint(UpstreamErrorKind::RegionBanned).contains("api"));
        assert!(hint(UpstreamErrorKind::InvalidRequest).contains("newer Signpost"));
    }
}
