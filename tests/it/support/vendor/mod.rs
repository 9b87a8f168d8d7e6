//! 123Pan in memory: web API, shares, open platform, relay, CDN and direct links, as strict as its
//! description allows. It shares no code with the crate, so the two check each other. Time comes with
//! each request, nothing is random, and a control interface at `/_fake/` tells it what goes wrong.
//!
//! `Vendor::handle` answers a request; what a correct client never sends is kept as a violation
//! besides being refused, so a test ends with `vendor.violations()` being empty.

pub mod accounts;
mod cdn;
pub mod clock;
mod control;
pub mod digest;
mod direct;
pub mod drive;
mod endpoints;
pub mod failures;
mod fields;
pub mod http;
mod links;
mod listing;
pub mod log;
mod open;
mod open_auth;
mod open_files;
pub mod quirks;
pub mod rates;
pub mod sample;
mod share;
mod sign_in;
pub mod tokens;
mod web;
mod web_files;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use drive::Drive;
use endpoints::Family;
use failures::{InjectedFailure, InjectedFailures};
use http::{Reply, Request};
use log::Log;
use quirks::{Envelope, Quirks, Refusal, SignIn};
use rates::Rates;
use share::Share;
use tokens::Tokens;

/// What a call without the header `platform` is told.
pub const PLATFORM_MISSING: &str = "Please include the platform field in the request header";

/// The fake vendor: 123Pan's APIs in memory. All its state is here.
#[derive(Clone, Debug)]
pub struct Vendor {
    /// `scheme://host:port`, which every URL it hands out begins with.
    origin: String,
    /// The drive of the account.
    pub drive: Drive,
    /// The share of the drive.
    pub share: Share,
    /// The switches of the fake's behaviour.
    pub quirks: Quirks,
    /// The log of calls and violations.
    pub log: Log,
    failures: InjectedFailures,
    rates: Rates,
    /// From sign-in.
    web_tokens: Tokens,
    /// For a client id and secret.
    open_tokens: Tokens,
    /// For a refresh token.
    oauth_tokens: Tokens,
    /// The refresh token that is good.
    refresh: String,
    used_refresh: BTreeSet<String>,
    /// Signatures seen, with their time in seconds.
    signatures: BTreeMap<String, u64>,
    /// The refusal of sign-in that was given, after which nobody may try again.
    refusal: Option<SignIn>,
}

impl Vendor {
    /// A vendor with the sample drive, and its folder `shared` as the share.
    pub fn new(origin: &str) -> Self {
        Self::with(origin, sample::drive())
    }

    /// A vendor with this drive; `/shared` is its share, if there is one.
    pub fn with(origin: &str, drive: Drive) -> Self {
        let share = Share::of(drive.find("/shared"));
        Self {
            origin: origin.trim_end_matches('/').to_owned(),
            drive,
            share,
            quirks: Quirks::default(),
            log: Log::default(),
            failures: InjectedFailures::default(),
            rates: Rates::default(),
            web_tokens: Tokens::default(),
            open_tokens: Tokens::default(),
            oauth_tokens: Tokens::default(),
            refresh: accounts::REFRESH_TOKEN.to_owned(),
            used_refresh: BTreeSet::new(),
            signatures: BTreeMap::new(),
            refusal: None,
        }
    }

    /// The origin at which the fake is reached.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Answers a request to any of the APIs.
    pub fn handle(&mut self, request: &Request) -> Reply {
        if request.path.starts_with("/_fake/") {
            return self.control(request);
        }
        let now = request.now.saturating_add_signed(self.quirks.clock_offset_ms);
        let request = &Request { now, ..request.clone() };
        let reply = match endpoints::find(request) {
            Ok(endpoint) => self.call(endpoint.name, endpoint.family, request),
            Err((status, what)) => {
                self.log.violation("unknown", &what);
                let reply = Reply::html(status, "not found");
                self.log.record("unknown", request, &reply);
                reply
            }
        };
        let mut reply = reply.with("date", &clock::http(now));
        if request.method == "HEAD" {
            let length = std::mem::take(&mut reply.body).len();
            reply = reply.with("content-length", &length.to_string());
        }
        reply
    }

    /// Checks first, then what goes wrong, then the answer: a failure hides no violation.
    fn call(&mut self, name: &'static str, family: Family, request: &Request) -> Reply {
        let since = self.log.count(name, request.now);
        if since.is_some_and(|since| since < self.quirks.spacing_ms) {
            self.log.violation(name, "calls closer than the spacing");
        }
        let checked = self.check(name, family, request);
        let failure = self.failures.next(name);
        let replaced = failure.as_ref().is_some_and(InjectedFailure::is_answer);
        let reply = match checked {
            _ if replaced => Reply::default(),
            Err(refusal) => refusal,
            Ok(()) if !self.rates.allow(name, &self.quirks, request.now) => {
                self.too_many(name, family)
            }
            Ok(()) => match self.refusal(family) {
                Some(refusal) => refusal,
                None => self.answer(name, family, request),
            },
        };
        let reply = match &failure {
            Some(failure) => failures::apply(failure, reply, &self.origin),
            None => reply,
        };
        self.log.record(name, request, &reply);
        reply
    }

