//! Failures of calls to 123Pan, classified by what can be done about them.

use std::fmt;
use std::time::Duration;

use crate::time::as_wait_seconds;

/// The class of a failure of 123Pan, by what can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpstreamErrorKind {
    /// The token is missing, wrong or expired: a new one may help, once.
    Auth,
    /// The sign-in was refused: user name, password, client or refresh token are wrong.
    Credentials,
    /// 123Pan asks for a human: SMS, WeChat, a captcha. Never retried automatically.
    NeedHuman,
    /// The account has too many valid tokens: another sign-in would sign out a device.
    TooManyTokens,
    /// 123Pan has banned this client or its IP address. Not retried soon.
    Banned,
    /// 123Pan does not serve the region of the address that calls it. Waiting does not help by itself.
    RegionBanned,
    /// The file or folder does not exist.
    NotFound,
    /// The share's key or password is wrong: 123Pan has one code for both.
    ShareDenied,
    /// The share expired or was cancelled.
    ShareGone,
    /// A share's file can't be downloaded without an account.
    LoginRequired,
    /// The account's traffic is used up.
    Quota,
    /// The file was refused by 123Pan's review.
    Blocked,
    /// The file is still in 123Pan's review; it may become available soon.
    Checking,
    /// 123Pan refused a call as one too many.
    RateLimited,
    /// The CDN, or another origin, refuses a file's link: the file is missing, or something keeps this client
    /// out. 123Pan's CDN answers 403 to both.
    Refused,
    /// The CDN serves a link in another city only: that of whoever asked the API for it.
    CityLocked,
    /// The CDN takes a link for wrong that the API gave a moment ago.
    LinkRejected,
    /// Something else than the API answers at the configured URL.
    HostChanged,
    /// The signature of a request was refused: the clock is wrong, or 123Pan's scheme has changed.
    Signature,
    /// 123Pan refused a request as incomplete, such as one without a header: its API has changed.
    InvalidRequest,
    /// 123Pan reported a failure of its own.
    Server,
    /// No response came within the timeout.
    TimedOut,
    /// There is no connection to 123Pan, or it broke.
    Unreachable,
    /// A response that makes no sense, or a code that is not known.
    Other,
}

/// A failure of a call to 123Pan: its class, and what 123Pan said.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UpstreamError {
    /// The class of the failure, by what can be done about it.
    pub kind: UpstreamErrorKind,
    /// 123Pan's code, if it gave one.
    pub code: Option<i64>,
    /// 123Pan's message, shortened and without anything that could be a secret; for the owner only.
    pub said: Option<String>,
    /// The time to wait before a retry, if 123Pan or this site's own limits say so.
    #[serde(default, with = "as_wait_seconds")]
    pub retry_after: Option<Duration>,
}

impl UpstreamError {
    /// For how long the failure is the answer to requests for the same thing, without asking 123Pan again.
    pub const fn lifetime(&self) -> Duration {
        if self.kind.is_lasting() { Duration::from_mins(1) } else { Duration::from_secs(10) }
    }
}

impl From<UpstreamErrorKind> for UpstreamError {
    fn from(kind: UpstreamErrorKind) -> Self {
        Self { kind, code: None, said: None, retry_after: None }
    }
}

impl UpstreamErrorKind {
    /// All classes, with their names in reports and between Worker and account object.
    pub const ALL: [(Self, &'static str); 24] = [
        (Self::Auth, "auth"),
        (Self::Credentials, "credentials"),
        (Self::NeedHuman, "need_human"),
        (Self::TooManyTokens, "too_many_tokens"),
        (Self::Banned, "banned"),
        (Self::RegionBanned, "region_banned"),
        (Self::NotFound, "not_found"),
        (Self::ShareDenied, "share_denied"),
        (Self::ShareGone, "share_gone"),
        (Self::LoginRequired, "login_required"),
        (Self::Quota, "quota"),
        (Self::Blocked, "blocked"),
        (Self::Checking, "checking"),
        (Self::RateLimited, "rate_limited"),
        (Self::Refused, "refused"),
        (Self::CityLocked, "city_locked"),
        (Self::LinkRejected, "link_rejected"),
        (Self::HostChanged, "host_changed"),
        (Self::Signature, "signature"),
        (Self::InvalidRequest, "invalid_request"),
        (Self::Server, "server"),
        (Self::TimedOut, "timed_out"),
        (Self::Unreachable, "unreachable"),
        (Self::Other, "other"),
    ];

    /// The class with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, have)| *have == name).map(|(kind, _)| *kind)
    }

    /// Whether the same call may work in a moment, so that it is worth a few more attempts with pauses.
    pub const fn is_passing(self) -> bool {
        matches!(
            self,
            Self::RateLimited | Self::Server | Self::TimedOut | Self::Unreachable | Self::Checking
        )
    }

    /// Whether a folder's cached listing becomes invalid: the folder is gone, or no longer open to this
    /// account.
    pub const fn is_end_of_listing(self) -> bool {
        matches!(self, Self::NotFound | Self::ShareGone | Self::ShareDenied)
    }

    /// Whether the CDN refuses a file's bytes for a reason that no new link from the account object mends.
    pub const fn is_of_every_link(self) -> bool {
        matches!(self, Self::CityLocked | Self::LinkRejected)
    }

    /// Whether the failure will be the same in a minute. A share's end is not counted as such: its owner
    /// shares it anew and wants to see it.
    const fn is_lasting(self) -> bool {
        matches!(
            self,
            Self::Quota
                | Self::NotFound
                | Self::Blocked
                | Self::LoginRequired
                | Self::CityLocked
                | Self::LinkRejected
        )
    }

    /// Whether every call of the account would fail until its owner acts: further calls would only lead to
    /// a ban.
    pub const fn stops_the_account(self) -> bool {
        matches!(
            self,
            Self::Credentials
                | Self::NeedHuman
                | Self::TooManyTokens
                | Self::Banned
                | Self::RegionBanned
        )
    }
}

impl fmt::Display for UpstreamErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(kind, _)| kind == self);
        f.write_str(name.map_or("other", |(_, name)| name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_whole_seconds_in_json_rounded_up_and_may_be_missing() {
        let json = |retry_after| {
            let failed = UpstreamError { retry_after, ..UpstreamErrorKind::Server.into() };
            serde_json::to_string(&failed).unwrap()
        };
        let retry_after =
            |text: &str| serde_json::from_str::<UpstreamError>(text).unwrap().retry_after;
        let nine = r#"{"kind":"server","code":null,"said":null,"retry_after":9}"#;
        assert_eq!(json(Some(Duration::from_millis(8_400))), nine);
        assert_eq!(retry_after(nine), Some(Duration::from_secs(9)));
        assert_eq!(retry_after(&json(None)), None);
        assert_eq!(retry_after(r#"{"kind":"server"}"#), None);
    }
}
