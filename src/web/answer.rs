//! An answer, before it becomes the platform's.

use std::borrow::Cow;

use crate::site::ProxySource;

/// A status, headers and a body.
#[derive(Debug)]
pub struct Answer {
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
    /// A page.
    Html(String),
    /// Serialised JSON.
    Json(String),
    /// Text as it is.
    Text(String),
    /// What is there, fetched and passed on by the Worker.
    Proxy(ProxySource),
    /// A file of the site's own, with its content type.
    Asset(&'static str, &'static str),
}

/// Rules may ask for the page that a request comes from: `same-origin` tells it this site, and nobody
/// else. Pages load nothing but our own style sheet and icon, run no script and stand in no frame.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                           form-action 'none'; frame-ancestors 'none'";

/// The headers that a decision about a visitor may depend on.
const VISITOR_HEADERS: &str = "Accept, Accept-Language, Authorization, Cookie, Origin, Referer";

const POLICY_HEADER: &str = "Content-Security-Policy";

impl Answer {
    /// An answer with what its body needs: content type, and for pages the policies.
    pub fn new(status: u16, body: Body) -> Self {
        let answer = Self { status, headers: Vec::with_capacity(8), body };
        let content_type = match answer.body {
            Body::None | Body::Proxy(_) => return answer,
            Body::Html(_) => {
                return answer
                    .with("Content-Type", "text/html; charset=utf-8")
                    .with("X-Content-Type-Options", "nosniff")
                    .with(POLICY_HEADER, PAGE_POLICY)
                    .with("Referrer-Policy", "same-origin");
            }
            Body::Json(_) => "application/json; charset=utf-8",
            Body::Text(_) => "text/plain; charset=utf-8",
            Body::Asset(content_type, _) => content_type,
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

    /// The page, with pictures from any site: its owner put them there, and one of this site is a
    /// redirect to another.
    #[must_use]
    pub fn with_images_from_anywhere(mut self) -> Self {
        for (_, value) in self.headers.iter_mut().filter(|(name, _)| *name == POLICY_HEADER) {
            *value = value.replace("img-src 'self'", "img-src 'self' https:").into();
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

impl Body {
    /// The body as text; empty if there is none.
    pub fn as_str(&self) -> &str {
        match self {
            Self::None | Self::Proxy(_) => "",
            Self::Html(text) | Self::Json(text) | Self::Text(text) => text,
            Self::Asset(_, text) => text,
        }
    }
}
