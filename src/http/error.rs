//! Maps failures to HTTP responses, for every route.

use std::time::Duration;

use signpost_pages::view::{ConfigErrorView, Failure, FailureView, ReadingView, View};

use super::response::{Body, POLICY_HEADER, Response};
use crate::config::error::ConfigError;
use crate::error::{Condition, Error, Limit};
use crate::routes::embed::REFUSAL_POLICY;
use crate::routes::page::Page;
use crate::site::Site;
use crate::time::{UnixSeconds, ceil_seconds};

/// The response for a failure, as a page or as JSON.
pub fn answer(site: &Site, error: Error, page: &Page<'_>, as_json: bool) -> Response {
    answer_with(site, error, page, as_json, None)
}

/// The response for a failure as of [`answer`], with how the request's path reads, if it is not UTF-8.
pub fn answer_with(
    site: &Site,
    error: Error,
    page: &Page<'_>,
    as_json: bool,
    reading: Option<ReadingView<'_>>,
) -> Response {
    let view = FailureView { reading, ..view(site, error, page, as_json) };
    let (status, view) = (view.status, View::Failure(view));
    let body = if as_json { Body::json_view(&view) } else { Body::page(&view) };
    headed(Response::new(status, body), error, page)
}

/// The page for a failure inside a frame of another page: short, and with no control that acts.
pub fn framed(site: &Site, error: Error, page: &Page<'_>) -> Response {
    let view = view(site, error, page, false);
    let (status, view) = (view.status, View::EmbedFailure(view));
    let answer = Response::new(status, Body::page(&view)).replacing(POLICY_HEADER, REFUSAL_POLICY);
    headed(answer, error, page)
}

fn view<'v>(site: &'v Site, error: Error, page: &'v Page<'_>, as_json: bool) -> FailureView<'v> {
    let (status, failure) = status(error);
    let config_errors =
        if error == Error::Misconfigured { site.config_errors().collect() } else { Vec::new() };
    FailureView {
        layout: page.layout(site),
        as_json,
        status,
        failure,
        retry_at: reopens_at(error).map(|at| at.0),
        reading: None,
        config_errors: config_errors.into_iter().map(config_error_view).collect(),
    }
}

/// Adds the headers that go with a failure to its response.
fn headed(answer: Response, error: Error, page: &Page<'_>) -> Response {
    let mut answer = answer
        .with("Cache-Control", cache_control(error))
        .with("Vary", "Accept, Accept-Language, Cookie");
    if let Some(wait) = retry_after(error, page.now) {
        answer = answer.with("Retry-After", ceil_seconds(wait).to_string());
    }
    if error == Error::BadToken { answer.with("WWW-Authenticate", "Bearer") } else { answer }
}

fn config_error_view(error: &ConfigError) -> ConfigErrorView<'_> {
    let ConfigError { setting, line, message, hint } = error;
    ConfigErrorView {
        setting: setting.into(),
        line: *line,
        message: message.into(),
        hint: hint.into(),
    }
}

/// The HTTP status for a failure, and the kind of failure that a page reports. No `_` arm, here or below: a
/// new failure has to choose.
fn status(error: Error) -> (u16, Failure) {
    match error {
        Error::BadPath(why) => (400, Failure::BadPath(why)),
        Error::BadFormat => (400, Failure::BadFormat),
        Error::BadBody => (400, Failure::BadBody),
        Error::BadQuery => (400, Failure::BadQuery),
        Error::TreeTooLarge => (400, Failure::TreeTooLarge),
        Error::BadToken => (401, Failure::BadToken),
        Error::Locked { wrong: false } => (401, Failure::PasswordRequired),
        Error::Locked { wrong: true } => (401, Failure::WrongPassword),
        Error::Forbidden(Condition::Referer) => (403, Failure::RefererNotAllowed),
        Error::Forbidden(Condition::Country) => (403, Failure::CountryNotAllowed),
        Error::Forbidden(Condition::Address) => (403, Failure::AddressNotAllowed),
        Error::NoSharing => (403, Failure::NoSharing),
        Error::NotFound => (404, Failure::NotFound),
        Error::Method => (405, Failure::MethodNotAllowed),
        Error::LinkOver => (410, Failure::LinkOver),
        Error::TooManyAttempts => (429, Failure::TooManyGuesses),
        Error::TooManyRequests => (429, Failure::TooManyRequests),
        Error::OverLimit { limit: Limit::Budget, .. } => (429, Failure::BudgetUsedUp),
        Error::OverLimit { limit: Limit::ClientBudget, .. } => (429, Failure::ClientBudgetUsedUp),
        Error::OverLimit { limit: Limit::Links, .. } => (429, Failure::TooManyLinks),
        Error::OverLimit { limit: Limit::Share, .. } => (429, Failure::ShareUsedUp),
        Error::Misconfigured => (503, Failure::Misconfigured),
        Error::Unavailable => (503, Failure::Unavailable),
        Error::StillLoading => (503, Failure::StillLoading),
        Error::Upstream { kind, .. } => (upstream::status(kind), upstream::failure(kind)),
    }
}

/// `Cache-Control` for a failure. What is refused to one client and not to another must not be cached. A
/// missing entry is answered alike whether it is hidden or not.
fn cache_control(error: Error) -> &'static str {
    match error {
        Error::BadPath(_)
        | Error::BadFormat
        | Error::NotFound
        | Error::Method
        | Error::Misconfigured => "no-store",
        Error::Locked { .. }
        | Error::Forbidden(_)
        | Error::NoSharing
        | Error::LinkOver
        | Error::TooManyAttempts
        | Error::TooManyRequests
        | Error::OverLimit { .. }
        | Error::Unavailable
        | Error::StillLoading
        | Error::Upstream { .. }
        | Error::BadToken
        | Error::BadBody
        | Error::BadQuery
        | Error::TreeTooLarge => "private, no-store",
    }
}

/// The time after which it makes sense to ask again, for `Retry-After`; `None` if asking again doesn't help.
fn retry_after(error: Error, now: UnixSeconds) -> Option<Duration> {
    const SECOND: Duration = Duration::from_secs(1);
    match error {
        Error::Misconfigured | Error::TooManyAttempts | Error::TooManyRequests => {
            Some(Duration::from_mins(1))
        }
        Error::Unavailable => Some(Duration::from_secs(10)),
        Error::StillLoading => Some(Duration::from_secs(3)),
        Error::Upstream { kind, retry_after } => retry_after.or(upstream::retry_after(kind)),
        Error::OverLimit { reopens_at, .. } => reopens_at.map(|at| at.since(now).max(SECOND)),
        Error::BadPath(_)
        | Error::BadFormat
        | Error::NotFound
        | Error::Method
        | Error::Locked { .. }
        | Error::Forbidden(_)
        | Error::NoSharing
        | Error::LinkOver
        | Error::BadToken
        | Error::BadBody
        | Error::BadQuery
        | Error::TreeTooLarge => None,
    }
}

fn reopens_at(error: Error) -> Option<UnixSeconds> {
    if let Error::OverLimit { reopens_at, .. } = error { reopens_at } else { None }
}

pub mod dav;
mod upstream;

#[cfg(test)]
mod tests;