    fn check(&mut self, name: &str, family: Family, request: &Request) -> Result<(), Reply> {
        match family {
            Family::Login => self.check_sign_in(name, request),
            Family::Plain => Ok(()),
            Family::Web => self.check_web(name, request),
            Family::Share => self.check_share(name, request),
            Family::Open => self.check_open(name, request),
            Family::OpenAuth | Family::Delivery => {
                if request.header("authorization").is_some() {
                    self.log.violation(name, "a token was sent where none belongs");
                }
                Ok(())
            }
        }
    }

    fn answer(&mut self, name: &str, family: Family, request: &Request) -> Reply {
        match family {
            Family::Login => self.sign_in(name, request),
            Family::Plain | Family::Web => self.web(name, request),
            Family::Share => self.shared(name, request),
            Family::Open => self.open(name, request),
            Family::OpenAuth => self.open_auth(name, request),
            Family::Delivery if name == "cdn.file" => self.cdn(request),
            Family::Delivery if name == "direct.file" => self.direct(request),
            Family::Delivery => self.relay(name, request),
        }
    }

    /// What is answered in place of any call, if the vendor is set to refuse them.
    fn refusal(&self, family: Family) -> Option<Reply> {
        if !matches!(family, Family::Web | Family::Share | Family::Open) {
            return None;
        }
        match self.quirks.refusal {
            Refusal::None => None,
            Refusal::Human => Some(self.fail(1, "请进行验证")),
            Refusal::Region => {
                let message = "123pan-foreign-forbidden cache client ip";
                Some(self.envelope(&json!("403"), message, &Value::Null))
            }
            Refusal::Platform => Some(self.fail(1, PLATFORM_MISSING)),
        }
    }

    /// Too frequent, as each API says it.
    fn too_many(&self, name: &str, family: Family) -> Reply {
        match family {
            Family::Web => self.envelope(&json!(100_011), "", &Value::Null),
            Family::Share => self.envelope(&json!("429"), "请求太频繁", &Value::Null),
            _ if name == "open.oauth2" => {
                Reply::json(429, &json!({"message": "too many requests"}))
            }
            _ => self.envelope(&json!(429), "操作太频繁，请稍后再试", &Value::Null),
        }
    }

    /// A refusal that no correct client meets.
    fn refuse(&mut self, name: &str, message: &str) -> Reply {
        self.log.violation(name, message);
        self.fail(400, message)
    }

    fn fail(&self, code: i64, message: &str) -> Reply {
        self.envelope(&json!(code), message, &Value::Null)
    }

    fn success(&self, data: &Value) -> Reply {
        self.envelope(&json!(0), "ok", data)
    }

    /// `code`, `message`, `data`: HTTP 200 whatever the code is.
    fn envelope(&self, code: &Value, message: &str, data: &Value) -> Reply {
        let trace = "fake-trace";
        let body = match self.quirks.envelope {
            Envelope::Capital => json!({"Code": code, "Message": message, "Data": data}),
            Envelope::TextCode => {
                let code = code.as_str().map_or_else(|| code.to_string(), str::to_owned);
                json!({"code": code, "message": message, "data": data})
            }
            Envelope::TextNull if data.is_null() => {
                json!({"code": code, "message": message, "data": "null"})
            }
            Envelope::TextData => json!({"code": code, "message": message, "data": "参数错误"}),
            Envelope::NoCode => json!({"message": message, "data": data}),
            _ => json!({"code": code, "message": message, "data": data, "x-traceID": trace}),
        };
        Reply::json(200, &body)
    }

    /// The violations so far: what a correct client never does.
    pub fn violations(&self) -> Vec<String> {
        self.log.violations()
    }

    /// Calls of an endpoint (`web.list`), a family (`web`) or `all`.
    pub fn calls(&self, name: &str) -> u64 {
        self.log.calls(name)
    }

    /// Injects a failure into coming calls.
    pub fn add_failure(&mut self, failure: InjectedFailure) {
        self.failures.add(failure);
    }

    /// Removes all injected failures.
    pub fn clear_failures(&mut self) {
        self.failures.clear();
    }

    /// A token as the web page keeps it, for pasting.
    pub fn issue_web_token(&mut self, now: u64) -> String {
        self.web_tokens.issue("web", now, self.quirks.token_seconds).0
    }

    /// A token of the open platform, for pasting.
    pub fn issue_open_token(&mut self, now: u64) -> String {
        self.open_tokens.issue("open", now, self.quirks.open_token_seconds).0
    }

    /// Ends every access token at once; the refresh token stays.
    pub fn end_tokens(&mut self) {
        self.web_tokens.end_all();
        self.open_tokens.end_all();
        self.oauth_tokens.end_all();
    }
}
