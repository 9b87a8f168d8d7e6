//! The HTTP client of the command line, which alone knows the crate `ureq`: one request and one response at a
//! time, no redirect followed, and no body read past its limit.

mod resolve;

use std::cell::Cell;
use std::fmt;
use std::io::{self, Read as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::http::Request as UreqRequest;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::transport::DefaultConnector;

use super::clock;
pub use resolve::HostOverride;
use resolve::OverridingResolver;

/// The product token that every request names as its `User-Agent`.
const USER_AGENT: &str = concat!("signpost/", env!("CARGO_PKG_VERSION"));
/// The maximum time to look up a host's addresses and to connect to one.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The maximum time of a request with its response.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The maximum number of bytes of a body, where a request names none.
const MAX_BODY: usize = 8 << 20;
/// The maximum number of bytes of the body of a failure.
const MAX_ERROR_BODY: usize = 8 << 10;

/// The arguments of commands that send requests.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ConnectArgs {
    /// Connect to an IP address for this host and port, as before DNS is set
    #[arg(long = "resolve", value_name = "HOST:PORT:ADDRESS[:PORT]")]
    pub overrides: Vec<HostOverride>,
}

/// A request method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    Get,
    /// `HEAD`.
    Head,
    /// `POST`.
    Post,
    /// `DELETE`.
    Delete,
    /// `PROPFIND`.
    Propfind,
}

impl Method {
    /// The method's name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Propfind => "PROPFIND",
        }
    }
}

/// A request to an absolute URL.
#[derive(Clone, Debug)]
pub struct Request<'r> {
    /// The method.
    pub method: Method,
    /// The absolute URL, percent-encoded.
    pub url: &'r str,
    /// Headers by name.
    pub headers: &'r [(&'r str, &'r str)],
    /// The body of a `POST`.
    pub body: &'r str,
    /// The maximum number of bytes that are read of the body of a response with success; of another, at least
    /// [`MAX_ERROR_BODY`] are.
    pub max_body: usize,
}

impl<'r> Request<'r> {
    /// A request with this method and these headers, and without a body.
    pub fn new(method: Method, url: &'r str, headers: &'r [(&'r str, &'r str)]) -> Self {
        Self { method, url, headers, body: "", max_body: MAX_BODY }
    }
}

/// A response, its body cut off at the request's limit.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers, their names in lower case. Values that are no text are left out.
    pub headers: Vec<(String, String)>,
    /// The body, or its beginning.
    pub body: Vec<u8>,
    /// Whether the body was longer than the request's limit.
    pub is_cut: bool,
}

impl Response {
    /// The values of a header in one text, joined by commas; `None` if the response has no such header.
    pub fn header(&self, name: &str) -> Option<String> {
        let values = self.headers.iter().filter(|(each, _)| each.eq_ignore_ascii_case(name));
        let values = values.map(|(_, value)| value.as_str()).collect::<Vec<_>>();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// The body as text; bytes that are no UTF-8 are replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; `None` if it is none, or was cut off.
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok().filter(|_| !self.is_cut)
    }
}

/// The reason why a request got no response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpError {
    /// The URL or a header is not one that can be sent.
    Invalid(String),
    /// The host has no address.
    UnknownHost,
    /// No connection was made.
    NotConnected(String),
    /// The connection could not be secured: the certificate is wrong, or there is no TLS at all.
    Tls(String),
    /// The host took too long.
    Timeout,
    /// The connection broke, or the answer is no HTTP.
    Broken(String),
    /// The maximum number of requests is sent.
    LimitReached,
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(why) => write!(f, "not a valid URL or header ({why})"),
            Self::UnknownHost => f.write_str("the host has no address in DNS"),
            Self::NotConnected(why) => write!(f, "no connection ({why})"),
            Self::Tls(why) => write!(f, "no secure connection ({why})"),
            Self::Timeout => f.write_str("no answer in time"),
            Self::Broken(why) => write!(f, "no valid answer ({why})"),
            Self::LimitReached => f.write_str("the maximum number of requests is sent"),
        }
    }
}

impl HttpError {
    /// Whether the host is the cause: it has no address, or nothing answers there.
    pub fn is_dead_host(&self) -> bool {
        matches!(self, Self::UnknownHost | Self::NotConnected(_) | Self::Timeout | Self::Tls(_))
    }
}

/// The limits that keep a client polite.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The maximum number of requests.
    pub requests: usize,
    /// The minimum time from one request to the next.
    pub interval: Duration,
}

/// An HTTP client with a limit on its requests.
pub struct Client {
    agent: Agent,
    limits: Limits,
    sent: Cell<usize>,
    last: Cell<Option<Instant>>,
}

