//! The API by which a page makes a share link for its visitor to pass on: `POST /-/api/share`. The owner's
//! API is `share_link_api`.

use serde_json::json;

use crate::access::client::AccessRequest;
use crate::context::RequestContext;
use crate::error::Error;
use crate::http::form::from_own_page;
use crate::http::query::field;
use crate::http::request::Request;
use crate::http::response::{Body, Response};
use crate::http::url::RequestUrl;
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::site::Site;
use crate::site::opened::OpenedEntry;
use crate::site::visitor_share_link::{self, Sharing};
use crate::sources::shown_listing::ShownListing;

/// Takes a form with `path`, as it stands in the page's URL, and optionally `hours`; answers with `url` and
/// `expires_at`, which is `null` if the link never expires. Sent to `PATH?share` the form needs no `path`:
/// there the browser sends the cookie that opened the path.
pub(crate) async fn answer(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    from_own_page(request)?;
    let body = request.body.ok_or(Error::BadBody)?;
    let hours = hours(field(body, "hours").as_deref())?;
    let given;
    let is_own = request.url.path.starts_with(crate::http::url::OWN) && request.url.share.is_none();
    let wanted = if is_own {
        given = field(body, "path").filter(|path| path.starts_with('/')).ok_or(Error::BadBody)?;
        RequestUrl::parse(&given)
    } else {
        request.url
    };
    if wanted.shortcut.is_some() {
        return Err(Error::NotFound);
    }
    let path = EntryPath::parse(wanted.path)?;
    let access = AccessRequest { share: wanted.share, ..request.access(&path, ctx.now()) };
    let opened = site.open_entry(&access, ShownListing::None, ctx).await?;
    let sharing = visitor_share_link::share(&opened, &access, hours, ctx).await?;
    let expires_at = match &sharing {
        Sharing::Open => None,
        Sharing::Link { expires_at, .. } => expires_at.map(|at| at.0),
        Sharing::Own => return Err(Error::NoSharing),
    };
    let mut url = request.url.site.to_owned();
    url.push_str(&sharing.prefix());
    url.push_str(&path.href(matches!(opened, OpenedEntry::Folder(_))));
    let json = json!({ "url": url, "expires_at": expires_at }).to_string();
    let answer = Response::new(200, Body::Json(json)).without("Access-Control-Allow-Origin");
    Ok(answer.guarded())
}

/// Parses the lifetime of a link as a visitor wrote it: a whole number of hours, one or more.
pub(crate) fn hours(written: Option<&str>) -> Result<Option<u16>, Error> {
    let Some(written) = written.filter(|written| !written.is_empty()) else { return Ok(None) };
    let plain = written.bytes().all(|byte| byte.is_ascii_digit());
    // A number too large for a `u16` is cut down to the rule's maximum like any other.
    let hours = || written.parse::<u16>().unwrap_or(u16::MAX);
    if plain && hours() > 0 { Ok(Some(hours())) } else { Err(Error::BadBody) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_a_whole_number_from_one() {
        for (written, want) in [
            (None, Ok(None)),
            (Some(""), Ok(None)),
            (Some("1"), Ok(Some(1))),
            (Some("0024"), Ok(Some(24))),
            (Some("99999999999999999999"), Ok(Some(u16::MAX))),
            (Some("0"), Err(Error::BadBody)),
            (Some("-1"), Err(Error::BadBody)),
            (Some("+1"), Err(Error::BadBody)),
            (Some("1.5"), Err(Error::BadBody)),
            (Some("a day"), Err(Error::BadBody)),
        ] {
            assert_eq!(hours(written), want, "{written:?}");
        }
    }
}
