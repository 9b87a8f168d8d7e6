//! What is known of an account: its token and its breaker, in memory and in the storage.

use std::cell::RefCell;

use serde::{Deserialize, Serialize};

use super::circuit_breaker::{Breaker, FRESH_MS};
use super::host::Host;
use super::login::Login;
use super::single_flight::Flight;
use super::store::StorageKey;
use crate::secret::Secret;
use crate::sources::open::api::OpenTokens;
use crate::sources::upstream::call::Endpoint;
use crate::sources::upstream::trouble::{Failed, Trouble};

/// A token is renewed so long before its end.
const EARLY_MS: u64 = 300_000;

/// A sign-in that failed for reasons that may pass is not tried again for this long; twice as long
/// each time.
const SIGN_IN_REST_MS: u64 = 30_000;

/// The longest time for that.
const SIGN_IN_LONGEST_MS: u64 = 3_600_000;

/// A token that a share's download refuses within this time of its issue is good, and the file is not
/// for this account: a new one would be refused too. One such file causes so few sign-ins.
const ISSUED_MS: u64 = 3_600_000;

/// An account of the vendor's, or nobody.
#[derive(Debug)]
pub struct Account {
    /// What to call it in the log.
    pub setting: String,
    /// How it signs in.
    pub login: Login,
    key: String,
    mark: String,
    token_mark: String,
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    token: Option<Held>,
    /// Came with the last token, and is good for one exchange.
    refresh: Option<Secret>,
    /// What is held is not in the storage: that has to be tried again before anything is used.
    unsaved: bool,
    generation: u64,
    /// When the token was last accepted.
    accepted_ms: u64,
    flight: Option<Flight>,
    sign_in_failed: Option<Failed>,
    sign_in_fails: u32,
    sign_in_again_ms: u64,
    breaker: Breaker,
    last: Option<(Endpoint, Failed, u64)>,
}

/// A token in use.
#[derive(Clone, Debug)]
pub struct Held {
    /// The token.
    pub secret: Secret,
    /// Tells it from those before and after.
    pub generation: u64,
    ends_ms: Option<u64>,
    got_ms: u64,
    refused: bool,
}

/// What there is to call with.
#[derive(Debug)]
pub enum Have {
    /// This token.
    Token(Held),
    /// One that somebody is getting.
    Coming(Flight),
    /// Nothing: one has to be fetched.
    Nothing,
}

impl Account {
    /// The account as the storage knows it.
    pub fn load(host: &impl Host, setting: &str, login: Login, key: String) -> Self {
        let (mark, token_mark) = (login.mark(), login.token_mark());
        let mut state = State::default();
        if let Some(pasted) = login.pasted() {
            state.hold(pasted, None, host.now_ms());
        } else if let Some(stored) = read::<StoredToken>(host, &StorageKey::Token(&key))
            && stored.mark == token_mark
            && let (Some(token), Some(got_ms)) = (stored.token, stored.got)
        {
            let (secret, ends_ms) = (Secret::new(&token), stored.ends);
            state.generation = 1;
            state.token = Some(Held { secret, generation: 1, ends_ms, got_ms, refused: false });
            state.refresh = stored.refresh.as_deref().map(Secret::new);
        }
        if let Some(stored) = read::<StoredBreaker>(host, &StorageKey::Breaker(&key))
            && stored.mark == mark
        {
            state.breaker = stored.breaker;
            state.sign_in_fails = stored.fails;
            state.sign_in_again_ms = stored.again;
            state.sign_in_failed = stored.failed;
        }
        Self {
            setting: setting.to_owned(),
            login,
            key,
            mark,
            token_mark,
            state: RefCell::new(state),
        }
    }

    /// What it is stored under.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Why no call may be made at present.
    pub fn stopped(&self, now_ms: u64) -> Option<Failed> {
        let state = self.state.borrow();
        let mut failed = state.breaker.stopped(now_ms)?.clone();
        let left = state.breaker.until_ms().map(|until| until.saturating_sub(now_ms));
        failed.retry_after = left.map(|left| left.div_ceil(1_000));
        Some(failed)
    }

    /// When calls are made again by themselves.
    pub fn stopped_until_ms(&self) -> Option<u64> {
        self.state.borrow().breaker.until_ms()
    }

    /// The last failure, and when: Unix seconds. `None` once a call of the same kind went through.
    pub fn last(&self) -> Option<(Failed, u64)> {
        let last = self.state.borrow().last.clone();
        last.map(|(_, failed, at)| (failed, at))
    }

