//! A folder for other programs, `?format=m3u8` and the like: playlists, download lists and feeds, which the
//! pages module renders.

use std::cmp::Reverse;

use signpost_core::kind;
use signpost_pages::feed::{FeedFormat, FeedView, SubfolderView};
use signpost_pages::view::{Layout, View};

use super::folder::part::{MAX_ROWS, Part, PartRequest};
use super::folder::{headed, row_view};
use super::page::Page;
use super::visitor_share_link::hours;
use crate::access::client::AccessRequest;
use crate::context::RequestContext;
use crate::error::Error;
use crate::http::etag::{etag, is_named_by};
use crate::http::query::raw_field;
use crate::http::request::Request;
use crate::http::response::{Body, Response};
use crate::path::MAX_SEGMENTS;
use crate::percent;
use crate::platform::Platform;
use crate::site::Site;
use crate::site::folder_tree::{FolderTree, folder_tree};
use crate::site::open_folder::OpenFolder;
use crate::site::row::Row;
use crate::site::visitor_share_link::{self, Sharing};

/// The query field for the number of levels of folders below that are listed, too.
pub(crate) const DEPTH_FIELD: &str = "depth";

/// Serves what the visitor may see in a folder, in this format; with `depth=` in the folders below, too. Its links
/// open for the program that gets them: by the visitor's share link, or by a new one that expires after `hours=`
/// hours.
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
    let (depth, since) = (depth(request.url.query, format)?, since(request.url.query, format)?);
    let sharing = visitor_share_link::share_folder(folder, access, hours, ctx).await?;
    let page = page.titled(folder.rule_fields().title.as_deref());
    let wanted = PartRequest::parse(request.url.query)?;
    let FolderTree { mut rows, below, age } = if depth > 0 {
        folder_tree(folder, depth, access, ctx).await?
    } else {
        let rows = folder.rows(access).filter(|row| !row.locked).collect();
        FolderTree { rows, below: Vec::new(), age: folder.age(access.now) }
    };
    let has_books = rows.iter().any(is_book);
    let part = match select(&mut rows, format) {
        Some(usual) => wanted.of(rows.len(), usual),
        None => Part::whole(rows.len()),
    };
    let shown = rows.get(part.range.clone()).unwrap_or_default();
    let layout = page.layout(site);
    let name = access.path.segments().last();
    let title = name.map_or_else(|| layout.site.clone(), Into::into);
    let below = below.iter().map(|folder| SubfolderView {
        path: folder.path.iter().map(|name| (*name).into()).collect(),
        rows: folder.rows.iter().map(row_view).collect(),
    });
    let view = View::Feed(FeedView {
        title,
        // All that the layout holds would be in the tag.
        layout: if format.is_reproducible() { Layout::default() } else { layout },
        format,
        rows: shown.iter().map(row_view).collect(),
        below: below.collect(),
        since,
        has_books,
        per_page: wanted.per_page(),
        page: Some(part.page).filter(|page| *page > 1),
        next_page: Some(part.page + 1).filter(|page| *page <= part.pages),
        ..feed_urls(request.url.site, &sharing, access)
    });
    let view = serde_json::to_string(&view).unwrap_or_default();
    let tag = format.is_reproducible().then(|| etag(&view));
    let has_tag = |tag: &String| request.if_none_match.is_some_and(|named| is_named_by(tag, named));
    let answer = if tag.as_ref().is_some_and(has_tag) {
        Response::new(304, Body::None).with("Access-Control-Allow-Origin", "*")
    } else {
        Response::new(200, Body::View(format.content_type(), view))
    };
    let answer = answer
        .with("Cache-Control", "private, no-cache")
        .with("Vary", "Accept, Accept-Language, Cookie");
    let answer = match tag {
        Some(tag) => answer.with("ETag", tag),
        None => answer,
    };
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
    Ok(headed(answer, folder, age))
}

/// The number of levels of folders below that the query asks for.
///
/// # Errors
/// [`Error::BadQuery`] if it is no number up to [`MAX_SEGMENTS`], or the format lists one folder only.
fn depth(query: &str, format: FeedFormat) -> Result<usize, Error> {
    let depth = match raw_field(query, DEPTH_FIELD) {
        None | Some("") => return Ok(0),
        Some(text) => usize::try_from(whole(text)?).map_err(|_| Error::BadQuery)?,
    };
    let is_valid = depth <= MAX_SEGMENTS && (depth == 0 || format.has_depth());
    if is_valid { Ok(depth) } else { Err(Error::BadQuery) }
}

/// The time in Unix seconds that the query names for an archive of what is new.
///
/// # Errors
/// [`Error::BadQuery`] if it is no number, or the format is no archive.
fn since(query: &str, format: FeedFormat) -> Result<Option<u64>, Error> {
    match raw_field(query, "since") {
        None | Some("") => Ok(None),
        Some(text) if format == FeedFormat::Strm => whole(text).map(Some),
        Some(_) => Err(Error::BadQuery),
    }
}

/// Parses a number that is written in digits alone.
fn whole(text: &str) -> Result<u64, Error> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain).ok_or(Error::BadQuery)
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
        | FeedFormat::Xspf
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_depth_is_a_small_number_for_lists_of_folders() {
        for (query, format, want) in [
            ("", FeedFormat::M3u8, Ok(0)),
            ("depth=", FeedFormat::M3u8, Ok(0)),
            ("depth=0", FeedFormat::Rss, Ok(0)),
            ("depth=3&depth=9", FeedFormat::Strm, Ok(3)),
            ("depth=80", FeedFormat::Xspf, Ok(80)),
            ("depth=81", FeedFormat::Xspf, Err(Error::BadQuery)),
            ("depth=99999999999999999999", FeedFormat::Xspf, Err(Error::BadQuery)),
            ("depth=+1", FeedFormat::Xspf, Err(Error::BadQuery)),
            ("depth=all", FeedFormat::Xspf, Err(Error::BadQuery)),
            ("depth=1", FeedFormat::Atom, Err(Error::BadQuery)),
            ("depth=1", FeedFormat::Opds, Err(Error::BadQuery)),
        ] {
            assert_eq!(depth(query, format), want, "{query} {format:?}");
        }
    }

    #[test]
    fn a_time_is_in_unix_seconds_and_for_archives() {
        for (query, format, want) in [
            ("", FeedFormat::Strm, Ok(None)),
            ("since=1795382400", FeedFormat::Strm, Ok(Some(1_795_382_400))),
            ("since=-1", FeedFormat::Strm, Err(Error::BadQuery)),
            ("since=2026-11-23", FeedFormat::Strm, Err(Error::BadQuery)),
            ("since=1", FeedFormat::M3u8, Err(Error::BadQuery)),
        ] {
            assert_eq!(since(query, format), want, "{query} {format:?}");
        }
    }
}
