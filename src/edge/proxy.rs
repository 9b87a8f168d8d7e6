//! The proxy: streams a file's bytes through the Worker, never holding them.

mod head;

use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, Headers, Request, RequestInit, RequestRedirect, Response, ResponseInit,
};

use super::body;
use super::respond::headers;
use crate::error::upstream::UpstreamError;
use crate::http::conditional::{Conditions, response_headers};
use crate::http::file_headers::{content_type, disposition};
use crate::http::response::Response as SiteResponse;
use crate::http_date;
use crate::site::authorized_file::ProxySource;
use crate::sources::upstream::call::USER_AGENT;
use crate::sources::upstream::cdn_refusal::{MAX_REFUSAL_BYTES, classify};
use crate::sources::upstream::redirect_url::next_hop;
use head::HeadOutcome;

/// A `Referer` that some of 123Pan's CDNs want where the usual one is refused (another client's default).
const OTHER_REFERER: &str = "https://yun.123pan.cn/";
/// Maximum number of redirects followed on the way to the bytes.
const MAX_HOPS: usize = 5;
/// The Content-Security-Policy of proxied files, which have this site's own origin: a page among them may
/// run nothing here.
pub const POLICY: &str = "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'";

/// The outcome of a proxied fetch.
pub enum FetchOutcome {
    /// A response for the client.
    Response(Response),
    /// The link is dead, and a new one can be asked for.
    Dead,
    /// The upstream refuses the link, for this reason, and no new one mends that.
    Refused(UpstreamError),
}

/// The outcome of a fetch from upstream.
pub enum UpstreamOutcome {
    /// The upstream's response; `None` if there was none.
    Response(Option<Response>),
    /// The link is dead: see [`FetchOutcome::Dead`].
    Dead,
    /// The link is refused: see [`FetchOutcome::Refused`].
    Refused(UpstreamError),
}

/// Passes on the response of `source` for the range that `request` asks for, with the headers of `answer`.
/// `is_last` says that a dead link can't be replaced any more.
pub async fn pass(
    request: &Request,
    source: &ProxySource,
    answer: &SiteResponse,
    is_last: bool,
) -> Result<FetchOutcome, JsValue> {
    let header = |name: &str| request.headers().get(name).ok().flatten();
    let Some(conditions) = Conditions::of(header, source.tells_md5) else {
        return failure(&headers(answer)?, 412, CHANGED).map(FetchOutcome::Response);
    };
    // Nothing else of the client's request is sent: no cookie, no credentials, no referrer, no IP address.
    let request_headers = Headers::new()?;
    for (name, value) in conditions.headers() {
        request_headers.set(name, value)?;
    }
    let method = request.method();
    let mut outcome = if method == "HEAD" {
        match head::fetch_head(&request_headers, source, is_last).await {
            HeadOutcome::Upstream(outcome) => outcome,
            HeadOutcome::Known(known) => {
                return known.response(source, answer).map(FetchOutcome::Response);
            }
        }
    } else {
        fetch_source(&method, &request_headers, None, source, is_last).await
    };
    if let UpstreamOutcome::Response(Some(upstream)) = outcome {
        let header = |name: &str| upstream.headers().get(name).ok().flatten();
        outcome = if conditions.is_answered_by(upstream.status(), header) {
            UpstreamOutcome::Response(Some(upstream))
        } else {
            drop_body(Some(upstream)).await;
            fetch_source(&method, &Headers::new()?, None, source, is_last).await
        };
    }
    match outcome {
        UpstreamOutcome::Response(upstream) => relay(upstream, source, answer).await,
        UpstreamOutcome::Dead => Ok(FetchOutcome::Dead),
        UpstreamOutcome::Refused(failed) => Ok(FetchOutcome::Refused(failed)),
    }
}

/// Fetches from `source` with these request headers among others, until the signal aborts it.
pub async fn fetch_source(
    method: &str,
    request_headers: &Headers,
    signal: Option<&AbortSignal>,
    source: &ProxySource,
    is_last: bool,
) -> UpstreamOutcome {
    let get = async |referer| fetch(method, request_headers, signal, source, referer).await.ok();
    let referer = source.link.referer.as_deref();
    let upstream = get(referer).await;
    if is_last {
        return match upstream {
            Some(upstream) if upstream.status() == 403 && referer.is_some() => {
                match refusal(upstream).await {
                    failed if failed.kind.is_of_every_link() => UpstreamOutcome::Refused(failed),
                    _ => UpstreamOutcome::Response(get(Some(OTHER_REFERER)).await),
                }
            }
            upstream => UpstreamOutcome::Response(upstream),
        };
    }
    // 123Pan's CDN answers so for an expired link, and with 1010 for one without its Referer.
    let is_refused = |upstream: &Response| matches!(upstream.status(), 401 | 403 | 404 | 410);
    let is_other = |upstream: &Response| !is_the_file(upstream, source.size);
    match upstream {
        Some(upstream) if source.renewable.is_some() && is_refused(&upstream) => {
            match refusal(upstream).await {
                failed if failed.kind.is_of_every_link() => UpstreamOutcome::Refused(failed),
                _ => UpstreamOutcome::Dead,
            }
        }
        Some(upstream) if source.renewable.is_some() && is_other(&upstream) => {
            drop_body(Some(upstream)).await;
            UpstreamOutcome::Dead
        }
        upstream => UpstreamOutcome::Response(upstream),
    }
}

