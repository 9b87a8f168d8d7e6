//! Turns a site's response into one of the Workers runtime.

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Headers, Response, ResponseInit};

use super::renderer::Renderer;
use crate::http::response::{Body, Response as SiteResponse};

/// The runtime's response, with the view of its body rendered if it has one.
pub async fn respond(answer: &SiteResponse, renderer: &Renderer) -> Result<Response, JsValue> {
    let headers = headers(answer)?;
    let init = ResponseInit::new();
    init.set_status(answer.status);
    init.set_headers(&headers);
    match &answer.body {
        Body::None | Body::Proxy(_) | Body::Playlist(_) => {
            Response::new_with_opt_str_and_init(None, &init)
        }
        Body::Json(text) | Body::Text(text) => {
            Response::new_with_opt_str_and_init(Some(text), &init)
        }
        Body::Bytes(_, bytes) => {
            let bytes = js_sys::Uint8Array::from(bytes.as_slice());
            Response::new_with_opt_buffer_source_and_init(Some(&bytes), &init)
        }
        Body::View(_, view) => {
            let bytes = renderer.render(view).await?.dyn_into::<js_sys::Object>()?;
            Response::new_with_opt_buffer_source_and_init(Some(&bytes), &init)
        }
    }
}

/// The headers of a response as the runtime's `Headers`.
pub fn headers(answer: &SiteResponse) -> Result<Headers, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &answer.headers {
        headers.set(name, value)?;
    }
    Ok(headers)
}
