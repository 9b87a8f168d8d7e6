//! The Worker: the one module that knows the Workers runtime, and decides nothing about the site.
//!
//! `src/entry.js` calls [`redirect`] first, which is synchronous and takes and returns strings only:
//! measured, that is the cheapest call from a Worker into WASM. Everything else goes through [`fetch`].

mod account_object;
mod body;
mod objects;
mod passwords;
mod platform;
mod playlist;
mod proxy;
mod quota_object;
mod renderer;
mod request;
mod respond;
mod runtime;
mod share_links;
mod site_cell;
mod sql;
mod startup;
mod trees;

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use web_sys::{Request, Response, ResponseInit};
use worker::worker_sys::Context;
use worker::{Env, console_error};

use crate::context::RequestContext;
use crate::error::Error;
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::host::SignedHosts;
use crate::http::response::Body;
use crate::http::{self, router};
use crate::routes::redirect;
use crate::secret::Secret;
use crate::seed::RequestSeed;
use crate::sign::{PathForm, Signer};
use crate::site::Site;
use crate::site::authorized_file::ProxySource;
use crate::sources::remote::RemoteFile;
use crate::time::UnixSeconds;
use platform::EdgePlatform;
use proxy::FetchOutcome;
use renderer::Renderer;
use request::Incoming;
use respond::respond;
use site_cell::{SITE, SharedSite};

thread_local! {
    static RANDOM_POOL: RefCell<RandomPool> = const { RefCell::new(RandomPool { bytes: [0; 1024], left: 0 }) };
}

/// Loads the site while the isolate starts, before the first request.
#[wasm_bindgen]
pub fn preload(env: &Env) {
    startup::preload(env);
}

/// Whether [`redirect`] may be called: a site is in service, and no tree is due to be read from KV. The
/// first call puts the preloaded site into service.
///
/// It is called before [`redirect`] also because after a trap the next call makes a new WASM instance, and
/// only a call that passes no strings is safe there: they would be written into the memory of the old one.
#[wasm_bindgen]
pub fn ready(now_ms: f64) -> bool {
    let now = seconds(now_ms);
    let is_ready = |site: &SharedSite| !site.current().is_due(now);
    let ready = SITE.with_borrow(|site| site.as_ref().map(is_ready));
    ready.unwrap_or_else(|| startup::put_into_service(now))
}

/// Loads the site with its trees from KV where [`ready`] says that there is none, so that [`redirect`] may be
/// called; begins to read the trees that are due, without waiting for them.
#[wasm_bindgen]
pub async fn prepare(env: Env, context: Context) {
    trees::site(&env, &context, seconds(js_sys::Date::now())).await;
}

/// The `Location` of a file's redirect; `None` if the response is anything else, for which [`fetch`] has to
/// be called. Not for a client that may want JSON, and for GET and HEAD only.
#[wasm_bindgen]
pub fn redirect(url: &str, is_head: bool, now_ms: f64) -> Option<String> {
    let seed = seed(now_ms)?;
    SITE.with_borrow(|site| redirect::location(&site.as_ref()?.current(), url, is_head, &seed))
}

/// Answers any request, with all routes: the slow path next to [`redirect`].
///
/// # Errors
/// If not even a response with an error can be made.
#[wasm_bindgen]
pub async fn fetch(
    request: Request,
    env: Env,
    context: Context,
    renderer: Renderer,
) -> Result<Response, JsValue> {
    match serve(request, env, context, &renderer).await {
        Ok(response) => Ok(response),
        Err(error) => {
            // Its name alone: the platform's message about a value it refuses may hold the value.
            let kind = js_sys::Reflect::get(&error, &"name".into()).ok();
            let kind = kind.and_then(|kind| kind.as_string()).or_else(|| error.as_string());
            console_error!("signpost: {}", kind.as_deref().unwrap_or("unknown error"));
            let init = ResponseInit::new();
            init.set_status(500);
            Response::new_with_opt_str_and_init(Some("INTERNAL SERVER ERROR"), &init)
        }
    }
}

async fn serve(
    request: Request,
    env: Env,
    context: Context,
    renderer: &Renderer,
) -> Result<Response, JsValue> {
    let seed = seed(js_sys::Date::now()).ok_or("no random values")?;
    let incoming = Incoming::read(&request).await?;
    let site = trees::site(&env, &context, seed.now).await.current();
    let place = incoming.place.clone().unwrap_or_default();
    let ctx = RequestContext::new(EdgePlatform { env, now: seed.now, place }, seed);
    let parsed = http::request::Request::new(&site, &incoming.parts());
    let mut answer = router::answer(&site, &parsed, &ctx).await;
    let (mut is_last, mut has_own_link) = (false, false);
    loop {
        let outcome = match &answer.body {
            Body::Proxy(source) => proxy::pass(&request, source, &answer, is_last).await?,
            Body::Playlist(playlist) => {
                playlist::pass(playlist, &answer, is_last, renderer).await?
            }
            Body::None | Body::View(..) | Body::Json(_) | Body::Text(_) | Body::Bytes(..) => break,
        };
        match outcome {
            FetchOutcome::Response(response) => {
                if has_own_link {
                    note_own_place(&site, answer.body.source_mut(), true, &ctx);
                }
                return Ok(response);
            }
            FetchOutcome::Refused(failed) => {
                // The link is good where the account object is: ask for one from here, once.
                let is_locked = failed.kind == UpstreamErrorKind::CityLocked;
                if is_locked && has_own_link {
                    note_own_place(&site, answer.body.source_mut(), false, &ctx);
                }
                let is_first = is_locked && !std::mem::replace(&mut has_own_link, true);
                let failed = match answer.body.source_mut() {
                    Some(source) if is_first && source.renewable.is_some() => {
                        match take_own_link(&site, source, &ctx).await {
                            Ok(()) => {
                                is_last = true;
                                continue;
                            }
                            // Such as a queue that is full: it says nothing of the file.
                            Err(failed) => failed,
                        }
                    }
                    Some(source) => {
                        note_refusal(&site, source, &failed, &ctx).await;
                        failed
                    }
                    None => failed,
                };
                let error = Error::from_failure(Some(&failed));
                answer = router::failure(&site, &parsed, &ctx, error);
                break;
            }
            // 123Pan's links die early now and then: try once more, with a new one.
            FetchOutcome::Dead => {
                let Some(source) = answer.body.source_mut().filter(|_| !is_last) else { break };
                is_last = true;
                if let Err(error) = renew(&site, source, &ctx).await {
                    answer = router::failure(&site, &parsed, &ctx, error);
                }
            }
        }
    }
    respond(&answer, renderer).await
}

