//! The account object, one Durable Object per 123Pan account, which makes all calls for it but those for
//! which it lends its token (`sources::remote::own_place`); and its client.
//!
//! It runs an [`AccountClient`] on the platform's clock, network, database and KV. It reads the settings of
//! its own account's mounts alone: no tree, no rule, no other account's secrets.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Headers, RequestInit, RequestRedirect, WorkerGlobalScope};
use worker::{
    DurableObject, Env, Request, Response, Result, SqlStorage, SqlStorageValue, State,
    console_error, console_warn, durable_object,
};

use super::body;
use super::objects::post_to_object;
use super::runtime::{EnvSettings, KV, MIN_TTL, millis, now, timeout_signal};
use super::sql::{integer, rows};
use crate::account::client::AccountClient;
use crate::account::command::AccountRequest;
use crate::account::host::AccountHost;
use crate::account::store::StorageKey;
use crate::config::lookup::Settings as _;
use crate::sources::config::account_mounts;
use crate::sources::upstream::call::{ApiResponse, Call, TransportError};
use crate::time::UnixMillis;

/// The binding of the Durable Object namespace.
const ACCOUNTS: &str = "ACCOUNTS";

#[wasm_bindgen]
extern "C" {
    /// `scheduler.wait` of the Workers runtime: a promise that resolves after `ms` milliseconds.
    /// `worker::Delay` panics where the runtime refuses a timer, and wakes only the task that polled it first.
    #[wasm_bindgen(js_namespace = scheduler, js_name = wait)]
    fn wait(ms: f64) -> Promise;
}

/// The table of what the account client stores, in parts: a value may have 2 MB, and the listings of large
/// folders are longer.
const NOTES: &str = "CREATE TABLE IF NOT EXISTS notes (
        key TEXT NOT NULL, part INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (key, part)
    ) WITHOUT ROWID;";
/// Maximum bytes of a part: a row may have 2 MB, its key included.
const PART: usize = 1 << 20;

/// The Durable Object, whose class `Account` in `src/entry.js` outlives the WASM instance. It takes an
/// [`AccountRequest`] by `POST` and answers with a [`crate::account::command::Reply`] as text.
#[durable_object(fetch)]
pub struct AccountObject {
    sql: SqlStorage,
    env: Env,
    client: RefCell<Option<Rc<AccountClient<PlatformHost>>>>,
}

impl DurableObject for AccountObject {
    /// Opens the database and makes its table.
    fn new(state: State, env: Env) -> Self {
        let sql = state.storage().sql();
        if sql.exec(NOTES, None).is_err() {
            console_error!("account: its table can't be made");
        }
        Self { sql, env, client: RefCell::new(None) }
    }

    /// Answers one request to the object.
    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let Some(request) = AccountRequest::parse(&request.text().await?) else {
            return Response::error("not a request to an account", 400);
        };
        let reply = self.client(&request).answer(request).await;
        Response::ok(reply.to_text())
    }
}

impl AccountObject {
    /// The client of the object's account. The account's name is that of the object itself in every
    /// request; the indexes of its mounts may be other ones while a new version of the Worker is deployed,
    /// and a client that knows the mount of the request is kept.
    fn client(&self, request: &AccountRequest) -> Rc<AccountClient<PlatformHost>> {
        if let Some(client) = self.client.borrow().as_ref().filter(|it| it.has_mount_of(request)) {
            return Rc::clone(client);
        }
        let host = PlatformHost { sql: self.sql.clone(), env: self.env.clone() };
        let lookup = |name: &str| EnvSettings(&self.env).get(name);
        let mounts = account_mounts(lookup, &request.account, &request.mounts);
        let client = AccountClient::new(host, mounts);
        if client.has_mount_of(request) {
            self.client.replace(Some(Rc::clone(&client)));
        }
        client
    }
}

/// Sends a command to an account's object and returns its reply, or gives up after the timeout.
///
/// # Errors
/// The platform's error, the end of the timeout included.
pub async fn send_command(
    env: &Env,
    account: &str,
    command: &str,
    timeout: Duration,
) -> Result<String> {
    let signal = timeout_signal(timeout);
    post_to_object(env, ACCOUNTS, account, "/", command, Some(&signal)).await
}

/// The [`AccountHost`] of the Workers runtime, as the account client uses it.
struct PlatformHost {
    sql: SqlStorage,
    env: Env,
}

