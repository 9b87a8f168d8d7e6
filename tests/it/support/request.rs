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

/// 2026-11-23, 05:20 in China.
pub const NOW: u64 = 1_795_382_400;
pub const SITE: &str = "https://files.example";
pub const KEY: &str = "key-0123456789abcdefghijklmnopqrstuv";
pub const API_TOKEN: &str = "api-0123456789abcdefghijklmnopqrstuv";
/// What a site with rules needs besides them.
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

/// A site of these settings, and of [`BOUND`] where they say nothing.
pub fn load(settings: &[(&str, &str)]) -> Site {
    let lookup = |name: &str| {
        let mut pairs = settings.iter().chain(&BOUND);
        pairs.find(|(have, _)| *have == name).map(|(_, value)| (*value).to_owned())
    };
    Site::load(lookup, UnixSeconds(NOW))
}

/// The same, sound.
pub fn site(settings: &[(&str, &str)]) -> Site {
    let site = load(settings);
    assert!(!site.is_broken(), "{:?}", site.config_errors().collect::<Vec<_>>());
    site
}

/// A request and who sends it.
#[derive(Clone, Debug, Default)]
pub struct Req {
    pub method: &'static str,
    /// Where the site is reached; [`SITE`] if that is not said.
    pub site: Option<&'static str>,
    pub target: String,
    pub accept: Option<&'static str>,
    pub language: Option<&'static str>,
    pub cookie: Option<String>,
    pub authorization: Option<String>,
    pub referer: Option<String>,
    pub origin: Option<String>,
    pub address: Option<String>,
    pub country: Option<&'static str>,
    pub body: Option<String>,
    /// Seconds after [`NOW`].
    pub later: u64,
    pub random: u8,
}

pub fn get(target: &str) -> Req {
    Req { method: "GET", target: target.to_owned(), random: 0xab, ..Req::default() }
}

/// The form of a login, sent.
pub fn login(back: &str, password: &str) -> Req {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let (back, password): (String, String) = (encode(back), encode(password));
    let body = Some(format!("back={back}&password={password}"));
    Req { method: "POST", body, ..get("/-/login") }
}

impl Req {
    pub fn accept(self, accept: &'static str) -> Self {
        Self { accept: Some(accept), ..self }
    }

    pub fn cookie(self, cookie: &str) -> Self {
        Self { cookie: Some(cookie.to_owned()), ..self }
    }

    pub fn basic(self, password: &str) -> Self {
        let authorization = Some(format!("Basic {}", STANDARD.encode(format!("any:{password}"))));
        Self { authorization, ..self }
    }

    pub fn bearer(self, token: &str) -> Self {
        Self { authorization: Some(format!("Bearer {token}")), ..self }
    }

    pub fn referer(self, referer: &str) -> Self {
        Self { referer: Some(referer.to_owned()), ..self }
    }

    pub fn origin(self, origin: &str) -> Self {
        Self { origin: Some(origin.to_owned()), ..self }
    }

    pub fn from(self, address: &str) -> Self {
        Self { address: Some(address.to_owned()), ..self }
    }

    pub fn in_country(self, country: &'static str) -> Self {
        Self { country: Some(country), ..self }
    }

    pub fn later(self, seconds: u64) -> Self {
        Self { later: seconds, ..self }
    }

    pub fn send(&self, site: &Site, host: &mut Host) -> Response {
        let url = format!("{}{}", self.site.unwrap_or(SITE), self.target);
        let client = Client {
            site: "",
            cookie: self.cookie.as_deref(),
            authorization: self.authorization.as_deref(),
            referer: self.referer.as_deref(),
            origin: self.origin.as_deref(),
            address: self.address.as_deref().map(|address| address.parse().unwrap()),
            country: self.country.and_then(Country::parse),
        };
        let parts = RequestParts {
            method: self.method,
            url: &url,
            accept: self.accept,
            accept_language: self.language,
            client,
            body: self.body.as_deref(),
        };
        let seed = RequestSeed::new(UnixSeconds(NOW + self.later), [self.random; 16]);
        respond(site, &parts, &seed, host)
    }

    /// Sent to a host of its own, where nothing is limited.
    pub fn alone(&self, site: &Site) -> Response {
        self.send(site, &mut Host::default())
    }

    pub fn status(&self, site: &Site) -> u16 {
        self.alone(site).status
    }
}

/// The cookie that a login at `scope` with this password sets.
pub fn cookie(scope: &str, password: &str) -> String {
    cookie_by(KEY, scope, password, NOW + 3_600)
}

pub fn cookie_by(key: &str, scope: &str, password: &str, expires_at: u64) -> String {
    let keys = KeyRing::parse(key).unwrap();
    let password = Password::parse(password).unwrap();
    let value = session::make(&keys, scope, &password, UnixSeconds(expires_at));
    format!("{}={value}", session::cookie_name(scope))
}

/// Terms of a link for the place at this decoded path, good for an hour.
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

/// The `/~TOKEN` of a link.
pub fn share(path: &str, claims: &ShareClaims) -> String {
    let scope = path.split('/').filter(|segment| !segment.is_empty()).collect::<Vec<_>>();
    format!("/~{}", share_link::make(&KeyRing::parse(KEY).unwrap(), &scope, claims).unwrap())
}

pub fn location(answer: &Response) -> &str {
    answer.header("Location").unwrap_or_default()
}

/// The whole answer as one text.
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
        Body::None | Body::View(..) | Body::Json(_) | Body::Text(_) => {}
    }
    text
}

/// The signature that AList makes of a path with this key; `expires` is in Unix seconds, 0 for never.
pub fn alist_signature(key: &str, path: &str, expires: u64) -> String {
    let expires = Some(UnixSeconds(expires)).filter(|_| expires != 0);
    alist_sign::make(&Secret::new(key), path, expires)
}
