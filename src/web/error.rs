//! Failure → HTTP, once, for every surface.

use askama::Template;
use serde::Serialize;

use super::answer::{Answer, Body};
use crate::error::Error;
use crate::fault::Fault;
use crate::site::Site;

/// The status a failure is answered with, its name for programs, and a sentence for people. No
/// `_` arm: a new failure has to choose.
fn describe(error: Error) -> (u16, &'static str, String) {
    match error {
        Error::BadPath(why) => (400, "bad_path", format!("This address can't be one of ours: {why}.")),
        Error::BadFormat => {
            (400, "bad_format", "format= can be json or url for files, json for folders.".to_owned())
        }
        Error::NotFound => (404, "not_found", "There is nothing at this address.".to_owned()),
        Error::Method => {
            (405, "method_not_allowed", "This site is read only: use GET, HEAD or OPTIONS.".to_owned())
        }
        Error::Misconfigured => (
            503,
            "misconfigured",
            "This site's configuration has an error, so nothing is served until its owner mends it."
                .to_owned(),
        ),
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    site: &'a str,
    style: &'static str,
    status: u16,
    message: &'a str,
    faults: &'a [&'a Fault],
}

#[derive(Serialize)]
struct ErrorJson<'a> {
    error: ErrorBody<'a>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    status: u16,
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    faults: &'a [&'a Fault],
}

/// The answer to a failure, as HTML or JSON.
pub fn answer(site: &Site, error: Error, as_json: bool) -> Answer {
    let (status, code, message) = describe(error);
    let faults = match error {
        Error::Misconfigured => site.faults().collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    let body = if as_json {
        let error = ErrorBody { status, code, message: &message, faults: &faults };
        Body::Json(serde_json::to_string(&ErrorJson { error }).unwrap_or_default())
    } else {
        let style = super::folder::STYLE_HREF;
        let page =
            ErrorPage { site: &site.title, style, status, message: &message, faults: &faults };
        Body::Html(page.render().unwrap_or(message))
    };
    let answer = Answer::new(status, body).with("Cache-Control", "no-store").with("Vary", "Accept");
    if status == 503 { answer.with("Retry-After", "60") } else { answer }
}
