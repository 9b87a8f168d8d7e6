//! The embed page: a file in a bare page, for a frame of another page. It works without scripts; with
//! scripts it plays on after its link has expired.

use askama::Template;

use signpost_core::kind::{Kind, Use};

use crate::failure;
use crate::format;
use crate::messages::EmbedMessages;
use crate::view::{EmbedView, Failure, FailureView, Layout};

#[derive(Template)]
#[template(path = "embed.html")]
struct EmbedPage<'a> {
    layout: &'a Layout<'a>,
    messages: &'static EmbedMessages,
    view: &'a EmbedView<'a>,
    shown: Option<Use>,
    /// Whether the file is a film or a song.
    plays: bool,
    /// Whether the file is a playlist, whose segments Chromium fetches from other hosts with CORS only.
    is_playlist: bool,
    /// The URL of the file, with the time at which playback starts.
    source: String,
    /// The URL of the file's page.
    page_href: String,
    size: Option<String>,
}

#[derive(Template)]
#[template(path = "embed_failure.html")]
struct EmbedFailure<'a> {
    layout: &'a Layout<'a>,
    title: &'a str,
    text: &'a str,
    /// The link that leads to a password form or to the start page.
    link: &'static str,
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
        layout: &view.layout,
        messages: &view.layout.messages().embed,
        view,
        shown,
        is_playlist: Kind::of(&view.name) == Kind::Playlist,
        plays: matches!(shown, Some(Use::Video | Use::Audio)),
        source,
        page_href: [&*view.href, if view.href.contains('?') { "&view" } else { "?view" }].concat(),
        size: view.size.map(format::size),
    };
    page.render().unwrap_or_default()
}

pub(crate) fn failure(view: &FailureView<'_>) -> String {
    let messages = view.layout.messages();
    let page = EmbedFailure {
        layout: &view.layout,
        title: messages.failure_title(view.failure),
        text: &failure::text(view),
        // For a password, the same path without its query is a page that asks for it.
        link: match view.failure {
            Failure::PasswordRequired | Failure::WrongPassword => "?",
            _ => "/",
        },
        open: messages.embed.open.replace("{site}", &view.layout.site),
    };
    page.render().unwrap_or_default()
}
