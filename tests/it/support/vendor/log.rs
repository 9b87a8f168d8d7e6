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

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    pub endpoint: String,
    pub method: String,
    pub path: String,
    /// Pairs of the query that are no secret.
    pub query: Vec<(String, String)>,
    pub range: Option<String>,
    /// Whether it brought a token.
    pub token: bool,
    pub status: u16,
    /// The envelope's code; null without one.
    pub code: Value,
    /// Unix milliseconds.
    pub now: u64,
}

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

    pub fn violation(&mut self, endpoint: &str, what: &str) {
        if self.violations.len() < MAX_VIOLATIONS {
            let what: String = what.chars().take(MAX_SHOWN).collect();
            self.violations.push_back(format!("{endpoint}: {what}"));
        }
    }

    pub fn violations(&self) -> Vec<String> {
        self.violations.iter().cloned().collect()
    }

    /// Calls of an endpoint, or of all of a family (`web`), or of `all`.
    pub fn calls(&self, name: &str) -> u64 {
        let family = format!("{name}.");
        let meets = |have: &str| name == "all" || have == name || have.starts_with(&family);
        self.counts.iter().filter(|(have, _)| meets(have)).map(|(_, count)| count).sum()
    }

    pub fn last_calls(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter()
    }

    pub fn counts_json(&self) -> Value {
        json!(self.counts)
    }

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
