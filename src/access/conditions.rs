//! Conditions that keep a client out whatever its credentials: the page that embeds, country, address.

use std::net::IpAddr;

use ipnet::IpNet;

use super::web_origin::{WebOrigin, host_of};

/// The sites whose pages may embed files or link to them, by the headers `Referer` and `Origin`.
#[derive(Clone, Debug)]
pub struct Referers {
    sites: Vec<SitePattern>,
    /// Whether a request may come without a referrer. Empty and absent are the same.
    empty: bool,
}

/// A pattern for sites: a host, or all hosts below one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitePattern {
    /// The host, in lower case and without port.
    host: String,
    below: bool,
}

impl SitePattern {
    /// Reads `example.com` or `*.example.com`. `None` for anything else, such as a URL.
    pub fn parse(text: &str) -> Option<Self> {
        let (host, below) = match text.strip_prefix("*.") {
            Some(host) => (host, true),
            None => (text, false),
        };
        let plain = !host.is_empty()
            && host.split('.').all(|label| {
                !label.is_empty()
                    && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            });
        plain.then(|| Self { host: host.to_ascii_lowercase(), below })
    }

    /// Whether the pattern matches a host, which has to be in lower case.
    pub fn matches(&self, host: &str) -> bool {
        if self.below {
            host.strip_suffix(self.host.as_str())
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        } else {
            host == self.host
        }
    }
}

impl Referers {
    /// The condition that allows these sites; `empty` says whether a request may come without a referrer.
    pub fn new(sites: Vec<SitePattern>, empty: bool) -> Self {
        Self { sites, empty }
    }

    /// The allowed sites as the source list of a `Content-Security-Policy`, with the site's own pages:
    /// any scheme and port of a site match there, too. Whether a request may come without a referrer
    /// plays no part: a browser knows the page that embeds even where it sends no referrer.
    pub fn sources(&self) -> String {
        let mut sources = "'self'".to_owned();
        for SitePattern { host, below } in &self.sites {
            for scheme in ["https://", "http://"] {
                sources.extend([" ", scheme, if *below { "*." } else { "" }, host, ":*"]);
            }
        }
        sources
    }

    /// Whether a request with these `Referer` and `Origin` headers may pass. Each header that names a
    /// page has to be allowed. The pages of `own_site`, such as `https://files.example`, always are:
    /// those of its very origin, since at another port or without TLS somebody else may answer.
    pub fn is_allowed(&self, referer: Option<&str>, origin: Option<&str>, own_site: &str) -> bool {
        // A page without an origin of its own (a sandboxed frame, a local file) says `null`.
        let origin = origin.filter(|origin| *origin != "null");
        let mut said =
            [referer, origin].into_iter().flatten().filter(|text| !text.is_empty()).peekable();
        if said.peek().is_none() {
            return self.empty;
        }
        let own = WebOrigin::parse(own_site);
        said.all(|url| {
            own.as_ref().is_some_and(|own| own.is_of(url))
                || host_of(url)
                    .is_some_and(|host| self.sites.iter().any(|site| site.matches(&host)))
        })
    }
}

/// An allow list and a deny list of countries or addresses. What is on the deny list is refused; if there
/// is an allow list, what is not on it is refused as well. A client of unknown country or address is
/// refused by either list.
#[derive(Clone, Debug)]
pub struct Lists<T> {
    /// The countries or addresses that are allowed; `None` allows all.
    pub allow: Option<Vec<T>>,
    /// The countries or addresses that are refused, even if they are on the allow list.
    pub deny: Vec<T>,
}

impl<T> Lists<T> {
    fn is_allowed(&self, is: impl Fn(&T) -> bool) -> bool {
        !self.deny.iter().any(&is) && self.allow.as_ref().is_none_or(|allow| allow.iter().any(is))
    }
}

/// A country code: two upper-case letters, of ISO 3166-1, or Cloudflare's own `T1` (Tor) and `XX`
/// (unknown).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country([u8; 2]);

impl Country {
    /// Parses a country code, in either case. `None` unless it is two ASCII letters or digits.
    pub fn parse(text: &str) -> Option<Self> {
        let letters = <[u8; 2]>::try_from(text.as_bytes()).ok()?;
        letters
            .iter()
            .all(u8::is_ascii_alphanumeric)
            .then(|| Self(letters.map(|letter| letter.to_ascii_uppercase())))
    }
}

impl Lists<Country> {
    /// Whether a client from this country may pass.
    pub fn is_country_allowed(&self, country: Option<Country>) -> bool {
        match country {
            Some(country) => self.is_allowed(|listed| *listed == country),
            None => self.allow.is_none() && self.deny.is_empty(),
        }
    }
}

impl Lists<IpNet> {
    /// Whether a client at this address may pass.
    pub fn is_address_allowed(&self, address: Option<IpAddr>) -> bool {
        match address {
            Some(address) => self.is_allowed(|net| net.contains(&address)),
            None => self.allow.is_none() && self.deny.is_empty(),
        }
    }
}