    /// Whether there is a token that may still be good.
    pub fn is_signed_in(&self, now_ms: u64) -> bool {
        self.state.borrow().token.as_ref().is_some_and(|token| token.lives(now_ms, 0))
    }

    /// What there is to call with.
    ///
    /// # Errors
    /// If signing in failed a moment ago, unless `forced`.
    pub fn have(&self, host: &impl Host, forced: bool) -> Result<Have, Failed> {
        let now = host.now_ms();
        if self.state.borrow().unsaved {
            self.save(host)?;
        }
        let state = self.state.borrow();
        if let Some(flight) = state.flight.as_ref().filter(|flight| flight.is_under_way(now)) {
            return Ok(Have::Coming(flight.clone()));
        }
        let token = state.token.as_ref();
        if let Some(token) = token.filter(|token| token.lives(now, EARLY_MS)) {
            return Ok(Have::Token(token.clone()));
        }
        if now < state.sign_in_again_ms && !forced {
            // Its end is near, but it is not there yet.
            if let Some(token) = token.filter(|token| token.lives(now, 0)) {
                return Ok(Have::Token(token.clone()));
            }
            let failed = state.sign_in_failed.clone().unwrap_or(Trouble::Other.into());
            let left = state.sign_in_again_ms - now;
            return Err(Failed { retry_after: Some(left.div_ceil(1_000)), ..failed });
        }
        Ok(Have::Nothing)
    }

    /// Somebody is getting a token.
    pub fn is_coming(&self, flight: Flight) {
        self.state.borrow_mut().flight = Some(flight);
    }

    /// The refresh token for the next exchange, if one came.
    pub fn refresh(&self) -> Option<Secret> {
        self.state.borrow().refresh.clone()
    }

    /// New tokens. They are in the storage before anybody uses them: the ones before are dead.
    pub fn took(&self, host: &impl Host, tokens: OpenTokens) -> Result<(), Failed> {
        let had_failed = {
            let mut state = self.state.borrow_mut();
            let had_failed = state.sign_in_fails > 0;
            state.sign_in_fails = 0;
            state.sign_in_again_ms = 0;
            state.sign_in_failed = None;
            if tokens.refresh.is_some() {
                state.refresh = tokens.refresh;
            }
            let ends_ms = tokens.access.expires_at.map(|at| at.0.saturating_mul(1_000));
            state.hold(tokens.access.secret, ends_ms, host.now_ms());
            state.unsaved = true;
            had_failed
        };
        if had_failed {
            self.save_breaker(host);
        }
        self.save(host)
    }

    fn save(&self, host: &impl Host) -> Result<(), Failed> {
        let stored = {
            let state = self.state.borrow();
            let token = state.token.as_ref();
            StoredToken {
                mark: self.token_mark.clone(),
                token: token.map(|token| token.secret.expose().to_owned()),
                ends: token.and_then(|token| token.ends_ms),
                got: token.map(|token| token.got_ms),
                refresh: state.refresh.as_ref().map(|refresh| refresh.expose().to_owned()),
            }
        };
        if !host.write(
            &StorageKey::Token(&self.key),
            &serde_json::to_string(&stored).unwrap_or_default(),
        ) {
            return Err(Failed { said: Some("storage".to_owned()), ..Trouble::Other.into() });
        }
        self.state.borrow_mut().unsaved = false;
        Ok(())
    }

    /// Signing in failed. It is not tried again for a while, and if it would fail for ever, never.
    pub fn sign_in_failed(&self, host: &impl Host, failed: &Failed) {
        if failed.trouble.stops_the_account() {
            self.stop(host, failed);
            return;
        }
        {
            let mut state = self.state.borrow_mut();
            let rest = SIGN_IN_REST_MS << state.sign_in_fails.min(7);
            state.sign_in_fails = state.sign_in_fails.saturating_add(1);
            state.sign_in_again_ms = host.now_ms() + rest.min(SIGN_IN_LONGEST_MS);
            state.sign_in_failed = Some(failed.clone());
        }
        self.save_breaker(host);
    }

    /// Further calls would only repeat this failure.
    pub fn stop(&self, host: &impl Host, failed: &Failed) {
        self.state.borrow_mut().breaker.stop(failed.clone(), host.now_ms());
        self.save_breaker(host);
    }

    /// Its owner wants it tried once more, whatever failed.
    pub fn half_open(&self, host: &impl Host) {
        let now = host.now_ms();
        let is_news = {
            let mut state = self.state.borrow_mut();
            let rests = state.sign_in_again_ms > now;
            state.sign_in_again_ms = 0;
            state.breaker.half_open(now) || rests
        };
        if is_news {
            self.save_breaker(host);
        }
    }

