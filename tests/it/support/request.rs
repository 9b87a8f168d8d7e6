//! Requests as values, sites from settings, and share links.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use signpost::access::alist_sign;
use signpost::access::client::Client;
use signpost::access::conditions::Country;
use signpost::access::key_ring::KeyRing;
use signpost::access::password::Password;
use signpost::access::session;
use signpost::access::share_link::{self, ShareClaims, ShareId};
use signpost::http::request::RequestParts;
use signpost::http::response::{Body, Response};
use signpost::secret::Secret;
use signpost::seed::RequestSeed;
use signpost::site::Site;
use signpost::time::UnixSeconds;

use super::host::{Host, respond};

/// The time of requests, 2026-11-23, 05:20 in China, in Unix seconds.
pub const NOW: u64 = 1_795_382_400;
/// The origin of the site.
pub const SITE: &str = "https://files.example";
/// The site's key in `SITE_KEYS`.
pub const KEY: &str = "key-0123456789abcdefghijklmnopqrstuv";
/// The site's API token.
pub const API_TOKEN: &str = "api-0123456789abcdefghijklmnopqrstuv";
/// The bindings of a site with rules.
pub const BOUND: [(&str, &str); 9] = [
    ("SITE_KEYS", KEY),
    ("API_TOKEN", API_TOKEN),
    ("KV", "{}"),
    ("QUOTA", "{}"),
    ("ACCOUNTS", "{}"),
    ("GUESSES", "{}"),
    ("CALM", "{}"),
    ("UID", "13"),
    ("PRIVATE_KEY", "289ds32418bxdba"),
];

/// A site of these settings, and of [`BOUND`] for the others.
pub fn load(settings: &[(&str, &str)]) -> Site {
    let lookup = |name: &str| {
        let mut pairs = settings.iter().chain(&BOUND);
        pairs.find(|(have, _)| *have == name).map(|(_, value)| (*value).to_owned())
    };
    Site::load(&lookup, UnixSeconds(NOW))
}

/// A site of these settings, without configuration errors.
pub fn site(settings: &[(&str, &str)]) -> Site {
    let site = load(settings);
    assert!(!site.is_broken(), "{:?}", site.config_errors().collect::<Vec<_>>());
    site
}

/// A request and its client.
#[derive(Clone, Debug, Default)]
pub struct Req {
    /// The request's HTTP method.
    pub method: &'static str,
    /// The origin at which the site is reached; `None` is [`SITE`].
    pub site: Option<&'static str>,
    /// The path and query.
    pub target: String,
    /// The value of the header `Accept`.
    pub accept: Option<&'static str>,
    /// The value of the header `Accept-Language`.
    pub language: Option<&'static str>,
    /// The value of the header `If-None-Match`.
    pub if_none_match: Option<String>,
    /// The value of the header `Cookie`.
    pub cookie: Option<String>,
    /// The value of the header `Authorization`.
    pub authorization: Option<String>,
    /// The value of the header `Referer`.
    pub referer: Option<String>,
    /// The value of the header `Origin`.
    pub origin: Option<String>,
    /// The client's IP address.
    pub address: Option<String>,
    /// The client's country code.
    pub country: Option<&'static str>,
    /// The value of the header `Depth`.
    pub depth: Option<&'static str>,
    /// The body of the request.
    pub body: Option<String>,
    /// The time of the request, in seconds after [`NOW`].
    pub later: u64,
    /// The byte that all random bytes are.
    pub random: u8,
}

/// A GET request for a target.
pub fn get(target: &str) -> Req {
    Req { method: "GET", target: target.to_owned(), random: 0xab, ..Req::default() }
}

/// A PROPFIND for a target, with this `Depth`.
pub fn propfind(target: &str, depth: &'static str) -> Req {
    Req { method: "PROPFIND", depth: Some(depth), ..get(target) }
}

/// A POST of the login form.
pub fn login(back: &str, password: &str) -> Req {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let (back, password): (String, String) = (encode(back), encode(password));
    let body = Some(format!("back={back}&password={password}"));
    Req { method: "POST", body, ..get("/-/login") }
}

impl Req {
    /// The request with this `Accept`.
    pub fn accept(self, accept: &'static str) -> Self {
        Self { accept: Some(accept), ..self }
    }

    /// The request with these cookies.
    pub fn cookie(self, cookie: &str) -> Self {
        Self { cookie: Some(cookie.to_owned()), ..self }
    }

    /// The request with this password in HTTP Basic authentication.
    pub fn basic(self, password: &str) -> Self {
        let authorization = Some(format!("Basic {}", STANDARD.encode(format!("any:{password}"))));
        Self { authorization, ..self }
    }

