//! Failures in AList's API: a number and a message in the body, under the HTTP status 200.

use super::envelope;
use crate::error::{Condition, Error, Limit};
use crate::http::response::Response;
use crate::path::PathError;

/// Why a call of the API is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// The number that AList gives such a failure.
    pub code: u16,
    /// The message; where clients compare it, in AList's words.
    pub message: &'static str,
}

impl Failure {
    /// The body is neither JSON nor a form, or a field has the wrong type.
    pub const BODY: Self = Self::new(400, "send a JSON object, as AList's API has it");
    /// The token is wrong, or has expired.
    pub const TOKEN: Self = Self::new(401, "token is invalidated");
    /// The user name or the password of a login is wrong.
    pub const LOGIN: Self = Self::new(401, "Invalid username or password");
    /// A file was asked for its listing.
    pub const FILE: Self = Self::new(500, "failed get objs: not a folder");
    /// A call that this site does not have, such as those that write.
    pub const CALL: Self = Self::new(404, "no such call: the site is read-only");
    /// The call for logins with a password that the client has hashed.
    pub const HASHED: Self = Self::new(
        404,
        "no such call: log in by /api/auth/login, or give the API token in place of a login",
    );
    /// A method of a file that no 123Pan source has.
    pub const OTHER: Self = Self::new(500, "not implement");

    const fn new(code: u16, message: &'static str) -> Self {
        Self { code, message }
    }

    /// The response with this failure.
    pub fn response(self) -> Response {
        envelope(&super::wire::Envelope::<()> {
            code: self.code,
            message: self.message,
            data: None,
        })
    }
}

impl From<Error> for Failure {
    /// The failure for an error of the guard, or of 123Pan. What the client may not know of has the same as
    /// what is not there.
    fn from(error: Error) -> Self {
        match error {
            Error::BadPath(PathError::DotSegment) => {
                Self::new(403, "using relative path is not allowed")
            }
            Error::NotFound | Error::BadPath(_) => Self::new(500, "object not found"),
            Error::Locked { .. } => {
                Self::new(403, "password is incorrect or you have no permission")
            }
            Error::Forbidden(Condition::Country) => Self::new(403, "not available in your country"),
            Error::Forbidden(Condition::Address) => {
                Self::new(403, "not available from your address")
            }
            Error::Forbidden(Condition::Referer) => {
                Self::new(403, "only pages of some sites may ask for this")
            }
            Error::Method => Self::new(405, "this call does not take the method"),
            Error::TooManyAttempts => Self::new(
                429,
                "Too many unsuccessful sign-in attempts have been made using an incorrect username or password, \
                 Try again later.",
            ),
            Error::TooManyRequests => Self::new(429, "too many requests, try again in a minute"),
            Error::OverLimit { limit: Limit::Budget, .. } => {
                Self::new(429, "the site's traffic for now is used up")
            }
            Error::OverLimit { limit: Limit::ClientBudget, .. } => {
                Self::new(429, "your traffic for now is used up")
            }
            Error::OverLimit { limit: Limit::Links, .. } => {
                Self::new(429, "you asked for too many links in this hour")
            }
            Error::OverLimit { limit: Limit::Share, .. } | Error::LinkOver => {
                Self::new(403, "the share link is used up")
            }
            Error::BadBody | Error::BadFormat | Error::TreeTooLarge => Self::BODY,
            Error::BadQuery => Self::new(400, "give keywords of 1 to 100 characters"),
            Error::BadToken => Self::TOKEN,
            Error::NoSharing => Self::new(403, "permission denied"),
            Error::Misconfigured => {
                Self::new(503, "the site's configuration has an error; its health page names it")
            }
            Error::Unavailable => Self::new(503, "the site can't check this now, try again"),
            Error::StillLoading => {
                Self::new(503, "the folder is still being loaded, try again in a few seconds")
            }
            Error::Upstream { .. } => Self::new(500, "123Pan does not give this at present"),
        }
    }
}
