//! The Worker: the one module that knows the platform, and decides nothing about the site.
//!
//! `src/entry.js` asks [`redirect`] first, which is synchronous and takes and gives strings only:
//! measured, that is what a request to a Worker costs least. Everything else goes through
//! `workers-rs` and its event handler.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Headers, Request, Response, ResponseInit};
use worker::kv::KvError;
use worker::{Context, Env, event};

use crate::host::SignedHosts;
use crate::links::{Links, Offered};
use crate::secret::Secret;
use crate::sign::{PathForm, Signer};
use crate::site::Site;
use crate::stamp::Stamp;
use crate::time::UnixSeconds;
use crate::web::answer::{Answer, Body};
use crate::web::{self, Ask, redirect};

type SharedSite = Rc<RefCell<Site>>;

thread_local! {
    /// Loaded when the isolate first serves; plain data, so it may outlive a request.
    static SITE: RefCell<Option<SharedSite>> = const { RefCell::new(None) };
    static CHANCE: RefCell<Chance> = const { RefCell::new(Chance { bytes: [0; 1024], left: 0 }) };
}

/// The binding of the KV namespace with the trees.
const KV: &str = "KV";

/// Whether [`redirect`] may be asked: a site is loaded, and no look into KV is due.
///
/// Asked before it also because after a trap the next call makes a new WASM instance, and only one
/// that passes no strings is safe there: they would be written into the memory of the old one.
#[wasm_bindgen]
pub fn ready(now_ms: f64) -> bool {
    let is_ready = |site: &SharedSite| !site.borrow().is_due(seconds(now_ms));
    SITE.with_borrow(|site| site.as_ref().is_some_and(is_ready))
}

/// The `Location` of a file's redirect; `None` if the answer is something else, which the long way
/// finds out. Not for a client that may want JSON.
#[wasm_bindgen]
pub fn redirect(url: &str, now_ms: f64) -> Option<String> {
    let stamp = stamp(now_ms)?;
    let ask = Ask { method: "GET", url, accept: None };
    SITE.with_borrow(|site| redirect::location(&site.as_ref()?.borrow(), &ask, &stamp))
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    let stamp = stamp(js_sys::Date::now()).ok_or("no random values")?;
    let (method, url) = (request.method(), request.url());
    let accept = request.headers().get("accept")?;
    let site = match SITE.with_borrow(Option::clone) {
        Some(site) => {
            if site.borrow().is_due(stamp.now) {
                let site = Rc::clone(&site);
                context.wait_until(async move {
                    let texts = read_trees(&site, &env, stamp.now).await;
                    keep_copies(&env, texts).await;
                });
            }
            site
        }
        None => load(env, &context, stamp.now).await,
    };
    let ask = Ask { method: &method, url: &url, accept: accept.as_deref() };
    let answer = web::answer(&site.borrow(), &ask, &stamp);
    respond(&answer).map_err(Into::into)
}

/// Reads the settings, and the trees that lie in KV, before the first answer. Of several first
/// requests at once one comes out first: its site stays, and it alone keeps copies.
async fn load(env: Env, context: &Context, now: UnixSeconds) -> SharedSite {
    let site = Rc::new(RefCell::new(Site::load(|name| setting(&env, name), now)));
    let texts = read_trees(&site, &env, now).await;
    if let Some(first) = SITE.with_borrow(Option::clone) {
        return first;
    }
    SITE.set(Some(Rc::clone(&site)));
    if !texts.is_empty() {
        context.wait_until(async move { keep_copies(&env, texts).await });
    }
    site
}

/// A variable or secret as text, an object or list as JSON.
fn setting(env: &Env, name: &str) -> Option<String> {
    let value = js_sys::Reflect::get(env.as_ref(), &name.into()).ok()?;
    if value.is_undefined() || value.is_null() {
        return None;
    }
    value.as_string().or_else(|| js_sys::JSON::stringify(&value).ok()?.as_string())
}

/// A good text and its KV key.
struct GoodText {
    key: String,
    text: String,
}

