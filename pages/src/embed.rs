//! A file in a bare page, for the frame of another page. It works without scripts; with them it plays on
//! when its link runs out.

use askama::Template;

use signpost_core::kind::{Kind, Use};

use crate::failure;
use crate::show;
use crate::view::{EmbedView, Failure, FailureView, Frame};
use crate::words::EmbedWords;

#[derive(Template)]
#[template(path = "embed.html")]
struct EmbedPage<'a> {
    frame: &'a Frame<'a>,
    words: &'static EmbedWords,
    view: &'a EmbedView<'a>,
    shown: Option<Use>,
    /// Whether it is a film or a song.
    plays: bool,
    /// Whether it is one in pieces, which Chromium fetches from elsewhere with CORS only.
    is_playlist: bool,
    /// Its address, and where in it to begin.
    source: String,
    size: Option<String>,
}

#[derive(Template)]
#[template(path = "embed_failure.html")]
struct EmbedFailure<'a> {
    frame: &'a Frame<'a>,
    title: &'a str,
    text: &'a str,
    /// Leads to where it can be mended.
    way: &'static str,
    open: String,
}

pub(crate) fn page(view: &EmbedView<'_>) -> String {
    let mut source = view.href.clone();
    if let Some(start) = view.start {
        source.push_str("#t=");
        source.push_str(&start.to_string());
    }
    let shown = Use::in_a_page(&view.name);
    let page = EmbedPage {
        frame: &view.frame,
        words: &view.frame.words().embed,
        view,
        shown,
        is_playlist: Kind::of(&view.name) == Kind::Playlist,
        plays: matches!(shown, Some(Use::Video | Use::Audio)),
        source,
        size: view.size.map(show::size),
    };
    page.render().unwrap_or_default()
}

pub(crate) fn failure(view: &FailureView<'_>) -> String {
    let words = view.frame.words();
    let page = EmbedFailure {
        frame: &view.frame,
        title: words.failure_title(view.failure),
        text: &failure::text(view),
        // Where a password helps, this very path asks for it: its address without the query.
        way: match view.failure {
            Failure::PasswordRequired | Failure::WrongPassword => "?",
            _ => "/",
        },
        open: words.embed.open.replace("{site}", &view.frame.site),
    };
    page.render().unwrap_or_default()
}
