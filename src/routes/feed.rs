//! A folder for other programs, `?format=m3u8` and the like: playlists, download lists and feeds, which the
//! pages module renders.

use std::cmp::Reverse;

use signpost_core::kind;
use signpost_pages::feed::{FeedFormat, FeedView};
use signpost_pages::view::View;

use super::folder::part::{MAX_ROWS, Part, PartRequest};
use super::folder::{headed, row_view};
use super::page::Page;
use super::visitor_share_link::hours;
use crate::access::client::AccessRequest;
use crate::context::RequestContext;
use crate::error::Error;
use crate::http::query::raw_field;
use crate::http::request::Request;
use crate::http::response::{Body, Response};
use crate::percent;
use crate::platform::Platform;
use crate::site::Site;
use crate::site::open_folder::OpenFolder;
use crate::site::row::Row;
use crate::site::visitor_share_link::{self, Sharing};

/// Serves what the visitor may see in a folder, in this format. Its links open for the program that gets
/// them: by the visitor's share link, or by a new one that expires after `hours=` hours.
pub(crate) async fn answer(
    site: &Site,
    folder: &OpenFolder<'_>,
    access: &AccessRequest<'_>,
    page: Page<'_>,
    request: &Request<'_>,
    format: FeedFormat,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    let hours = hours(raw_field(request.url.query, "hours"))?;
    let sharing = visitor_share_link::share_folder(folder, access, hours, ctx).await?;
    let page = page.titled(folder.rule_fields().title.as_deref());
    let wanted = PartRequest::parse(request.url.query)?;
    let mut rows = folder.rows(access).filter(|row| !row.locked).collect::<Vec<_>>();
    let has_books = rows.iter().any(is_book);
    let part = match select(&mut rows, format) {
        Some(usual) => wanted.of(rows.len(), usual),
        None => Part::whole(rows.len()),
    };
    let shown = rows.get(part.range.clone()).unwrap_or_default();
    let layout = page.layout(site);
    let name = access.path.segments().last();
    let view = FeedView {
        title: name.map_or_else(|| layout.site.clone(), Into::into),
        layout,
        format,
        rows: shown.iter().map(row_view).collect(),
        has_books,
        per_page: wanted.per_page(),
        page: Some(part.page).filter(|page| *page > 1),
        next_page: Some(part.page + 1).filter(|page| *page <= part.pages),
        ..feed_urls(request.url.site, &sharing, access)
    };
    let answer = Response::new(200, Body::view(format.content_type(), &View::Feed(view)))
        .with("Cache-Control", "private, no-cache")
        .with("Vary", "Accept, Accept-Language, Cookie");
    let answer = match format.extension() {
        Some(extension) => {
            let name = name.unwrap_or(&site.settings.title);
            answer.with("Content-Disposition", attachment(name, extension))
        }
        None => answer,
    };
    let answer = match wanted.link_header(&part) {
        Some(links) => answer.with("Link", links),
        None => answer,
    };
    Ok(headed(answer, folder, access))
}

/// The usual number of rows in a part of a catalogue, which e-book readers show screen by screen.
const OPDS_ROWS: usize = 500;

/// Leaves the rows that a feed of this format lists, in its order, and returns the number of rows in a part of
/// it; `None` if the feed comes whole. Feeds that readers subscribe to come in parts: they follow the links from
/// part to part (RFC 5005).
fn select(rows: &mut Vec<Row<'_>>, format: FeedFormat) -> Option<usize> {
    match format {
        FeedFormat::Rss | FeedFormat::Atom => {
            rows.retain(|row| !row.folder);
            rows.sort_by_key(|row| Reverse(row.modified));
            Some(MAX_ROWS)
        }
        FeedFormat::Opds if rows.first().is_some_and(|row| row.folder) => {
            rows.retain(|row| row.folder);
            Some(OPDS_ROWS)
        }
        FeedFormat::Opds | FeedFormat::OpdsBooks => {
            rows.retain(is_book);
            Some(OPDS_ROWS)
        }
        FeedFormat::M3u8
        | FeedFormat::Strm
        | FeedFormat::Aria2
        | FeedFormat::Metalink
        | FeedFormat::Wget => None,
    }
}

/// Whether a row is a file that e-book readers open.
fn is_book(row: &Row<'_>) -> bool {
    !row.folder && kind::is_book(row.name)
}

/// The folder's URLs in a feed: its own, the topmost that opens, and its parent's.
fn feed_urls<'v>(host: &str, sharing: &Sharing, access: &AccessRequest<'_>) -> FeedView<'v> {
    let (segments, prefix) = (access.path.segments().collect::<Vec<_>>(), sharing.prefix());
    let url_of = |prefix: &str, depth: usize| {
        let mut url = [host, prefix].concat();
        for segment in segments.iter().take(depth) {
            url.push('/');
            url.extend(percent::encode_name(segment));
        }
        url.push('/');
        url
    };
    let (depth, top) = (segments.len(), sharing.depth());
    let up = depth.checked_sub(1).filter(|up| *up >= top);
    FeedView {
        base: url_of(&prefix, depth),
        permanent_base: url_of("", depth),
        start: url_of(&prefix, top),
        up: up.map(|up| url_of(&prefix, up)),
        ..FeedView::default()
    }
}

/// `Content-Disposition` of a file to save, named like the folder (RFC 6266).
fn attachment(name: &str, extension: &str) -> String {
    let mut value = "attachment; filename=\"files.".to_owned();
    value.push_str(extension);
    value.push_str("\"; filename*=UTF-8''");
    value.extend(percent::encode_name(name));
    value.push('.');
    value.push_str(extension);
    value
}
