//! The renderer of pages and playlists: the other WebAssembly module, which `src/entry.js` loads when it is
//! first called.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The function in `src/entry.js` that renders a view.
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
