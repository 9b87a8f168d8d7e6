//! What Signpost shows: pages and feeds, made of what the guard let out. Playlists of films have a crate of
//! their own (`playlists/`).
//!
//! In the Worker this is a WebAssembly module of its own, which is loaded when the first page is asked
//! for: a redirect needs none of it. It gets a [`view`] as JSON, and knows no secret, no rule and no link
//! that is not in there.
//!
//! A map, in reading order: [`language`] and [`look`] (what the visitor chose), [`words`] (all that pages
//! say, in every language), [`view`] (what a page is made of), then one file a page.

mod accent;
mod asset;
pub mod beside;
mod doctor;
mod embed;
mod failure;
pub mod feed;
mod file;
mod folder;
mod frame;
pub mod language;
mod login;
pub mod look;
pub mod markdown;
mod media;
mod moment;
mod oembed;
mod show;
mod social;
pub mod view;
pub mod words;

pub use asset::{Asset, CSS, CUSTOM, VERSION, asset, hash, version_text};

use view::View;

/// The bytes of a [`View`], which comes as JSON. `None` if it is no view.
pub fn render(view: &str) -> Option<Vec<u8>> {
    Some(match serde_json::from_str(view).ok()? {
        View::Asset(name) => asset::contents(&name)?.into_owned().into(),
        View::Custom(view) => asset::custom(&view).into_bytes(),
        View::Folder(view) => folder::page(&view).into_bytes(),
        View::Feed(view) => feed::bytes(&view),
        View::File(view) => file::page(&view).into_bytes(),
        View::Failure(view) if view.as_json => failure::json(&view).into_bytes(),
        View::Failure(view) => failure::page(&view).into_bytes(),
        View::Login(view) => login::page(&view).into_bytes(),
        View::Embed(view) => embed::page(&view).into_bytes(),
        View::Doctor(view) => doctor::page(&view).into_bytes(),
        View::OEmbed(view) => oembed::document(&view).into_bytes(),
        View::EmbedFailure(view) => embed::failure(&view).into_bytes(),
    })
}
