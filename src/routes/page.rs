//! What all pages need of a request: who looks at them, and how.

use signpost_pages::language::Language;
use signpost_pages::preferences::Preferences;
use signpost_pages::view::Layout;

use super::asset;
use crate::http::request::Request;
use crate::http::response::{POLICY_HEADER, Response};
use crate::http::url::RequestUrl;
use crate::site::Site;
use crate::time::UnixSeconds;

/// A request for a page.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The language of its words.
    pub language: Language,
    /// What the visitor chose.
    pub look: Preferences,
    /// The time of the request.
    pub now: UnixSeconds,
    /// The site's title at this place, if it has one of its own.
    pub title: Option<&'a str>,
    /// `https://files.example`, as the visitor asked for it.
    pub origin: &'a str,
    /// `files.example`, with the port if there is one.
    pub host: &'a str,
    /// Any site, as policies have it. Without TLS, as on the owner's own machine, that is any at all.
    pub anywhere: &'static str,
}

impl<'a> Page<'a> {
    /// The page that a request asks for.
    pub(crate) fn new(request: &Request<'a>, now: UnixSeconds) -> Self {
        let cookie = request.client.cookies(Preferences::COOKIE).next();
        let look = cookie.map(Preferences::of_cookie).unwrap_or_default();
        let language = look.language.unwrap_or_else(|| Language::of(request.accept_language));
        let RequestUrl { site: origin, host, .. } = request.url;
        Self { language, look, now, title: None, origin, host, anywhere: anywhere(origin) }
    }

    /// The same under another title of the site.
    #[must_use]
    pub fn titled(self, title: Option<&'a str>) -> Self {
        Self { title, ..self }
    }

    /// What the page shows of all this.
    pub fn layout<'v>(&'v self, site: &'v Site) -> Layout<'v> {
        Layout {
            site: self.title.unwrap_or(&site.title).into(),
            language: self.language,
            theme: self.look.theme,
            now: self.now.0,
            offset: site.zone.seconds(),
            social: None,
            icon: site.brand.icon.as_deref().map(Into::into),
            footer: site.brand.footer.as_deref().map(Into::into),
            custom: asset::custom_version(&site.brand),
        }
    }
}

/// The answer, the policy of a page open to what the owner put on every page but those for frames: the
/// pictures of the footer, and an icon that may be elsewhere.
pub(crate) fn branded(site: &Site, request: &Request<'_>, answer: Response) -> Response {
    let elsewhere = site.brand.footer.is_some() || site.brand.icon.is_some();
    let has_brand = |policy: &str| policy.contains("frame-ancestors 'none'");
    if elsewhere && answer.body.is_page() && answer.header(POLICY_HEADER).is_some_and(has_brand) {
        answer.with_images_from(anywhere(request.url.site))
    } else {
        answer
    }
}

/// Any site, as policies have it. Without TLS, as on the owner's own machine, that is any at all.
fn anywhere(origin: &str) -> &'static str {
    if origin.starts_with("http:") { "https: http:" } else { "https:" }
}
