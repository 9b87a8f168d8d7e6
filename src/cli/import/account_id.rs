//! The account id that a direct link shows, and the hosts whose links are signed for no account.

use std::collections::BTreeSet;

use super::report::code;
use crate::absolute_url;
use crate::host::SignedHosts;
use crate::origin::{Base, split};

/// Hosts below which the id is the first label.
const BELOW_UID: [&str; 3] = [".v.123pan.cn", ".v.123yx.com", ".cdn.123clouddisk.com"];
const WHOLE: [&str; 2] = ["vip.123pan.cn", "vip.123pan.com"];

/// The id of the 123Pan account in a direct link: the first label of its host, or of `vip.123pan.cn` the
/// first segment of its path. `None` for links on other hosts.
pub fn uid_of(url: &str) -> Option<u64> {
    let url = absolute_url::parse(url)?;
    let host = url.host_str()?;
    if WHOLE.contains(&host) {
        return number(url.path().split('/').nth(1)?);
    }
    BELOW_UID.iter().find_map(|below| number(host.strip_suffix(below)?))
}

/// The hosts of links that will not be signed, as code spans, each once.
pub fn unsigned_hosts<'u>(urls: impl Iterator<Item = &'u str>) -> Vec<String> {
    let hosts = SignedHosts::default();
    let bases = urls.filter_map(|url| Base::parse(split(url)?.0, &hosts).ok());
    let foreign = bases.filter(|base| !base.is_signed()).map(|base| code(base.host()));
    foreign.collect::<BTreeSet<_>>().into_iter().collect()
}

/// A number that an id can be; TOML has none above 63 bits.
fn number(text: &str) -> Option<u64> {
    let is_plain = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_plain && i64::try_from(*number).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_in_the_host_or_first_in_the_path() {
        for (url, want) in [
            ("https://vip.123pan.cn/1800000001/a/b.txt", Some(1_800_000_001)),
            ("http://vip.123pan.com/13/a", Some(13)),
            ("https://1800000001.v.123pan.cn/other/a", Some(1_800_000_001)),
            ("https://13.v.123yx.com/a", Some(13)),
            ("https://13.cdn.123clouddisk.com/a", Some(13)),
            ("https://vip.123pan.cn/a/13", None),
            ("https://vip.123pan.cn/013/a", None),
            ("https://vip.123pan.cn/99999999999999999999/a", None),
            ("https://13.example.org/13/a", None),
            ("https://13.v.123pan.cn.evil.example/13/a", None),
        ] {
            assert_eq!(uid_of(url), want, "{url}");
        }
    }
}
