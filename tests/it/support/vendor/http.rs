//! Requests and replies as plain values, and what a server has to act out.

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// A request as it came over the wire.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The request's HTTP method.
    pub method: String,
    /// The `Host` header, with the port.
    pub host: String,
    /// The path, still escaped.
    pub path: String,
    /// The query without `?`, still escaped.
    pub query: String,
    /// Header names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body of the request.
    pub body: Vec<u8>,
    /// The time at which the request came, in Unix milliseconds.
    pub now: u64,
}

impl Request {
    /// A bare request to a URL or to a path with its query.
    pub fn new(method: &str, url: &str, now: u64) -> Self {
        let (host, target) = match url.split_once("://") {
            Some((_, rest)) => match rest.find('/') {
                Some(slash) => rest.split_at(slash),
                None => (rest, "/"),
            },
            None => ("", url),
        };
        let target = target.split('#').next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: method.to_owned(),
            host: host.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            now,
            ..Self::default()
        }
    }

    /// The request with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.to_owned()));
        self
    }

    /// The request without a header.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(have, _)| have != name);
        self
    }

    /// The request with a JSON body and its content type.
    #[must_use]
    pub fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self.without("content-type").with("content-type", "application/json")
    }

    /// The value of a header; the name is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(have, _)| have == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The query, form-decoded, in order.
    pub fn pairs(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(self.query.as_bytes()).into_owned().collect()
    }

    /// The first value of a name in the query.
    pub fn value(&self, name: &str) -> Option<String> {
        self.pairs().into_iter().find(|(have, _)| have == name).map(|(_, value)| value)
    }

    /// The path, decoded once.
    pub fn decoded_path(&self) -> Vec<u8> {
        percent_decode_str(&self.path).collect()
    }
}

/// How the server sends a reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Act {
    /// Sends the reply as it is.
    #[default]
    Send,
    /// Closes the connection with a reset, without a reply.
    Reset,
    /// Sends nothing until the client gives up.
    Silence,
    /// Promises the whole body, sends so many bytes and closes.
    Truncate(usize),
}

/// A response of the fake.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The HTTP status code.
    pub status: u16,
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// The body of the response.
    pub body: Vec<u8>,
    /// How the server sends the reply.
    pub act: Act,
    /// The time until the reply is sent, in milliseconds.
    pub delay_ms: u64,
}

impl Reply {
    /// A reply with a body of this content type.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status, headers, body: body.into(), ..Self::default() }
    }

    /// A reply with a JSON body.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json; charset=utf-8", body.to_string())
    }

    /// A reply with a page, where an API would send JSON.
    pub fn html(status: u16, text: &str) -> Self {
        let page = format!("<!doctype html><html><body><h1>{text}</h1></body></html>");
        Self::new(status, "text/html; charset=utf-8", page)
    }

    /// A redirect to this `Location`.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::new(status, "text/html", "").with("location", location)
    }

    /// The reply with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(have, _)| have == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null if it is none.
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}
