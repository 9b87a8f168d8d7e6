//! Thin bindings to the Workers runtime. The `workers-rs` crate has them all, at a price: measured, it was
//! 20 KB of the bundle (gzipped), 5 % of it, for no more than what is here.

use js_sys::{Array, Map, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::{RequestInit, Response};

use crate::access::check_outcomes::RateLimit;
use crate::time::UnixMillis;

/// The binding of the KV namespace with the trees.
pub const KV: &str = "KV";

#[wasm_bindgen]
extern "C" {
    /// The Worker's environment: variables, secrets and bindings.
    #[derive(Clone)]
    pub type Env;

    /// The execution context of a request.
    pub type Context;
    #[wasm_bindgen(method, js_name = waitUntil)]
    fn wait_until_settled(this: &Context, promise: &Promise);

    /// The renderer of views: the other WebAssembly module, which is loaded when it is first called.
    pub type Renderer;
    #[wasm_bindgen(method, catch, js_name = call)]
    async fn call_with_view(
        this: &Renderer,
        context: &JsValue,
        view: Uint8Array,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = call)]
    async fn call_with_playlist(
        this: &Renderer,
        context: &JsValue,
        view: Uint8Array,
        playlist: Uint8Array,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = console, js_name = error)]
    pub fn log_error(line: &str);
    #[wasm_bindgen(js_namespace = console, js_name = warn)]
    pub fn log_warning(line: &str);

    /// A Workers KV namespace.
    pub type Kv;
    #[wasm_bindgen(method, catch, js_name = get)]
    async fn get_value(this: &Kv, key: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = get)]
    async fn get_values(this: &Kv, keys: &Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = put)]
    async fn put_value(
        this: &Kv,
        key: &str,
        value: &str,
        options: &Object,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = delete)]
    async fn delete_value(this: &Kv, key: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = list)]
    async fn list_keys(this: &Kv, options: &Object) -> Result<JsValue, JsValue>;

    /// A binding of the Workers rate limiting API.
    pub type RateLimiter;
    #[wasm_bindgen(method, catch, js_name = limit)]
    async fn limit_key(this: &RateLimiter, options: &Object) -> Result<JsValue, JsValue>;

    /// The namespace of a Durable Object class.
    pub type Objects;
    #[wasm_bindgen(method, catch, js_name = getByName)]
    pub fn get_by_name(this: &Objects, name: &str) -> Result<Stub, JsValue>;

    /// The stub of a Durable Object, by which requests are sent to it.
    pub type Stub;
    #[wasm_bindgen(method, catch, js_name = fetch)]
    async fn fetch_response(this: &Stub, url: &str, init: &RequestInit)
    -> Result<JsValue, JsValue>;
}

impl Renderer {
    /// Renders a view to bytes.
    ///
    /// # Errors
    /// If the view can't be rendered.
    pub async fn render(&self, view: &str) -> Result<JsValue, JsValue> {
        // Passed as bytes: a string would become UTF-16 on the way, and UTF-8 again.
        self.call_with_view(&JsValue::NULL, view.as_bytes().into()).await
    }

    /// Rewrites a playlist as its view says.
    ///
    /// # Errors
    /// The name of a [`signpost_playlists::PlaylistLimit`] that the playlist exceeds, or another error.
    pub async fn rewrite(&self, playlist: &[u8], view: &str) -> Result<JsValue, JsValue> {
        self.call_with_playlist(&JsValue::NULL, view.as_bytes().into(), playlist.into()).await
    }
}

/// The binding with this name.
pub fn binding<T: JsCast>(env: &Env, name: &str) -> Option<T> {
    let value = Reflect::get(env, &name.into()).ok()?;
    value.is_object().then(|| value.unchecked_into())
}

fn options<const N: usize>(fields: [(&str, JsValue); N]) -> Result<Object, JsValue> {
    let options = Object::new();
    for (name, value) in fields {
        Reflect::set(&options, &name.into(), &value)?;
    }
    Ok(options)
}

