//! The embed page, `?embed`: a file in a bare page, for the frame of another page.
//!
//! Requests from inside the frame have a page of ours as their referrer, which every rule lets pass. So
//! whether another page may embed the file is decided here: by the guard, to which that page is the
//! referrer of this one, and by the browser, by its `frame-ancestors`.

use std::fmt::Write as _;

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use signpost_pages::view::{EmbedView, View};

use super::page::Page;
use crate::access::client::AccessRequest;
use crate::http::query::{has_field, raw_field};
use crate::http::request::Request;
use crate::http::response::{Body, POLICY_HEADER, Response};
use crate::site::Site;
use crate::site::open_file::BytesFrom;
use crate::site::open_file::OpenFile;

/// Maximum start position of a film, in seconds: a day.
const LATEST_START: u32 = 86_400;

/// The Content-Security-Policy of an error inside a frame, which any page may show, since nothing is in it.
pub(crate) const REFUSAL_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
                                         base-uri 'none'; form-action 'none'";

/// Serves the embed page. No link is made, so nothing is charged.
pub(crate) fn answer(
    site: &Site,
    file: &OpenFile<'_>,
    access: &AccessRequest<'_>,
    request: &Request<'_>,
    page: &Page<'_>,
) -> Response {
    let query = request.url.query;
    let start = raw_field(query, "t").and_then(|text| text.parse::<u32>().ok());
    let view = View::Embed(EmbedView {
        layout: page.layout(site),
        name: access.path.segments().last().unwrap_or_default().into(),
        href: own_href(access),
        size: file.size(),
        start: start.filter(|start| (1..=LATEST_START).contains(start)),
        autoplay: has_field(query, "autoplay"),
        repeat: has_field(query, "loop"),
        muted: has_field(query, "muted"),
    });
    Response::new(200, Body::page(&view))
        .replacing(POLICY_HEADER, policy(&file.bytes_from(), &file.embedders()))
        .with("Cache-Control", "private, no-cache")
        .with("Vary", "Accept-Language, Cookie")
        .with("X-Robots-Tag", "noindex")
}

/// The path of the opened entry, with the key that opened it: a share link, or AList's signature.
pub(crate) fn own_href(access: &AccessRequest<'_>) -> String {
    let mut href = access.share.map_or_else(String::new, |token| ["/~", token].concat());
    href.push_str(&access.path.href(access.path.has_trailing_slash()));
    if let Some(sign) = access.sign {
        href.push_str("?sign=");
        href.extend(percent_encode(sign.as_bytes(), NON_ALPHANUMERIC));
    }
    href
}

/// The Content-Security-Policy of an embed page: what it may load, and which pages may frame it. A browser
/// checks a redirect's target as well, so that has to be in it.
fn policy(bytes: &BytesFrom, embedders: &[String]) -> String {
    let more = match bytes {
        BytesFrom::Here => String::new(),
        BytesFrom::Origin(origin) => [" ", origin].concat(),
        BytesFrom::Anywhere => " https:".to_owned(),
    };
    let mut policy = String::new();
    let _ = write!(
        policy,
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
         img-src 'self'{more}; media-src 'self'{more}; base-uri 'none'; form-action 'none'"
    );
    // Of several policies each has to allow a page. Without any, pages without an origin may frame it as
    // well.
    for sources in embedders {
        policy.push_str(", frame-ancestors ");
        policy.push_str(sources);
    }
    policy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_redirects_target_and_the_allowed_ancestors() {
        const CASES: &[(BytesFrom, &[&str], &str, &str)] = &[
            (BytesFrom::Here, &[], "media-src 'self'; ", "form-action 'none'"),
            (
                BytesFrom::Anywhere,
                &["'self'"],
                "img-src 'self' https:; ",
                ", frame-ancestors 'self'",
            ),
            (BytesFrom::Here, &["x", "y"], "", ", frame-ancestors x, frame-ancestors y"),
        ];
        for (bytes, embedders, loads, ends) in CASES {
            let embedders = embedders.iter().map(|list| (*list).to_owned()).collect::<Vec<_>>();
            let got = policy(bytes, &embedders);
            assert!(got.contains(loads) && got.ends_with(ends), "{got}");
        }
    }
}
