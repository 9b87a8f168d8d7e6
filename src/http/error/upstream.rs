//! HTTP statuses and page messages for failures of 123Pan. Its owner reads more on the health page.

use std::time::Duration;

use signpost_pages::view::Failure;

use crate::error::upstream::UpstreamErrorKind;

/// The HTTP status for a failure of 123Pan. Never a client error (4xx); and what 123Pan's content review
/// decides is 451 or 503, not a bad gateway.
pub(crate) fn status(kind: UpstreamErrorKind) -> u16 {
    match kind {
        UpstreamErrorKind::NotFound => 404,
        UpstreamErrorKind::ShareGone => 410,
        UpstreamErrorKind::Blocked => 451,
        UpstreamErrorKind::Refused
        | UpstreamErrorKind::CityLocked
        | UpstreamErrorKind::LinkRejected
        | UpstreamErrorKind::HostChanged
        | UpstreamErrorKind::Signature
        | UpstreamErrorKind::InvalidRequest
        | UpstreamErrorKind::Other => 502,
        UpstreamErrorKind::TimedOut => 504,
        UpstreamErrorKind::Auth
        | UpstreamErrorKind::Credentials
        | UpstreamErrorKind::NeedHuman
        | UpstreamErrorKind::TooManyTokens
        | UpstreamErrorKind::Banned
        | UpstreamErrorKind::RegionBanned
        | UpstreamErrorKind::ShareDenied
        | UpstreamErrorKind::LoginRequired
        | UpstreamErrorKind::Quota
        | UpstreamErrorKind::Checking
        | UpstreamErrorKind::RateLimited
        | UpstreamErrorKind::Server
        | UpstreamErrorKind::Unreachable => 503,
    }
}

/// The kind of failure that a page reports. Failures that only the owner can fix are one kind to everybody
/// else.
pub(crate) fn failure(kind: UpstreamErrorKind) -> Failure {
    match kind {
        UpstreamErrorKind::NotFound => Failure::NotFound,
        UpstreamErrorKind::ShareGone => Failure::ShareGone,
        UpstreamErrorKind::ShareDenied => Failure::ShareDenied,
        UpstreamErrorKind::Blocked => Failure::Blocked,
        UpstreamErrorKind::Refused | UpstreamErrorKind::LinkRejected => Failure::MissingOrRefused,
        UpstreamErrorKind::CityLocked => Failure::CityLocked,
        UpstreamErrorKind::Quota => Failure::TrafficUsedUp,
        UpstreamErrorKind::Checking => Failure::StillChecked,
        UpstreamErrorKind::RateLimited => Failure::VendorBusy,
        UpstreamErrorKind::LoginRequired => Failure::NoAccount,
        UpstreamErrorKind::TimedOut => Failure::VendorSlow,
        UpstreamErrorKind::HostChanged
        | UpstreamErrorKind::Signature
        | UpstreamErrorKind::InvalidRequest
        | UpstreamErrorKind::Other
        | UpstreamErrorKind::Server
        | UpstreamErrorKind::Unreachable => Failure::VendorFailed,
        UpstreamErrorKind::Auth
        | UpstreamErrorKind::Credentials
        | UpstreamErrorKind::NeedHuman
        | UpstreamErrorKind::TooManyTokens
        | UpstreamErrorKind::Banned
        | UpstreamErrorKind::RegionBanned => Failure::AccountStopped,
    }
}

/// The time after which it makes sense to ask again, for a failure of 123Pan that named none itself; `None`
/// if asking again doesn't help.
pub(crate) fn retry_after(kind: UpstreamErrorKind) -> Option<Duration> {
    match kind {
        UpstreamErrorKind::RateLimited
        | UpstreamErrorKind::TimedOut
        | UpstreamErrorKind::HostChanged
        | UpstreamErrorKind::Signature
        | UpstreamErrorKind::InvalidRequest
        | UpstreamErrorKind::Other
        | UpstreamErrorKind::Server
        | UpstreamErrorKind::Unreachable => Some(Duration::from_secs(30)),
        UpstreamErrorKind::Checking
        | UpstreamErrorKind::CityLocked
        | UpstreamErrorKind::LinkRejected => Some(Duration::from_mins(1)),
        UpstreamErrorKind::Auth
        | UpstreamErrorKind::Credentials
        | UpstreamErrorKind::NeedHuman
        | UpstreamErrorKind::TooManyTokens
        | UpstreamErrorKind::Banned
        | UpstreamErrorKind::RegionBanned
        | UpstreamErrorKind::Quota => Some(Duration::from_mins(10)),
        UpstreamErrorKind::NotFound
        | UpstreamErrorKind::ShareGone
        | UpstreamErrorKind::ShareDenied
        | UpstreamErrorKind::Blocked
        | UpstreamErrorKind::Refused
        | UpstreamErrorKind::LoginRequired => None,
    }
}
