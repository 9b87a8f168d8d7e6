//! HEAD of a file, answered from what is known of it: the rule field `head = "local"`.
//!
//! Mirrors and link checkers send a HEAD for each file of a folder. Redirected, each costs a link of the
//! budgets, and of a mount of 123Pan a call of its API.

use super::folder::with_age;
use crate::access::client::AccessRequest;
use crate::http::file_headers::{DOWNLOAD_FIELD, content_type, disposition};
use crate::http::query::has_field;
use crate::http::response::{Body, Response};
use crate::http_date;
use crate::site::open_file::OpenFile;

/// Answers a HEAD of a file without its link; `None` where a rule does not say so, or the size is not known.
pub(super) fn answer(file: &OpenFile<'_>, access: &AccessRequest<'_>) -> Option<Response> {
    let size = file.head_size(access)?;
    let name = access.path.name();
    let content_type = content_type(name, None);
    let is_download = has_field(access.query, DOWNLOAD_FIELD);
    let mut answer = Response::new(200, Body::None)
        .with("Content-Length", size.to_string())
        .with("Content-Type", content_type)
        .with("Content-Disposition", disposition(name, content_type, is_download))
        .with("Accept-Ranges", "bytes")
        .with("Cache-Control", "no-store")
        .with("Referrer-Policy", "no-referrer")
        .with("X-Content-Type-Options", "nosniff")
        .with("Access-Control-Allow-Origin", "*");
    if let Some(modified) = file.modified().and_then(http_date::format) {
        answer = answer.with("Last-Modified", modified);
    }
    Some(match file.age(access.now).filter(|age| age.stale) {
        Some(age) => with_age(answer, age),
        None => answer,
    })
}
