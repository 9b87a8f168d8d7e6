//! Why a request is not answered with what it asked for. No HTTP in here: `web::error` maps it.

use crate::path::PathError;

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
}

impl From<PathError> for Error {
    fn from(error: PathError) -> Self {
        Self::BadPath(error)
    }
}
