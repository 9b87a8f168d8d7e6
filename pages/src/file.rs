//! A file's page: details and a link without scripts, a preview with them.

use askama::Template;
use serde::Serialize;
use signpost_core::kind::{Kind, Sidecar};

use crate::date;
use crate::format;
use crate::messages::FileMessages;
use crate::view::{FileView, Layout};

#[derive(Template)]
#[template(path = "file.html")]
struct FilePage<'a> {
    layout: &'a Layout<'a>,
    messages: &'static FileMessages,
    view: &'a FileView<'a>,
    /// The file's kind, as scripts and style sheets name it.
    kind: &'static str,
    /// The size, formatted for people.
    size: Option<String>,
    /// The time of the last change: in ISO 8601, and formatted for people.
    modified: Option<[String; 2]>,
    /// The label of the button that loads the preview, if there is a preview.
    preview_label: Option<&'static str>,
    /// Why there is no preview.
    hint: Option<&'static str>,
    /// The note that the file is saved under a number.
    numbered: Option<String>,
    /// The sidecar files, as a JSON array of [`Track`].
    tracks: String,
}

/// A sidecar file, as the page's script gets it.
#[derive(Serialize)]
struct Track<'a> {
    name: &'a str,
    /// Whether it holds lyrics, not subtitles.
    lyrics: bool,
}

pub(crate) fn page(view: &FileView<'_>) -> String {
    let messages = &view.layout.messages().file;
    let kind = Kind::of(&view.name);
    let track = |name| Track { name, lyrics: Sidecar::of(name) == Some(Sidecar::Lyrics) };
    let tracks = view.tracks.iter().map(|name| track(&**name)).collect::<Vec<_>>();
    let page = FilePage {
        layout: &view.layout,
        messages,
        view,
        kind: name(kind),
        size: view.size.map(format::size),
        modified: view.modified.and_then(|at| {
            let (local, utc) = (date::in_zone(at, view.layout.offset)?, date::in_zone(at, 0)?);
            let iso = format!("{}T{}Z", date::day(&utc), date::clock(&utc));
            Some([iso, format!("{} {}", date::day(&local), date::clock(&local))])
        }),
        preview_label: preview_label(kind, messages),
        hint: hint(kind, messages),
        numbered: view.saved_as.as_ref().map(|number| messages.numbered.replace("{n}", number)),
        tracks: serde_json::to_string(&tracks).unwrap_or_default(),
    };
    page.render().unwrap_or_default()
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Picture => "picture",
        Kind::RawPicture => "raw-picture",
        Kind::Video => "video",
        Kind::Playlist => "playlist",
        Kind::Audio => "audio",
        Kind::Pdf => "pdf",
        Kind::Markdown => "markdown",
        Kind::Text => "text",
        Kind::Book => "book",
        Kind::Office => "office",
        Kind::Other => "other",
    }
}

fn preview_label(kind: Kind, messages: &FileMessages) -> Option<&'static str> {
    match kind {
        Kind::Picture => Some(messages.show_picture),
        Kind::Video | Kind::Playlist | Kind::Audio => Some(messages.play),
        Kind::Pdf => Some(messages.show_document),
        Kind::Markdown | Kind::Text => Some(messages.show_text),
        Kind::Book | Kind::Office | Kind::RawPicture | Kind::Other => None,
    }
}

fn hint(kind: Kind, messages: &FileMessages) -> Option<&'static str> {
    match kind {
        Kind::Book => Some(messages.book),
        Kind::Office => Some(messages.office),
        Kind::RawPicture => Some(messages.raw_picture),
        _ => None,
    }
}
