//! The files of a feed in the orders that formats need, and the URLs of entries.

use signpost_core::kind::{is_playable, media_type};
use signpost_core::percent;

use crate::view::text::Text;
use crate::view::{FeedView, RowView};

/// A folder of a feed, the feed's own or one below it.
#[derive(Clone, Copy)]
pub(super) struct FeedFolder<'v, 'a> {
    /// The names on the path from the feed's folder to this one; none for that folder itself.
    pub path: &'v [Text<'a>],
    /// The folder's entries.
    pub rows: &'v [RowView<'a>],
    base: &'v str,
}

impl<'v, 'a> FeedFolder<'v, 'a> {
    /// The folder's absolute URL for this visitor, ending in a slash.
    pub fn url(&self) -> String {
        let mut url = self.base.to_owned();
        for name in self.path {
            url.extend(percent::encode_name(name));
            url.push('/');
        }
        url
    }

    /// The files without the folders, in their order.
    pub fn files(&self) -> impl Iterator<Item = &'v RowView<'a>> + use<'v, 'a> {
        self.rows.iter().filter(|row| !row.folder)
    }

    /// The films and pieces of music, in their order.
    pub fn media(&self) -> impl Iterator<Item = &'v RowView<'a>> + use<'v, 'a> {
        self.files().filter(|row| is_playable(&row.name))
    }
}

impl<'a> FeedView<'a> {
    /// The feed's folders: each after those in it, as folders stand before files on a page.
    pub(super) fn folders(&self) -> impl DoubleEndedIterator<Item = FeedFolder<'_, 'a>> {
        let base = &*self.base;
        let below = self.below.iter();
        let below =
            below.map(move |folder| FeedFolder { path: &folder.path, rows: &folder.rows, base });
        below.chain(std::iter::once(FeedFolder { path: &[], rows: &self.rows, base }))
    }

    /// The files without the folders, in the order of the folder's page.
    pub(super) fn files(&self) -> impl Iterator<Item = &RowView<'a>> {
        self.rows.iter().filter(|row| !row.folder)
    }

    /// The files, the newest first; files without a time come last. Files of the same time keep their
    /// order.
    pub(super) fn newest_first(&self) -> Vec<&RowView<'a>> {
        let mut files = self.files().collect::<Vec<_>>();
        files.sort_by_key(|row| std::cmp::Reverse(row.modified));
        files
    }

    /// The time at which the newest file changed, in Unix seconds; the present if no file has a time.
    pub(super) fn updated(&self) -> u64 {
        self.files().filter_map(|row| row.modified).max().unwrap_or(self.layout.now)
    }

    /// The URL of a part of the feed, of which `query` is the format's; without a number the first part.
    pub(super) fn part_url(&self, query: &str, page: Option<usize>) -> String {
        let field = |name, value: Option<usize>| {
            value.map(|value| format!("&{name}={value}")).unwrap_or_default()
        };
        [&*self.base, query, &field("per_page", self.per_page), &field("page", page)].concat()
    }

    /// The URL of the part after this one; `None` for the last.
    pub(super) fn next_url(&self, query: &str) -> Option<String> {
        self.next_page.map(|page| self.part_url(query, Some(page)))
    }

    /// The URL of an entry, for this visitor.
    pub(super) fn url(&self, row: &RowView<'_>) -> String {
        url(&self.base, row)
    }

    /// The URL of an entry without the token of a share link: its id in feeds.
    pub(super) fn permanent_url(&self, row: &RowView<'_>) -> String {
        url(&self.permanent_base, row)
    }
}

impl RowView<'_> {
    /// The media type of a file.
    pub(super) fn media_type(&self) -> &'static str {
        media_type(&self.name)
    }
}

/// Appends the URL of an entry below `base`.
pub fn push_url(out: &mut String, base: &str, row: &RowView<'_>) {
    out.push_str(base);
    out.extend(percent::encode_name(&row.name));
    if row.folder {
        out.push('/');
    }
}

/// The URL of an entry below `base`.
pub fn url(base: &str, row: &RowView<'_>) -> String {
    let mut url = String::with_capacity(base.len() + row.name.len() + 16);
    push_url(&mut url, base, row);
    url
}
