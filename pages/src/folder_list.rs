//! A whole folder as a plain list, as web servers list directories: names with times and sizes, for tools that
//! read one page and no more.

use askama::Template;
use signpost_core::percent;

use crate::date;
use crate::view::{FolderListView, RowView};

#[derive(Template)]
#[template(path = "folder_list.html")]
struct FolderList<'a> {
    view: &'a FolderListView<'a>,
}

impl FolderList<'_> {
    /// The relative URL of an entry: one segment without a query, the form that download tools follow.
    fn href(row: &RowView<'_>) -> String {
        percent::readable_name(&row.name)
    }

    fn time(&self, row: &RowView<'_>) -> String {
        let time = row.modified.and_then(|at| date::in_zone(at, self.view.layout.offset));
        time.map_or_else(|| "-".to_owned(), |time| date::minute(&time))
    }
}

pub(crate) fn page(view: &FolderListView<'_>) -> String {
    FolderList { view }.render().unwrap_or_default()
}
