//! A platform in memory, with what the Worker has in its bindings. Every part of it can be set to fail,
//! and a question that is asked twice for one request fails the test.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt as _;
use signpost::access::check_outcomes::{RateLimit, Verification};
use signpost::access::password::{PasswordAttempt, derive};
use signpost::access::revocation::RevocationList;
use signpost::access::share_link::ShareId;
use signpost::access::share_link::records::{ShareLinkCommand, ShareLinkRecord};
use signpost::context::RequestContext;
use signpost::http::request::{Request, RequestParts};
use signpost::http::response::Response;
use signpost::http::router;
use signpost::platform::Platform;
use signpost::quota::{self, TicketReply, TicketRequest, Usage};
use signpost::seed::RequestSeed;
use signpost::site::Site;
use signpost::sources::upstream::call::{ApiResponse, Call, TransportError};
use signpost::time::{UnixMillis, UnixSeconds};

/// A part of the platform that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The counts of password attempts.
    Attempts,
    /// The bindings of rate limiters.
    Rate,
    /// The Durable Object of the quota.
    Quota,
    /// The list of revoked share links.
    Revoked,
    /// The records of share links.
    Links,
}

/// The platform of a site in memory.
#[derive(Debug)]
pub struct Host {
    /// The maximum number of password attempts of one client for one path.
    pub attempt_limit: usize,
    /// The maximum number of requests for one key of a rate limiter.
    pub rate_limit: usize,
    /// The parts that fail.
    pub down: Vec<Part>,
    /// The revoked share links.
    pub revoked: RevocationList,
    /// The recorded share links, by id.
    pub records: BTreeMap<String, ShareLinkRecord>,
    /// The tables of the quota object.
    pub quota: FakeQuota,
    /// The kinds of checks that were asked for, in order.
    pub asked: Vec<&'static str>,
    /// The requests to the quota object, in order.
    pub ticket_requests: Vec<TicketRequest>,
    /// The counts of the rate limiters, by binding and key.
    pub rates: HashMap<(String, String), usize>,
    /// The counts of password attempts, by client and path.
    pub attempts: HashMap<(String, String), usize>,
    /// The passwords that were right, by scope: they are not counted again, as in the Worker.
    pub known: HashMap<(String, String), usize>,
}

impl Default for Host {
    /// Nothing is limited, nothing fails.
    fn default() -> Self {
        Self {
            attempt_limit: usize::MAX,
            rate_limit: usize::MAX,
            down: Vec::new(),
            revoked: RevocationList::default(),
            records: BTreeMap::new(),
            quota: FakeQuota::default(),
            asked: Vec::new(),
            ticket_requests: Vec::new(),
            rates: HashMap::new(),
            attempts: HashMap::new(),
            known: HashMap::new(),
        }
    }
}

/// The response of a site on this host.
pub fn respond(
    site: &Site,
    parts: &RequestParts<'_>,
    seed: &RequestSeed,
    host: &mut Host,
) -> Response {
    let platform =
        HostPlatform { host: RefCell::new(host), now: seed.now, asked: RefCell::default() };
    let ctx = RequestContext::new(platform, *seed);
    let answer = router::answer(site, &Request::new(site, parts), &ctx).now_or_never().unwrap();
    check(&answer, parts.url);
    answer
}

/// A host as the platform of one request.
struct HostPlatform<'h> {
    host: RefCell<&'h mut Host>,
    now: UnixSeconds,
    /// The questions of this request.
    asked: RefCell<HashSet<String>>,
}

impl HostPlatform<'_> {
    /// Notes a question, which is not to be asked again.
    fn ask_once(&self, word: &'static str, question: &str) {
        self.host.borrow_mut().asked.push(word);
        let is_new = self.asked.borrow_mut().insert(format!("{word} {question}"));
        assert!(is_new, "asked twice for one request: {word} {question}");
    }
}

