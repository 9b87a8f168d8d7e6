//! Renders pages and feeds from views, which contain only what the visitor may see. Playlists have a
//! crate of their own (`playlists/`).
//!
//! In the Worker this is a WASM module of its own, loaded when the first page is requested: a redirect
//! needs none of it. It gets a [`view`] as JSON, and knows no secret, no rule and no link that is not in
//! the view.
//!
//! A map, in reading order: [`language`] and [`preferences`] (the visitor's preferences), [`messages`] (all
//! messages, in every language), [`view`] (the data of each page), then one file for each page.

mod accent;
mod asset;
mod date;
mod doctor;
mod embed;
mod failure;
pub mod feed;
mod file;
mod folder;
mod folder_list;
mod format;
pub mod language;
mod layout;
mod login;
pub mod markdown;
pub mod messages;
mod oembed;
pub mod preferences;
pub mod sidecars;
mod social;
pub mod view;
mod xml;

pub use asset::{Asset, CSS, CUSTOM, VERSION, asset, hash, version_text};

use view::View;

/// Renders a [`View`], given as JSON, to the response body. `None` if the JSON is no view.
pub fn render(view: &str) -> Option<Vec<u8>> {
    Some(match serde_json::from_str(view).ok()? {
        View::Asset(name) => asset::contents(&name)?.into_owned().into(),
        View::Custom(view) => asset::custom(&view).into_bytes(),
        View::Folder(view) => folder::page(&view).into_bytes(),
        View::FolderList(view) => folder_list::page(&view).into_bytes(),
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
