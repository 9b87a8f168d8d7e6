//! What can go wrong with the vendor, told apart by what helps.

use std::fmt;
use std::time::Duration;

/// A failure by its cure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpstreamErrorKind {
    /// The token is missing, wrong or over: a new one may help, once.
    Auth,
    /// The sign-in was refused: user name, password, client or refresh token are wrong.
    Credentials,
    /// The vendor wants to see a human: SMS, WeChat, a captcha. Never tried again by itself.
    NeedHuman,
    /// Too many tokens live: another sign-in would kick out a device.
    TooManyTokens,
    /// The vendor has shut out this client or its address. Never tried again soon.
    Banned,
    /// The file or folder is not there.
    NotFound,
    /// The share's key or password is wrong: the vendor has one code for both.
    ShareDenied,
    /// The share expired or was cancelled.
    ShareGone,
    /// A share's file can't be had without an account.
    LoginRequired,
    /// The traffic is used up.
    Quota,
    /// The file was refused by the vendor's review.
    Blocked,
    /// The file is still being checked; it may come soon.
    Checking,
    /// Too many calls.
    RateLimited,
    /// Something else than the API answers at this address.
    HostChanged,
    /// The signature of a request was refused: clock, or the vendor's scheme has changed.
    Signature,
    /// The vendor's own failure.
    Server,
    /// No answer in time.
    TimedOut,
    /// No connection.
    Unreachable,
    /// An answer that makes no sense, or a code that is not known.
    Other,
}

/// A trouble with the vendor's own word for it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UpstreamError {
    /// What helps.
    pub kind: UpstreamErrorKind,
    /// The vendor's code, if it gave one.
    pub code: Option<i64>,
    /// The vendor's message, short and without anything that could be a secret; for the owner only.
    pub said: Option<String>,
    /// Seconds to wait, if the vendor said so.
    pub retry_after: Option<u64>,
}

impl UpstreamError {
    /// For how long the failure is repeated to whoever asks for the same, without asking 123Pan again.
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
    /// All of them, with the names that they have in reports and between Worker and account object.
    pub const ALL: [(Self, &'static str); 19] = [
        (Self::Auth, "auth"),
        (Self::Credentials, "credentials"),
        (Self::NeedHuman, "need_human"),
        (Self::TooManyTokens, "too_many_tokens"),
        (Self::Banned, "banned"),
        (Self::NotFound, "not_found"),
        (Self::ShareDenied, "share_denied"),
        (Self::ShareGone, "share_gone"),
        (Self::LoginRequired, "login_required"),
        (Self::Quota, "quota"),
        (Self::Blocked, "blocked"),
        (Self::Checking, "checking"),
        (Self::RateLimited, "rate_limited"),
        (Self::HostChanged, "host_changed"),
        (Self::Signature, "signature"),
        (Self::Server, "server"),
        (Self::TimedOut, "timed_out"),
        (Self::Unreachable, "unreachable"),
        (Self::Other, "other"),
    ];

    /// The trouble of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, have)| *have == name).map(|(kind, _)| *kind)
    }

    /// Whether the same call may work in a moment: worth a few more attempts, with pauses.
    pub const fn is_passing(self) -> bool {
        matches!(
            self,
            Self::RateLimited | Self::Server | Self::TimedOut | Self::Unreachable | Self::Checking
        )
    }

    /// Whether what is known of a folder is over: it is gone, or not for this account any more.
    pub const fn ends_a_listing(self) -> bool {
        matches!(self, Self::NotFound | Self::ShareGone | Self::ShareDenied)
    }

    /// Whether it will be the same in a minute. A share's end is not counted among those: its owner shares
    /// anew and wants to see it.
    const fn is_lasting(self) -> bool {
        matches!(self, Self::Quota | Self::NotFound | Self::Blocked | Self::LoginRequired)
    }

    /// Whether every call of the account would fail until its owner does something: further calls
    /// would only lead to a ban.
    pub const fn stops_the_account(self) -> bool {
        matches!(self, Self::Credentials | Self::NeedHuman | Self::TooManyTokens | Self::Banned)
    }
}

impl fmt::Display for UpstreamErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(kind, _)| kind == self);
        f.write_str(name.map_or("other", |(_, name)| name))
    }
}
