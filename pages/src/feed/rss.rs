//! RSS 2.0: the files of a folder, the newest first, each with its enclosure. An item's id is the same with
//! every share link, so that readers show no item as new twice.

use askama::Template;

use super::date;
use crate::view::FeedView;

#[derive(Template)]
#[template(path = "feeds/rss.xml")]
struct Rss<'a> {
    view: &'a FeedView<'a>,
}

pub fn write(view: &FeedView<'_>) -> String {
    Rss { view }.render().unwrap_or_default()
}