impl Platform for HostPlatform<'_> {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.now.0 * 1_000)
    }

    async fn verify_password(&self, attempt: &PasswordAttempt) -> Verification {
        let PasswordAttempt { scope, client, given, .. } = attempt;
        self.ask_once("password", &format!("{scope} {client} {}", given.expose()));
        self.host.borrow_mut().verify(attempt)
    }

    async fn rate_limit(&self, binding: &str, key: &str) -> RateLimit {
        self.ask_once("rate", &format!("{binding} {key}"));
        let mut host = self.host.borrow_mut();
        let count = host.rates.entry((binding.to_owned(), key.to_owned())).or_default();
        *count += 1;
        let is_within = *count <= host.rate_limit;
        match is_within {
            _ if host.is_down(Part::Rate) => RateLimit::Unavailable,
            true => RateLimit::Within,
            false => RateLimit::Exceeded,
        }
    }

    async fn revoked_share_links(&self) -> Option<Rc<RevocationList>> {
        self.ask_once("revoked", "");
        let host = self.host.borrow();
        (!host.is_down(Part::Revoked)).then(|| Rc::new(host.revoked.clone()))
    }

    async fn share_links(&self, command: ShareLinkCommand) -> Option<Vec<ShareLinkRecord>> {
        self.ask_once("links", "");
        let mut host = self.host.borrow_mut();
        if host.is_down(Part::Links) { None } else { Some(host.run(command, self.now)) }
    }

    async fn charge(&self, request: &TicketRequest) -> Option<TicketReply> {
        // As it travels to the quota object.
        let json = serde_json::to_vec(request).unwrap();
        assert_eq!(TicketRequest::parse(&json).as_ref(), Ok(request));
        self.ask_once("ticket", &String::from_utf8(json).unwrap());
        let mut host = self.host.borrow_mut();
        host.ticket_requests.push(request.clone());
        (!host.is_down(Part::Quota)).then(|| host.quota.grant(request))
    }

    fn decode_gbk(&self, bytes: &[u8]) -> Option<String> {
        let text = encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(bytes);
        text.map(std::borrow::Cow::into_owned)
    }

    async fn kv_get(&self, key: &str) -> Option<String> {
        panic!("nothing of 123Pan's is asked for here: {key}")
    }

    async fn send_call(
        &self,
        call: &Call,
        _: usize,
        _: Duration,
    ) -> Result<ApiResponse, TransportError> {
        panic!("nothing of 123Pan's is asked for here: {call:?}")
    }

    fn place(&self) -> &'static str {
        ""
    }

    async fn ask_account(&self, _: &str, command: &str, _: Duration) -> Option<String> {
        panic!("nothing of 123Pan's is asked for here: {command}")
    }
}

/// What holds of every answer to anybody.
fn check(answer: &Response, url: &str) {
    let mut names = answer.headers.iter().map(|(name, _)| name.to_lowercase()).collect::<Vec<_>>();
    names.sort();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count, "{url}: a header stands twice: {:?}", answer.headers);
    for (name, value) in &answer.headers {
        let plain = value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        assert!(plain, "{url}: {name} is {value:?}");
    }
    let cache = answer.header("Cache-Control").unwrap_or_default();
    // What stands in nobody's way may be remembered where it is one file of a folder.
    let is_shortcut = url.contains("/~latest/") || url.contains("/~random");
    let is_short = is_shortcut && answer.status == 302 && cache.starts_with("public, max-age=");
    let is_asset = url.contains("/-/assets/") || url.contains("/-/embed.js");
    let is_asset = is_asset && answer.status == 200;
    assert!(
        is_asset || is_short || answer.status == 204 || cache.contains("no-"),
        "{url}: may be stored: {cache:?}"
    );
    assert!(answer.header("Set-Cookie").is_none() || cache == "private, no-store", "{url}");
}

impl Host {
    /// A host on which this part fails.
    pub fn without(part: Part) -> Self {
        Self { down: vec![part], ..Self::default() }
    }

    fn is_down(&self, part: Part) -> bool {
        self.down.contains(&part)
    }

