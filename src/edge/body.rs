//! Reads the body of a request or a response, bounded.

use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStream;

/// Reads at most the first `max` bytes of a body, and tells whether there are more: a relay may answer
/// with the file itself. `worker::ByteStream` would take some broken connections for the end of the body.
pub async fn read(body: Option<ReadableStream>, max: usize) -> Result<(Vec<u8>, bool), JsValue> {
    let mut bytes = Vec::new();
    let Some(stream) = body else { return Ok((bytes, false)) };
    let reader = stream.get_reader();
    let call = |name: &str| -> Result<JsFuture, JsValue> {
        let method: Function = Reflect::get(&reader, &name.into())?.dyn_into()?;
        Ok(JsFuture::from(method.call0(&reader)?.dyn_into::<Promise>()?))
    };
    loop {
        let chunk = call("read")?.await?;
        if Reflect::get(&chunk, &"done".into())?.is_truthy() {
            return Ok((bytes, false));
        }
        let chunk: Uint8Array = Reflect::get(&chunk, &"value".into())?.dyn_into()?;
        bytes.extend_from_slice(&chunk.to_vec());
        if bytes.len() > max {
            bytes.truncate(max);
            // The connection would stay taken until the body is read.
            let _ = call("cancel")?.await;
            return Ok((bytes, true));
        }
    }
}
