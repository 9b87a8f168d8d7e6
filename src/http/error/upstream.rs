//! What a visitor is told when the vendor fails. Its owner reads more on the health page.

use signpost_pages::view::Failure;

use crate::sources::upstream::error::UpstreamErrorKind;

/// The HTTP status. Nothing here is the visitor's fault, and what is for the vendor's review to say
/// is not for us to call a bad gateway.
pub(crate) fn status(kind: UpstreamErrorKind) -> u16 {
    match kind {
        UpstreamErrorKind::NotFound => 404,
        UpstreamErrorKind::ShareGone => 410,
        UpstreamErrorKind::Blocked => 451,
        UpstreamErrorKind::HostChanged
        | UpstreamErrorKind::Signature
        | UpstreamErrorKind::Other => 502,
        UpstreamErrorKind::TimedOut => 504,
        UpstreamErrorKind::Auth
        | UpstreamErrorKind::Credentials
        | UpstreamErrorKind::NeedHuman
        | UpstreamErrorKind::TooManyTokens
        | UpstreamErrorKind::Banned
        | UpstreamErrorKind::ShareDenied
        | UpstreamErrorKind::LoginRequired
        | UpstreamErrorKind::Quota
        | UpstreamErrorKind::Checking
        | UpstreamErrorKind::RateLimited
        | UpstreamErrorKind::Server
        | UpstreamErrorKind::Unreachable => 503,
    }
}

/// What it is to a visitor. Troubles that only the owner can mend are one to everybody else.
pub(crate) fn failure(kind: UpstreamErrorKind) -> Failure {
    match kind {
        UpstreamErrorKind::NotFound => Failure::NotFound,
        UpstreamErrorKind::ShareGone => Failure::ShareGone,
        UpstreamErrorKind::ShareDenied => Failure::ShareDenied,
        UpstreamErrorKind::Blocked => Failure::Blocked,
        UpstreamErrorKind::Quota => Failure::TrafficUsedUp,
        UpstreamErrorKind::Checking => Failure::StillChecked,
        UpstreamErrorKind::RateLimited => Failure::VendorBusy,
        UpstreamErrorKind::LoginRequired => Failure::NoAccount,
        UpstreamErrorKind::TimedOut => Failure::VendorSlow,
        UpstreamErrorKind::HostChanged
        | UpstreamErrorKind::Signature
        | UpstreamErrorKind::Other
        | UpstreamErrorKind::Server
        | UpstreamErrorKind::Unreachable => Failure::VendorFailed,
        UpstreamErrorKind::Auth
        | UpstreamErrorKind::Credentials
        | UpstreamErrorKind::NeedHuman
        | UpstreamErrorKind::TooManyTokens
        | UpstreamErrorKind::Banned => Failure::AccountStopped,
    }
}

/// Seconds after which it makes sense to ask again, if the vendor did not say.
pub(crate) fn retry_after(kind: UpstreamErrorKind) -> Option<u64> {
    match failure(kind) {
        Failure::VendorBusy | Failure::VendorSlow | Failure::VendorFailed => Some(30),
        Failure::StillChecked => Some(60),
        Failure::AccountStopped | Failure::TrafficUsedUp => Some(600),
        _ => None,
    }
}
