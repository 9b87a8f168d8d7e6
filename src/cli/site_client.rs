//! Requests to a deployed site of ours, as its visitors send them, and its JSON.

use std::cell::Cell;
use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;
use url::{Host, Position, Url};

use super::failure::Failure;
use super::http::{Client, HttpError, Method, Request, Response};
use crate::absolute_url::{self, origin};
use crate::path::EntryPath;
use crate::percent;
use crate::secret::Secret;
use crate::time::UnixSeconds;

/// The time that is spent, all requests together, to wait until a rate limit lets another request pass.
const MAX_WAITING: Duration = Duration::from_secs(65);

/// A deployed site, and the client that asks it.
pub struct SiteClient<'c> {
    /// The client.
    pub client: &'c Client,
    /// The site's scheme, host and port, without a slash at the end.
    pub base: String,
    waited: Cell<Duration>,
}

/// A request to the site: the path with its query, as it stands in the URL.
#[derive(Clone, Debug)]
pub struct SiteRequest<'r> {
    /// The method.
    pub method: Method,
    /// The path and the query, percent-encoded.
    pub target: &'r str,
    /// Headers by name.
    pub headers: &'r [(&'r str, &'r str)],
    /// The body of a `POST`.
    pub body: &'r str,
}

impl<'c> SiteClient<'c> {
    /// A client for the site at this origin.
    pub fn new(client: &'c Client, base: String) -> Self {
        Self { client, base, waited: Cell::new(Duration::ZERO) }
    }

    /// Sends a `GET` with these headers.
    ///
    /// # Errors
    /// The reason why there is no response.
    pub fn get(&self, target: &str, headers: &[(&str, &str)]) -> Result<Response, HttpError> {
        self.send(&SiteRequest { method: Method::Get, target, headers, body: "" })
    }

    /// Logs in with the password of a decoded path: the cookie for further requests; `None` where the path needs
    /// no password.
    ///
    /// # Errors
    /// The site doesn't take the password.
    pub fn log_in(&self, path: &str, password: &Secret) -> Result<Option<String>, Failure> {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("back", &href(path, true)).append_pair("password", password.expose());
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let body = form.finish();
        let (method, target) = (Method::Post, "/-/login");
        let request = SiteRequest { method, target, headers: &headers, body: &body };
        let response = self.send(&request).map_err(Failure::new)?;
        match response.status {
            303 => {
                let cookie = response.header("set-cookie");
                Ok(cookie.and_then(|cookie| Some(cookie.split(';').next()?.to_owned())))
            }
            401 => Err(Failure::new(format_args!("{path}/: the password is wrong"))),
            status => Err(Failure::new(format_args!(
                "{path}/: the site takes no password: {status} {}",
                error_code(&response).unwrap_or_default()
            ))),
        }
    }

    /// Sends a request. Where a rate limit answers it (429), the client waits as long as the site says, a
    /// minute in all, and tries once more.
    ///
    /// # Errors
    /// The reason why there is no response.
    pub fn send(&self, request: &SiteRequest<'_>) -> Result<Response, HttpError> {
        let url = format!("{}{}", self.base, request.target);
        let new = Request::new(request.method, &url, request.headers);
        self.send_in_turn(&Request { body: request.body, ..new })
    }

    /// Sends a `GET` for a file with these headers, of whose body no more than `max_body` bytes are read.
    ///
    /// # Errors
    /// The reason why there is no response.
    pub fn get_file(
        &self,
        target: &str,
        headers: &[(&str, &str)],
        max_body: usize,
    ) -> Result<Response, HttpError> {
        let url = format!("{}{target}", self.base);
        self.send_in_turn(&Request { max_body, ..Request::new(Method::Get, &url, headers) })
    }

    fn send_in_turn(&self, request: &Request<'_>) -> Result<Response, HttpError> {
        let response = self.client.send(request)?;
        match rate_limit_wait(&response) {
            Some(wait) if self.waited.get() + wait <= MAX_WAITING => {
                self.waited.set(self.waited.get() + wait);
                std::thread::sleep(wait);
                self.client.send(request)
            }
            _ => Ok(response),
        }
    }

