//! A folder as a page that works without scripts.

use askama::Template;
use signpost_core::percent;

use crate::markdown::to_html;
use crate::show::{self, Moment};
use crate::view::{FolderView, Frame, Notice, RowView};
use crate::words::{FolderWords, count};

#[derive(Template)]
#[template(path = "folder.html")]
struct FolderPage<'a> {
    frame: &'a Frame<'a>,
    words: &'static FolderWords,
    view: &'a FolderView<'a>,
    /// HTML that is safe already.
    header: Option<String>,
    readme: Option<String>,
    rows: &'a [PageRow<'a>],
    /// How many folders and files there are.
    caption: String,
    notice: Option<String>,
}

/// A row as the page shows it.
struct PageRow<'a> {
    row: &'a RowView<'a>,
    /// Relative, one segment, no query: the form that download tools follow.
    href: String,
    size: Option<Size>,
    time: Option<Time>,
}

struct Size {
    bytes: u64,
    shown: String,
}

struct Time {
    iso: String,
    shown: String,
}

pub(crate) fn page(view: &FolderView<'_>) -> String {
    let words = &view.frame.words().folder;
    let folders = view.rows.iter().filter(|row| row.folder).count();
    let rows = view.rows.iter().map(|row| PageRow::new(row, view.frame.offset)).collect::<Vec<_>>();
    let mut caption = count(&words.folders, folders);
    caption.push_str(words.and);
    caption.push_str(&count(&words.files, rows.len() - folders));
    let page = FolderPage {
        frame: &view.frame,
        words,
        view,
        header: view.header.as_deref().map(to_html),
        readme: view.readme.as_deref().map(to_html),
        rows: &rows,
        caption,
        notice: view.notice.map(|notice| told(notice, words)),
    };
    page.render().unwrap_or_default()
}

fn told(notice: Notice, words: &FolderWords) -> String {
    match notice {
        Notice::Loading => words.loading.to_owned(),
        Notice::Stale { minutes } => words.stale.replace("{n}", &minutes.to_string()),
        Notice::LacksSome => words.lacks_some.to_owned(),
    }
}

impl<'a> PageRow<'a> {
    fn new(row: &'a RowView<'a>, offset: i32) -> Self {
        let mut href: String = percent::encode_name(&row.name).collect();
        if row.folder {
            href.push('/');
        }
        Self {
            row,
            href,
            size: row.size.map(|bytes| Size { bytes, shown: show::size(bytes) }),
            time: row.modified.and_then(|at| {
                let (local, utc) = (Moment::new(at, offset)?, Moment::new(at, 0)?);
                Some(Time {
                    iso: format!("{}T{}Z", utc.day(), utc.clock()),
                    shown: format!("{} {}", local.day(), local.clock()),
                })
            }),
        }
    }
}
