//! URLs of bytes: the CDN's own, and what may stand before them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::Vendor;
use super::accounts::MARKER;
use super::digest::md5_hex;
use super::drive::Node;
use super::http::{Reply, Request};
use super::quirks::{LinkHop, LinkParams};

/// The characters that links escape: all but letters, digits and `-._~`.
pub const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The API that made a link. Personal and share links need a Referer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// The web API for the user's own files.
    Personal,
    /// The web API for shares.
    Share,
    /// The API of the open platform.
    Open,
    /// A permanent direct link.
    Direct,
}

impl SourceKind {
    /// The letter that stands for the API in a link.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Personal => "p",
            Self::Share => "s",
            Self::Open => "o",
            Self::Direct => "d",
        }
    }

    /// The API that a letter stands for.
    pub fn from_letter(letter: &str) -> Option<Self> {
        [Self::Personal, Self::Share, Self::Open, Self::Direct]
            .into_iter()
            .find(|kind| kind.letter() == letter)
    }

    /// Whether the CDN wants a Referer of the vendor's.
    pub fn needs_referer(self) -> bool {
        matches!(self, Self::Personal | Self::Share)
    }

    /// Whether a link is good only in the city of whoever called the API for it. Direct links are good
    /// everywhere.
    pub fn is_bound_to_a_city(self) -> bool {
        self != Self::Direct
    }
}

/// A city that no request comes from.
const ELSEWHERE: &str = "wuhan";

/// The city that a request comes from. Here all come from one machine, so the program stands for the
/// place that it runs in: the Worker, which names itself in each request, is elsewhere than the browser
/// or the curl of a visitor.
pub fn city(request: &Request) -> String {
    let agent = request.header("user-agent").unwrap_or_default();
    md5_hex(agent.as_bytes()).chars().take(8).collect()
}

/// The part of a CDN URL that makes it valid: it can't be made up. `city` is that of whoever called the API.
pub fn proof(kind: SourceKind, id: u64, expires: u64, city: &str) -> String {
    format!("{MARKER}{}", md5_hex(format!("{}-{id}-{expires}-{city}", kind.letter()).as_bytes()))
}

impl Vendor {
    /// A URL of the CDN. Its query has what trips over: `~`, `?`, and base64's `+` and `/` once
    /// encoded.
    pub(super) fn cdn_url(
        &self,
        kind: SourceKind,
        node: &Node,
        expires: u64,
        city: &str,
    ) -> String {
        format!(
            "{}/cdn/{}/{}/c-m1?v=5&t={expires}&u_city={city}&s=~~~~~?????&k={}&filename={}",
            self.origin,
            kind.letter(),
            node.id,
            proof(kind, node.id, expires, city),
            utf8_percent_encode(&node.name, ESCAPED),
        )
    }

    /// The link as an API hands it out to the sender of `request`. The open platform's is always the
    /// CDN's own; the web API's may have a relay before it.
    pub(super) fn link(&self, kind: SourceKind, node: &Node, request: &Request) -> String {
        let expires = request.now / 1000 + self.quirks.link_seconds;
        let elsewhere = self.quirks.links_elsewhere.get();
        self.quirks.links_elsewhere.set(elsewhere.saturating_sub(1));
        let city = if elsewhere > 0 { ELSEWHERE.to_owned() } else { city(request) };
        if kind == SourceKind::Open {
            return self.cdn_url(kind, node, expires, &city);
        }
        let inner = match self.quirks.link_hop {
            LinkHop::None => self.cdn_url(kind, node, expires, &city),
            _ => format!(
                "{}/download-v2/hop?to={}-{}-{expires}-{city}&k={}&s=~~~~~?????",
                self.origin,
                kind.letter(),
                node.id,
                proof(kind, node.id, expires, &city),
            ),
        };
        let params = match self.quirks.link_params {
            LinkParams::None => return inner,
            LinkParams::Standard => {
                utf8_percent_encode(&STANDARD.encode(inner), ESCAPED).to_string()
            }
            LinkParams::BarePlus => STANDARD.encode(inner),
            LinkParams::UrlSafe => URL_SAFE_NO_PAD.encode(inner),
        };
        format!("{}/download-v2/?params={params}&is_s3=0", self.origin)
    }

    /// The relay: its page is for browsers, so nobody fetches it; its hop leads to the CDN.
    pub(super) fn relay(&mut self, name: &str, request: &Request) -> Reply {
        if request.path != "/download-v2/hop" {
            self.log.violation(name, "the relay's page was fetched instead of what it holds");
            return Reply::html(200, "正在下载");
        }
        let to = request.value("to").unwrap_or_default();
        let parts: Vec<&str> = to.split('-').collect();
        let found = match parts.as_slice() {
            [letter, id, expires, city] => SourceKind::from_letter(letter)
                .zip(id.parse().ok().and_then(|id| self.drive.node(id)))
                .zip(expires.parse::<u64>().ok().zip(Some(*city))),
            _ => None,
        };
        let Some(((kind, node), (expires, city))) = found else {
            return Reply::html(404, "not found");
        };
        if request.value("k") != Some(proof(kind, node.id, expires, city)) {
            self.log.violation(name, "a link was changed on its way");
            return Reply::html(403, "forbidden");
        }
        if !self.is_vendor_referer(request) {
            return super::cdn::steal();
        }
        let target = self.cdn_url(kind, node, expires, city);
        match self.quirks.link_hop {
            LinkHop::FoundRelative => {
                Reply::redirect(302, target.strip_prefix(&self.origin).unwrap_or_default())
            }
            LinkHop::Ok => redirect_json(200, &target),
            LinkHop::Ok210 => redirect_json(210, &target),
            LinkHop::OkEmpty => Reply::json(200, &json!({"code": 0, "data": {}})),
            LinkHop::Loop => Reply::redirect(302, &format!("{}?{}", request.path, request.query)),
            LinkHop::None | LinkHop::Found => Reply::redirect(302, &target),
        }
    }
}

fn redirect_json(status: u16, target: &str) -> Reply {
    let body = json!({"code": 0, "message": "ok", "data": {"redirect_url": target}});
    Reply::json(status, &body)
}
