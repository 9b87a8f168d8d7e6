//! Requests to Durable Objects.

use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Request, RequestInit};
use worker::durable::ObjectNamespace;
use worker::{Env, Result};

use super::runtime::binding;

/// The origin in the URL of a request to an object, which has no address but needs one.
const URL: &str = "https://object";

/// Sends a body by `POST` to the object with this name, at a path that begins with `/`, and returns the
/// body of its response.
///
/// # Errors
/// The platform's error, a response whose status is not 200, and an abort by the signal.
pub async fn post_to_object(
    env: &Env,
    namespace: &str,
    name: &str,
    path: &str,
    body: &str,
    signal: Option<&AbortSignal>,
) -> Result<String> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&body.into());
    init.set_signal(signal);
    // A new stub each time: one stays broken once its object was reset.
    let stub = binding::<ObjectNamespace>(env, namespace).ok_or("no binding")?.get_by_name(name)?;
    // The runtime's own request: `worker::RequestInit` has no signal.
    let request = Request::new_with_str_and_init(&format!("{URL}{path}"), &init)?;
    let response = stub.fetch_with_request(request.into()).await?;
    if response.status_code() != 200 {
        return Err(format!("status {}", response.status_code()).into());
    }
    // Read by the runtime: `worker::Response::text` takes a body piece by piece, and some that break off for
    // whole ones.
    // As bytes: a string would become UTF-16 on the way, and UTF-8 again.
    let bytes = JsFuture::from(web_sys::Response::from(response).array_buffer()?).await?;
    String::from_utf8(Uint8Array::new(&bytes).to_vec()).map_err(|_| "no UTF-8".into())
}