impl Context {
    /// Runs work after the response is sent, by `ctx.waitUntil()`.
    pub fn wait_until(&self, work: impl Future<Output = ()> + 'static) {
        self.wait_until_settled(&future_to_promise(async {
            work.await;
            Ok(JsValue::UNDEFINED)
        }));
    }
}

impl Kv {
    /// Reads the value at a key as text.
    pub async fn get(&self, key: &str) -> Result<Option<String>, JsValue> {
        Ok(self.get_value(key).await?.as_string())
    }

    /// Reads the values of the keys that have one; at most 100 keys.
    pub async fn get_all(&self, keys: &[String]) -> Result<Vec<String>, JsValue> {
        let keys = keys.iter().map(|key| JsValue::from_str(key)).collect::<Array>();
        let found: Map = self.get_values(&keys).await?.dyn_into()?;
        Ok(Array::from(&found.values()).iter().filter_map(|text| text.as_string()).collect())
    }

    /// Writes the value at a key.
    pub async fn put(&self, key: &str, text: &str) -> Result<(), JsValue> {
        self.put_value(key, text, &Object::new()).await.map(drop)
    }

    /// Writes the value at a key, which expires after so many seconds.
    pub async fn put_for(&self, key: &str, text: &str, seconds: u64) -> Result<(), JsValue> {
        let options = options([("expirationTtl", seconds_value(seconds))])?;
        self.put_value(key, text, &options).await.map(drop)
    }

    /// Deletes a key.
    pub async fn delete(&self, key: &str) -> Result<(), JsValue> {
        self.delete_value(key).await.map(drop)
    }

    /// Lists the first `most` keys with this prefix.
    pub async fn list(&self, prefix: &str, most: u32) -> Result<Vec<String>, JsValue> {
        let options = options([("prefix", prefix.into()), ("limit", most.into())])?;
        let listed = self.list_keys(&options).await?;
        let keys = Array::from(&Reflect::get(&listed, &"keys".into())?);
        let name = |key: JsValue| Reflect::get(&key, &"name".into()).ok()?.as_string();
        Ok(keys.iter().filter_map(name).collect())
    }
}

impl RateLimiter {
    /// Counts one request for a key; `true` if it is within the limit.
    pub async fn limit(&self, key: &str) -> Result<bool, JsValue> {
        let outcome = self.limit_key(&options([("key", key.into())])?).await?;
        Ok(Reflect::get(&outcome, &"success".into())?.is_truthy())
    }
}

impl Stub {
    /// Sends a request to the object and awaits its response.
    pub async fn fetch(&self, url: &str, init: &RequestInit) -> Result<Response, JsValue> {
        self.fetch_response(url, init).await?.dyn_into()
    }
}

/// A time to live in seconds as a JavaScript number: exact up to 2^53, and none of ours is near that.
#[expect(clippy::cast_precision_loss, reason = "a number of seconds")]
fn seconds_value(seconds: u64) -> JsValue {
    JsValue::from_f64(seconds as f64)
}

/// Counts one request for `key` at the rate limiter with this binding.
pub async fn rate_limit(env: &Env, name: &str, key: &str) -> RateLimit {
    let Some(limiter) = binding::<RateLimiter>(env, name) else {
        return RateLimit::Unavailable;
    };
    match limiter.limit(key).await {
        Ok(true) => RateLimit::Within,
        Ok(false) => RateLimit::Exceeded,
        Err(_) => RateLimit::Unavailable,
    }
}

/// A variable or secret as text; an object or list as JSON.
pub fn setting(env: &Env, name: &str) -> Option<String> {
    let value = Reflect::get(env, &name.into()).ok()?;
    if value.is_undefined() || value.is_null() {
        return None;
    }
    value.as_string().or_else(|| js_sys::JSON::stringify(&value).ok()?.as_string())
}

/// The wall clock's time, in milliseconds.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time after 1970")]
pub fn now() -> UnixMillis {
    UnixMillis(js_sys::Date::now() as u64)
}
