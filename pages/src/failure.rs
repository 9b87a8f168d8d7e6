//! Failure responses: a page for people, JSON for programs.

use askama::Template;
use serde::Serialize;

use crate::date;
use crate::messages::FailureMessages;
use crate::view::{ConfigErrorView, FailureView, Layout};

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage<'a> {
    layout: &'a Layout<'a>,
    messages: &'static FailureMessages,
    status: u16,
    title: &'a str,
    text: &'a str,
    /// Whether the failure may pass: the page then offers to try again.
    passing: bool,
    config_errors: &'a [ConfigErrorView<'a>],
}

#[derive(Serialize)]
struct FailureJson<'a> {
    error: FailureBody<'a>,
}

#[derive(Serialize)]
struct FailureBody<'a> {
    status: u16,
    code: &'a str,
    message: &'a str,
    /// Unix seconds after which the request may be retried; omitted if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_at: Option<u64>,
    #[serde(rename = "faults", skip_serializing_if = "<[_]>::is_empty")]
    config_errors: &'a [ConfigErrorView<'a>],
}

/// The message of a failure, with the time at which it ends, rounded up to the minute.
pub(crate) fn text(view: &FailureView<'_>) -> String {
    let minute = view.retry_at.and_then(|at| at.checked_next_multiple_of(60));
    let ends = minute.and_then(|at| date::in_zone(at, view.layout.offset));
    view.layout.messages().failure_text(view.failure, ends.as_ref())
}

pub(crate) fn page(view: &FailureView<'_>) -> String {
    let messages = view.layout.messages();
    let text = text(view);
    let page = FailurePage {
        layout: &view.layout,
        messages: &messages.failure,
        status: view.status,
        title: messages.failure_title(view.failure),
        text: &text,
        passing: matches!(view.status, 429 | 502..=504),
        config_errors: &view.config_errors,
    };
    page.render().unwrap_or_default()
}

pub(crate) fn json(view: &FailureView<'_>) -> String {
    let text = text(view);
    let error = FailureBody {
        status: view.status,
        code: view.failure.code(),
        message: &text,
        retry_at: view.retry_at,
        config_errors: &view.config_errors,
    };
    serde_json::to_string(&FailureJson { error }).unwrap_or_default()
}
