//! Atom (RFC 4287): the files of a folder, the newest first.

use askama::Template;

use super::date;
use crate::view::FeedView;

#[derive(Template)]
#[template(path = "feeds/atom.xml")]
struct Atom<'a> {
    view: &'a FeedView<'a>,
    /// The feed's id, which is the same with every share link.
    id: &'a str,
}

pub fn write(view: &FeedView<'_>) -> String {
    Atom { view, id: &view.permanent_base }.render().unwrap_or_default()
}
