//! The site's own files: style sheets, scripts, the icon.

use signpost_pages::view::View;
use signpost_pages::{VERSION, asset, version_text};

use super::answer::{Answer, Body};
use crate::error::Error;

/// The script for other people's pages, whose address stands there and never changes.
const SCRIPT: &str = "embed.js";

/// The file at `assets/VERSION/NAME`. Whatever version is asked for, there is only this one; only under its
/// own it may be kept for good.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) fn answer(path: &str) -> Result<Answer, Error> {
    if path == SCRIPT {
        let body = Body::view("text/javascript; charset=utf-8", &View::Asset(SCRIPT.into()));
        return Ok(Answer::new(200, body)
            .with("Cache-Control", "public, max-age=3600")
            .with("Cross-Origin-Resource-Policy", "cross-origin"));
    }
    let path = path.strip_prefix(super::ASSETS).ok_or(Error::NotFound)?;
    let (version, name) = path.split_once('/').ok_or(Error::NotFound)?;
    let asset = asset(name).ok_or(Error::NotFound)?;
    let answer = Answer::new(200, Body::view(asset.content_type, &View::Asset(name.into())));
    let keep = if version == version_text(VERSION) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    Ok(answer.with("Cache-Control", keep))
}
