//! The option `--resolve`, which leads a host to an address, and the resolver that follows it.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// A host and port with the address to connect to instead of the one that DNS has, as in
/// `files.example.com:443:192.0.2.1`. TLS still checks the host's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostOverride {
    host: String,
    port: u16,
    address: SocketAddr,
}

/// The reason why a text is no [`HostOverride`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoHostOverride;

impl fmt::Display for NoHostOverride {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("write it as HOST:PORT:ADDRESS, like files.example.com:443:192.0.2.1 or files.example.com:443:[2001:db8::1]")
    }
}

impl std::error::Error for NoHostOverride {}

impl FromStr for HostOverride {
    type Err = NoHostOverride;

    fn from_str(text: &str) -> Result<Self, NoHostOverride> {
        let (host, rest) = text.split_once(':').ok_or(NoHostOverride)?;
        let (port, address) = rest.split_once(':').ok_or(NoHostOverride)?;
        let port = port.parse().map_err(|_| NoHostOverride)?;
        let bare = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let alone = bare.unwrap_or(address).parse::<IpAddr>();
        // curl's form has no second port: the one that is asked for is meant.
        let address = match alone {
            Ok(address) => SocketAddr::new(address, port),
            Err(_) => address.parse().map_err(|_| NoHostOverride)?,
        };
        let host = host.to_ascii_lowercase();
        if host.is_empty() { Err(NoHostOverride) } else { Ok(Self { host, port, address }) }
    }
}

/// A resolver that looks at the overrides before DNS.
#[derive(Debug)]
pub struct OverridingResolver {
    overrides: Vec<HostOverride>,
    dns: DefaultResolver,
}

impl OverridingResolver {
    /// A resolver with these overrides.
    pub fn new(overrides: Vec<HostOverride>) -> Self {
        Self { overrides, dns: DefaultResolver::default() }
    }

    /// The address that an override names for a URL's host and port.
    fn overridden(&self, uri: &Uri) -> Option<SocketAddr> {
        let host = uri.host()?.to_ascii_lowercase();
        let default = if uri.scheme_str() == Some("https") { 443 } else { 80 };
        let port = uri.port_u16().unwrap_or(default);
        let found = self.overrides.iter().find(|each| each.host == host && each.port == port);
        found.map(|each| each.address)
    }
}

impl Resolver for OverridingResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        if let Some(address) = self.overridden(uri) {
            let mut addresses = self.empty();
            addresses.push(address);
            return Ok(addresses);
        }
        self.dns.resolve(uri, config, timeout).map_err(|error| match error {
            // The system's resolver says in an I/O error that there is no such host.
            ureq::Error::Io(_) => ureq::Error::HostNotFound,
            error => error,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_override_is_curls_form_and_may_name_a_port() {
        for (text, host, port, address) in [
            ("Files.example.com:443:192.0.2.1", "files.example.com", 443, "192.0.2.1:443"),
            ("files.example.com:443:127.0.0.1:8443", "files.example.com", 443, "127.0.0.1:8443"),
            ("a:80:2001:db8::1", "a", 80, "[2001:db8::1]:80"),
            ("a:80:[2001:db8::1]", "a", 80, "[2001:db8::1]:80"),
            ("a:80:[::1]:81", "a", 80, "[::1]:81"),
        ] {
            let want = HostOverride { host: host.into(), port, address: address.parse().unwrap() };
            assert_eq!(text.parse(), Ok(want), "{text}");
        }
        for wrong in [
            "",
            "a",
            "a:80",
            "a:80:",
            "a:x:127.0.0.1",
            "a:80:b",
            ":80:127.0.0.1",
            "a:99999:127.0.0.1",
        ] {
            assert_eq!(wrong.parse::<HostOverride>(), Err(NoHostOverride), "{wrong}");
        }
    }

    #[test]
    fn an_override_is_for_its_port_alone() {
        let resolver = OverridingResolver::new(vec!["a.example:443:127.0.0.1".parse().unwrap()]);
        let led = |url: &str| resolver.overridden(&url.parse().unwrap()).is_some();
        assert!(led("https://A.example/x") && led("http://a.example:443/"));
        assert!(
            !led("http://a.example/")
                && !led("https://b.example/")
                && !led("https://a.example:8443/")
        );
    }
}