/// Cancels a response's body that nobody reads: its connection would stay taken until it is read.
pub async fn drop_body(upstream: Option<Response>) {
    if let Some(body) = upstream.and_then(|upstream| upstream.body()) {
        let _ = JsFuture::from(body.cancel()).await;
    }
}

/// Whether a response can be a file of this size: 123Pan's error pages come with status 200, too.
pub fn is_the_file(upstream: &Response, size: Option<u64>) -> bool {
    stated_size(upstream).zip(size).is_none_or(|(stated, size)| stated == size)
}

/// The size of the whole file in bytes that a response with the file, or a part of it, states.
fn stated_size(upstream: &Response) -> Option<u64> {
    let header = |name: &str| upstream.headers().get(name).ok().flatten();
    let stated = match upstream.status() {
        200 => header("Content-Length"),
        206 => header("Content-Range").and_then(|range| Some(range.rsplit_once('/')?.1.to_owned())),
        _ => None,
    };
    stated?.trim().parse().ok()
}

async fn relay(
    upstream: Option<Response>,
    source: &ProxySource,
    answer: &SiteResponse,
) -> Result<FetchOutcome, JsValue> {
    let headers = headers(answer)?;
    headers.set("X-Content-Type-Options", "nosniff")?;
    // The platform's error may hold the URL, and with it the signature.
    let Some(upstream) = upstream else {
        return failure(&headers, 502, UNREACHABLE).map(FetchOutcome::Response);
    };
    let status = upstream.status();
    if matches!(status, 401 | 403) {
        return Ok(FetchOutcome::Refused(refusal(upstream).await));
    }
    if !matches!(status, 200 | 206 | 304 | 412 | 416) || !is_the_file(&upstream, source.size) {
        drop_body(Some(upstream)).await;
        let status = if matches!(status, 404 | 410) { 404 } else { 502 };
        return failure(&headers, status, UNREACHABLE).map(FetchOutcome::Response);
    }
    let init = ResponseInit::new();
    init.set_headers(&headers);
    for name in response_headers(source.tells_md5) {
        if let Some(value) = upstream.headers().get(name)? {
            headers.set(name, &value)?;
        }
    }
    if matches!(status, 200 | 206) {
        name_file(&headers, source)?;
    }
    headers.set("Content-Security-Policy", POLICY)?;
    init.set_status(status);
    Response::new_with_opt_readable_stream_and_init(upstream.body().as_ref(), &init)
        .map(FetchOutcome::Response)
}

/// Why the upstream refuses a link, by its response. For a missing file 123Pan's CDN answers 403 as well.
pub async fn refusal(upstream: Response) -> UpstreamError {
    let body = body::read(upstream.body(), MAX_REFUSAL_BYTES).await.map(|(body, _)| body);
    classify(body.unwrap_or_default())
}

/// Gives a response with a file the entry's name, and the entry's media type in place of a generic one.
fn name_file(headers: &Headers, source: &ProxySource) -> Result<(), JsValue> {
    let name = &source.entry.name;
    let stated = headers.get("Content-Type")?;
    let content_type = content_type(name, stated.as_deref());
    headers.set("Content-Type", content_type)?;
    headers.set("Content-Disposition", &disposition(name, content_type, source.entry.is_download))
}

/// The message for a client whose file's bytes can't be fetched.
pub const UNREACHABLE: &str = "The file can't be fetched from where it is kept.\n";

/// The message for a client whose `If-Match` names another version of the file.
const CHANGED: &str = "The file has changed.\n";

/// A response with this status and message.
pub fn failure(headers: &Headers, status: u16, text: &str) -> Result<Response, JsValue> {
    headers.set("Content-Type", "text/plain; charset=utf-8")?;
    let init = ResponseInit::new();
    init.set_headers(headers);
    init.set_status(status);
    Response::new_with_opt_str_and_init(Some(text), &init)
}

/// Fetches the bytes, and follows redirects by hand: to http(s) only, and to no internal address.
async fn fetch(
    method: &str,
    request_headers: &Headers,
    signal: Option<&AbortSignal>,
    source: &ProxySource,
    referer: Option<&str>,
) -> Result<Response, JsValue> {
    // Without it the platform asks for a compressed response, which has no ranges and no length.
    request_headers.set("Accept-Encoding", "identity")?;
    if let Some(referer) = referer {
        request_headers.set("Referer", referer)?;
    }
    if source.renewable.is_some() {
        // The same `User-Agent` as in the calls of 123Pan's APIs; not every program may fetch from its CDN:
        // a Dart one was refused (YUNX's notes).
        request_headers.set("User-Agent", USER_AGENT)?;
    }
    let init = RequestInit::new();
    init.set_method(method);
    init.set_headers(request_headers);
    init.set_signal(signal);
    init.set_redirect(RequestRedirect::Manual);
    let scope: web_sys::WorkerGlobalScope = js_sys::global().unchecked_into();
    let mut url = source.link.url.clone();
    for _ in 0..=MAX_HOPS {
        let request = Request::new_with_str_and_init(&url, &init)?;
        let response = JsFuture::from(scope.fetch_with_request(&request)).await?;
        let response: Response = response.dyn_into()?;
        if !matches!(response.status(), 301 | 302 | 303 | 307 | 308) {
            return Ok(response);
        }
        let location = response.headers().get("Location")?;
        drop_body(Some(response)).await;
        url = location
            .and_then(|location| next_hop(&url, &location))
            .ok_or("a redirect that leads nowhere")?;
    }
    Err("too many redirects".into())
}
