//! The site's static files: style sheets, scripts, the icon.

use signpost_pages::view::{CustomView, View};
use signpost_pages::{CSS, CUSTOM, VERSION, asset, hash, version_text};

use crate::config::site_settings::SiteSettings;
use crate::error::Error;
use crate::http::response::{Body, Response};

/// The path of static files below `/-/`: `assets/VERSION/NAME`.
pub(crate) const ASSETS: &str = "assets/";
/// The embedding script for other people's pages, whose URL is written there and never changes.
const SCRIPT: &str = "embed.js";

/// Serves the static file at `assets/VERSION/NAME`. Any version gets the current file; only its own version
/// may be cached for good.
///
/// # Errors
/// [`Error::NotFound`] where no file has this name.
pub(crate) fn answer(settings: &SiteSettings, path: &str) -> Result<Response, Error> {
    if path == SCRIPT {
        let body = Body::view("text/javascript; charset=utf-8", &View::Asset(SCRIPT.into()));
        return Ok(Response::new(200, body)
            .with("Cache-Control", "public, max-age=3600")
            .with("Cross-Origin-Resource-Policy", "cross-origin"));
    }
    let path = path.strip_prefix(ASSETS).ok_or(Error::NotFound)?;
    let (version, name) = path.split_once('/').ok_or(Error::NotFound)?;
    let (own, answer) = if name == CUSTOM {
        (custom_version(settings).ok_or(Error::NotFound)?, custom(settings))
    } else {
        let asset = asset(name).ok_or(Error::NotFound)?;
        let body = Body::view(asset.content_type, &View::Asset(name.into()));
        (VERSION, Response::new(200, body))
    };
    let keep = if version == version_text(own) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    Ok(answer.with("Cache-Control", keep))
}

fn custom(settings: &SiteSettings) -> Response {
    let accent = settings.accent.as_deref().map(Into::into);
    let css = settings.css.as_deref().map(Into::into);
    Response::new(200, Body::view(CSS, &View::Custom(CustomView { accent, css })))
}

/// The version of the owner's style sheet: a hash of its contents and of what renders it. `None` if there
/// is none.
pub(crate) fn custom_version(settings: &SiteSettings) -> Option<u64> {
    let (accent, css) = (settings.accent.as_deref(), settings.css.as_deref());
    accent.or(css)?;
    Some(hash(hash(VERSION, accent.unwrap_or("-")), css.unwrap_or_default()))
}
