//! An answer, before it becomes the platform's.

use std::borrow::Cow;

use signpost_pages::view::View;

use crate::site::authorized_file::ProxySource;
use crate::site::playlist::Playlist;

/// A status, headers and a body.
#[derive(Debug)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names and values, no name twice.
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
    /// What follows the headers.
    pub body: Body,
}

/// A body and with it its content type.
#[derive(Debug)]
pub enum Body {
    /// No body.
    None,
    /// A view, as JSON, that the pages turn into bytes of this content type.
    View(&'static str, String),
    /// Serialised JSON.
    Json(String),
    /// Text as it is.
    Text(String),
    /// What is there, fetched and passed on by the Worker.
    Proxy(ProxySource),
    /// A playlist that the Worker fetches and has rewritten.
    Playlist(Playlist),
}

/// Pages load nothing but what is this site's, and stand in no frame. Their forms lead to this site.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                           img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The content type of pages.
const HTML: &str = "text/html; charset=utf-8";
/// The content type of JSON.
const JSON: &str = "application/json; charset=utf-8";

/// The headers that a decision about a visitor may depend on.
const VISITOR_HEADERS: &str = "Accept, Accept-Language, Authorization, Cookie, Origin, Referer";

pub(crate) const POLICY_HEADER: &str = "Content-Security-Policy";

impl Response {
    /// An answer with what its body needs: content type, and for pages the policies.
    pub fn new(status: u16, body: Body) -> Self {
        let answer = Self { status, headers: Vec::with_capacity(8), body };
        let content_type = match &answer.body {
            Body::None | Body::Proxy(_) => return answer,
            Body::View(HTML, _) => {
                // Rules may ask for the page that a request comes from: `same-origin` tells it this
                // site, and nobody else.
                return answer
                    .with("Content-Type", HTML)
                    .with("X-Content-Type-Options", "nosniff")
                    .with(POLICY_HEADER, PAGE_POLICY)
                    .with("Referrer-Policy", "same-origin");
            }
            Body::View(content_type, _) => content_type,
            Body::Playlist(_) => Playlist::CONTENT_TYPE,
            Body::Json(_) => JSON,
            Body::Text(_) => "text/plain; charset=utf-8",
        };
        answer
            .with("Content-Type", content_type)
            .with("X-Content-Type-Options", "nosniff")
            .with("Access-Control-Allow-Origin", "*")
    }

    /// The answer with one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The answer without this header.
    #[must_use]
    pub fn without(mut self, name: &'static str) -> Self {
        self.headers.retain(|(have, _)| *have != name);
        self
    }

    /// The answer with this header, whatever was there under its name.
    #[must_use]
    pub fn replacing(self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.without(name).with(name, value)
    }

    /// The page, with pictures from these sites, too: one of ours may be a redirect to another, and a
    /// policy is held against every address on the way. `sites` are as policies have them.
    #[must_use]
    pub fn with_images_from(self, sites: &str) -> Self {
        self.policy(|policy| {
            let with = ["img-src 'self' ", sites].concat();
            if policy.contains(&with) {
                policy.to_owned()
            } else {
                policy.replace("img-src 'self'", &with)
            }
        })
    }

    /// The page, with files from these sites: one of ours is a redirect there, and a policy is held
    /// against every address on the way. `sites` are as policies have them, apart by spaces.
    #[must_use]
    pub fn with_files_from(self, sites: &str) -> Self {
        self.policy(|policy| {
            let mut changed = String::with_capacity(policy.len() + 4 * sites.len() + 64);
            for part in policy.split("; ") {
                if !changed.is_empty() {
                    changed.push_str("; ");
                }
                changed.push_str(part);
                if part.starts_with("img-src") || part.starts_with("connect-src") {
                    push_site(&mut changed, sites);
                }
            }
            for part in ["; media-src 'self'", "; frame-src 'self'"] {
                changed.push_str(part);
                push_site(&mut changed, sites);
            }
            changed
        })
    }

    /// The page without a part of its policy.
    #[must_use]
    pub fn without_policy(self, part: &str) -> Self {
        self.policy(|policy| policy.replace(part, ""))
    }

    fn policy(mut self, change: impl Fn(&str) -> String) -> Self {
        for (_, value) in self.headers.iter_mut().filter(|(name, _)| *name == POLICY_HEADER) {
            *value = change(value).into();
        }
        self
    }

    /// The answer to one visitor, which nobody keeps for another.
    #[must_use]
    pub fn guarded(self) -> Self {
        self.replacing("Cache-Control", "private, no-store").replacing("Vary", VISITOR_HEADERS)
    }

    /// The value of a header, for tests and for whoever passes the answer on.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }
}

fn push_site(policy: &mut String, sites: &str) {
    if !sites.is_empty() {
        policy.push(' ');
        policy.push_str(sites);
    }
}

impl Body {
    /// A page.
    pub fn page(view: &View<'_>) -> Self {
        Self::view(HTML, view)
    }

    /// JSON that the pages write, since it holds words.
    pub fn json_view(view: &View<'_>) -> Self {
        Self::view(JSON, view)
    }

    /// A view of another content type.
    pub fn view(content_type: &'static str, view: &View<'_>) -> Self {
        Self::View(content_type, serde_json::to_string(view).unwrap_or_default())
    }

    /// What the Worker fetches for it, if anything.
    pub fn source_mut(&mut self) -> Option<&mut ProxySource> {
        match self {
            Self::Proxy(source) => Some(source),
            Self::Playlist(playlist) => Some(&mut playlist.source),
            Self::None | Self::View(..) | Self::Json(_) | Self::Text(_) => None,
        }
    }

    /// Whether it is a page.
    pub fn is_page(&self) -> bool {
        matches!(self, Self::View(HTML, _))
    }

    /// The body as text, rendered as the Worker does it; empty if there is none.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::None | Self::Proxy(_) | Self::Playlist(_) => "".into(),
            Self::Json(text) | Self::Text(text) => text.into(),
            Self::View(_, view) => {
                let bytes = signpost_pages::render(view).unwrap_or_default();
                String::from_utf8_lossy(&bytes).into_owned().into()
            }
        }
    }
}
