//! A folder's page. It works without scripts.

use askama::Template;
use signpost_core::percent;

use crate::date;
use crate::format;
use crate::markdown::to_html;
use crate::messages::{FolderMessages, count};
use crate::view::{FolderView, Layout, Notice, PagerView, RowView, Totals};

#[derive(Template)]
#[template(path = "folder.html")]
struct FolderPage<'a> {
    layout: &'a Layout<'a>,
    messages: &'static FolderMessages,
    view: &'a FolderView<'a>,
    /// Markdown of the owner's, rendered as safe HTML.
    header: Option<String>,
    readme: Option<String>,
    rows: &'a [PageRow<'a>],
    /// The number of folders and files, their total size, and the time zone of the page.
    caption: String,
    /// The numbers of the rows on a page of a large folder.
    rows_shown: String,
    /// The headings of the columns.
    headings: [&'static str; 3],
    notice: Option<String>,
}

/// A row as the page shows it. Its HTML is short: a hundred rows have to fit into 15 KB, and details that
/// are not shown are in the folder's JSON.
struct PageRow<'a> {
    row: &'a RowView<'a>,
    /// A relative URL of one segment without a query, the form that download tools follow.
    href: String,
    /// The size of a file, or the number of entries of a folder.
    size: String,
    /// How long ago the entry changed, a line break, and the exact time.
    time: String,
}

/// The number of rows in a row group: browsers skip groups that are not in view.
const GROUP: usize = 100;

pub(crate) fn page(view: &FolderView<'_>) -> String {
    let messages = &view.layout.messages().folder;
    let rows =
        view.rows.iter().map(|row| PageRow::new(row, &view.layout, messages)).collect::<Vec<_>>();
    let page = FolderPage {
        layout: &view.layout,
        messages,
        view,
        header: view.header.as_deref().map(to_html),
        readme: view.readme.as_deref().map(to_html),
        rows: &rows,
        caption: caption(view, messages),
        headings: [messages.name, messages.size, messages.modified],
        rows_shown: view
            .pager
            .as_ref()
            .map(|pager| rows_shown(pager, messages))
            .unwrap_or_default(),
        notice: view.notice.map(|notice| notice_text(notice, messages)),
    };
    page.render().unwrap_or_default()
}

fn caption(view: &FolderView<'_>, messages: &FolderMessages) -> String {
    let Totals { folders, files, bytes, is_sized, is_dated } = view.totals;
    let mut caption = String::new();
    if folders > 0 {
        caption.push_str(&count(&messages.folders, folders));
    }
    if files > 0 || folders == 0 {
        caption.push_str(if folders > 0 { messages.and } else { "" });
        caption.push_str(&count(&messages.files, files));
    }
    let mut also = |text: &str| {
        caption.push_str(" · ");
        caption.push_str(text);
    };
    if let Some(total) = bytes.map(format::size) {
        also(&if is_sized { total } else { messages.at_least.replace("{size}", &total) });
    }
    if let Some(now) = date::in_zone(view.layout.now, view.layout.offset).filter(|_| is_dated) {
        also(&messages.zone.replace("{zone}", &date::zone(&now)));
    }
    caption
}

/// The numbers of the rows on a page of a large folder.
fn rows_shown(pager: &PagerView<'_>, messages: &FolderMessages) -> String {
    let [first, last, total] = [pager.first, pager.last, pager.total].map(|n| n.to_string());
    messages.rows_of.replace("{first}", &first).replace("{last}", &last).replace("{n}", &total)
}

fn notice_text(notice: Notice, messages: &FolderMessages) -> String {
    match notice {
        Notice::Loading => messages.loading.to_owned(),
        Notice::Stale { minutes } => messages.stale.replace("{n}", &minutes.to_string()),
        Notice::LacksSome => messages.lacks_some.to_owned(),
    }
}

impl<'a> PageRow<'a> {
    fn new(row: &'a RowView<'a>, layout: &Layout<'_>, messages: &FolderMessages) -> Self {
        let mut href = percent::readable_name(&row.name);
        if row.folder {
            href.push('/');
        }
        let when = row.modified.and_then(|at| {
            let exact = date::minute(&date::in_zone(at, layout.offset)?);
            let ago = format::ago(at, layout.now, messages);
            Some(ago.map_or_else(|| exact.clone(), |ago| [&ago, "\n", &exact].concat()))
        });
        Self {
            row,
            href,
            size: match row.items {
                Some(items) => count(&messages.items, items),
                None => row.size.map(format::size).unwrap_or_default(),
            },
            time: when.unwrap_or_default(),
        }
    }
}
