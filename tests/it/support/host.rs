//! A host for the core, as the Worker is one: it settles what an answer waits for, in memory. Every
//! part of it can be told to fail.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use signpost::ledger::{self, Standing, TicketAnswer, TicketAsk, counted};
use signpost::password::derive;
use signpost::share::ShareId;
use signpost::share::revoked::Revoked;
use signpost::site::Site;
use signpost::site::due::{
    Allowed, Due, Guess, LinkRecord, LinkWork, Receipts, RevokedList, Verdict,
};
use signpost::stamp::Stamp;
use signpost::time::UnixSeconds;
use signpost::web::answer::Answer;
use signpost::web::{self, Ask, Reply};

/// A part that can be out of reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Guesses,
    Rate,
    Ledger,
    Revoked,
    Links,
}

/// What the answers of a site are settled with.
#[derive(Debug)]
pub struct Host {
    /// Guesses of one client at one place.
    pub guess_limit: usize,
    /// Requests of one key of a rate limiter.
    pub rate_limit: usize,
    /// What is out of reach.
    pub down: Vec<Part>,
    pub revoked: Revoked,
    pub records: BTreeMap<String, LinkRecord>,
    pub ledger: Ledger,
    /// What was asked of it, one word each, in order.
    pub asked: Vec<&'static str>,
    /// Every ask of the ledger.
    pub asks: Vec<TicketAsk>,
    /// Keys of the rate limiters, with their binding.
    pub rates: HashMap<(String, String), usize>,
    pub guesses: HashMap<(String, String), usize>,
    /// Right guesses are not counted again, as the Worker does not either.
    pub known: HashMap<(String, String), usize>,
}

impl Default for Host {
    /// Nothing is limited, nothing fails.
    fn default() -> Self {
        Self {
            guess_limit: usize::MAX,
            rate_limit: usize::MAX,
            down: Vec::new(),
            revoked: Revoked::default(),
            records: BTreeMap::new(),
            ledger: Ledger::default(),
            asked: Vec::new(),
            asks: Vec::new(),
            rates: HashMap::new(),
            guesses: HashMap::new(),
            known: HashMap::new(),
        }
    }
}

/// The answer to a request, with everything settled that it waits for.
pub fn settle(site: &Site, ask: &Ask<'_>, stamp: &Stamp, host: &mut Host) -> Answer {
    let mut receipts = Receipts::default();
    for _ in 0..8 {
        match web::answer(site, ask, stamp, &receipts) {
            Reply::Answer(answer) => {
                check(&answer, ask.url);
                return answer;
            }
            Reply::Owes(due) => host.settle(due, &mut receipts, stamp.now),
        }
    }
    panic!("{}: more is due than there is", ask.url)
}

/// What holds of every answer to anybody.
fn check(answer: &Answer, url: &str) {
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
    let is_handy = url.contains("/~latest/") || url.contains("/~random");
    let is_short = is_handy && answer.status == 302 && cache.starts_with("public, max-age=");
    let is_asset = url.contains("/-/assets/") || url.contains("/-/embed.js");
    let is_asset = is_asset && answer.status == 200;
    assert!(
        is_asset || is_short || answer.status == 204 || cache.contains("no-"),
        "{url}: may be stored: {cache:?}"
    );
    assert!(answer.header("Set-Cookie").is_none() || cache == "private, no-store", "{url}");
}

impl Host {
    /// Without this part.
    pub fn without(part: Part) -> Self {
        Self { down: vec![part], ..Self::default() }
    }

    fn is_down(&self, part: Part) -> bool {
        self.down.contains(&part)
    }

    fn settle(&mut self, due: Due, receipts: &mut Receipts, now: UnixSeconds) {
        match due {
            Due::Password(guess) => {
                self.asked.push("password");
                let is_new = !receipts.passwords.iter().any(|(settled, _)| settled.is(&guess));
                assert!(is_new, "settled already");
                let verdict = self.guess(&guess);
                receipts.passwords.push((guess, verdict));
            }
            Due::Rate { binding, key } => {
                self.asked.push("rate");
                let is_it =
                    |(of, settled, _): &(Rc<str>, String, _)| (of, settled) == (&binding, &key);
                assert!(!receipts.rates.iter().any(is_it), "settled already");
                let count = self.rates.entry((binding.to_string(), key.clone())).or_default();
                *count += 1;
                let is_allowed = *count <= self.rate_limit;
                let allowed = match is_allowed {
                    _ if self.is_down(Part::Rate) => Allowed::Unreachable,
                    true => Allowed::Yes,
                    false => Allowed::No,
                };
                receipts.rates.push((binding, key, allowed));
            }
            Due::Ticket(ask) => {
                self.asked.push("ticket");
                assert!(
                    receipts.tickets.iter().all(|(settled, _)| *settled != *ask),
                    "settled already"
                );
                // As it travels to the quota object.
                let json = serde_json::to_vec(&ask).unwrap();
                assert_eq!(TicketAsk::parse(&json).as_ref(), Ok(&*ask));
                self.asks.push((*ask).clone());
                let answer = (!self.is_down(Part::Ledger)).then(|| self.ledger.grant(&ask));
                receipts.tickets.push((*ask, answer));
            }
            Due::Revoked => {
                self.asked.push("revoked");
                assert!(receipts.revoked.is_none(), "settled already");
                receipts.revoked = Some(if self.is_down(Part::Revoked) {
                    RevokedList::Unreachable
                } else {
                    RevokedList::Known(Rc::new(self.revoked.clone()))
                });
            }
            Due::Links(work) => {
                self.asked.push("links");
                assert!(receipts.links.is_none(), "settled already");
                receipts.links = Some((!self.is_down(Part::Links)).then(|| self.work(*work, now)));
            }
            Due::Folder { .. } | Due::Refresh { .. } | Due::Link(_) | Due::Status { .. } => {
                panic!("nothing of the vendor's is due here: {due:?}")
            }
        }
    }