impl Client {
    /// A client that sends no more requests than the limits say.
    pub fn new(args: &ConnectArgs, limits: Limits) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // `PROPFIND`, which `verify` sends.
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(USER_AGENT)
            .accept("*/*")
            .timeout_resolve(Some(CONNECT_TIMEOUT))
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_global(Some(TIMEOUT));
        let config = match tls_config() {
            Some(tls) => config.tls_config(tls),
            None => config,
        };
        // A proxy would look the hosts up by itself.
        let config = if args.overrides.is_empty() { config } else { config.proxy(None) }.build();
        let resolver = OverridingResolver::new(args.overrides.clone());
        let agent = Agent::with_parts(config, DefaultConnector::default(), resolver);
        Self { agent, limits, sent: Cell::new(0), last: Cell::new(None) }
    }

    /// The number of requests sent so far.
    pub fn sent(&self) -> usize {
        self.sent.get()
    }

    /// Sends a request and reads its response.
    ///
    /// # Errors
    /// The reason why there is no response. A status of any kind is a response.
    pub fn send(&self, request: &Request<'_>) -> Result<Response, HttpError> {
        if request.url.starts_with("https:") && tls_config().is_none() {
            return Err(HttpError::Tls(NO_TLS.to_owned()));
        }
        if self.sent.get() >= self.limits.requests {
            return Err(HttpError::LimitReached);
        }
        self.wait_for_turn();
        self.sent.set(self.sent.get() + 1);
        let mut builder = UreqRequest::builder().method(request.method.name()).uri(request.url);
        for (name, value) in request.headers {
            builder = builder.header(*name, *value);
        }
        let invalid = |error: ureq::http::Error| HttpError::Invalid(error.to_string());
        let sent = if request.method == Method::Post {
            self.agent.run(builder.body(request.body).map_err(invalid)?)
        } else {
            self.agent.run(builder.body(()).map_err(invalid)?)
        };
        let (head, body) = sent.map_err(classify)?.into_parts();
        let text = |value: &ureq::http::HeaderValue| value.to_str().ok().map(str::to_owned);
        let headers = head.headers.iter();
        let headers = headers.filter_map(|(name, value)| Some((name.to_string(), text(value)?)));
        let headers = headers.collect();
        let mut bytes = Vec::new();
        let max_body = if head.status.is_success() {
            request.max_body
        } else {
            request.max_body.max(MAX_ERROR_BODY)
        };
        let limit = u64::try_from(max_body).unwrap_or(u64::MAX).saturating_add(1);
        let mut reader = body.into_reader().take(limit);
        let read = reader.read_to_end(&mut bytes);
        let is_cut = bytes.len() > max_body;
        bytes.truncate(max_body);
        read.map_err(|error| from_io(&error))?;
        Ok(Response { status: head.status.as_u16(), headers, body: bytes, is_cut })
    }

    /// Sends a `GET` with these headers.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub fn get(&self, url: &str, headers: &[(&str, &str)]) -> Result<Response, HttpError> {
        self.send(&Request::new(Method::Get, url, headers))
    }

    /// Waits until the next request may be sent.
    fn wait_for_turn(&self) {
        let now = clock::instant();
        let since = self.last.get().map(|last| now.duration_since(last));
        let early = since.and_then(|since| self.limits.interval.checked_sub(since));
        if let Some(early) = early.filter(|early| !early.is_zero()) {
            std::thread::sleep(early);
        }
        self.last.set(Some(clock::instant()));
    }
}

/// The message for a machine whose processor the cryptography does not support.
const NO_TLS: &str = "this machine's processor lacks the instructions (AES, AVX2, ADX; on ARM AES and SHA-2) that \
                      the command line's TLS needs; run it on another machine";

/// TLS by the system's certificates; `None` on a processor that the cryptography does not support.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn tls_config() -> Option<TlsConfig> {
    // Otherwise the first handshake would panic.
    graviola::util::is_cpu_supported().then(|| {
        TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(Arc::new(rustls_graviola::default_provider()))
            .build()
    })
}

/// TLS by the system's certificates; `None` on a processor that the cryptography does not support.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn tls_config() -> Option<TlsConfig> {
    None
}

/// The kind of an error of `ureq`.
fn classify(error: ureq::Error) -> HttpError {
    match error {
        ureq::Error::HostNotFound => HttpError::UnknownHost,
        ureq::Error::Timeout(_) => HttpError::Timeout,
        ureq::Error::Io(error) => from_io(&error),
        ureq::Error::Rustls(error) => HttpError::Tls(error.to_string()),
        ureq::Error::Tls(message) => HttpError::Tls(message.to_owned()),
        ureq::Error::ConnectionFailed => HttpError::NotConnected("refused".to_owned()),
        ureq::Error::BadUri(message) => HttpError::Invalid(message),
        ureq::Error::Http(error) => HttpError::Invalid(error.to_string()),
        error => HttpError::Broken(error.to_string()),
    }
}

/// The kind of an I/O error of a connection. A failed handshake is one around an error of TLS.
fn from_io(error: &io::Error) -> HttpError {
    let inner = error.get_ref();
    if let Some(inner) = inner.and_then(|inner| inner.downcast_ref::<ureq::Error>())
        && matches!(inner, ureq::Error::Timeout(_))
    {
        return HttpError::Timeout;
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::AddrNotAvailable => HttpError::NotConnected(error.to_string()),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => HttpError::Timeout,
        io::ErrorKind::InvalidData => HttpError::Tls(error.to_string()),
        _ => HttpError::Broken(error.to_string()),
    }
}

#[cfg(test)]
mod tests;
