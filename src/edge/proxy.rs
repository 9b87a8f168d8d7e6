//! A file's bytes through the Worker: passed on as they come, never held.

use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, Request, RequestInit, Response, ResponseInit};

use super::headers;
use crate::site::ProxySource;
use crate::web::answer::Answer;

/// What the origin may know of the visitor's request: which part, and which version is there already.
/// No cookie, no credentials, no referrer, no address.
const ASKED: [&str; 6] =
    ["Range", "If-Range", "If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since"];
/// What the visitor is told of the origin's answer.
const TOLD: [&str; 7] = [
    "Content-Type",
    "Content-Length",
    "Content-Range",
    "Content-Disposition",
    "Accept-Ranges",
    "ETag",
    "Last-Modified",
];
/// The file comes from this site's own address: a page among the files may run nothing here.
const POLICY: &str = "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'";

/// What came of it.
pub enum Passed {
    /// An answer for the visitor.
    Answer(Response),
    /// The link is dead, but a new one can be had for this file of this mount.
    Dead(usize, u64),
}

/// The answer of `source`, for the part that `request` asks for, with the headers of `answer`.
pub async fn pass(
    request: &Request,
    source: &ProxySource,
    answer: &Answer,
) -> Result<Passed, JsValue> {
    let upstream = fetch(request, source).await.ok();
    let status = upstream.as_ref().map(Response::status);
    // The vendor's CDN says so of a link that is over, and with 1010 of one without its Referer.
    if let (Some(401 | 403 | 404 | 410), Some((mount, file))) = (status, source.renewable) {
        drop_body(upstream).await;
        return Ok(Passed::Dead(mount, file));
    }
    hand_on(upstream, answer).await.map(Passed::Answer)
}

/// The same, where there is no other link.
pub async fn pass_or_fail(
    request: &Request,
    source: &ProxySource,
    answer: &Answer,
) -> Result<Response, JsValue> {
    hand_on(fetch(request, source).await.ok(), answer).await
}

/// An answer whose body nobody reads: its slot would stay taken until it is read.
async fn drop_body(upstream: Option<Response>) {
    if let Some(body) = upstream.and_then(|upstream| upstream.body()) {
        let _ = JsFuture::from(body.cancel()).await;
    }
}

async fn hand_on(upstream: Option<Response>, answer: &Answer) -> Result<Response, JsValue> {
    let headers = headers(answer)?;
    headers.set("X-Content-Type-Options", "nosniff")?;
    // What the platform says of a failure may hold the URL, and with it the signature.
    let Some(upstream) = upstream else { return failure(&headers, 502) };
    let status = upstream.status();
    if !matches!(status, 200 | 206 | 304 | 412 | 416) {
        drop_body(Some(upstream)).await;
        return failure(&headers, if matches!(status, 404 | 410) { 404 } else { 502 });
    }
    let init = ResponseInit::new();
    init.set_headers(&headers);
    for name in TOLD {
        if let Some(value) = upstream.headers().get(name)? {
            headers.set(name, &value)?;
        }
    }
    headers.set("Content-Security-Policy", POLICY)?;
    init.set_status(status);
    Response::new_with_opt_readable_stream_and_init(upstream.body().as_ref(), &init)
}

fn failure(headers: &Headers, status: u16) -> Result<Response, JsValue> {
    headers.set("Content-Type", "text/plain; charset=utf-8")?;
    let init = ResponseInit::new();
    init.set_headers(headers);
    init.set_status(status);
    let text = "The file can't be fetched from where it is kept.\n";
    Response::new_with_opt_str_and_init(Some(text), &init)
}

async fn fetch(request: &Request, source: &ProxySource) -> Result<Response, JsValue> {
    let asked = Headers::new()?;
    for name in ASKED {
        if let Some(value) = request.headers().get(name)? {
            asked.set(name, &value)?;
        }
    }
    // Without it the platform asks for a compressed answer, which has no parts and no length.
    asked.set("Accept-Encoding", "identity")?;
    if let Some(referer) = &source.link.referer {
        asked.set("Referer", referer)?;
        // Not every program may fetch there: a Dart one was refused (YUNX's notes).
        asked.set(
            "User-Agent",
            concat!("Mozilla/5.0 (compatible; Signpost/", env!("CARGO_PKG_VERSION"), ")"),
        )?;
    }
    let init = RequestInit::new();
    init.set_method(&request.method());
    init.set_headers(&asked);
    let request = Request::new_with_str_and_init(&source.link.url, &init)?;
    let scope: web_sys::WorkerGlobalScope = js_sys::global().unchecked_into();
    JsFuture::from(scope.fetch_with_request(&request)).await?.dyn_into()
}
