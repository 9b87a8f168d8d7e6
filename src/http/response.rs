//! An HTTP response as plain values, before it becomes the Workers runtime's.

use std::borrow::Cow;

use signpost_pages::view::View;

use crate::site::authorized_file::ProxySource;
use crate::site::playlist::Playlist;

/// An HTTP response: a status, headers and a body.
#[derive(Debug)]
pub struct Response {
    /// The HTTP status code, from 100 to 599.
    pub status: u16,
    /// Header names and values, no name twice.
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
    /// The body, or how the Worker gets it.
    pub body: Body,
}

/// A response body, which also decides the content type.
#[derive(Debug)]
pub enum Body {
    /// A response without a body.
    None,
    /// A content type, and a view in JSON that the pages module renders to bytes of that type.
    View(&'static str, String),
    /// A body of serialised JSON.
    Json(String),
    /// A body of plain text in UTF-8.
    Text(String),
    /// A content type, and bytes of that type that the Worker has written itself.
    Bytes(&'static str, Vec<u8>),
    /// A file that the Worker fetches and passes on.
    Proxy(ProxySource),
    /// A playlist that the Worker fetches and the pages module rewrites.
    Playlist(Playlist),
}

/// The Content-Security-Policy of pages: they load nothing but what is this site's, stand in no frame, and
/// their forms lead to this site.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                           img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The content type of HTML pages.
const HTML: &str = "text/html; charset=utf-8";
/// The content type of JSON bodies.
pub(crate) const JSON: &str = "application/json; charset=utf-8";

/// `Vary` for responses to one client: the request headers that an access decision may depend on.
const VISITOR_HEADERS: &str = "Accept, Accept-Language, Authorization, Cookie, Origin, Referer";

/// The name of the header that says what a page may load.
pub(crate) const POLICY_HEADER: &str = "Content-Security-Policy";

impl Response {
    /// A response with the headers that its body needs: the content type, and for pages the policies.
    pub fn new(status: u16, body: Body) -> Self {
        let answer = Self { status, headers: Vec::with_capacity(8), body };
        let content_type = match &answer.body {
            Body::None | Body::Proxy(_) => return answer,
            Body::View(HTML, _) => {
                // Rules may check the referring page: `same-origin` names it to this site, and to no other.
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
            Body::Bytes(content_type, _) => {
                let content_type = *content_type;
                return answer
                    .with("Content-Type", content_type)
                    .with("X-Content-Type-Options", "nosniff");
            }
        };
        answer
            .with("Content-Type", content_type)
            .with("X-Content-Type-Options", "nosniff")
            .with("Access-Control-Allow-Origin", "*")
    }

    /// The response with one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The response without a header.
    #[must_use]
    pub fn without(mut self, name: &'static str) -> Self {
        self.headers.retain(|(have, _)| *have != name);
        self
    }

    /// The response with a header in place of any of the same name.
    #[must_use]
    pub fn replacing(self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.without(name).with(name, value)
    }

    /// The page with a policy that allows images from these sites as well: an image of ours may be a
    /// redirect to another site, and a browser checks every URL on the way. `sites` are source
    /// expressions of a Content-Security-Policy.
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

    /// The page with a policy that allows frames from these sites as well: downloads begin in hidden frames.
    /// `sites` are source expressions of a Content-Security-Policy.
    #[must_use]
    pub fn with_frames_from(self, sites: &str) -> Self {
        self.policy(|policy| [policy, "; frame-src 'self' ", sites].concat())
    }

    /// The page with a policy that allows a file's bytes from these sites: a file of ours is a redirect
    /// there, and a browser checks every URL on the way. `sites` are source expressions of a
    /// Content-Security-Policy, separated by spaces.
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
            changed.push_str("; media-src 'self'");
            push_site(&mut changed, sites);
            changed
        })
    }

    /// The page without one part of its Content-Security-Policy.
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

    /// The response for one client, which no cache may keep.
    #[must_use]
    pub fn guarded(self) -> Self {
        self.replacing("Cache-Control", "private, no-store").replacing("Vary", VISITOR_HEADERS)
    }

    /// The value of a header, whatever the case of its name.
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
    /// The body of an HTML page.
    pub fn page(view: &View<'_>) -> Self {
        Self::view(HTML, view)
    }

    /// A JSON body that the pages module renders, since it holds messages in the visitor's language.
    pub fn json_view(view: &View<'_>) -> Self {
        Self::view(JSON, view)
    }

    /// A body of another content type that the pages module renders.
    pub fn view(content_type: &'static str, view: &View<'_>) -> Self {
        Self::View(content_type, serde_json::to_string(view).unwrap_or_default())
    }

    /// The upstream file that the Worker has to fetch for this body, if any.
    pub fn source_mut(&mut self) -> Option<&mut ProxySource> {
        match self {
            Self::Proxy(source) => Some(source),
            Self::Playlist(playlist) => Some(&mut playlist.source),
            Self::None | Self::View(..) | Self::Json(_) | Self::Text(_) | Self::Bytes(..) => None,
        }
    }

    /// Whether the body is an HTML page.
    pub fn is_page(&self) -> bool {
        matches!(self, Self::View(HTML, _))
    }

    /// The body as text, rendered as the Worker renders it; empty if there is none.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::None | Self::Proxy(_) | Self::Playlist(_) => "".into(),
            Self::Json(text) | Self::Text(text) => text.into(),
            Self::Bytes(_, bytes) => String::from_utf8_lossy(bytes),
            Self::View(_, view) => {
                let bytes = signpost_pages::render(view).unwrap_or_default();
                String::from_utf8_lossy(&bytes).into_owned().into()
            }
        }
    }
}
