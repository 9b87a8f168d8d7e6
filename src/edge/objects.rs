//! Requests to Durable Objects.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit};

use super::bindings::{Env, Objects, binding};

/// The origin in the URL of a request to an object, which has no address but needs one.
const URL: &str = "https://object";

/// Sends a body by `POST` to the object with this name, at a path that begins with `/`, and returns the
/// body of its response.
///
/// # Errors
/// The platform's error, a response whose status is not 200, and an abort by the signal.
pub async fn ask_object(
    env: &Env,
    namespace: &str,
    name: &str,
    path: &str,
    body: &str,
    signal: Option<&AbortSignal>,
) -> Result<String, JsValue> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&body.into());
    init.set_signal(signal);
    // A new stub each time: one stays broken once its object was reset.
    let stub = binding::<Objects>(env, namespace).ok_or("no binding")?.get_by_name(name)?;
    let response = stub.fetch(&format!("{URL}{path}"), &init).await?;
    if response.status() != 200 {
        return Err(format!("status {}", response.status()).into());
    }
    Ok(JsFuture::from(response.text()?).await?.as_string().unwrap_or_default())
}