impl PlatformHost {
    fn try_write(&self, key: &str, text: &str) -> Result<()> {
        self.try_remove(key)?;
        let mut rest = text;
        let mut part = 0;
        loop {
            let (now, later) = rest.split_at_checked(cut(rest)).unwrap_or((rest, ""));
            let put = "INSERT INTO notes (key, part, text) VALUES (?, ?, ?)";
            self.sql.exec(put, vec![key.into(), integer(part), now.into()])?;
            if later.is_empty() {
                return Ok(());
            }
            (rest, part) = (later, part + 1);
        }
    }

    fn try_remove(&self, key: &str) -> Result<()> {
        self.sql.exec("DELETE FROM notes WHERE key = ?", vec![key.into()]).map(drop)
    }

    fn try_read(&self, key: &str) -> Result<Option<String>> {
        let get = "SELECT text FROM notes WHERE key = ? ORDER BY part";
        let mut found = None;
        for row in rows(&self.sql, get, vec![key.into()])? {
            if let [SqlStorageValue::String(part)] = row.as_slice() {
                found.get_or_insert_with(String::new).push_str(part);
            }
        }
        Ok(found)
    }

    async fn try_publish(&self, key: &str, text: &str, lifetime: Duration) -> Result<()> {
        let put = self.env.kv(KV)?.put(key, text)?;
        put.expiration_ttl(lifetime.max(MIN_TTL).as_secs()).execute().await?;
        Ok(())
    }
}

/// The length of a text's first part, which ends between two characters.
fn cut(text: &str) -> usize {
    if text.len() <= PART {
        return text.len();
    }
    (0..=PART).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

impl AccountHost for PlatformHost {
    fn now(&self) -> UnixMillis {
        now()
    }

    fn random(&self) -> [u8; 16] {
        let mut random = [0; 16];
        // It never fails here; if it did, spacing without jitter is no harm.
        let _ = getrandom::fill(&mut random);
        random
    }

    async fn send(
        &self,
        call: &Call,
        max: usize,
        timeout: Duration,
    ) -> Result<ApiResponse, TransportError> {
        send_call(call, max, timeout).await
    }

    async fn sleep(&self, span: Duration) {
        let _ = JsFuture::from(wait(millis(span).into())).await;
    }

    fn spawn(&self, work: LocalBoxFuture<'static, ()>) {
        spawn_local(work);
    }

    fn read(&self, key: &StorageKey<'_>) -> Option<String> {
        self.try_read(&key.to_string()).ok().flatten()
    }

    fn write(&self, key: &StorageKey<'_>, text: &str) -> bool {
        self.try_write(&key.to_string(), text).is_ok()
    }

    fn remove(&self, key: &StorageKey<'_>) {
        // What can't be removed now is replaced when it is next written.
        let _ = self.try_remove(&key.to_string());
    }

    async fn publish(&self, key: &str, text: &str, lifetime: Duration) -> bool {
        self.try_publish(key, text, lifetime).await.is_ok()
    }

    fn log(&self, line: &str) {
        console_warn!("{line}");
    }
}

/// Sends one API call, and reads at most `max` bytes of its response's body.
///
/// # Errors
/// Why there is no response.
pub async fn send_call(
    call: &Call,
    max: usize,
    timeout: Duration,
) -> Result<ApiResponse, TransportError> {
    send(call, max, timeout).await.map_err(|error| {
        let name = Reflect::get(&error, &"name".into()).ok().and_then(|name| name.as_string());
        // The rest of the platform's error may hold the URL.
        match name.as_deref() {
            Some("TimeoutError" | "AbortError") => TransportError::TimedOut,
            _ => TransportError::Unreachable,
        }
    })
}

/// Sends one API call by `fetch`. Redirects are not followed, but returned.
async fn send(call: &Call, max: usize, timeout: Duration) -> Result<ApiResponse, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &call.headers {
        headers.set(name, value)?;
    }
    let init = RequestInit::new();
    init.set_method(call.method);
    init.set_headers(&headers);
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(&timeout_signal(timeout)));
    if let Some(body) = &call.body {
        init.set_body(&body.into());
    }
    let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
    let response: web_sys::Response =
        JsFuture::from(scope.fetch_with_str_and_init(&call.url, &init)).await?.dyn_into()?;
    let header = |name: &str| response.headers().get(name).ok().flatten();
    let (body, cut) = body::read(response.body(), max).await?;
    Ok(ApiResponse {
        status: response.status(),
        location: header("location"),
        content_type: header("content-type"),
        retry_after: header("retry-after")
            .and_then(|seconds| seconds.trim().parse().ok())
            .map(Duration::from_secs),
        body,
        cut,
    })
}
