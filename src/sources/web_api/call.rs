//! Calls of the web API and their responses: the signature, the headers, pages and download URLs.

use serde_json::Value;

use super::hosts::WebHosts;
use super::request_sign::{Signing, pair};
use super::wire::{Download, Listing};
use crate::error::upstream::UpstreamError;
use crate::secret::Secret;
use crate::sources::upstream::call::{Call, USER_AGENT};
use crate::sources::upstream::endpoint::Endpoint;
use crate::sources::upstream::entry::{FileRef, Page};
use crate::sources::upstream::envelope::malformed;
use crate::sources::upstream::redirect_url::referer_of;
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

/// The page of a listing in a response's data. [`Page::next`] says only whether there may be more.
pub fn page(listing: Listing) -> Page {
    // Other values of `Next` are no cursor, and without one there may be more (OpenList, CF).
    let next = u64::try_from(listing.next.unwrap_or_default()).ok();
    let mut page = Page {
        next: next.filter(|_| !listing.rows.is_empty()),
        total: listing.total.filter(|total| *total > 0),
        ..Page::default()
    };
    for row in listing.rows {
        row::add_row(&mut page, row);
    }
    page
}

/// A file's download URL in a response's data: as it is, or version 2's first prefix and path.
///
/// # Errors
/// [`UpstreamErrorKind::Other`](crate::error::upstream::UpstreamErrorKind::Other) if there is no URL in the data.
pub fn download_url(data: Download) -> Result<String, UpstreamError> {
    let in_parts = || Some([data.site?.prefix?, data.path?].concat());
    data.url.or_else(in_parts).ok_or_else(malformed)
}
