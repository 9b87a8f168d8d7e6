//! What was called, and what a correct client never does. Bounded, and without secrets.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

use super::http::{Reply, Request};

const MAX_CALLS: usize = 2000;
const MAX_VIOLATIONS: usize = 1000;
/// Characters of a path or a violation.
const MAX_SHOWN: usize = 300;
/// What a query may show of itself.
const SHOWN: [&str; 8] =
    ["Page", "parentFileId", "ParentFileId", "limit", "lastFileId", "fileId", "fileID", "event"];

/// A call in the fake's log.
#[derive(Clone, Debug)]
pub struct Call {
    /// The name of the endpoint.
    pub endpoint: String,
    /// The call's HTTP method.
    pub method: String,
    /// The path, still escaped.
    pub path: String,
    /// The pairs of the query that are no secret.
    pub query: Vec<(String, String)>,
    /// The value of the `Range` header.
    pub range: Option<String>,
    /// Whether the call had a token.
    pub token: bool,
    /// The status of the response.
    pub status: u16,
    /// The envelope's code; null without one.
    pub code: Value,
    /// The time of the call, in Unix milliseconds.
    pub now: u64,
}

/// The fake's log of calls and violations.
#[derive(Clone, Debug, Default)]
pub struct Log {
    calls: VecDeque<Call>,
    counts: BTreeMap<String, u64>,
    violations: VecDeque<String>,
    /// When an endpoint was called last.
    last: BTreeMap<String, u64>,
}

impl Log {
    /// Counts a call, and returns how many ms the one before lies back.
    pub fn count(&mut self, endpoint: &str, now: u64) -> Option<u64> {
        *self.counts.entry(endpoint.to_owned()).or_default() += 1;
        self.last.insert(endpoint.to_owned(), now).map(|last| now.saturating_sub(last))
    }

    /// Records a call and its response, without secrets.
    pub fn record(&mut self, endpoint: &str, request: &Request, reply: &Reply) {
        if self.calls.len() == MAX_CALLS {
            self.calls.pop_front();
        }
        let mut query = request.pairs();
        query.retain(|(name, _)| SHOWN.contains(&name.as_str()));
        self.calls.push_back(Call {
            endpoint: endpoint.to_owned(),
            method: request.method.clone(),
            path: request.path.chars().take(MAX_SHOWN).collect(),
            query,
            range: request.header("range").map(str::to_owned),
            token: request.header("authorization").is_some(),
            status: reply.status,
            code: reply.value().get("code").cloned().unwrap_or_default(),
            now: request.now,
        });
    }

    /// Records a violation by an endpoint's caller.
    pub fn violation(&mut self, endpoint: &str, what: &str) {
        if self.violations.len() < MAX_VIOLATIONS {
            let what: String = what.chars().take(MAX_SHOWN).collect();
            self.violations.push_back(format!("{endpoint}: {what}"));
        }
    }

    /// All violations so far, each once.
    pub fn violations(&self) -> Vec<String> {
        self.violations.iter().cloned().collect()
    }

    /// Calls of an endpoint, or of all of a family (`web`), or of `all`.
    pub fn calls(&self, name: &str) -> u64 {
        let family = format!("{name}.");
        let meets = |have: &str| name == "all" || have == name || have.starts_with(&family);
        self.counts.iter().filter(|(have, _)| meets(have)).map(|(_, count)| count).sum()
    }

    /// The last calls, oldest first.
    pub fn last_calls(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter()
    }

    /// The number of calls of each endpoint, as JSON.
    pub fn counts_json(&self) -> Value {
        json!(self.counts)
    }

    /// The last calls, as JSON.
    pub fn calls_json(&self) -> Value {
        let shown = |call: &Call| {
            json!({
                "endpoint": call.endpoint, "method": call.method, "path": call.path,
                "query": call.query, "range": call.range, "token": call.token,
                "status": call.status, "code": call.code, "now": call.now,
            })
        };
        self.calls.iter().map(shown).collect()
    }
}