    /// One part of a folder's listing; `prefix` is a share link, `/~TOKEN`, or empty.
    ///
    /// # Errors
    /// The site's other answer, or none.
    pub fn folder(
        &self,
        prefix: &str,
        path: &str,
        page: usize,
        headers: &[(&str, &str)],
    ) -> Result<FolderJson, ListingError> {
        let href = href(path, true);
        let target = format!("{prefix}{href}?format=json&page={page}");
        let response = self.get(&target, headers).map_err(ListingError::NoAnswer)?;
        if response.status != 200 {
            return Err(ListingError::Status(response.status, error_code(&response)));
        }
        serde_json::from_slice(&response.body).map_err(|_| ListingError::NotOurs)
    }
}

/// The time after which a rate limit lets a request pass; `None` if the response is about anything else, such
/// as a budget, which waiting for would not help.
fn rate_limit_wait(response: &Response) -> Option<Duration> {
    let after = response.header("retry-after")?.parse().ok().filter(|seconds| *seconds <= 60)?;
    (response.status == 429).then(|| Duration::from_secs(after))
}

/// The `error.code` in a response of ours.
pub fn error_code(response: &Response) -> Option<String> {
    Some(response.json()?.get("error")?.get("code")?.as_str()?.to_owned())
}

/// A folder's listing in JSON, or a part of it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct FolderJson {
    /// The entries of this part.
    pub entries: Vec<EntryJson>,
    /// The number of parts.
    #[serde(default = "one")]
    pub pages: usize,
    /// Whether more entries are being loaded.
    #[serde(default)]
    pub loading: bool,
    /// Whether 123Pan has more entries and can't be asked.
    #[serde(default)]
    pub incomplete: bool,
    /// Whether the listing is older than it should be.
    #[serde(default)]
    pub stale: bool,
}

const fn one() -> usize {
    1
}

/// An entry of a listing.
#[derive(Clone, Debug, Deserialize)]
pub struct EntryJson {
    /// The name.
    pub name: String,
    /// `file` or `folder`.
    pub r#type: String,
    /// The decoded path.
    pub path: String,
    /// The size in bytes.
    pub size: Option<u64>,
    /// The time of the last change.
    pub modified: Option<UnixSeconds>,
    /// Whether only the name is shown.
    #[serde(default)]
    pub locked: bool,
}

impl EntryJson {
    /// Whether the entry is a folder.
    pub fn is_folder(&self) -> bool {
        self.r#type == "folder"
    }
}

/// The reason why a folder has no listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListingError {
    /// There is no response.
    NoAnswer(HttpError),
    /// The site answered with another status, and this `error.code`.
    Status(u16, Option<String>),
    /// The answer is not a listing of Signpost's.
    NotOurs,
}

impl std::fmt::Display for ListingError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoAnswer(error) => error.fmt(f),
            Self::Status(status, Some(code)) => write!(f, "the site answers {status} {code}"),
            Self::Status(status, None) => write!(f, "the site answers {status}"),
            Self::NotOurs => f.write_str("the answer is not a listing of Signpost's"),
        }
    }
}

/// The URL of a decoded path, without scheme and host.
pub fn href(path: &str, is_folder: bool) -> String {
    let mut href = String::new();
    for name in path.split('/').filter(|name| !name.is_empty()) {
        href.push('/');
        href.extend(percent::encode_name(name));
    }
    if is_folder || href.is_empty() {
        href.push('/');
    }
    href
}

/// Parses the URL of a site with a path of it: its origin, and the path as it is written.
///
/// # Errors
/// The URL is not one, or has a query.
pub fn site_url(given: &str) -> Result<(String, String), Failure> {
    let url = absolute_url::parse(given);
    let url = url.filter(|url| url.query().is_none() && url.fragment().is_none());
    let url = url.ok_or_else(|| {
        Failure::new(format_args!(
            "{given:?} is not the address of a site: write it like https://files.example.com"
        ))
    })?;
    Ok((origin(&url).to_owned(), url[Position::BeforePath..].to_owned()))
}

/// Parses the URL of a folder: its origin, and its decoded path without a slash at the end.
///
/// # Errors
/// The URL is none of a site, or its path can't be one.
pub fn site_folder(given: &str) -> Result<(String, String), Failure> {
    let (origin, href) = site_url(given)?;
    let path = EntryPath::parse(&href).map_err(Failure::new)?;
    Ok((origin, path.display().trim_end_matches('/').to_owned()))
}

