//! What a visitor is told when the vendor fails. Its owner reads more on the health page.

use signpost_pages::view::Failure;

use crate::sources::upstream::trouble::Trouble;

/// The HTTP status. Nothing here is the visitor's fault, and what is for the vendor's review to say
/// is not for us to call a bad gateway.
pub(crate) fn status(trouble: Trouble) -> u16 {
    match trouble {
        Trouble::NotFound => 404,
        Trouble::ShareGone => 410,
        Trouble::Blocked => 451,
        Trouble::HostChanged | Trouble::Signature | Trouble::Other => 502,
        Trouble::TimedOut => 504,
        Trouble::Auth
        | Trouble::Credentials
        | Trouble::NeedHuman
        | Trouble::TooManyTokens
        | Trouble::Banned
        | Trouble::ShareDenied
        | Trouble::LoginRequired
        | Trouble::Quota
        | Trouble::Checking
        | Trouble::RateLimited
        | Trouble::Server
        | Trouble::Unreachable => 503,
    }
}

/// What it is to a visitor. Troubles that only the owner can mend are one to everybody else.
pub(crate) fn failure(trouble: Trouble) -> Failure {
    match trouble {
        Trouble::NotFound => Failure::NotFound,
        Trouble::ShareGone => Failure::ShareGone,
        Trouble::ShareDenied => Failure::ShareDenied,
        Trouble::Blocked => Failure::Blocked,
        Trouble::Quota => Failure::TrafficUsedUp,
        Trouble::Checking => Failure::StillChecked,
        Trouble::RateLimited => Failure::VendorBusy,
        Trouble::LoginRequired => Failure::NoAccount,
        Trouble::TimedOut => Failure::VendorSlow,
        Trouble::HostChanged
        | Trouble::Signature
        | Trouble::Other
        | Trouble::Server
        | Trouble::Unreachable => Failure::VendorFailed,
        Trouble::Auth
        | Trouble::Credentials
        | Trouble::NeedHuman
        | Trouble::TooManyTokens
        | Trouble::Banned => Failure::AccountStopped,
    }
}

/// Seconds after which it makes sense to ask again, if the vendor did not say.
pub(crate) fn retry_after(trouble: Trouble) -> Option<u64> {
    match failure(trouble) {
        Failure::VendorBusy | Failure::VendorSlow | Failure::VendorFailed => Some(30),
        Failure::StillChecked => Some(60),
        Failure::AccountStopped | Failure::TrafficUsedUp => Some(600),
        _ => None,
    }
}
