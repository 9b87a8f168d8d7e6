//! The listing of a folder, as a page or as JSON, in parts where it is large; for tools that read one page
//! and no more, as a plain list.

mod pager;
pub(crate) mod part;

use std::collections::HashSet;

use serde::Serialize;
use signpost_core::kind::Kind;
use signpost_pages::view::{Crumb, FolderListView, FolderView, Notice, RowView, Totals, View};

use part::{MAX_ROWS, Part, PartRequest};

use super::page::Page;
use crate::access::client::AccessRequest;
use crate::access::rule_fields::values::Click;
use crate::context::RequestState;
use crate::error::Error;
use crate::http::request::{Format, Request};
use crate::http::response::{Body, Response};
use crate::site::Site;
use crate::site::counts::entry_counts;
use crate::site::open_folder::OpenFolder;
use crate::site::row::Row;
use crate::sources::remote::Age;
use crate::time::UnixSeconds;

/// The `Link` header by which a folder's page names its feeds (RFC 8288), which open for whoever opened the
/// page: no key of a folder stands in the query. A header, not elements in the page: mirrors such as `wget
/// -r` follow those, and would save three more files of every folder. Relative, so that it holds no share
/// link's token.
const FEEDS: &str = "<?format=atom>; rel=\"alternate\"; type=\"application/atom+xml\", \
    <?format=rss>; rel=\"alternate\"; type=\"application/rss+xml\", \
    <?format=opds>; rel=\"alternate\"; type=\"application/atom+xml;profile=opds-catalog\"";

#[derive(Serialize)]
struct FolderJson<'a> {
    path: String,
    name: &'a str,
    entries: Vec<EntryJson<'a>>,
    /// The number of entries in all parts that match the filter.
    total: usize,
    /// The number of this part, from 1 on.
    page: usize,
    /// The number of parts.
    pages: usize,
    /// Age of the cached listing in seconds; left out for a tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    age: Option<u64>,
    /// Whether the listing is older than it should be.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stale: bool,
    /// Whether more entries are being loaded.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    loading: bool,
    /// Whether 123Pan has more entries, and can't be asked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    incomplete: bool,
}

#[derive(Serialize)]
struct EntryJson<'a> {
    name: &'a str,
    r#type: &'static str,
    path: String,
    size: Option<u64>,
    modified: Option<UnixSeconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    md5: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    locked: bool,
}

/// Serves a folder's listing, as a page or as JSON.
pub(crate) fn answer(
    site: &Site,
    folder: &OpenFolder<'_>,
    access: &AccessRequest<'_>,
    request: &Request<'_>,
    format: Format,
    state: &RequestState,
) -> Result<Response, Error> {
    let wanted = PartRequest::parse(request.url.query)?;
    let page = Page::new(request, access.now).titled(folder.rule_fields().title.as_deref());
    let mut rows = folder.rows(access).collect::<Vec<_>>();
    wanted.select(&mut rows);
    let part = wanted.of(rows.len(), MAX_ROWS);
    let is_tool = !request.accept.has("text/html") && !wanted.is_explicit();
    if format == Format::Plain && is_tool && rows.len() > MAX_ROWS {
        return Ok(plain_list(site, folder, access, &page, &rows));
    }
    let shown = rows.get(part.range.clone()).unwrap_or_default();
    let body = match format {
        Format::Json => Body::Json(json(folder, access, shown, rows.len(), &part)),
        Format::Plain | Format::View => {
            let mut view = view(site, folder, access, &page, shown);
            view.totals = totals(&rows);
            view.pager = pager::pager(&wanted, &part, rows.len());
            let folders = shown.iter().filter(|row| row.folder).map(|row| row.name);
            let folders = folders.collect::<HashSet<_>>();
            let counts = entry_counts(folder, |name| folders.contains(name), access, state);
            for row in view.rows.iter_mut().filter(|row| row.folder) {
                row.items = counts.get(&*row.name).copied();
            }
            let name = access.path.segments().last().unwrap_or(&site.settings.title);
            view.layout.social = page.social(folder.can_be_previewed(), access, name, true);
            Body::page(&View::Folder(view))
        }
        Format::Url | Format::Feed(_) | Format::Embed => return Err(Error::BadFormat),
    };
    let answer = Response::new(200, body)
        .with("Cache-Control", "private, no-cache")
        .with("Vary", "Accept, Accept-Language, Cookie");
    let is_page = answer.body.is_page();
    let feeds = is_page.then(|| FEEDS.to_owned());
    let links = feeds.into_iter().chain(wanted.link_header(&part)).collect::<Vec<_>>();
    let answer = if links.is_empty() { answer } else { answer.with("Link", links.join(", ")) };
    // The owner's Markdown may show images from anywhere, and the folder's own images are redirects.
    let rules = folder.rule_fields();
    let pictures = rules.header.is_some() || rules.readme.is_some() || shown.iter().any(is_picture);
    let answer = if pictures { answer.with_images_from(page.anywhere) } else { answer };
    // A download is loaded in a frame, which it does not show in.
    let has_files = is_page && shown.iter().any(|row| !row.folder);
    let answer = if has_files { answer.with_frames_from(page.anywhere) } else { answer };
    Ok(headed(answer, folder, folder.age(access.now)))
}