    /// A call was refused for its token. Of many with the same, only the first counts.
    pub fn refused(&self, host: &impl Host, generation: u64, failed: &Failed) {
        let now = host.now_ms();
        let is_pasted = self.login.pasted().is_some();
        {
            let mut state = self.state.borrow_mut();
            let Some(token) = state.token.as_mut() else { return };
            if token.generation != generation || token.refused {
                return;
            }
            // There is no other than a pasted one, and the vendor may be wrong once.
            token.refused = !is_pasted;
            if !is_pasted && now >= token.got_ms.saturating_add(FRESH_MS) {
                return;
            }
            state.breaker.strike(failed, now);
        }
        self.save_breaker(host);
    }

    /// Whether a token is good, whatever one endpoint says: it was issued lately, or accepted a moment
    /// ago.
    pub fn is_good(&self, generation: u64, now_ms: u64) -> bool {
        let state = self.state.borrow();
        let is_issued = |token: &Held| {
            self.login.pasted().is_none() && now_ms < token.got_ms.saturating_add(ISSUED_MS)
        };
        let token = state.token.as_ref().filter(|token| token.generation == generation);
        token.is_some_and(|token| {
            is_issued(token) || now_ms < state.accepted_ms.saturating_add(FRESH_MS)
        })
    }

    /// A call went through. `forced`: although the account was stopped.
    pub fn went_through(&self, host: &impl Host, endpoint: Endpoint, forced: bool) {
        self.works_again(endpoint);
        let news = {
            let mut state = self.state.borrow_mut();
            state.accepted_ms = host.now_ms();
            let is_stopped = state.breaker.stopped(host.now_ms()).is_some();
            (forced || !is_stopped) && state.breaker.close()
        };
        if news {
            self.save_breaker(host);
        }
    }

    /// Remembers a failure for the account's owner.
    pub fn note(&self, endpoint: Endpoint, failed: &Failed, now_ms: u64) {
        self.state.borrow_mut().last = Some((endpoint, failed.clone(), now_ms / 1_000));
    }

    /// An endpoint answers as it should: its failure is over.
    pub fn works_again(&self, endpoint: Endpoint) {
        self.state.borrow_mut().last.take_if(|(of, ..)| *of == endpoint);
    }

    /// A breaker, or a rest, that can't be stored holds at least as long as this life does.
    fn save_breaker(&self, host: &impl Host) {
        let stored = {
            let state = self.state.borrow();
            StoredBreaker {
                mark: self.mark.clone(),
                breaker: state.breaker.clone(),
                fails: state.sign_in_fails,
                again: state.sign_in_again_ms,
                failed: state.sign_in_failed.clone(),
            }
        };
        let _ = host.write(
            &StorageKey::Breaker(&self.key),
            &serde_json::to_string(&stored).unwrap_or_default(),
        );
    }
}

impl State {
    fn hold(&mut self, secret: Secret, ends_ms: Option<u64>, got_ms: u64) {
        self.generation += 1;
        self.accepted_ms = 0;
        let generation = self.generation;
        self.token = Some(Held { secret, generation, ends_ms, got_ms, refused: false });
    }
}

impl Held {
    /// What nobody calls with.
    pub fn nobodys() -> Self {
        let secret = Secret::new("");
        Self { secret, generation: 0, ends_ms: None, got_ms: 0, refused: false }
    }

    fn lives(&self, now_ms: u64, early_ms: u64) -> bool {
        !self.refused
            && self.ends_ms.is_none_or(|ends| {
                // Early is a matter of proportion: a short life is not spent on renewals.
                let early_ms = early_ms.min(ends.saturating_sub(self.got_ms) / 4);
                now_ms.saturating_add(early_ms) < ends
            })
    }
}

/// A token as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredToken {
    /// Of which credentials it is.
    #[serde(rename = "for")]
    mark: String,
    token: Option<String>,
    ends: Option<u64>,
    got: Option<u64>,
    refresh: Option<String>,
}

/// A breaker and when to sign in again, as they are stored.
#[derive(Serialize, Deserialize)]
struct StoredBreaker {
    /// Of which credentials they are.
    #[serde(rename = "for")]
    mark: String,
    breaker: Breaker,
    fails: u32,
    again: u64,
    failed: Option<Failed>,
}

/// What is stored under a key; `None` also where it is of another form.
fn read<T: serde::de::DeserializeOwned>(host: &impl Host, key: &StorageKey<'_>) -> Option<T> {
    serde_json::from_str(&host.read(key)?).ok()
}
