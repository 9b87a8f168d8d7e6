//! A folder for other programs, `?format=m3u8` and the like: playlists, download lists and feeds, which the
//! pages module renders.

use signpost_pages::feed::{FeedFormat, FeedView};
use signpost_pages::view::View;

use super::folder::{row_view, with_age};
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
    let mut rows = folder.rows(access);
    rows.retain(|row| !row.locked);
    let layout = page.layout(site);
    let name = access.path.segments().last();
    let view = FeedView {
        title: name.map_or_else(|| layout.site.clone(), Into::into),
        layout,
        format,
        rows: rows.iter().map(row_view).collect(),
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
    let answer = match &folder.rule_fields().robots {
        Some(robots) => answer.with("X-Robots-Tag", robots.to_string()),
        None => answer,
    };
    Ok(match folder.age(access.now) {
        Some(age) => with_age(answer, age),
        None => answer,
    })
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
