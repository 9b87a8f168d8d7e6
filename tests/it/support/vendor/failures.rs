//! Fault injection: failures for the next calls of an endpoint.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::http::{Act, Reply};

/// A failure that the fake injects, until it has happened `times` times or is cleared.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InjectedFailure {
    /// An endpoint's name (`web.list`), its family (`web`), or `all`.
    pub at: String,
    /// Calls that still fail; null: all until it is cleared.
    pub times: Option<u64>,
    /// Calls that pass before it begins.
    pub after: u64,
    /// Delays the answer; alone it changes nothing else.
    pub latency_ms: u64,
    /// Whether no answer comes.
    pub timeout: bool,
    /// Whether the connection is reset.
    pub reset: bool,
    /// The number of body bytes that are sent before the connection closes.
    pub truncate: Option<usize>,
    /// Whether a page comes instead of JSON.
    pub html: bool,
    /// The body as it stands, whatever it is.
    pub body: Option<String>,
    /// The code of an error, int or text.
    pub code: Option<Value>,
    /// The message of the error.
    pub message: String,
    /// `data` of the error.
    pub data: Value,
    /// HTTP status; 200 if it says nothing. A redirect leads to `/moved`.
    pub status: Option<u16>,
}

impl InjectedFailure {
    fn is_for(&self, endpoint: &str) -> bool {
        let family = endpoint.split('.').next().unwrap_or_default();
        self.at == "all" || self.at == endpoint || self.at == family
    }

    /// What is answered in place of the endpoint, if anything.
    fn replaces(&self, origin: &str) -> Option<Reply> {
        let status = self.status.unwrap_or(200);
        let act = if self.reset { Act::Reset } else { Act::Silence };
        if self.reset || self.timeout {
            return Some(Reply { status, act, ..Reply::default() });
        }
        if let Some(body) = &self.body {
            return Some(Reply::new(status, "text/plain; charset=utf-8", body.as_str()));
        }
        if (300..400).contains(&status) {
            return Some(Reply::redirect(status, &format!("{origin}/moved")));
        }
        if self.html {
            return Some(Reply::html(status, "123云盘"));
        }
        if self.code.is_none() && self.status.is_none() {
            return None;
        }
        let code = self.code.clone().unwrap_or_else(|| json!(status));
        Some(Reply::json(
            status,
            &json!({"code": code, "message": self.message, "data": self.data}),
        ))
    }
}

/// The failures that are set, in the order in which they happen.
#[derive(Clone, Debug, Default)]
pub struct InjectedFailures(Vec<InjectedFailure>);

impl InjectedFailures {
    /// Adds a failure behind those that are set.
    pub fn add(&mut self, failure: InjectedFailure) {
        self.0.push(failure);
    }

    /// Removes all failures that are set.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The failures that are set, in order.
    pub fn all(&self) -> &[InjectedFailure] {
        &self.0
    }

    /// The failure for a call to this endpoint, counted against its `times`; `None` if the call succeeds.
    pub fn next(&mut self, endpoint: &str) -> Option<InjectedFailure> {
        let index = self.0.iter().position(|failure| failure.is_for(endpoint))?;
        let failure = &mut self.0[index];
        if failure.after > 0 {
            failure.after -= 1;
            return None;
        }
        let met = failure.clone();
        if let Some(times) = &mut failure.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                self.0.remove(index);
            }
        }
        Some(met)
    }
}

/// Applies a failure to the endpoint's reply.
pub fn apply(failure: &InjectedFailure, reply: Reply, origin: &str) -> Reply {
    let mut reply = failure.replaces(origin).unwrap_or(reply);
    reply.delay_ms += failure.latency_ms;
    if let Some(bytes) = failure.truncate {
        reply.act = Act::Truncate(bytes);
    }
    reply
}

impl InjectedFailure {
    /// Whether the endpoint itself is never reached.
    pub fn is_answer(&self) -> bool {
        self.replaces("").is_some()
    }
}
