//! Requests to Durable Objects.

use web_sys::{AbortSignal, Request, RequestInit};
use worker::durable::ObjectNamespace;
use worker::{Env, Result};

use super::runtime::binding;

/// The origin in the URL of a request to an object, which has no address but needs one.
const URL: &str = "https://object";

/// Sends a body by `POST` to the object with this name, at a path that begins with `/`, and returns the
/// body of its response. A body that breaks off may be taken for a whole one (`worker::Response::text`), so
/// replies are JSON or state their length.
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
    let mut response = stub.fetch_with_request(request.into()).await?;
    match response.status_code() {
        200 => response.text().await,
        status => Err(format!("status {status}").into()),
    }
}
