//! An access request: the path that is asked for, and the client that sends the request with its
//! credentials.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cookie::Cookie;

use super::conditions::{self, Country};
use super::login::Login;
use crate::path::EntryPath;
use crate::secret::Secret;
use crate::time::UnixSeconds;

/// An access request: everything that a decision depends on besides the site's rules and keys.
#[derive(Clone, Copy, Debug)]
pub struct AccessRequest<'v> {
    /// The path that is asked for.
    pub path: &'v EntryPath<'v>,
    /// The token of a share link.
    pub share: Option<&'v str>,
    /// The query, as it stands in the URL.
    pub query: &'v str,
    /// AList's signature from the query, decoded.
    pub sign: Option<&'v str>,
    /// The client that sends the request.
    pub client: &'v Client<'v>,
    /// The time of the request, by the wall clock.
    pub now: UnixSeconds,
}

impl<'v> AccessRequest<'v> {
    /// A client's request for a path, with a share link or without, and nothing of a query.
    pub fn new(
        path: &'v EntryPath<'v>,
        share: Option<&'v str>,
        client: &'v Client<'v>,
        now: UnixSeconds,
    ) -> Self {
        Self { path, share, query: "", sign: None, client, now }
    }
}

/// The client of a request: its headers, address and country.
#[derive(Clone, Copy, Debug, Default)]
pub struct Client<'v> {
    /// The site that was asked: scheme, host and port, as in `https://files.example`.
    pub site: &'v str,
    /// The value of the `Cookie` header.
    pub cookie: Option<&'v str>,
    /// The value of the `Authorization` header.
    pub authorization: Option<&'v str>,
    /// The value of the `Referer` header.
    pub referer: Option<&'v str>,
    /// The value of the `Origin` header.
    pub origin: Option<&'v str>,
    /// The login that was verified for the request, on surfaces that have logins of their own.
    pub login: Option<&'v Login>,
    /// The client's IP address, as the platform knows it.
    pub address: Option<IpAddr>,
    /// The client's country, as the platform knows it.
    pub country: Option<Country>,
}

/// The maximum length in bytes of a `Cookie` header that is read.
const MAX_COOKIE_BYTES: usize = 16_384;
/// The maximum number of cookies of one name that are read: each costs MACs.
const MAX_COOKIES: usize = 4;

impl<'v> Client<'v> {
    /// A copy of the client with a request to this site. An IPv4-mapped IPv6 address becomes the IPv4
    /// address.
    #[must_use]
    pub fn at_site(self, site: &'v str) -> Self {
        let address = self.address.map(|address| address.to_canonical());
        Self { site, address, ..self }
    }

    /// A copy of the client without cookies, password and login.
    #[must_use]
    pub fn without_credentials(self) -> Self {
        Self { cookie: None, authorization: None, login: None, ..self }
    }
}

impl Client<'_> {
    /// The values of the first few cookies of this name: a browser sends one, or one for each folder on
    /// the way. A header that is longer than any browser's is ignored.
    pub fn cookies(&self, name: &str) -> impl Iterator<Item = &str> {
        let header = self.cookie.filter(|header| header.len() <= MAX_COOKIE_BYTES);
        let cookies = header.into_iter().flat_map(Cookie::split_parse).flatten();
        let values = cookies.filter(move |cookie| cookie.name() == name);
        let values = values.filter_map(|cookie| cookie.value_raw());
        values.take(MAX_COOKIES)
    }

    /// The password of HTTP Basic authentication; the user name may be any.
    pub fn basic_password(&self) -> Option<Secret> {
        self.basic().map(|(_, password)| password)
    }

    /// The user name and the password of HTTP Basic authentication.
    pub fn basic(&self) -> Option<(String, Secret)> {
        self.split_basic(|both| both.split_once(':'))
    }

    /// The user name and the password of HTTP Basic authentication, for a user name with colons in it and a
    /// password without any.
    pub fn basic_with_colons(&self) -> Option<(String, Secret)> {
        self.split_basic(|both| both.rsplit_once(':'))
    }

    fn split_basic(
        &self,
        split: impl Fn(&str) -> Option<(&str, &str)>,
    ) -> Option<(String, Secret)> {
        let decoded = STANDARD.decode(self.credentials("basic")?).ok()?;
        let (user, password) = split(str::from_utf8(&decoded).ok()?)?;
        Some((user.to_owned(), Secret::new(password)))
    }

    /// The bearer token in the `Authorization` header.
    pub fn bearer(&self) -> Option<&str> {
        self.credentials("bearer")
    }

    /// The client's name in rate limits and counts; see [`conditions::client_name`].
    pub fn client_name(&self) -> String {
        conditions::client_name(self.address)
    }

    fn credentials(&self, wanted: &str) -> Option<&str> {
        let (scheme, credentials) = self.authorization?.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case(wanted).then(|| credentials.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_read_as_they_are_sent() {
        let client = Client { authorization: Some("Basic YW55OnMzY3JldDp4"), ..Client::default() };
        assert_eq!(client.basic_password().unwrap().expose(), "s3cret:x");
        assert_eq!(client.bearer(), None);
        for bad in ["", "Basic", "Basic !!", "Basic YW55", "Digest YW55OnM", "BasicYW55OnM="] {
            let client = Client { authorization: Some(bad), ..Client::default() };
            assert!(client.basic_password().is_none(), "{bad}");
        }
        let client = Client { authorization: Some("bearer  t0ken "), ..Client::default() };
        assert_eq!(client.bearer(), Some("t0ken"));
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let client = Client { cookie: Some("xa=0; a=1;a=2; a ; b=a=3"), ..Client::default() };
        assert_eq!(client.cookies("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(client.cookies("b").collect::<Vec<_>>(), ["a=3"]);
        assert_eq!(client.cookies("c").count(), 0);
    }
}
