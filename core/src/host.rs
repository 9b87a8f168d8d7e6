//! Which hosts a link may be signed for.

use std::net::Ipv4Addr;

/// The hosts of 123Pan's direct links, and those that the owner adds for custom domains.
///
/// Hosts are compared whole and exactly, so that no key is ever used for a foreign host: `vip.123pan.cn`,
/// `vip.123pan.com`, `<digits>.v.123pan.cn`, `<digits>.v.123yx.com` and `<digits>.cdn.123clouddisk.com`
/// (the vendor's guide for direct links, and links seen in 2025 and 2026). The same name with a port is
/// another host.
#[derive(Clone, Debug, Default)]
pub struct SignedHosts {
    more: Vec<String>,
}

const WHOLE: [&str; 2] = ["vip.123pan.cn", "vip.123pan.com"];
const BELOW_UID: [&str; 3] = [".v.123pan.cn", ".v.123yx.com", ".cdn.123clouddisk.com"];

impl SignedHosts {
    /// The vendor's hosts and `more`: each `host` or `host:port`, in any case.
    ///
    /// # Errors
    /// The position of the first one that is not a host.
    pub fn with(more: &[String]) -> Result<Self, usize> {
        let more = more.iter().map(|host| host.to_ascii_lowercase()).collect::<Vec<_>>();
        match more.iter().position(|host| !is_host(host)) {
            Some(wrong) => Err(wrong),
            None => Ok(Self { more }),
        }
    }

    /// Whether links on `host` (lower case, with its port if it has one) are signed.
    pub fn contains(&self, host: &str) -> bool {
        WHOLE.contains(&host)
            || BELOW_UID.iter().any(|suffix| host.strip_suffix(suffix).is_some_and(is_number))
            || self.more.iter().any(|more| more == host)
    }

    /// Adds a host (lower case, with its port if it has one) to those whose links are signed.
    #[must_use]
    pub fn and(mut self, host: &str) -> Self {
        self.more.push(host.to_owned());
        self
    }
}

/// One of 123Pan's own hosts of direct links, on which a path begins with the account's uid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VendorHost {
    /// The host of all accounts: `vip.123pan.cn` or `vip.123pan.com`.
    Shared,
    /// A host of the account with this uid, which the host names: `<uid>.v.123pan.cn` and the like.
    OfAccount(u64),
}

impl VendorHost {
    /// 123Pan's host of this name (lower case); `None` for any other, as a custom domain.
    pub fn parse(host: &str) -> Option<Self> {
        if WHOLE.contains(&host) {
            return Some(Self::Shared);
        }
        let uid = BELOW_UID.iter().find_map(|suffix| host.strip_suffix(suffix));
        uid.filter(|uid| is_number(uid))?.parse().ok().map(Self::OfAccount)
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether every URL parser reads `authority` as this host and nothing else: lower-case ASCII
/// labels or a dotted IPv4 address in its usual form, then perhaps a port. No user, no IPv6.
pub fn is_host(authority: &str) -> bool {
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let port_fits = port.is_none_or(|port| is_number(port) && port.parse::<u16>().is_ok());
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    // WHATWG parsers read a host whose last label begins like a number as an IPv4 address.
    let number_fits =
        !last.starts_with(|c: char| c.is_ascii_digit()) || host.parse::<Ipv4Addr>().is_ok();
    port_fits && number_fits && host.len() <= 253 && host.split('.').all(is_label)
}

/// Whether a host that passed [`is_host`], with its port if it has one, is an IP address from which a Worker
/// can't fetch: Cloudflare refuses them with its error 1003. Loopback is where `make dev` and tests run.
pub fn is_unfetchable_address(authority: &str) -> bool {
    let host = authority.split_once(':').map_or(authority, |(host, _)| host);
    host.parse::<Ipv4Addr>().is_ok_and(|address| !address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_direct_link_hosts_are_signed() {
        const YES: &[&str] = &[
            "vip.123pan.cn",
            "vip.123pan.com",
            "13.v.123pan.cn",
            "13.v.123yx.com",
            "1812000499.cdn.123clouddisk.com",
            "cdn.example.com",
            "127.0.0.1:8080",
        ];
        const NO: &[&str] = &[
            "123pan.cn",
            "vip.123pan.cn.evil.example",
            "evil-vip.123pan.cn",
            "vip.123pan.cn:8443",
            ".v.123pan.cn",
            "a.v.123pan.cn",
            "1.2.v.123pan.cn",
            "v.123pan.cn",
            "v.123yx.com",
            "x.v.123yx.com",
            "evil1.v.123yx.com",
            "1.evil.v.123yx.com",
            "1.xv.123yx.com",
            "1.v.123yx.com.evil.example",
            "1.v.123yx.com.",
            "1.v.123yx.com:443",
            "1.v.123yx.cn",
            "1.cdn.123yx.com",
            "vip.123yx.com",
            "123yx.com",
            "\u{661}.v.123yx.com",
            "127.0.0.1",
            "example.com",
        ];
        let hosts =
            SignedHosts::with(&["CDN.example.com".into(), "127.0.0.1:8080".into()]).unwrap();
        for host in YES {
            assert!(hosts.contains(host), "{host}");
        }
        for host in NO {
            assert!(!hosts.contains(host), "{host}");
        }
    }

    #[test]
    fn an_address_is_unfetchable_and_neither_a_name_nor_this_machine_is() {
        for host in ["203.0.113.5", "203.0.113.5:5244", "192.168.1.2", "0.0.0.0"] {
            assert!(is_host(host) && is_unfetchable_address(host), "{host}");
        }
        for host in
            ["203-0-113-5.example", "nas.example:5244", "127.0.0.1:8080", "127.9.9.9", "localhost"]
        {
            assert!(is_host(host) && !is_unfetchable_address(host), "{host}");
        }
    }

    #[test]
    fn a_host_is_one_to_every_parser() {
        const NO: &[&str] = &[
            "",
            "A.example",
            "a..b",
            "u@h",
            "h:",
            "h:99999",
            "0x7f.1",
            "1.2.3",
            "010.0.0.1",
            "中.cn",
            "h\\x",
        ];
        for host in ["a.example", "xn--fiq.example", "10.0.0.1", "a:80", "a_b.example"] {
            assert!(is_host(host), "{host}");
        }
        for host in NO {
            assert!(!is_host(host), "{host}");
        }
        assert_eq!(SignedHosts::with(&["ok.example".into(), "https://x/".into()]).unwrap_err(), 1);
    }
}