/// The whole listing for a tool that reads one page and no more: names with sizes and times, and nothing else.
fn plain_list(
    site: &Site,
    folder: &OpenFolder<'_>,
    access: &AccessRequest<'_>,
    page: &Page<'_>,
    rows: &[Row<'_>],
) -> Response {
    let layout = page.layout(site);
    let name = access.path.segments().last();
    let view = View::FolderList(FolderListView {
        title: name.map_or_else(|| layout.site.clone(), Into::into),
        layout,
        up: access.path.depth() > folder.share_depth(),
        rows: rows.iter().map(row_view).collect(),
    });
    let answer = Response::new(200, Body::page(&view))
        .with("Cache-Control", "private, no-cache")
        .with("Vary", "Accept, Accept-Language, Cookie");
    headed(answer, folder, folder.age(access.now))
}

/// Adds what a folder's responses say of the age of what they list, and to search engines.
pub(crate) fn headed(answer: Response, folder: &OpenFolder<'_>, age: Option<Age>) -> Response {
    let answer = match age {
        Some(age) => with_age(answer, age),
        None => answer,
    };
    match &folder.rule_fields().robots {
        Some(robots) => answer.with("X-Robots-Tag", robots.to_string()),
        None => answer,
    }
}

/// The numbers of folders and files, and their total size.
fn totals(rows: &[Row<'_>]) -> Totals {
    let mut totals = Totals { is_sized: true, ..Totals::default() };
    for row in rows {
        totals.is_dated |= row.modified.is_some();
        if row.folder {
            totals.folders += 1;
            continue;
        }
        totals.files += 1;
        match row.size {
            Some(size) => {
                totals.bytes = Some(totals.bytes.unwrap_or_default().saturating_add(size));
            }
            None => totals.is_sized = false,
        }
    }
    totals
}

/// Adds the age of the cached listing to a response. A page whose listing is still being loaded refreshes
/// itself.
pub(crate) fn with_age(answer: Response, age: Age) -> Response {
    let state = match age {
        Age { loading: true, .. } => "loading",
        Age { stale: true, .. } => "stale",
        Age { .. } => "fresh",
    };
    let answer = answer.with("X-Signpost-Cache", format!("{state}; age={}", age.span.as_secs()));
    let is_page = answer.body.is_page();
    if age.loading && is_page { answer.with("Refresh", "3") } else { answer }
}

fn json(
    folder: &OpenFolder<'_>,
    access: &AccessRequest<'_>,
    rows: &[Row<'_>],
    total: usize,
    part: &Part,
) -> String {
    let (path, age) = (access.path, folder.age(access.now));
    let mut here = path.display();
    if !here.ends_with('/') {
        here.push('/');
    }
    let entries = rows
        .iter()
        .map(|row| EntryJson {
            name: row.name,
            r#type: if row.folder { "folder" } else { "file" },
            path: format!("{here}{}{}", row.name, if row.folder { "/" } else { "" }),
            size: row.size,
            modified: row.modified,
            md5: row.md5.map(hex::encode),
            locked: row.locked,
        })
        .collect();
    let json = FolderJson {
        path: here,
        name: path.segments().last().unwrap_or_default(),
        entries,
        total,
        page: part.page,
        pages: part.pages,
        age: age.map(|age| age.span.as_secs()),
        stale: age.is_some_and(|age| age.stale),
        loading: age.is_some_and(|age| age.loading),
        incomplete: folder.is_incomplete(),
    };
    serde_json::to_string(&json).unwrap_or_default()
}

fn view<'v>(
    site: &'v Site,
    folder: &OpenFolder<'v>,
    access: &AccessRequest<'v>,
    page: &'v Page<'_>,
    rows: &[Row<'v>],
) -> FolderView<'v> {
    let (path, rules) = (access.path, folder.rule_fields());
    let depth = path.depth();
    let share_depth = folder.share_depth();
    let crumbs = path.segments().enumerate().map(|(index, name)| {
        let opens = index + 1 >= share_depth;
        // The last crumb is the folder itself.
        let href = if opens { "../".repeat(depth - index - 1) } else { String::new() };
        Crumb { name: name.into(), href }
    });
    let home = match (access.share, share_depth) {
        (Some(_), 1..) => None,
        (Some(_), 0) => {
            Some("../".repeat(depth)).filter(|up| !up.is_empty()).or(Some("./".to_owned()))
        }
        (None, _) => Some(if depth == 0 { "./".to_owned() } else { "/".to_owned() }),
    };
    let layout = page.layout(site);
    let markdown = |text: &'v Option<std::rc::Rc<str>>| text.as_deref().map(Into::into);
    FolderView {
        title: path.segments().last().map_or_else(|| layout.site.clone(), Into::into),
        layout,
        home,
        crumbs: crumbs.collect(),
        up: depth > share_depth,
        rows: rows.iter().map(row_view).collect(),
        totals: Totals::default(),
        pager: None,
        header: markdown(&rules.header),
        readme: markdown(&rules.readme),
        robots: markdown(&rules.robots),
        demo: site.is_demo(),
        remote: folder.has_remote_folder(),
        notice: notice(folder.is_incomplete(), folder.age(access.now)),
        click_views: rules.click.unwrap_or_default() == Click::View,
    }
}

/// Whether a folder's page may show the file as an image.
fn is_picture(row: &Row<'_>) -> bool {
    Kind::of(row.name) == Kind::Picture
}

/// A row of a listing as the page's view has it.
pub(crate) fn row_view<'v>(row: &Row<'v>) -> RowView<'v> {
    RowView {
        items: None,
        name: row.name.into(),
        folder: row.folder,
        locked: row.locked,
        size: row.size,
        modified: row.modified.map(|at| at.0),
        md5: row.md5.map(hex::encode),
    }
}

/// The notice on a folder's page about the listing itself: that it is loading, old or incomplete.
fn notice(lacks_some: bool, age: Option<Age>) -> Option<Notice> {
    match age {
        Some(Age { loading: true, .. }) => Some(Notice::Loading),
        Some(Age { stale: true, span, .. }) => Some(Notice::Stale { minutes: span.as_secs() / 60 }),
        _ => lacks_some.then_some(Notice::LacksSome),
    }
}
