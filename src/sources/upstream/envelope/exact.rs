//! Messages that are told by their whole wording: what they mean stops the account or blames this site, and a
//! message about something else may quote a file's name, which anybody who shares a folder may choose.

use std::net::IpAddr;

use crate::error::upstream::UpstreamErrorKind;

/// 123Pan's messages, in lower case. Some end in the IP address that is refused (reports in OpenList's and
/// rclone's issues).
const MESSAGES: &[(&str, UpstreamErrorKind)] = &[
    ("123pan-foreign-forbidden cache client ip", UpstreamErrorKind::RegionBanned),
    ("123pan-foreign-forbidden client ip", UpstreamErrorKind::RegionBanned),
    ("123pan-foreign-forbidden", UpstreamErrorKind::RegionBanned),
    ("123pan-global-slb forbidden client ip", UpstreamErrorKind::Banned),
    ("global-slb forbidden client ip", UpstreamErrorKind::Banned),
    ("forbidden client ip", UpstreamErrorKind::Banned),
    ("123pan forbidden", UpstreamErrorKind::Banned),
    ("platform forbidden", UpstreamErrorKind::Banned),
    ("tokens number has exceeded the limit", UpstreamErrorKind::TooManyTokens),
    ("please include the platform field in the request header", UpstreamErrorKind::InvalidRequest),
    // The request for a check by a human, in response to any call (OpenList's issues 1475 and 2199).
    ("请进行验证", UpstreamErrorKind::NeedHuman),
];

/// The marks that may end a message.
const ENDS: [char; 7] = ['。', '.', '！', '!', '，', ',', ' '];

/// The meaning of a message that is one of [`MESSAGES`], whatever its capitals and the mark at its end.
pub(super) fn by_wording(message: &str) -> Option<UpstreamErrorKind> {
    let words = message.trim().trim_end_matches(ENDS).to_ascii_lowercase();
    let without_address = words.rsplit_once(' ').filter(|(_, last)| {
        let last = last.trim_end_matches(ENDS);
        last.parse::<IpAddr>().is_ok()
    });
    let without_address = without_address.map_or(&*words, |(before, _)| before);
    let is_said = |form: &&(&str, UpstreamErrorKind)| {
        form.0 == words || (form.0.ends_with(" client ip") && form.0 == without_address)
    };
    MESSAGES.iter().find(is_said).map(|(_, kind)| *kind)
}

/// The meaning of a page or a text without an envelope, of which a whole line or element is such a message.
pub(super) fn by_wording_in_page(page: &str) -> Option<UpstreamErrorKind> {
    page.split(['<', '>', '\n', '\r']).find_map(by_wording)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_message_has_a_meaning() {
        use UpstreamErrorKind::{Banned, NeedHuman, RegionBanned, TooManyTokens};
        const CASES: &[(&str, Option<UpstreamErrorKind>)] = &[
            ("123pan-global-slb forbidden client ip", Some(Banned)),
            ("global-slb forbidden client ip 2001:db8::1", Some(Banned)),
            ("Forbidden client IP 203.0.113.7.", Some(Banned)),
            ("123pan-foreign-forbidden cache client ip 203.0.113.7", Some(RegionBanned)),
            (" 123Pan Forbidden ", Some(Banned)),
            ("tokens number has exceeded the limit.", Some(TooManyTokens)),
            ("请进行验证！", Some(NeedHuman)),
            ("文件 forbidden client ip.txt 错误", None),
            ("forbidden client ip.txt", None),
            ("forbidden client ip 203.0.113.7.txt", None),
            ("文件 forbidden client ip", None),
            ("123pan forbidden 203.0.113.7", None),
            ("123pan forbidden.mp4 is being checked", None),
            ("123pan-foreign-forbidden cache client ip 错误", None),
            ("tokens number has exceeded the limit.txt 不存在", None),
            ("", None),
        ];
        for (message, want) in CASES {
            assert_eq!(by_wording(message), *want, "{message:?}");
        }
        let page = "<html>\n<h1>123Pan Forbidden</h1></html>";
        assert_eq!(by_wording_in_page(page), Some(Banned));
        assert_eq!(by_wording_in_page("<a>x 123pan forbidden.txt</a>"), None);
    }
}
