//! Direct links: `/direct/UID/folders/file?auth_key=…`.

use std::fmt::Write as _;

use percent_encoding::utf8_percent_encode;

use super::accounts::{DIRECT_KEY, UID};
use super::drive::Node;
use super::http::{Reply, Request};
use super::links::{ESCAPED, SourceKind};
use super::{Vendor, cdn, digest};

impl Vendor {
    /// The direct link of a file, unsigned and percent-encoded; `None` without direct-link space above it.
    pub(super) fn direct_url(&self, node: &Node) -> Option<String> {
        let line = self.drive.line(node.id);
        if !line.iter().any(|folder| folder.direct) {
            return None;
        }
        let mut url = format!("{}/direct", self.origin);
        if !self.quirks.hide_uid {
            let _ = write!(url, "/{UID}");
        }
        for part in line {
            let _ = write!(url, "/{}", utf8_percent_encode(&part.name, ESCAPED));
        }
        Some(url)
    }

    /// Answers a request for a direct link.
    pub(super) fn direct(&mut self, request: &Request) -> Reply {
        if self.quirks.direct_auth
            && let Err(why) = check_auth_key(request)
        {
            return Reply::html(403, why);
        }
        let path = request.decoded_path();
        let path = String::from_utf8_lossy(&path);
        let path = path.strip_prefix("/direct").unwrap_or_default();
        let own = format!("/{UID}");
        let path = if self.quirks.hide_uid { Some(path) } else { path.strip_prefix(&own) };
        let found = path.and_then(|path| self.drive.find(path)).and_then(|id| self.drive.node(id));
        let Some(node) = found.filter(|node| self.direct_url(node).is_some()) else {
            return Reply::html(404, "not found");
        };
        if self.quirks.direct_redirect {
            let expires = request.now / 1000 + self.quirks.link_seconds;
            return Reply::redirect(302, &self.cdn_url(SourceKind::Direct, node, expires, ""));
        }
        cdn::serve(node, request)
    }
}

/// `TS-RAND-UID-HASH`, over the path decoded once. TS is when the link expires.
fn check_auth_key(request: &Request) -> Result<(), &'static str> {
    let mut keys = request.pairs();
    keys.retain(|(name, _)| name == "auth_key");
    let [(_, value)] = keys.as_slice() else { return Err("not exactly one auth_key") };
    let parts: Vec<&str> = value.split('-').collect();
    let &[ts, rand, uid, hash] = parts.as_slice() else { return Err("not four parts") };
    let ts: u64 = ts.parse().map_err(|_| "no time")?;
    if rand.is_empty() || uid != UID.to_string() {
        return Err("no rand, or another uid");
    }
    let stem = format!("{ts}-{rand}-{uid}");
    if digest::auth_hash(&request.decoded_path(), &stem, DIRECT_KEY) != hash {
        return Err("wrong hash");
    }
    if ts <= request.now / 1000 { Err("expired") } else { Ok(()) }
}
