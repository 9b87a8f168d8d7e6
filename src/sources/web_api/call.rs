//! Calls of the web API and their responses: the signature, the headers, pages and download URLs.

use serde_json::Value;

use super::hosts::WebHosts;
use super::request_sign::{Signing, pair};
use crate::error::upstream::UpstreamError;
use crate::secret::Secret;
use crate::sources::upstream::call::{Call, USER_AGENT};
use crate::sources::upstream::endpoint::Endpoint;
use crate::sources::upstream::entry::{FileRef, Page};
use crate::sources::upstream::envelope::{field, filled, malformed, number, rows};
use crate::sources::upstream::relay::referer_of;
use crate::sources::upstream::row;

/// The file's MD5 as the web API wants it back; empty if it is not known.
pub fn etag(file: &FileRef) -> String {
    file.md5.map(hex::encode).unwrap_or_default()
}

/// The URL of a web API call, with the signature for the current time.
pub fn signed(hosts: &WebHosts, path: &str, query: &str, signing: &Signing) -> String {
    let url = format!("{}{path}", hosts.api);
    let site = url.split_once("://").map_or("", |(_, site)| site);
    let signed_path = site.find('/').and_then(|at| site.get(at..)).unwrap_or_default();
    let (name, value) = pair(signed_path, signing.now, signing.rnd);
    let and = if query.is_empty() { "" } else { "&" };
    format!("{url}?{query}{and}{name}={value}")
}

/// A web API call with the headers that 123Pan's web page sends.
pub fn call(
    endpoint: Endpoint,
    url: String,
    hosts: &WebHosts,
    token: Option<&Secret>,
    body: Option<&Value>,
) -> Call {
    let referer = referer_of(&hosts.api).unwrap_or_default();
    let mut headers = vec![
        ("user-agent", USER_AGENT.to_owned()),
        ("platform", "web".to_owned()),
        ("app-version", "3".to_owned()),
        ("origin", referer.trim_end_matches('/').to_owned()),
        ("referer", referer),
    ];
    headers.extend(token.map(|token| ("authorization", format!("Bearer {}", token.expose()))));
    headers.extend(body.map(|_| ("content-type", "application/json".to_owned())));
    let method = if body.is_some() { "POST" } else { "GET" };
    Call { endpoint, method, url, headers, body: body.map(Value::to_string) }
}

/// Reads a page of a listing from a response's data. [`Page::next`] says only whether there may be more.
///
/// # Errors
/// [`UpstreamErrorKind::Other`](crate::error::upstream::UpstreamErrorKind::Other) if there is no list in the data.
pub fn page(data: &Value) -> Result<Page, UpstreamError> {
    let rows = rows(data, "InfoList")?;
    let mut page = Page::default();
    for row in rows {
        row::take(&mut page, row);
    }
    // Other values of `Next` are no cursor, and without one there may be more (OpenList, CF).
    let next = number(field(data, "Next")).unwrap_or_default();
    page.next = u64::try_from(next).ok().filter(|_| !rows.is_empty());
    page.total = number(field(data, "Total"))
        .and_then(|total| u64::try_from(total).ok())
        .filter(|total| *total > 0);
    Ok(page)
}

/// Reads a file's download URL: `DownloadUrl` or `DownloadURL`, or version 2's first prefix and path.
///
/// # Errors
/// [`UpstreamErrorKind::Other`](crate::error::upstream::UpstreamErrorKind::Other) if there is no URL in the data.
pub fn address(data: &Value) -> Result<String, UpstreamError> {
    if let Some(url) = filled(data, "DownloadUrl") {
        return Ok(url.to_owned());
    }
    let prefix = field(data, "dispatchList").get(0).and_then(|first| filled(first, "prefix"));
    match (prefix, filled(data, "downloadPath")) {
        (Some(prefix), Some(path)) => Ok(format!("{prefix}{path}")),
        _ => Err(malformed()),
    }
}
