//! The CDN: bytes, whole or in part, for URLs that it signed.

use percent_encoding::utf8_percent_encode;
use serde_json::json;

use super::drive::Node;
use super::http::{Reply, Request};
use super::links::{ESCAPED, SourceKind, city, proof};
use super::{Vendor, clock};

/// Registrable domains of the vendor, one of which a Referer has to be of.
const VENDOR_DOMAINS: [&str; 10] = [
    "123pan.com",
    "123pan.cn",
    "123684.com",
    "123865.com",
    "123912.com",
    "123278.com",
    "123295.com",
    "123yx.com",
    "123clouddisk.com",
    "cjjd19.com",
];

/// The CDN's refusal of a request without a Referer of the vendor's.
pub fn steal() -> Reply {
    let body = json!({"code": 1010, "message": "not found r or referer in steal link v6"});
    Reply::json(403, &body)
}

/// What is said to who asks in another city than the link was made for.
fn elsewhere(here: &str, there: &str) -> Reply {
    let message = format!("forbidden realc:{here} city arg_c:{there} city");
    Reply::json(403, &json!({"code": 1010, "message": message}))
}

impl Vendor {
    /// Whether the Referer's host is the vendor's; the fake's own counts.
    pub(super) fn is_vendor_referer(&self, request: &Request) -> bool {
        let Ok(referer) = url::Url::parse(request.header("referer").unwrap_or_default()) else {
            return false;
        };
        let host = referer.host_str().unwrap_or_default();
        let own = url::Url::parse(&self.origin).ok();
        own.is_some_and(|own| own.host_str() == Some(host))
            || VENDOR_DOMAINS.iter().any(|domain| {
                host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            })
    }

    /// Answers a request to the CDN.
    pub(super) fn cdn(&mut self, request: &Request) -> Reply {
        let parts: Vec<&str> = request.path.split('/').collect();
        let found = match parts.as_slice() {
            ["", "cdn", letter, id, _] => {
                SourceKind::from_letter(letter).zip(id.parse::<u64>().ok())
            }
            _ => None,
        };
        let expires = request.value("t").and_then(|t| t.parse::<u64>().ok());
        let (Some((kind, id)), Some(expires)) = (found, expires) else {
            return Reply::html(404, "not found");
        };
        let made_for = request.value("u_city").unwrap_or_default();
        let right = request.value("k") == Some(proof(kind, id, expires, &made_for))
            && request.value("s").as_deref() == Some("~~~~~?????");
        if !right {
            self.log.violation("cdn.file", "a link was changed on its way");
            return Reply::html(403, "signature");
        }
        if expires <= request.now / 1000 {
            return Reply::html(403, "link expired");
        }
        let agent = request.header("user-agent").unwrap_or_default();
        if kind.needs_referer() && agent.starts_with("Dart") {
            return Reply::html(403, "user agent");
        }
        if kind.needs_referer() && !self.is_vendor_referer(request) {
            return steal();
        }
        if request.method == "HEAD" && self.quirks.head_status != 0 {
            return Reply::html(self.quirks.head_status, "method");
        }
        if kind.is_bound_to_a_city() && self.quirks.cdn_error != 0 {
            let message = format!("download err: {}", self.quirks.cdn_error);
            return Reply::json(403, &json!({"code": 1010, "message": message}));
        }
        let here = city(request);
        if kind.is_bound_to_a_city() && here != made_for {
            return elsewhere(&here, &made_for);
        }
        match self.drive.node(id) {
            Some(node) => serve(node, request),
            None => Reply::html(404, "not found"),
        }
    }
}

/// The bytes of a file, with `Range`, `HEAD` and the conditions of RFC 9110, section 13. As the real
/// one, it takes the content's MD5 for its entity tag.
pub fn serve(node: &Node, request: &Request) -> Reply {
    let bytes = node.bytes();
    let etag = format!("\"{}\"", node.etag);
    let modified = clock::http(node.modified);
    let size = bytes.len();
    let reply = if let Some(status) = precondition(request, &etag, &modified) {
        Reply::new(status, "application/octet-stream", "")
    } else {
        let is_current = |given: &str| given == etag || given == modified;
        let range = request.header("range");
        let range = range.filter(|_| request.header("if-range").is_none_or(is_current));
        match range.map_or(Part::Whole, |range| part(range, size)) {
            Part::Whole => Reply::new(200, "application/octet-stream", bytes),
            Part::None => {
                Reply::new(416, "text/plain", "").with("content-range", &format!("bytes */{size}"))
            }
            Part::Bytes(from, to) => Reply::new(206, "application/octet-stream", &bytes[from..=to])
                .with("content-range", &format!("bytes {from}-{to}/{size}")),
        }
    };
    let name = utf8_percent_encode(&node.name, ESCAPED);
    reply
        .with("accept-ranges", "bytes")
        .with("etag", &etag)
        .with("last-modified", &modified)
        .with("content-disposition", &format!("attachment; filename*=UTF-8''{name}"))
}

/// The status of the condition that does not hold, in the order of RFC 9110, section 13.2.2. Dates are
/// compared as texts, as nginx may be set to.
fn precondition(request: &Request, etag: &str, modified: &str) -> Option<u16> {
    let holds = |given: &str| {
        given.split(',').any(|each| matches!(each.trim(), "*") || each.trim() == etag)
    };
    let (matches, none_match) = (request.header("if-match"), request.header("if-none-match"));
    let (since, unmodified) =
        (request.header("if-modified-since"), request.header("if-unmodified-since"));
    let is_changed = match (matches, unmodified) {
        (Some(given), _) => !holds(given),
        (None, Some(date)) => date != modified,
        (None, None) => false,
    };
    let is_known = match (none_match, since) {
        (Some(given), _) => holds(given),
        (None, Some(date)) => date == modified,
        (None, None) => false,
    };
    match (is_changed, is_known) {
        (true, _) => Some(412),
        (false, true) => Some(304),
        (false, false) => None,
    }
}

/// What a `Range` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Several ranges, or not understood.
    Whole,
    /// Beyond the end.
    None,
    /// The first and the last byte.
    Bytes(usize, usize),
}

fn part(range: &str, size: usize) -> Part {
    let Some((from, to)) = range.strip_prefix("bytes=").and_then(|it| it.split_once('-')) else {
        return Part::Whole;
    };
    let (from, to) = match (from.parse::<usize>(), to.parse::<usize>()) {
        (Ok(from), Ok(to)) if to >= from => (from, to),
        (Ok(from), Err(_)) if to.is_empty() => (from, usize::MAX),
        (Err(_), Ok(0)) if from.is_empty() => return Part::None,
        (Err(_), Ok(last)) if from.is_empty() => (size.saturating_sub(last), usize::MAX),
        _ => return Part::Whole,
    };
    if from < size { Part::Bytes(from, to.min(size - 1)) } else { Part::None }
}
