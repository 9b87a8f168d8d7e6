//! An answer, before it becomes the platform's.

use std::borrow::Cow;

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
    /// A file of the site's own, with its content type.
    Asset(&'static str, &'static str),
}

/// Pages load nothing but our own style sheet and icon, run no script and stand in no frame.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                           form-action 'none'; frame-ancestors 'none'";

impl Answer {
    /// An answer with what its body needs: content type, and for pages the policies.
    pub fn new(status: u16, body: Body) -> Self {
        let answer = Self { status, headers: Vec::with_capacity(8), body };
        let content_type = match answer.body {
            Body::None => return answer,
            Body::Html(_) => {
                return answer
                    .with("Content-Type", "text/html; charset=utf-8")
                    .with("X-Content-Type-Options", "nosniff")
                    .with("Content-Security-Policy", PAGE_POLICY)
                    .with("Referrer-Policy", "no-referrer");
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
            Self::None => "",
            Self::Html(text) | Self::Json(text) | Self::Text(text) => text,
            Self::Asset(_, text) => text,
        }
    }
}