/// Gives a source whose link is dead a new link, if there is another.
async fn renew(
    site: &Site,
    source: &mut ProxySource,
    ctx: &RequestContext<EdgePlatform>,
) -> Result<(), Error> {
    let Some(file) = &source.renewable else { return Ok(()) };
    let remote = site.remote(file.mount).ok_or(Error::Unavailable)?;
    let renewed = remote.renew_or_follow(file, &source.entry.name, &source.link.url, ctx).await?;
    if let Some((link, file)) = renewed {
        if let Some(charge) = &source.charged {
            charge.replace(&file.file, ctx).await?;
        }
        (source.size, source.entry.size) = (Some(file.file.size), Some(file.file.size));
        (source.link, source.renewable) = (link, Some(file));
    }
    Ok(())
}

/// Gives a source a link that was made here.
async fn take_own_link(
    site: &Site,
    source: &mut ProxySource,
    ctx: &RequestContext<EdgePlatform>,
) -> Result<(), UpstreamError> {
    let Some(RemoteFile { mount, file, .. }) = &source.renewable else {
        return Err(UpstreamErrorKind::CityLocked.into());
    };
    let remote = site.remote(*mount).ok_or(UpstreamErrorKind::Other)?;
    source.link = remote.link_from_here(file, &source.link.url, ctx).await?;
    Ok(())
}

/// Records whether the CDN serves a link that was made here.
fn note_own_place(
    site: &Site,
    source: Option<&mut ProxySource>,
    helps: bool,
    ctx: &RequestContext<EdgePlatform>,
) {
    let file = source.and_then(|source| source.renewable.as_ref());
    if let Some(RemoteFile { mount, file, .. }) = file
        && let Some(remote) = site.remote(*mount)
    {
        remote.note_own_place(file.id, helps, ctx.now());
    }
}

/// Records that a source's link is refused. A tree's file has no other, and its CDN is asked each time.
async fn note_refusal(
    site: &Site,
    source: &ProxySource,
    failed: &UpstreamError,
    ctx: &RequestContext<EdgePlatform>,
) {
    if let Some(RemoteFile { mount, file, .. }) = &source.renewable
        && let Some(remote) = site.remote(*mount)
    {
        remote.note_refusal(file.id, failed, ctx).await;
    }
}

/// The time and the random bytes for one request.
fn seed(now_ms: f64) -> Option<RequestSeed> {
    let random = RANDOM_POOL.with_borrow_mut(RandomPool::draw)?;
    Some(RequestSeed::new(seconds(now_ms), random))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time after 1970")]
fn seconds(ms: f64) -> UnixSeconds {
    UnixSeconds((ms / 1000.0) as u64)
}

/// A buffer of random bytes from the platform, filled for 64 requests at a time: a call out of WASM costs
/// more than the bytes. Each byte is used once and then cleared.
struct RandomPool {
    bytes: [u8; 1024],
    left: usize,
}

impl RandomPool {
    fn draw(&mut self) -> Option<[u8; 16]> {
        if self.left < 16 {
            getrandom::fill(&mut self.bytes).ok()?;
            self.left = self.bytes.len();
        }
        self.left -= 16;
        let drawn = self.bytes.get_mut(self.left..self.left + 16)?;
        let random = <[u8; 16]>::try_from(&*drawn).ok();
        drawn.fill(0);
        random
    }
}

/// Signs one URL, for tests that compare the built WASM with known signatures. No route calls it.
///
/// # Errors
/// If the URL can't be signed, or the uid is not a number.
#[wasm_bindgen]
pub fn sign_url(
    url: &str,
    private_key: &str,
    uid: &str,
    expires_at: f64,
    rand: &str,
) -> Result<String, JsValue> {
    let uid = uid.parse().map_err(|_| "uid is not a number")?;
    Signer::new(uid, Secret::new(private_key), PathForm::Decoded)
        .sign_url(url, &SignedHosts::default(), seconds(expires_at * 1000.0), rand)
        .map_err(|error| error.to_string().into())
}

/// Panics, so that tests can see that the next request works. No route calls it.
#[wasm_bindgen]
#[expect(clippy::panic, reason = "it is what it is for")]
pub fn panic_for_test() {
    panic!("a panic for a test");
}

/// Panics where no caller sees it, in a promise that never settles. For tests; no route calls it.
#[wasm_bindgen]
pub async fn panic_later_for_test() {
    let _ = wasm_bindgen_futures::JsFuture::from(js_sys::Promise::resolve(&JsValue::NULL)).await;
    panic_for_test();
}