/// The name of a client in rate limits and counts: its IPv4 address, the /64 of its IPv6 address (what
/// one household has), or `unknown`.
pub fn client_name(address: Option<IpAddr>) -> String {
    match address {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => ipnet::Ipv6Net::new(address, 64)
            .map_or_else(|_| address.to_string(), |net| net.trunc().to_string()),
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_pattern_matches_whole_labels() {
        const CASES: &[(&str, &str, bool)] = &[
            ("example.com", "example.com", true),
            ("example.com", "a.example.com", false),
            ("example.com", "badexample.com", false),
            ("*.example.com", "a.example.com", true),
            ("*.example.com", "a.b.example.com", true),
            ("*.example.com", "example.com", false),
            ("*.example.com", "badexample.com", false),
            ("*.Example.COM", "a.example.com", true),
        ];
        for (pattern, host, want) in CASES {
            assert_eq!(
                SitePattern::parse(pattern).unwrap().matches(host),
                *want,
                "{pattern} {host}"
            );
        }
        for bad in
            ["", "*", "*.", "https://example.com", "a/b", "exa mple.com", "a.*.com", "a..b", "a@b"]
        {
            assert_eq!(SitePattern::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn both_headers_have_to_be_allowed() {
        const CASES: &[(Option<&str>, Option<&str>, bool, bool)] = &[
            (None, None, false, true),
            (Some(""), None, false, true),
            (None, Some("null"), false, true),
            (Some("https://good.example/page"), None, true, true),
            (Some("HTTPS://GOOD.example:8443/page"), None, true, true),
            (Some("https://good.example./"), None, true, true),
            (Some("https://good.example/"), Some("https://evil.example"), false, false),
            (Some("https://good.example/"), Some("null"), true, true),
            (None, Some("https://good.example"), true, true),
            (Some("https://files.example/x"), None, true, true),
            (Some("https://files.example:443/x"), None, true, true),
            (Some("https://files.example:8443/x"), None, false, false),
            (Some("http://files.example/x"), None, false, false),
            (Some("https://my_files.example/x"), None, false, false),
            (Some("https://evil.example/?https://good.example/"), None, false, false),
            (Some("https://good.example@evil.example/"), None, false, false),
            (Some("https://evil.example\\@good.example/"), None, false, false),
            (Some("https://good.example.evil.example/"), None, false, false),
            (Some("good.example"), None, false, false),
            (Some("ftp://good.example/"), None, false, false),
            (Some("https://"), None, false, false),
        ];
        let site = SitePattern::parse("good.example").unwrap();
        let strict = Referers::new(vec![site.clone()], false);
        let lenient = Referers::new(vec![site], true);
        for (referer, origin, strictly, leniently) in CASES {
            let own = "https://files.example";
            assert_eq!(
                strict.is_allowed(*referer, *origin, own),
                *strictly,
                "{referer:?} {origin:?}"
            );
            assert_eq!(
                lenient.is_allowed(*referer, *origin, own),
                *leniently,
                "{referer:?} {origin:?}"
            );
        }
    }

    #[test]
    fn sites_are_written_as_sources_of_a_policy() {
        let sources = |sites: &[&str], empty| {
            let sites = sites.iter().map(|site| SitePattern::parse(site).unwrap()).collect();
            Referers::new(sites, empty).sources()
        };
        assert_eq!(sources(&[], false), "'self'");
        assert_eq!(sources(&[], true), "'self'");
        assert_eq!(
            sources(&["Blog.example", "*.wide.example"], false),
            "'self' https://blog.example:* http://blog.example:* https://*.wide.example:* \
             http://*.wide.example:*"
        );
    }

    #[test]
    fn lists_deny_first_and_the_unknown_where_it_matters() {
        let country = |text: &str| Country::parse(text).unwrap();
        let only =
            Lists { allow: Some(vec![country("cn"), country("HK")]), deny: vec![country("HK")] };
        let but = Lists { allow: None, deny: vec![country("T1")] };
        let open = Lists::<Country> { allow: None, deny: vec![] };
        for (code, in_only, in_but) in
            [("CN", true, true), ("HK", false, true), ("T1", false, false)]
        {
            assert_eq!(only.is_country_allowed(Some(country(code))), in_only, "{code}");
            assert_eq!(but.is_country_allowed(Some(country(code))), in_but, "{code}");
        }
        assert!(
            !only.is_country_allowed(None)
                && !but.is_country_allowed(None)
                && open.is_country_allowed(None)
        );

        let nets = Lists {
            allow: Some(vec!["10.0.0.0/8".parse().unwrap(), "2001:db8::/32".parse().unwrap()]),
            deny: vec!["10.9.0.0/16".parse().unwrap()],
        };
        for (address, want) in [
            ("10.1.2.3", true),
            ("10.9.2.3", false),
            ("11.0.0.1", false),
            ("2001:db8::1", true),
            ("2001:db9::1", false),
        ] {
            assert_eq!(nets.is_address_allowed(Some(address.parse().unwrap())), want, "{address}");
        }
        assert!(!nets.is_address_allowed(None));
    }

    #[test]
    fn a_client_is_an_ipv4_address_or_an_ipv6_64() {
        for (address, want) in [
            ("203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(client_name(Some(address.parse().unwrap())), want);
        }
        assert_eq!(client_name(None), "unknown");
    }
}
