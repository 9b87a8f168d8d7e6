//! One path in all the ways that other servers have read as that path.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path as the site's own links spell it.
pub fn plain(path: &str) -> String {
    if path.is_empty() {
        return "/".to_owned();
    }
    let segments = path.split('/').map(|segment| utf8_percent_encode(segment, NAME).to_string());
    segments.collect::<Vec<_>>().join("/")
}

fn each_byte(path: &str, write: impl Fn(u8) -> String) -> String {
    path.bytes().map(|byte| if byte == b'/' { "/".to_owned() } else { write(byte) }).collect()
}

/// Slashes that are none, and more of them than there are.
const SLASHES: &str = "%2f %2F %252f %c0%af %5c %5C \\ // /./ /%2e/ /;/ %00/";

/// What may stand before a path.
const BEFORE: &str = "/ // /. /%2e /; /.. /%2e%2e /.%2e /open/.. /open/%2e%2e /open/%2E%2E \
    /open/%252e%252e /open/..; /-/.. /-/%2e%2e /- /-/health/.. /-/health /-/api/links \
    /-/login /~ /~x /~AAAA /%7ex /~AAAA/.. /\\ /%5c /%c0%ae%c0%ae /%2f /%20 /d /p /d/p /d/";

/// What may stand after it.
const AFTER: &str = "/ // /// /. /.. /%2e /%2e%2e /%2e%2e/ %2f %2F %252f %5c \\ ; ;x %3bx ;x=/.. . %2e .. \
    %00 %00.txt %2500 %09 %0a %0d%0aX-Injected:1 %20 + ~ ::$DATA %3f %23 ? ?x=1 ?/ ?/../ \
    # #x %ff % %4 %zz %u002f \u{ff0f} %ef%bb%bf";

/// All spellings of a path. Those of two paths stand in the same order.
pub fn spellings(path: &str) -> Vec<String> {
    let plain = plain(path);
    let (first, rest) = plain[1..].split_once('/').unwrap_or((&plain[1..], ""));
    let (above, last) = plain.rsplit_once('/').unwrap();
    let mut all = vec![plain.clone()];
    for slash in SLASHES.split(' ') {
        all.push(format!("/{}", plain[1..].replace('/', slash)));
        all.push(format!("{above}{slash}{last}"));
        all.push(format!("/open{slash}..{slash}{}", &plain[1..]));
    }
    for before in BEFORE.split(' ') {
        all.push(format!("{before}{plain}"));
    }
    for after in AFTER.split(' ') {
        all.push(format!("{plain}{after}"));
    }
    all.push(format!("/{first}/x/../{rest}"));
    all.push(format!("/{first}/x/%2e%2e/{rest}"));
    all.push(format!("/{first};x/{rest}"));
    all.push(format!("/{first}./{rest}"));
    all.push(format!("/{first}%20/{rest}"));
    all.push(format!("/{first}%00/{rest}"));
    all.push(format!("{plain}/../{last}"));
    all.push(format!("{above}/{last}/%2e%2e/{last}/"));
    // Letters that need no escape, and cases.
    let upper = each_byte(path, |byte| format!("%{byte:02X}"));
    all.push(upper.to_lowercase());
    all.push(upper.replace('%', "%25"));
    all.push(format!("{upper}/"));
    all.push(upper);
    all.push(self::plain(&path.to_uppercase()));
    all.push(self::plain(&path.to_lowercase()));
    all.push(self::plain(&path.replace('\u{e9}', "e\u{301}")));
    all.push(self::plain(&path.replace("e\u{301}", "\u{e9}")));
    // As somebody types it.
    all.push(path.replace('%', "%25").replace('#', "%23").replace('?', "%3F"));
    all.push(path.to_owned());
    all
}

/// A target with one more query field.
pub fn with_query(target: &str, query: &str) -> String {
    let (target, fragment) = target.split_once('#').map_or((target, None), |(a, b)| (a, Some(b)));
    let mark = if target.contains('?') { '&' } else { '?' };
    let fragment = fragment.map_or_else(String::new, |fragment| format!("#{fragment}"));
    format!("{target}{mark}{query}{fragment}")
}
