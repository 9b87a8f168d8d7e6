//! Why a request is not answered with what it asked for. No HTTP in here: `http::error` maps it.

use crate::path::PathError;
use crate::sources::upstream::error::{UpstreamError, UpstreamErrorKind};
use crate::time::UnixSeconds;

/// Every way in which a request can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The path can't be the path of an entry.
    BadPath(PathError),
    /// Nothing is there.
    NotFound,
    /// The method is not for reading.
    Method,
    /// `format=` asks for a form that this entry doesn't have.
    BadFormat,
    /// The configuration has faults, so nothing is served.
    Misconfigured,
    /// A password is asked for; `wrong` if one was given and is not right.
    Locked {
        /// Whether a password was given.
        wrong: bool,
    },
    /// A rule keeps this visitor out, whatever they know.
    Forbidden(Condition),
    /// What the visitor opened can't be passed on by a link of theirs.
    NoSharing,
    /// The share link was ours and is over: expired or revoked.
    LinkOver,
    /// Too many passwords were tried from this address, or for this place.
    TooManyGuesses,
    /// More requests than the rule's rate allows.
    TooManyRequests,
    /// A limit on links or bytes is reached.
    OverLimit {
        /// What is used up.
        limit: Limit,
        /// When it is open again; `None` if never.
        reopens_at: Option<UnixSeconds>,
    },
    /// The quota object or the revocation list can't be asked, and the rule says to stay closed then.
    Unavailable,
    /// The bearer token is missing or wrong.
    BadToken,
    /// The body of a request to the site's own pages is not what is expected there.
    BadBody,
    /// What is looked for can't be: no words, too many, or a limit that is none.
    BadQuery,
    /// The folder is so large that its listing is still on its way.
    StillLoading,
    /// The vendor does not give what is needed.
    Upstream {
        /// Why not.
        kind: UpstreamErrorKind,
        /// Seconds after which it makes sense to ask again.
        retry_after: Option<u32>,
    },
}

impl Error {
    /// Whether it is the vendor that does not give what is needed, and not the visitor's mistake.
    pub fn is_the_vendors(self) -> bool {
        matches!(self, Self::Upstream { .. } | Self::Unavailable | Self::StillLoading)
    }

    /// The error that a client is told for a failure of the account object; `None` if the object can't be
    /// asked.
    pub fn from_failure(failed: Option<&UpstreamError>) -> Self {
        let Some(failed) = failed else { return Self::Unavailable };
        let retry_after = failed.retry_after.and_then(|seconds| u32::try_from(seconds).ok());
        match failed.kind {
            UpstreamErrorKind::NotFound => Self::NotFound,
            kind => Self::Upstream { kind, retry_after },
        }
    }
}

/// What kept a visitor out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The request comes from a page that may not embed this.
    Referer,
    /// The visitor's country.
    Country,
    /// The visitor's address.
    Address,
}

/// A limit that can be used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The bytes of a path, of the day or the month.
    Budget,
    /// The bytes of one visitor.
    ClientBudget,
    /// The links of one visitor in an hour.
    Links,
    /// The uses or bytes of a share link.
    Share,
}

impl From<PathError> for Error {
    fn from(error: PathError) -> Self {
        Self::BadPath(error)
    }
}
