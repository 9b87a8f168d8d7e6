//! Failure responses: a page for people, JSON for programs.

use askama::Template;
use serde::Serialize;

use crate::date;
use crate::messages::FailureMessages;
use crate::view::{ConfigErrorView, FailureView, Layout, ReadingView};

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
    /// The address to use in place of one that is not UTF-8.
    address: Option<&'a str>,
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
    /// The legacy encoding that the path of the request looks like, and its address in UTF-8.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    reading: Option<&'a ReadingView<'a>>,
    #[serde(rename = "faults", skip_serializing_if = "<[_]>::is_empty")]
    config_errors: &'a [ConfigErrorView<'a>],
}

/// The message of a failure, with all that it takes to do something about it.
pub(crate) fn text(view: &FailureView<'_>) -> String {
    let text = without_address(view);
    match &view.reading {
        Some(reading) => [text.as_str(), " ", &reading.address].concat(),
        None => text,
    }
}

/// The message of a failure, with the time at which it ends, rounded up to the minute.
fn without_address(view: &FailureView<'_>) -> String {
    let minute = view.retry_at.and_then(|at| at.checked_next_multiple_of(60));
    let ends = minute.and_then(|at| date::in_zone(at, view.layout.offset));
    let messages = view.layout.messages();
    let text = messages.failure_text(view.failure, ends.as_ref());
    match &view.reading {
        Some(ReadingView { encoding, .. }) => {
            text + &messages.failure.reads.replace("{encoding}", encoding)
        }
        None => text,
    }
}

pub(crate) fn page(view: &FailureView<'_>) -> String {
    let messages = view.layout.messages();
    let text = without_address(view);
    let page = FailurePage {
        layout: &view.layout,
        messages: &messages.failure,
        status: view.status,
        title: messages.failure_title(view.failure),
        text: &text,
        passing: matches!(view.status, 429 | 502..=504),
        address: view.reading.as_ref().map(|reading| &*reading.address),
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
        reading: view.reading.as_ref(),
        config_errors: &view.config_errors,
    };
    serde_json::to_string(&FailureJson { error }).unwrap_or_default()
}
