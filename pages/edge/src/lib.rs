//! The WASM module of the pages, which `src/entry.js` loads when a page is first requested. It is a crate
//! apart because the Worker's other module contains the pages' views, and would export these functions,
//! too.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen::handler::{schedule_reinit, set_on_abort};
use wasm_bindgen::prelude::*;

/// Sets up the module so that the next call from outside creates a new instance after a trap.
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|_| schedule_reinit()));
    set_on_abort(schedule_reinit);
}

/// Returns true, and does nothing else: it is called before [`render`]. After a trap the next call creates
/// a new instance, and only a call without strings is safe there.
#[wasm_bindgen]
pub fn ready() -> bool {
    true
}

/// Renders a view to bytes; see [`signpost_pages::render`].
///
/// # Errors
/// If `view` is not the JSON of a view.
#[wasm_bindgen]
pub fn render(view: &[u8]) -> Result<Vec<u8>, JsValue> {
    let view = str::from_utf8(view).ok();
    view.and_then(signpost_pages::render).ok_or_else(|| JsValue::from_str("not a view"))
}

/// Rewrites a playlist; see [`signpost_playlists::rewrite`].
///
/// # Errors
/// The name of the limit that the playlist exceeds, or another message for invalid input; see
/// [`signpost_playlists::rewrite`].
#[wasm_bindgen]
pub fn rewrite(text: &[u8], view: &[u8]) -> Result<Vec<u8>, JsValue> {
    signpost_playlists::rewrite(text, view).map_err(JsValue::from_str)
}

/// Panics, so that tests can check that the next call succeeds. No route calls this function.
///
/// # Panics
/// Always.
#[wasm_bindgen]
#[expect(clippy::panic, reason = "panicking is its purpose")]
pub fn panic_for_test() {
    panic!("a panic for a test");
}
