//! What Signpost shows: pages, feeds and playlists, made of what the guard let out.
//!
//! In the Worker this is a WebAssembly module of its own, which is loaded when the first page is asked
//! for: a redirect needs none of it. It gets a view as JSON, and knows no secret, no rule and no link that
//! is not in there.
