//! Calls of the Workers runtime that the crate `worker` lacks, or that end the WASM instance where they fail
//! in that crate.

use std::time::Duration;

use js_sys::{JSON, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::future_to_promise;
use web_sys::{AbortSignal, TextDecoder, TextDecoderOptions};
use worker::worker_sys::Context;
use worker::{Date, Env, EnvBinding, RateLimiter, console_warn};

use crate::access::check_outcomes::RateLimit;
use crate::config::lookup::Settings;
use crate::time::UnixMillis;

/// The binding of the KV namespace.
pub const KV: &str = "KV";

/// Minimum time to live of a KV value: less is an error.
pub const MIN_TTL: Duration = Duration::from_mins(1);

/// The wall clock's time.
pub fn now() -> UnixMillis {
    UnixMillis(Date::now().as_millis())
}

/// The Worker's environment as the owner's settings. `Env::var` reads nothing but strings, and
/// `Env::object_var` no lists.
pub struct EnvSettings<'e>(pub &'e Env);

impl Settings for EnvSettings<'_> {
    fn get(&self, name: &str) -> Option<String> {
        let value = Reflect::get(self.0, &name.into()).ok()?;
        if value.is_undefined() || value.is_null() {
            return None;
        }
        value.as_string().or_else(|| JSON::stringify(&value).ok()?.as_string())
    }

    fn is_text(&self, name: &str) -> bool {
        Reflect::get(self.0, &name.into()).is_ok_and(|value| value.is_string())
    }
}

/// The binding with this name, if it is of this type. `Env::get_binding` reads the constructor of any value,
/// and a variable in its place may be `null`, which has none.
pub fn binding<T: EnvBinding>(env: &Env, name: &str) -> Option<T> {
    let is_object = Reflect::get(env, &name.into()).is_ok_and(|value| value.is_object());
    if is_object { env.get_binding(name).ok() } else { None }
}

/// A signal that aborts a fetch after the timeout.
pub fn timeout_signal(timeout: Duration) -> AbortSignal {
    AbortSignal::timeout_with_u32(millis(timeout))
}

/// A duration in whole milliseconds, at most 49 days.
pub fn millis(span: Duration) -> u32 {
    u32::try_from(span.as_millis()).unwrap_or(u32::MAX)
}

/// Counts one request for `key` at the rate limiter with this binding.
pub async fn rate_limit(env: &Env, name: &str, key: String) -> RateLimit {
    let Some(limiter) = binding::<RateLimiter>(env, name) else {
        return RateLimit::Unavailable;
    };
    match limiter.limit(key).await {
        Ok(outcome) if outcome.success => RateLimit::Within,
        Ok(_) => RateLimit::Exceeded,
        Err(_) => RateLimit::Unavailable,
    }
}

/// Decodes GBK by the platform's decoder, whose tables would be a tenth of this module.
pub fn decode_gbk(bytes: &[u8]) -> Option<String> {
    let options = TextDecoderOptions::new();
    options.set_fatal(true);
    let decoder = TextDecoder::new_with_label_and_options("gbk", &options).ok()?;
    decoder.decode_with_u8_array(bytes).ok()
}

/// Lets work go on after the response is sent. `worker::Context` panics where the runtime refuses; the work,
/// which has begun by then, goes on for as long as the request does.
pub fn wait_until(context: &Context, work: impl Future<Output = ()> + 'static) {
    let promise = future_to_promise(async {
        work.await;
        Ok(JsValue::UNDEFINED)
    });
    if context.wait_until(&promise).is_err() {
        console_warn!("signpost: work may end with its request");
    }
}
