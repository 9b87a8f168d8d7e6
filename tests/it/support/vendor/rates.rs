//! How often an endpoint may be called, as documented or reported.

use std::collections::{BTreeMap, VecDeque};

use super::quirks::Quirks;

/// Calls of the web API that one account may make in a second, all endpoints together.
const WEB: (usize, u64) = (15, 1000);
/// Calls of the share API in a minute.
const SHARE: (usize, u64) = (60, 60_000);
/// The open platform's, a free developer's key.
const OPEN: [(&str, (usize, u64)); 8] = [
    ("open.access_token", (8, 1000)),
    ("open.oauth2", (100, 60_000)),
    ("open.user_info", (10, 1000)),
    ("open.list", (5, 1000)),
    ("open.detail", (10, 1000)),
    ("open.infos", (10, 1000)),
    ("open.download_info", (5, 1000)),
    ("open.direct_url", (5, 1000)),
];

/// When the last calls came, by what they are counted as.
#[derive(Clone, Debug, Default)]
pub struct Rates(BTreeMap<String, VecDeque<u64>>);

impl Rates {
    /// Counts a call, and says whether it is within the limit of its endpoint. False: one too many, which
    /// isn't counted.
    pub fn allow(&mut self, endpoint: &str, quirks: &Quirks, now: u64) -> bool {
        if !quirks.rate_limits {
            return true;
        }
        let family = endpoint.split('.').next().unwrap_or_default();
        let (key, (most, within)) = match (quirks.rates.get(endpoint), family) {
            (Some(limit), _) => (endpoint, *limit),
            (None, "web") => ("web", quirks.rates.get("web").copied().unwrap_or(WEB)),
            (None, "share") => ("share", quirks.rates.get("share").copied().unwrap_or(SHARE)),
            (None, _) => match OPEN.iter().find(|(name, _)| *name == endpoint) {
                Some((name, limit)) => (*name, *limit),
                None => return true,
            },
        };
        let calls = self.0.entry(key.to_owned()).or_default();
        while calls.front().is_some_and(|then| then + within <= now) {
            calls.pop_front();
        }
        let allowed = calls.len() < most;
        if allowed {
            calls.push_back(now);
        }
        allowed
    }
}