    /// The request with this user name and password in HTTP Basic authentication.
    pub fn login(self, user: &str, password: &str) -> Self {
        let authorization =
            Some(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))));
        Self { authorization, ..self }
    }

    /// The request with this bearer token.
    pub fn bearer(self, token: &str) -> Self {
        Self { authorization: Some(format!("Bearer {token}")), ..self }
    }

    /// The request with this `Referer`.
    pub fn referer(self, referer: &str) -> Self {
        Self { referer: Some(referer.to_owned()), ..self }
    }

    /// The request with this `Origin`.
    pub fn origin(self, origin: &str) -> Self {
        Self { origin: Some(origin.to_owned()), ..self }
    }

    /// The request from this IP address.
    pub fn from(self, address: &str) -> Self {
        Self { address: Some(address.to_owned()), ..self }
    }

    /// The request from this country.
    pub fn in_country(self, country: &'static str) -> Self {
        Self { country: Some(country), ..self }
    }

    /// The request sent so many seconds after [`NOW`].
    pub fn later(self, seconds: u64) -> Self {
        Self { later: seconds, ..self }
    }

    /// The response of a site on this host.
    pub fn send(&self, site: &Site, host: &mut Host) -> Response {
        let url = format!("{}{}", self.site.unwrap_or(SITE), self.target);
        let client = Client {
            site: "",
            cookie: self.cookie.as_deref(),
            authorization: self.authorization.as_deref(),
            referer: self.referer.as_deref(),
            origin: self.origin.as_deref(),
            login: None,
            address: self.address.as_deref().map(|address| address.parse().unwrap()),
            country: self.country.and_then(Country::parse),
        };
        let parts = RequestParts {
            method: self.method,
            url: &url,
            accept: self.accept,
            accept_language: self.language,
            if_none_match: self.if_none_match.as_deref(),
            client,
            depth: self.depth,
            body: Some(self.body.as_deref().unwrap_or_default()),
        };
        let seed = RequestSeed::new(UnixSeconds(NOW + self.later), [self.random; 16]);
        respond(site, &parts, &seed, host)
    }

    /// The response of a site on a host of its own, where nothing is limited.
    pub fn alone(&self, site: &Site) -> Response {
        self.send(site, &mut Host::default())
    }

    /// The status of [`Self::alone`].
    pub fn status(&self, site: &Site) -> u16 {
        self.alone(site).status
    }
}

/// The cookie that a login at `scope` with this password sets.
pub fn cookie(scope: &str, password: &str) -> String {
    cookie_by(KEY, scope, password, NOW + 3_600)
}

/// The login cookie of a site with this key, as of [`cookie`].
pub fn cookie_by(key: &str, scope: &str, password: &str, expires_at: u64) -> String {
    let keys = KeyRing::parse(key).unwrap();
    let password = Password::parse(password).unwrap();
    let value = session::make(&keys, scope, &password, UnixSeconds(expires_at));
    format!("{}={value}", session::cookie_name(scope))
}

/// The claims of a share link for the entry at this decoded path, good for an hour.
pub fn claims(path: &str) -> ShareClaims {
    ShareClaims {
        id: ShareId([7; 6]),
        depth: path.split('/').filter(|segment| !segment.is_empty()).count(),
        created: UnixSeconds(NOW - 60),
        expires_at: Some(UnixSeconds(NOW + 3_600)),
        uses: None,
        bytes: None,
        site: None,
        address: None,
    }
}

/// The `/~TOKEN` of a share link with these claims.
pub fn share(path: &str, claims: &ShareClaims) -> String {
    let scope = path.split('/').filter(|segment| !segment.is_empty()).collect::<Vec<_>>();
    format!("/~{}", share_link::make(&KeyRing::parse(KEY).unwrap(), &scope, claims).unwrap())
}

/// The value of the response's `Location`; empty if there is none.
pub fn location(answer: &Response) -> &str {
    answer.header("Location").unwrap_or_default()
}

/// The whole response as one text: headers and body.
pub fn text(answer: &Response) -> String {
    let mut text = String::new();
    for (name, value) in &answer.headers {
        text.extend([name, ": ", value, "\n"]);
    }
    text.push_str(&answer.body.text());
    match &answer.body {
        Body::Proxy(source) => text.push_str(&source.link.url),
        Body::Playlist(playlist) => {
            text.extend([&*playlist.source.link.url, "\n", &*playlist.path]);
        }
        Body::None | Body::View(..) | Body::Json(_) | Body::Text(_) | Body::Bytes(..) => {}
    }
    text
}

/// The signature that AList makes of a path with this key; `expires` is in Unix seconds, 0 for never.
pub fn alist_signature(key: &str, path: &str, expires: u64) -> String {
    let expires = Some(UnixSeconds(expires)).filter(|_| expires != 0);
    alist_sign::make(&Secret::new(key), path, expires)
}
