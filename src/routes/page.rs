//! The properties of a request that all pages depend on: language, preferences, time and host.

use signpost_pages::language::Language;
use signpost_pages::preferences::Preferences;
use signpost_pages::view::Layout;

use super::asset;
use crate::http::request::Request;
use crate::http::response::{POLICY_HEADER, Response};
use crate::http::url::{Connection, RequestUrl};
use crate::site::Site;
use crate::time::UnixSeconds;

/// A request for a page, reduced to what the page depends on.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The language of the page's messages.
    pub language: Language,
    /// The visitor's preferences: language and theme.
    pub preferences: Preferences,
    /// The time of the request.
    pub now: UnixSeconds,
    /// The site's title at this path, if a rule sets one.
    pub title: Option<&'a str>,
    /// Scheme and host of the request's URL, `https://files.example`.
    pub origin: &'a str,
    /// The host of the request's URL, with its port if there is one: `files.example`.
    pub host: &'a str,
    /// The Content-Security-Policy source that matches every site: any with HTTPS, and any at all for a
    /// site without TLS, as on the owner's own machine.
    pub anywhere: &'static str,
    /// The kind of connection that the request came by.
    pub connection: Connection,
}

impl<'a> Page<'a> {
    /// Reads a page's properties from its request.
    pub(crate) fn new(request: &Request<'a>, now: UnixSeconds) -> Self {
        let cookie = request.client.cookies(Preferences::COOKIE).next();
        let preferences = cookie.map(Preferences::of_cookie).unwrap_or_default();
        let language =
            preferences.language.unwrap_or_else(|| Language::of(request.accept_language));
        let RequestUrl { site: origin, host, .. } = request.url;
        let (anywhere, connection) = (anywhere(origin), request.url.connection());
        Self { language, preferences, now, title: None, origin, host, anywhere, connection }
    }

    /// The page under another title of the site; `None` is the site's own title.
    #[must_use]
    pub fn titled(self, title: Option<&'a str>) -> Self {
        Self { title, ..self }
    }

    /// The layout that all pages of the site share, filled in for this request.
    pub fn layout<'v>(&'v self, site: &'v Site) -> Layout<'v> {
        Layout {
            site: self.title.unwrap_or(&site.settings.title).into(),
            language: self.language,
            theme: self.preferences.theme,
            now: self.now.0,
            offset: site.zone.seconds(),
            needs_https: self.connection == Connection::PlainHttp,
            social: None,
            icon: site.settings.icon.as_deref().map(Into::into),
            footer: site.settings.footer.as_deref().map(Into::into),
            custom: asset::custom_version(&site.settings),
        }
    }
}

/// Opens the Content-Security-Policy of a page to the owner's branding, which every page has but those for
/// frames: the images of the footer, and an icon that may be on another site.
pub(crate) fn branded(site: &Site, request: &Request<'_>, answer: Response) -> Response {
    let elsewhere = site.settings.footer.is_some() || site.settings.icon.is_some();
    let has_brand = |policy: &str| policy.contains("frame-ancestors 'none'");
    if elsewhere && answer.body.is_page() && answer.header(POLICY_HEADER).is_some_and(has_brand) {
        answer.with_images_from(anywhere(request.url.site))
    } else {
        answer
    }
}

/// The Content-Security-Policy source that matches every site: any with HTTPS, and any at all for a site
/// without TLS, as on the owner's own machine.
fn anywhere(origin: &str) -> &'static str {
    if origin.starts_with("http:") { "https: http:" } else { "https:" }
}