    fn guess(&mut self, guess: &Guess) -> Verdict {
        let known = (guess.scope.to_string(), guess.given.expose().to_owned());
        let is_right = |which: usize| {
            let (password, given) = (&guess.passwords[which], guess.given.expose());
            match password.derivation() {
                None => password.matches_plain(given),
                Some(derivation) => password.matches_derived(&derive(given, derivation)),
            }
        };
        if let Some(which) = self.known.get(&known).copied()
            && which < guess.passwords.len()
            && is_right(which)
        {
            return Verdict::Right(which);
        }
        if self.is_down(Part::Guesses) {
            return Verdict::Unreachable;
        }
        let count = self.guesses.entry((guess.client.clone(), guess.scope.to_string()));
        let count = count.or_default();
        *count += 1;
        if *count > self.guess_limit {
            return Verdict::TooMany;
        }
        match (0..guess.passwords.len()).find(|which| is_right(*which)) {
            Some(which) => {
                self.known.insert(known, which);
                Verdict::Right(which)
            }
            None => Verdict::Wrong,
        }
    }

    fn work(&mut self, work: LinkWork, now: UnixSeconds) -> Vec<LinkRecord> {
        match work {
            LinkWork::Record(record) => {
                self.records.insert(record.id.clone(), record);
                Vec::new()
            }
            LinkWork::List => self.records.values().cloned().collect(),
            LinkWork::Revoke(id) => {
                let record = self.records.remove(&id.to_string());
                let expires_at = record.and_then(|record| record.expires_at).map(UnixSeconds);
                self.revoked.add(id, expires_at, now);
                Vec::new()
            }
            LinkWork::RevokeBefore(moment) => {
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
pub struct Ledger {
    /// Until when each ticket holds.
    tickets: HashMap<String, u64>,
    /// Bytes by path, client and period.
    accounts: HashMap<[String; 3], u64>,
    /// Links by path, client and hour.
    links: HashMap<(String, String, u64), u64>,
    /// Tickets and bytes by share link.
    shares: HashMap<String, (u64, u64)>,
}

impl Ledger {
    fn grant(&mut self, ask: &TicketAsk) -> TicketAnswer {
        let key = ask.ticket();
        let account = |account: &ledger::Account<'_>| {
            [account.path, account.client, account.period].map(str::to_owned)
        };
        let hour = ask.max_links.as_ref().map(|max| {
            let max = max.path.clone();
            (max, ask.client.clone(), ask.hour())
        });
        let share = ask.capped_share().map(|share| share.id.clone());
        let (uses, bytes) =
            share.as_ref().and_then(|id| self.shares.get(id)).copied().unwrap_or_default();
        let spent =
            |of: &ledger::Account<'_>| self.accounts.get(&account(of)).copied().unwrap_or_default();
        let standing = Standing {
            ticket: self.tickets.get(&key).is_some_and(|expires| *expires > ask.now.0),
            accounts: ask.accounts().map(|of| (of, spent(&of))).collect(),
            links: hour.as_ref().and_then(|hour| self.links.get(hour)).copied().unwrap_or(0),
            uses,
            bytes,
        };
        let answer = ledger::decide(ask, &standing);
        if let TicketAnswer::Granted { fresh: true, .. } = answer {
            self.tickets.insert(key, ask.expires());
            for of in ask.accounts() {
                let spent = self.accounts.entry(account(&of)).or_default();
                *spent = counted(*spent, ask.size);
            }
            if let Some(hour) = hour {
                *self.links.entry(hour).or_default() += 1;
            }
            if let Some(id) = share {
                let (uses, bytes) = self.shares.entry(id).or_default();
                *uses += 1;
                *bytes = counted(*bytes, ask.size);
            }
        }
        answer
    }

    /// The bytes that were counted, whatever for.
    pub fn spent(&self) -> u64 {
        self.accounts.values().sum()
    }
}
