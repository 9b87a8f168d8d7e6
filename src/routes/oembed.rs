//! oEmbed, `/-/oembed`: how to embed the file at a URL of ours, for services that turn a link into its
//! contents (<https://oembed.com>). Nothing is fetched.
//!
//! The response is that for a client without credentials, and the same for everyone: the client may be
//! another site's server, or a script in a visitor's browser.

use signpost_pages::view::{OEmbedView, View};

use super::embed::own_href;
use crate::access::client::AccessRequest;
use crate::context::RequestContext;
use crate::error::Error;
use crate::http::query::field;
use crate::http::request::Request;
use crate::http::response::{Body, Response};
use crate::http::url::RequestUrl;
use crate::path::EntryPath;
use crate::platform::Platform;
use crate::site::Site;
use crate::site::opened::OpenedEntry;
use crate::sources::shown_listing::ShownListing;

/// Answers an oEmbed request, `?url=…&maxwidth=…&maxheight=…&format=json`.
///
/// # Errors
/// [`Error::NotFound`] for all that a client without credentials may not open, [`Error::BadBody`] without
/// `url`.
pub(crate) async fn answer(
    site: &Site,
    request: &Request<'_>,
    ctx: &RequestContext<impl Platform>,
) -> Result<Response, Error> {
    let given = |name| field(request.url.query, name);
    let xml = match given("format").as_deref() {
        None | Some("json") => false,
        Some("xml") => true,
        // The oEmbed specification wants this status.
        Some(_) => {
            let answer = Response::new(501, Body::Text("json or xml\n".to_owned()));
            return Ok(answer.with("Cache-Control", "no-store"));
        }
    };
    let url = given("url").ok_or(Error::BadBody)?;
    let wanted = RequestUrl::parse(&url);
    if !is_here(&wanted, &request.url) {
        return Err(Error::NotFound);
    }
    let path = EntryPath::parse(wanted.path).map_err(|_| Error::NotFound)?;
    let client = request.client.without_credentials();
    let access = AccessRequest::new(&path, wanted.share, &client, ctx.now());
    let file =
        match site.open_entry(&access, ShownListing::None, ctx).await.map_err(as_if_missing)? {
            OpenedEntry::File(file)
                if file.is_open_from_anywhere() && !path.has_trailing_slash() =>
            {
                file
            }
            OpenedEntry::File(_) | OpenedEntry::Folder(_) => return Err(Error::NotFound),
        };
    let pixels = |name| given(name).and_then(|text| text.parse().ok()).filter(|most| *most > 0);
    let view = View::OEmbed(OEmbedView {
        site: request.url.site.into(),
        provider: site.settings.title.as_str().into(),
        name: path.segments().last().unwrap_or_default().into(),
        href: own_href(&access),
        size: file.size(),
        xml,
        max_width: pixels("maxwidth"),
        max_height: pixels("maxheight"),
    });
    let body = if xml { Body::view(XML, &view) } else { Body::json_view(&view) };
    Ok(Response::new(200, body).with("Cache-Control", "no-store"))
}

const XML: &str = "text/xml; charset=utf-8";

/// Whether a URL is one of this very host.
fn is_here(wanted: &RequestUrl<'_>, here: &RequestUrl<'_>) -> bool {
    let scheme = wanted.site.strip_suffix(wanted.host).unwrap_or_default();
    let is_web = ["https://", "http://"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    is_web && wanted.host.eq_ignore_ascii_case(here.host)
}

/// Replaces errors that would tell that an entry exists by [`Error::NotFound`].
fn as_if_missing(error: Error) -> Error {
    match error {
        Error::Locked { .. } | Error::Forbidden(_) | Error::LinkOver | Error::BadPath(_) => {
            Error::NotFound
        }
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_of_this_very_host_is_looked_at() {
        const CASES: &[(&str, bool)] = &[
            ("https://files.example/a", true),
            ("HTTP://FILES.example/a", true),
            ("https://files.example:443/a", false),
            ("https://files.example.evil.example/a", false),
            ("https://files.example@evil.example/a", false),
            ("https://evil.example\\@files.example/a", false),
            ("https://evil.example/https://files.example/", false),
            ("//files.example/a", false),
            ("ftp://files.example/a", false),
            ("files.example/a", false),
            ("", false),
        ];
        let here = RequestUrl::parse("https://files.example/-/oembed");
        for (url, want) in CASES {
            assert_eq!(is_here(&RequestUrl::parse(url), &here), *want, "{url}");
        }
    }
}
