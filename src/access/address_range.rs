//! Ranges of IP addresses, parsed in one way for rules and share links.

use std::net::IpAddr;

use ipnet::IpNet;

/// Parses an address or a CIDR range. An IPv4 range in IPv6 notation (`::ffff:203.0.113.0/120`, RFC 4291,
/// 2.5.5.2) is returned as the IPv4 range, as clients' addresses are. `None` for anything else, and for
/// an IPv4-mapped address with a prefix that covers more than all of IPv4.
pub fn parse_range(text: &str) -> Option<IpNet> {
    let range = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok()?;
    canonical(range)
}

/// The range in the notation that clients' addresses are compared in: an IPv4-mapped one as IPv4, any
/// other as it is. `None` for an IPv4-mapped address with a prefix that covers more than all of IPv4:
/// nobody can have meant that.
pub fn canonical(range: IpNet) -> Option<IpNet> {
    match range {
        IpNet::V6(net) => match (net.addr().to_ipv4_mapped(), net.prefix_len().checked_sub(96)) {
            (Some(address), Some(prefix)) => IpNet::new(address.into(), prefix).ok(),
            (Some(_), None) => None,
            (None, _) => Some(range),
        },
        IpNet::V4(_) => Some(range),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_an_address_or_a_prefix_in_either_notation() {
        const CASES: &[(&str, Option<&str>)] = &[
            ("203.0.113.7", Some("203.0.113.7/32")),
            ("203.0.113.0/24", Some("203.0.113.0/24")),
            ("::ffff:203.0.113.7", Some("203.0.113.7/32")),
            ("::FFFF:cb00:7107", Some("203.0.113.7/32")),
            ("::ffff:203.0.113.0/120", Some("203.0.113.0/24")),
            ("::ffff:0:0/96", Some("0.0.0.0/0")),
            ("::ffff:0:0/95", None),
            ("::ffff:0:0/90", None),
            ("2001:db8::/32", Some("2001:db8::/32")),
            ("2001:db8::1", Some("2001:db8::1/128")),
            // The notation before IPv4-mapped addresses (RFC 4291, 2.5.5.1), which no client has.
            ("::203.0.113.7", Some("::cb00:7107/128")),
            ("203.0.113", None),
            ("203.0.113.0/33", None),
            ("[2001:db8::1]", None),
            ("fe80::1%eth0", None),
            ("", None),
        ];
        for (text, want) in CASES {
            assert_eq!(parse_range(text).map(|net| net.to_string()).as_deref(), *want, "{text}");
        }
    }
}
