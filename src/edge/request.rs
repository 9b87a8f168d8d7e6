//! Reads the platform's request into plain values, as the router needs them.

use wasm_bindgen::JsValue;
use web_sys::Request;

use super::body;
use crate::access::client::Client;
use crate::access::conditions::Country;
use crate::http::request::RequestParts;

/// The parts of a request, read once and owned.
pub struct Incoming {
    method: String,
    url: String,
    accept: Option<String>,
    accept_language: Option<String>,
    if_none_match: Option<String>,
    cookie: Option<String>,
    authorization: Option<String>,
    referer: Option<String>,
    origin: Option<String>,
    address: Option<String>,
    country: Option<String>,
    /// The name of the data centre that the request came to (`request.cf.colo`).
    pub place: Option<String>,
    depth: Option<String>,
    body: Option<String>,
}

/// Maximum body length in bytes: a form with a password, or a share link to make, is never longer.
const MAX_BODY: usize = 16_384;

impl Incoming {
    /// Reads the headers of a request, and the body of one that is neither GET nor HEAD.
    pub async fn read(request: &Request) -> Result<Self, JsValue> {
        let headers = request.headers();
        let header = |name: &str| headers.get(name);
        let method = request.method();
        let url = request.url();
        // Country (`request.cf`) and `CF-Connecting-IP` are set by Cloudflare, whatever the client sends.
        let cf = js_sys::Reflect::get(request, &"cf".into())?;
        let fact = |name: &str| js_sys::Reflect::get(&cf, &name.into()).ok()?.as_string();
        let body = if matches!(method.as_str(), "GET" | "HEAD") {
            None
        } else {
            short_body(request).await?
        };
        Ok(Self {
            accept: header("accept")?,
            accept_language: header("accept-language")?,
            if_none_match: header("if-none-match")?,
            cookie: header("cookie")?,
            authorization: header("authorization")?,
            referer: header("referer")?,
            origin: header("origin")?,
            address: header("cf-connecting-ip")?,
            country: fact("country"),
            place: fact("colo"),
            // Read for WebDAV alone: each header is a call out of WASM.
            depth: if method == "PROPFIND" { header("depth")? } else { None },
            method,
            url,
            body,
        })
    }

    /// The request's parts as the router takes them.
    pub fn parts(&self) -> RequestParts<'_> {
        RequestParts {
            method: &self.method,
            url: &self.url,
            accept: self.accept.as_deref(),
            accept_language: self.accept_language.as_deref(),
            if_none_match: self.if_none_match.as_deref(),
            client: Client {
                site: "",
                cookie: self.cookie.as_deref(),
                authorization: self.authorization.as_deref(),
                referer: self.referer.as_deref(),
                origin: self.origin.as_deref(),
                login: None,
                address: self.address.as_deref().and_then(|address| address.trim().parse().ok()),
                country: self.country.as_deref().and_then(Country::parse),
            },
            depth: self.depth.as_deref(),
            body: self.body.as_deref(),
        }
    }
}

/// The body of a request as [`RequestParts::body`].
async fn short_body(request: &Request) -> Result<Option<String>, JsValue> {
    let (bytes, is_cut) = body::read(request.body(), MAX_BODY).await?;
    // Some programs begin a text with a byte order mark.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    Ok(str::from_utf8(bytes).ok().filter(|_| !is_cut).map(str::to_owned))
}