    fn verify(&mut self, attempt: &PasswordAttempt) -> Verification {
        let known = (attempt.scope.to_string(), attempt.given.expose().to_owned());
        let given = attempt.given.expose();
        let derived = attempt.passwords.derivation().map(|derivation| derive(given, derivation));
        let right = attempt.passwords.matching(given, derived.as_ref());
        if let Some(which) = self.known.get(&known).copied()
            && right == Some(which)
        {
            return Verification::Right(which);
        }
        if self.is_down(Part::Attempts) {
            return Verification::Unavailable;
        }
        let count = self.attempts.entry((attempt.client.clone(), attempt.counted_at.to_string()));
        let count = count.or_default();
        *count += 1;
        if *count > self.attempt_limit {
            return Verification::TooMany;
        }
        match right {
            Some(which) => {
                self.known.insert(known, which);
                Verification::Right(which)
            }
            None => Verification::Wrong,
        }
    }

    fn run(&mut self, command: ShareLinkCommand, now: UnixSeconds) -> Vec<ShareLinkRecord> {
        match command {
            ShareLinkCommand::Record(record) => {
                self.records.insert(record.id.clone(), record);
                Vec::new()
            }
            ShareLinkCommand::List => self.records.values().cloned().collect(),
            ShareLinkCommand::Revoke(id) => {
                let record = self.records.remove(&id.to_string());
                let expires_at = record.and_then(|record| record.expires_at).map(UnixSeconds);
                self.revoked.add(id, expires_at, now);
                Vec::new()
            }
            ShareLinkCommand::RevokeBefore(moment) => {
                self.revoked.add_all_before(moment);
                Vec::new()
            }
        }
    }

    /// Revokes a share link by its id.
    pub fn revoke(&mut self, id: ShareId) {
        self.revoked.add(id, None, UnixSeconds(0));
    }
}

/// The quota object's tables, in memory.
#[derive(Debug, Default)]
pub struct FakeQuota {
    /// Until when each ticket holds.
    tickets: HashMap<String, u64>,
    /// Bytes by path, client and period.
    accounts: HashMap<[String; 3], u64>,
    /// Links by path, client and hour.
    links: HashMap<(String, String, u64), u64>,
    /// Tickets and bytes by share link.
    shares: HashMap<String, (u64, u64)>,
}

impl FakeQuota {
    fn grant(&mut self, request: &TicketRequest) -> TicketReply {
        let key = request.ticket();
        let account = |account: &quota::Account<'_>| {
            [account.path, account.client, account.period].map(str::to_owned)
        };
        let hour = request.max_links.as_ref().map(|max| {
            let max = max.path.clone();
            (max, request.client.clone(), request.hour())
        });
        let share = request.capped_share().map(|share| share.id.clone());
        let (uses, bytes) =
            share.as_ref().and_then(|id| self.shares.get(id)).copied().unwrap_or_default();
        let spent =
            |of: &quota::Account<'_>| self.accounts.get(&account(of)).copied().unwrap_or_default();
        let usage = Usage {
            ticket: self.tickets.get(&key).is_some_and(|expires| *expires > request.now.0),
            accounts: request.accounts().map(|of| (of, spent(&of))).collect(),
            links: hour.as_ref().and_then(|hour| self.links.get(hour)).copied().unwrap_or(0),
            uses,
            bytes,
        };
        let answer = quota::decide(request, &usage);
        if let TicketReply::Granted { fresh: true, .. } = answer {
            self.tickets.insert(key, request.expires());
            for of in request.accounts() {
                let spent = self.accounts.entry(account(&of)).or_default();
                *spent = request.counted_bytes(*spent);
            }
            if let Some(hour) = hour {
                let links = self.links.entry(hour).or_default();
                *links = request.counted_links(*links);
            }
            if let Some(id) = share {
                let (uses, bytes) = self.shares.entry(id).or_default();
                *uses = request.counted_links(*uses);
                *bytes = request.counted_bytes(*bytes);
            }
        }
        answer
    }

    /// The bytes counted so far, over all counts.
    pub fn spent(&self) -> u64 {
        self.accounts.values().sum()
    }
}
