//! Failures on WebDAV: a status and a short XML body, for programs.

use signpost_dav::{CONTENT_TYPE, error_body};

use super::{cache_control, retry_after, status};
use crate::error::{Condition, Error, Limit};
use crate::http::response::{Body, Response};
use crate::routes::dav;
use crate::time::{UnixSeconds, ceil_seconds};

/// The challenge for a user name and a password.
pub(crate) const CHALLENGE: &str = "Basic realm=\"Signpost\", charset=\"UTF-8\"";

/// The response for a failure of a WebDAV request.
pub fn answer(error: Error, now: UnixSeconds) -> Response {
    let (status, _) = status(error);
    let answer = Response::new(status, Body::Bytes(CONTENT_TYPE, error_body(message(error))))
        .with("Cache-Control", cache_control(error))
        .with("Vary", "Authorization");
    let answer = match retry_after(error, now) {
        Some(wait) => answer.with("Retry-After", ceil_seconds(wait).to_string()),
        None => answer,
    };
    match error {
        Error::Locked { .. } => answer.with("WWW-Authenticate", CHALLENGE),
        Error::Method => answer.with("Allow", dav::METHODS).with("DAV", "1"),
        _ => answer,
    }
}

/// The message for a failure. Its owner reads more on the health page.
fn message(error: Error) -> &'static str {
    match error {
        Error::BadPath(_) => "No file or folder can have this path.",
        Error::BadFormat | Error::BadQuery => "The request is not valid.",
        Error::BadBody => "The body is not one of a PROPFIND, or has more than 16 KiB.",
        Error::BadToken => "The token is not valid.",
        Error::Locked { wrong: false } => "A password is needed.",
        Error::Locked { wrong: true } => "The user name or the password is wrong.",
        Error::Forbidden(Condition::Referer) => "Not for requests from this page.",
        Error::Forbidden(Condition::Country) => "Not from this country.",
        Error::Forbidden(Condition::Address) => "Not from this address.",
        Error::NoSharing => "No share links are made here.",
        Error::NotFound => "Nothing is here.",
        Error::Method => "The site is read only.",
        Error::LinkOver => "The share link has expired or was revoked.",
        Error::TooManyAttempts => "Too many passwords were tried.",
        Error::TooManyRequests => "Too many requests.",
        Error::OverLimit { limit: Limit::Budget, .. } => "The traffic of this place is used up.",
        Error::OverLimit { limit: Limit::ClientBudget, .. } => "Your traffic is used up.",
        Error::OverLimit { limit: Limit::Links, .. } => "Too many files were asked for.",
        Error::OverLimit { limit: Limit::Share, .. } => "The share link is used up.",
        Error::Misconfigured => "The site's configuration has an error.",
        Error::TreeTooLarge => "Too much is below the folder for one answer.",
        Error::Unavailable => "The answer cannot be had now.",
        Error::StillLoading => "The folder is still loading.",
        Error::Upstream { .. } => "123Pan does not give the answer.",
    }
}