/// Reads every tree in KV that was not looked at for a minute, and gives those that are served from
/// now on. No borrow is held over an await.
async fn read_trees(site: &SharedSite, env: &Env, now: UnixSeconds) -> Vec<GoodText> {
    let due = {
        let mut site = site.borrow_mut();
        let mounts = site.mounts_mut().iter_mut().enumerate();
        let due = mounts.filter_map(|(index, mount)| {
            let key = mount.links.due(now)?.to_owned();
            mount.links.claim(now);
            Some((index, key))
        });
        due.collect::<Vec<_>>()
    };
    let mut good = Vec::new();
    for (index, key) in due {
        match read_tree(site, env, index, key, now).await {
            Ok(text) => good.extend(text),
            Err(_) => {
                with_links(site, index, Links::unreadable);
            }
        }
    }
    good
}

async fn read_tree(
    site: &SharedSite,
    env: &Env,
    index: usize,
    key: String,
    now: UnixSeconds,
) -> Result<Option<GoodText>, KvError> {
    let kv = env.kv(KV).map_err(|_| KvError::InvalidKvStore(KV.to_owned()))?;
    let text = kv.get(&key).text().await?;
    let offered = with_links(site, index, |links| links.offer(text.as_deref(), now));
    match (offered, text) {
        (Some(Offered::Served), Some(text)) => Ok(Some(GoodText { key, text })),
        (Some(Offered::Refused), _) => {
            let bare = with_links(site, index, |links| links.tree().is_none()).unwrap_or(false);
            if bare && let Some(kept) = kv.get(&copy_key(&key)).text().await? {
                with_links(site, index, |links| links.offer_kept(&kept, now));
            }
            Ok(None)
        }
        _ => Ok(None),
    }
}

/// Keeps a copy of good texts, for isolates that start while the newest one has errors.
async fn keep_copies(env: &Env, texts: Vec<GoodText>) {
    for GoodText { key, text } in texts {
        // Without a copy the site is none the worse; the next isolate tries again.
        let _ = keep_copy(env, &copy_key(&key), text).await;
    }
}

/// Written only if it is not there already: the free plan allows 1,000 writes a day.
async fn keep_copy(env: &Env, copy: &str, text: String) -> worker::Result<()> {
    let kv = env.kv(KV)?;
    if kv.get(copy).text().await?.as_deref() != Some(text.as_str()) {
        kv.put(copy, text)?.execute().await?;
    }
    Ok(())
}

fn copy_key(key: &str) -> String {
    format!("{key}.good")
}

fn with_links<T>(site: &SharedSite, index: usize, act: impl FnOnce(&mut Links) -> T) -> Option<T> {
    site.borrow_mut().mounts_mut().get_mut(index).map(|mount| act(&mut mount.links))
}

fn respond(answer: &Answer) -> Result<Response, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &answer.headers {
        headers.set(name, value)?;
    }
    let init = ResponseInit::new();
    init.set_status(answer.status);
    init.set_headers(&headers);
    let body = match &answer.body {
        Body::None => None,
        body => Some(body.as_str()),
    };
    Response::new_with_opt_str_and_init(body, &init)
}

/// Time and chance for one request.
fn stamp(now_ms: f64) -> Option<Stamp> {
    let random = CHANCE.with_borrow_mut(Chance::draw)?;
    Some(Stamp::new(seconds(now_ms), random))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time after 1970")]
fn seconds(ms: f64) -> UnixSeconds {
    UnixSeconds((ms / 1000.0) as u64)
}

/// Random bytes from the platform, fetched for 64 requests at a time: a call out of WASM costs more
/// than the bytes. Each is used once and then gone.
struct Chance {
    bytes: [u8; 1024],
    left: usize,
}

impl Chance {
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

/// Signs one URL: for tests that hold the built WASM against known signatures. No route leads here.
///
/// # Errors
/// What is wrong with the URL or the uid.
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

/// A fire drill: panics, so that tests can see that the next request works. No route leads here.
#[wasm_bindgen]
#[expect(clippy::panic, reason = "it is what it is for")]
pub fn trap() {
    panic!("fire drill");
}
