//! Errors of a request: why it isn't answered with what it asked for. They know no HTTP; `http::error`
//! maps them to a status.

pub mod upstream;

use std::time::Duration;

use crate::path::PathError;
use crate::time::UnixSeconds;
use upstream::{UpstreamError, UpstreamErrorKind};

/// Every way in which a request can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The path can't be the path of an entry.
    BadPath(PathError),
    /// No entry has this path, or the client may not know of it.
    NotFound,
    /// The HTTP method is not allowed.
    Method,
    /// `format=` asks for a format that this entry doesn't have.
    BadFormat,
    /// The configuration has errors, so nothing is served.
    Misconfigured,
    /// A password is asked for; `wrong` if one was given and is not right.
    Locked {
        /// Whether a password was given.
        wrong: bool,
    },
    /// A rule's condition keeps this client out, whatever its credentials.
    Forbidden(Condition),
    /// The client may not make a share link of what it opened.
    NoSharing,
    /// The share link was made by this site, and is expired or revoked.
    LinkOver,
    /// Too many passwords were tried from this address, or for this scope.
    TooManyAttempts,
    /// More requests than the rule's rate allows.
    TooManyRequests,
    /// A limit on links or bytes is reached.
    OverLimit {
        /// The limit that is reached.
        limit: Limit,
        /// When the limit begins anew; `None` if never.
        reopens_at: Option<UnixSeconds>,
    },
    /// The quota object or the revocation list can't be asked, and the rule says to stay closed then.
    Unavailable,
    /// The bearer token is missing or wrong.
    BadToken,
    /// The body of a request to the site's own pages is not what is expected there.
    BadBody,
    /// The search query is invalid: no words, too many, or an invalid limit.
    BadQuery,
    /// The folder is so large that its listing is still being loaded.
    StillLoading,
    /// The folders below have more entries than one list may hold.
    TreeTooLarge,
    /// A call of 123Pan's API failed.
    Upstream {
        /// The kind of failure.
        kind: UpstreamErrorKind,
        /// The time after which it makes sense to ask again, if 123Pan named one.
        retry_after: Option<Duration>,
    },
}

impl Error {
    /// Whether 123Pan, or an object that is asked on the way, fails to give what is needed, and the
    /// client made no mistake.
    pub fn is_the_vendors(self) -> bool {
        matches!(self, Self::Upstream { .. } | Self::Unavailable | Self::StillLoading)
    }

    /// The error that a client gets for a failure of the account object; `None` if the object can't be
    /// asked.
    pub fn from_failure(failed: Option<&UpstreamError>) -> Self {
        let Some(failed) = failed else { return Self::Unavailable };
        match failed.kind {
            UpstreamErrorKind::NotFound => Self::NotFound,
            kind => Self::Upstream { kind, retry_after: failed.retry_after },
        }
    }
}

/// The condition of a rule that kept a client out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The request comes from a page that may not embed the file.
    Referer,
    /// The client's country is refused.
    Country,
    /// The client's IP address is refused.
    Address,
}

/// A limit that can be used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The bytes of a path's budget, of the day or the month.
    Budget,
    /// The bytes of one client.
    ClientBudget,
    /// The links of one client in an hour.
    Links,
    /// The uses or bytes of a share link.
    Share,
}

impl From<PathError> for Error {
    fn from(error: PathError) -> Self {
        Self::BadPath(error)
    }
}
