//! The pages as a WebAssembly module of their own, which `src/entry.js` loads when one is asked for. A
//! crate apart, since the Worker's other module is made with the pages' views, and would export this, too.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen::handler::{schedule_reinit, set_on_abort};
use wasm_bindgen::prelude::*;

/// After a trap the next call from outside makes a new instance.
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|_| schedule_reinit()));
    set_on_abort(schedule_reinit);
}

/// Asked before [`render`]: after a trap the next call makes a new instance, and only one that passes no
/// strings is safe there.
#[wasm_bindgen]
pub fn ready() -> bool {
    true
}

/// The bytes of a view; see [`signpost_pages::render`].
///
/// # Errors
/// If it is no view.
#[wasm_bindgen]
pub fn render(view: &[u8]) -> Result<Vec<u8>, JsValue> {
    let view = str::from_utf8(view).ok();
    view.and_then(signpost_pages::render).ok_or_else(|| JsValue::from_str("not a view"))
}

/// The bytes of a playlist; see [`signpost_playlists::rewrite`].
///
/// # Errors
/// The same.
#[wasm_bindgen]
pub fn rewrite(text: &[u8], view: &[u8]) -> Result<Vec<u8>, JsValue> {
    signpost_playlists::rewrite(text, view).map_err(JsValue::from_str)
}

/// A fire drill: panics, so that tests can see that the next page comes. No route leads here.
///
/// # Panics
/// Always.
#[wasm_bindgen]
#[expect(clippy::panic, reason = "it is what it is for")]
pub fn trap() {
    panic!("fire drill");
}