/// Whether a URL's host is this machine.
pub fn is_loopback(base: &str) -> bool {
    let url = Url::parse(base).ok();
    let is_own = |ip: IpAddr| ip.is_loopback() || ip.is_unspecified();
    match url.as_ref().and_then(Url::host) {
        Some(Host::Ipv4(ip)) => is_own(ip.into()),
        Some(Host::Ipv6(ip)) => is_own(IpAddr::from(ip).to_canonical()),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        None => false,
    }
}

/// Whether a URL's host is in the reader's own network: this machine, a private address, or a name that
/// stands in no public DNS.
pub fn is_in_own_network(base: &str) -> bool {
    let url = Url::parse(base).ok();
    match url.as_ref().and_then(Url::host) {
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Some(Host::Ipv6(ip)) => {
            ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
        }
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            !name.contains('.') || OWN_DOMAINS.iter().any(|domain| name.ends_with(domain))
        }
        None => false,
    }
}

/// The domains of hosts in one's own network.
const OWN_DOMAINS: [&str; 5] = [".localhost", ".local", ".lan", ".home.arpa", ".internal"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_or_name_of_ones_own_network_is_in_it() {
        for (base, want) in [
            ("http://localhost:5244", true),
            ("http://127.0.0.1", true),
            ("http://192.168.1.9:5244", true),
            ("http://172.31.0.1", true),
            ("http://[::1]:5244", true),
            ("http://[fd00::1]", true),
            ("http://nas", true),
            ("http://nas.local", true),
            ("http://172.32.0.1", false),
            ("http://192.0.2.1", false),
            ("http://[2001:db8::1]", false),
            ("http://alist.example.com", false),
            ("http://local.example", false),
            ("http://192.168.1.9.example.com", false),
        ] {
            assert_eq!(is_in_own_network(base), want, "{base}");
        }
    }

    #[test]
    fn this_machine_has_many_names() {
        for (base, want) in [
            ("http://localhost:8787/", true),
            ("http://files.localhost./", true),
            ("http://127.9.9.9/", true),
            ("http://0x7f.1/", true),
            ("http://0.0.0.0/", true),
            ("http://[::1]:8787/", true),
            ("http://[::ffff:127.0.0.1]/", true),
            ("http://[::]/", true),
            ("http://192.168.1.9/", false),
            ("https://localhost.example/", false),
            ("https://files.example.com/", false),
        ] {
            assert_eq!(is_loopback(base), want, "{base}");
        }
    }

    #[test]
    fn a_path_becomes_an_escaped_url() {
        for (path, is_folder, want) in [
            ("/", true, "/"),
            ("/", false, "/"),
            ("/a b/文", false, "/a%20b/%E6%96%87"),
            ("/a%b/c#d?/", true, "/a%25b/c%23d%3F/"),
        ] {
            assert_eq!(href(path, is_folder), want);
        }
    }

    #[test]
    fn only_a_rate_limit_is_waited_for() {
        let with = |status, after: Option<&str>| Response {
            status,
            headers: after
                .map(|after| ("retry-after".to_owned(), after.to_owned()))
                .into_iter()
                .collect(),
            ..Response::default()
        };
        assert_eq!(rate_limit_wait(&with(429, Some("60"))), Some(Duration::from_mins(1)));
        assert_eq!(rate_limit_wait(&with(429, Some("3600"))), None, "a budget's day");
        assert_eq!(rate_limit_wait(&with(429, None)), None);
        assert_eq!(rate_limit_wait(&with(503, Some("3"))), None);
    }

    #[test]
    fn a_site_is_an_absolute_url_without_a_query() {
        let split = |given: &str| site_url(given).ok();
        assert_eq!(
            split("https://Files.example.com"),
            Some(("https://files.example.com".into(), "/".into()))
        );
        assert_eq!(
            split("http://127.0.0.1:8787/a%20b/"),
            Some(("http://127.0.0.1:8787".into(), "/a%20b/".into()))
        );
        for wrong in
            ["files.example.com", "https://u@files.example.com", "https://a/?x", "ftp://a/", ""]
        {
            assert_eq!(split(wrong), None, "{wrong}");
        }
    }
}
