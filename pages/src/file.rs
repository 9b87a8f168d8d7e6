//! A file's page: details and a link without scripts, a preview with them.

use askama::Template;
use signpost_core::kind::Kind;

use crate::moment::Moment;
use crate::show;
use crate::view::{FileView, Frame};
use crate::words::FileWords;

#[derive(Template)]
#[template(path = "file.html")]
struct FilePage<'a> {
    frame: &'a Frame<'a>,
    words: &'static FileWords,
    view: &'a FileView<'a>,
    /// The file's kind, as scripts and style sheets name it.
    kind: &'static str,
    /// The size, formatted for people.
    size: Option<String>,
    /// The time of the last change: in ISO 8601, and formatted for people.
    modified: Option<[String; 2]>,
    /// The label of the button that loads the preview, if there is a preview.
    show: Option<&'static str>,
    /// Why there is no preview.
    hint: Option<&'static str>,
    /// The names of sidecar files, as a JSON array.
    tracks: String,
}

pub(crate) fn page(view: &FileView<'_>) -> String {
    let words = &view.frame.words().file;
    let kind = Kind::of(&view.name);
    let page = FilePage {
        frame: &view.frame,
        words,
        view,
        kind: name(kind),
        size: view.size.map(show::size),
        modified: view.modified.and_then(|at| {
            let (local, utc) = (Moment::new(at, view.frame.offset)?, Moment::new(at, 0)?);
            let iso = format!("{}T{}Z", utc.day(), utc.clock());
            Some([iso, format!("{} {}", local.day(), local.clock())])
        }),
        show: show(kind, words),
        hint: hint(kind, words),
        tracks: serde_json::to_string(&view.tracks).unwrap_or_default(),
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

fn show(kind: Kind, words: &FileWords) -> Option<&'static str> {
    match kind {
        Kind::Picture => Some(words.show_picture),
        Kind::Video | Kind::Playlist | Kind::Audio => Some(words.play),
        Kind::Pdf => Some(words.show_document),
        Kind::Markdown | Kind::Text => Some(words.show_text),
        Kind::Book | Kind::Office | Kind::RawPicture | Kind::Other => None,
    }
}

fn hint(kind: Kind, words: &FileWords) -> Option<&'static str> {
    match kind {
        Kind::Book => Some(words.book),
        Kind::Office => Some(words.office),
        Kind::RawPicture => Some(words.raw_picture),
        _ => None,
    }
}
