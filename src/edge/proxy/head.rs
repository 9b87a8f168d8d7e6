//! HEAD of a proxied file whose CDN refuses that method: answered from what is known of the file, or else from
//! its first byte.

use wasm_bindgen::JsValue;
use web_sys::{Headers, Response, ResponseInit};

use super::{
    POLICY, UpstreamOutcome, drop_body, fetch, fetch_source, headers, http_date, is_the_file,
    name_file, stated_size,
};
use crate::http::response::Response as SiteResponse;
use crate::site::authorized_file::ProxySource;

/// The outcome of a HEAD at the upstream.
pub enum HeadOutcome {
    /// The upstream's own response, to be passed on as that to a GET.
    Upstream(UpstreamOutcome),
    /// The facts that the site knows of the file without its upstream.
    Known(KnownFile),
}

/// The facts known of a file whose upstream answers no HEAD.
pub struct KnownFile {
    /// Size in bytes.
    size: u64,
    /// The upstream's media type and date, where it said any.
    content_type: Option<String>,
    last_modified: Option<String>,
    has_ranges: bool,
}

/// Sends a HEAD upstream, and where it is refused, looks for another way to the same answer.
///
/// `405` and `501` are about the method alone. Any other refusal (`403`, `400`) may be about the link or the
/// file, too: its first byte tells, and its `Content-Range` the size. A tree's owner may have written a rough
/// size, but one more request for each HEAD would not make that of a GET right.
pub async fn fetch_head(
    request_headers: &Headers,
    source: &ProxySource,
    is_last: bool,
) -> HeadOutcome {
    let referer = source.link.referer.as_deref();
    let upstream = fetch("HEAD", request_headers, None, source, referer).await.ok();
    let Some(upstream) = upstream else {
        return HeadOutcome::Upstream(UpstreamOutcome::Response(None));
    };
    let status = upstream.status();
    if matches!(status, 200 | 206 | 304 | 412 | 416) && is_the_file(&upstream, source.size) {
        return HeadOutcome::Upstream(UpstreamOutcome::Response(Some(upstream)));
    }
    drop_body(Some(upstream)).await;
    if let Some(size) = source.entry.size.filter(|_| matches!(status, 405 | 501)) {
        let known = KnownFile { size, content_type: None, last_modified: None, has_ranges: true };
        return HeadOutcome::Known(known);
    }
    let Ok(first_byte) = Headers::new() else {
        return HeadOutcome::Upstream(UpstreamOutcome::Response(None));
    };
    let _ = first_byte.set("Range", "bytes=0-0");
    match fetch_source("GET", &first_byte, None, source, is_last).await {
        UpstreamOutcome::Response(Some(upstream)) => match known(&upstream, source.size) {
            Some(known) => {
                drop_body(Some(upstream)).await;
                HeadOutcome::Known(known)
            }
            // A part of one byte is no answer to a HEAD, nor is a body whose length nobody states.
            None if matches!(upstream.status(), 200 | 206) => {
                drop_body(Some(upstream)).await;
                HeadOutcome::Upstream(UpstreamOutcome::Response(None))
            }
            None => HeadOutcome::Upstream(UpstreamOutcome::Response(Some(upstream))),
        },
        outcome => HeadOutcome::Upstream(outcome),
    }
}

/// The facts that a response to a GET of the first byte states of a file of this size; `None` for another file's.
fn known(upstream: &Response, size: Option<u64>) -> Option<KnownFile> {
    let header = |name: &str| upstream.headers().get(name).ok().flatten();
    let stated = match upstream.status() {
        // An empty file has no first byte.
        416 => {
            Some(0).filter(|_| header("Content-Range").is_some_and(|range| range == "bytes */0"))
        }
        _ => stated_size(upstream),
    };
    let stated = stated.filter(|stated| size.is_none_or(|size| size == *stated))?;
    Some(KnownFile {
        size: stated,
        content_type: header("Content-Type").filter(|_| upstream.status() != 416),
        last_modified: header("Last-Modified"),
        has_ranges: upstream.status() == 206,
    })
}

impl KnownFile {
    /// The response to the HEAD, with the headers of `answer` among others.
    pub fn response(
        self,
        source: &ProxySource,
        answer: &SiteResponse,
    ) -> Result<Response, JsValue> {
        let headers = headers(answer)?;
        let modified = || source.entry.modified.and_then(http_date::format);
        headers.set("Content-Length", &self.size.to_string())?;
        for (name, value) in [
            ("Content-Type", self.content_type),
            ("Last-Modified", self.last_modified.or_else(modified)),
            ("Accept-Ranges", self.has_ranges.then(|| "bytes".to_owned())),
        ] {
            if let Some(value) = value {
                headers.set(name, &value)?;
            }
        }
        name_file(&headers, source)?;
        headers.set("X-Content-Type-Options", "nosniff")?;
        headers.set("Content-Security-Policy", POLICY)?;
        let init = ResponseInit::new();
        init.set_headers(&headers);
        Response::new_with_opt_str_and_init(None, &init)
    }
}
