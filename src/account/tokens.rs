//! What is known of an account: its token and its breaker, in memory and in the storage.

use std::cell::RefCell;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::circuit_breaker::{CircuitBreaker, FRESH};
use super::host::AccountHost;
use super::login::Login;
use super::single_flight::SingleFlight;
use super::store::StorageKey;
use crate::secret::Secret;
use crate::sources::open::api::OpenTokens;
use crate::sources::upstream::call::Endpoint;
use crate::sources::upstream::error::{UpstreamError, UpstreamErrorKind};
use crate::time::{UnixMillis, ceil_seconds};

/// A token is renewed so long before its end.
const RENEW_EARLY: Duration = Duration::from_mins(5);

/// A sign-in that failed for reasons that may pass is not tried again for this long; twice as long
/// each time.
const SIGN_IN_REST: Duration = Duration::from_secs(30);

/// The longest time for that.
const MAX_SIGN_IN_REST: Duration = Duration::from_hours(1);

/// A token that a share's download refuses within this time of its issue is good, and the file is not
/// for this account: a new one would be refused too. One such file causes so few sign-ins.
const ISSUED_LATELY: Duration = Duration::from_hours(1);

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
    token: Option<HeldToken>,
    /// Came with the last token, and is good for one exchange.
    refresh: Option<Secret>,
    /// What is held is not in the storage: that has to be tried again before anything is used.
    unsaved: bool,
    generation: u64,
    /// When the token was last accepted.
    accepted_at: UnixMillis,
    flight: Option<SingleFlight>,
    sign_in_failed: Option<UpstreamError>,
    sign_in_fails: u32,
    sign_in_again_at: UnixMillis,
    breaker: CircuitBreaker,
    last: Option<(Endpoint, UpstreamError, UnixMillis)>,
}

/// A token in use.
#[derive(Clone, Debug)]
pub struct HeldToken {
    /// The token.
    pub secret: Secret,
    /// Tells it from those before and after.
    pub generation: u64,
    ends_at: Option<UnixMillis>,
    got_at: UnixMillis,
    refused: bool,
}

/// What there is to call with.
#[derive(Debug)]
pub enum Have {
    /// This token.
    Token(HeldToken),
    /// One that somebody is getting.
    Coming(SingleFlight),
    /// Nothing: one has to be fetched.
    Nothing,
}

impl Account {
    /// The account as the storage knows it.
    pub fn load(host: &impl AccountHost, setting: &str, login: Login, key: String) -> Self {
        let (mark, token_mark) = (login.mark(), login.token_mark());
        let mut state = State::default();
        if let Some(pasted) = login.pasted() {
            state.hold(pasted, None, host.now());
        } else if let Some(stored) = read::<StoredToken>(host, &StorageKey::Token(&key))
            && stored.mark == token_mark
            && let (Some(token), Some(got_at)) = (stored.token, stored.got)
        {
            let (secret, ends_at) = (Secret::new(&token), stored.ends);
            state.generation = 1;
            state.token =
                Some(HeldToken { secret, generation: 1, ends_at, got_at, refused: false });
            state.refresh = stored.refresh.as_deref().map(Secret::new);
        }
        if let Some(stored) = read::<StoredBreaker>(host, &StorageKey::Breaker(&key))
            && stored.mark == mark
        {
            state.breaker = stored.breaker;
            state.sign_in_fails = stored.fails;
            state.sign_in_again_at = stored.again;
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
    pub fn stopped(&self, now: UnixMillis) -> Option<UpstreamError> {
        let state = self.state.borrow();
        let mut failed = state.breaker.stopped(now)?.clone();
        let until = state.breaker.until();
        failed.retry_after = until.map(|until| ceil_seconds(until.since(now)));
        Some(failed)
    }

    /// When calls are made again by themselves.
    pub fn stopped_until(&self) -> Option<UnixMillis> {
        self.state.borrow().breaker.until()
    }

    /// The last failure, and when. `None` once a call of the same kind went through.
    pub fn last(&self) -> Option<(UpstreamError, UnixMillis)> {
        let last = self.state.borrow().last.clone();
        last.map(|(_, failed, at)| (failed, at))
    }

    /// Whether there is a token that may still be good.
    pub fn is_signed_in(&self, now: UnixMillis) -> bool {
        self.state.borrow().token.as_ref().is_some_and(|token| token.lives(now, Duration::ZERO))
    }

    /// What there is to call with.
    ///
    /// # Errors
    /// If signing in failed a moment ago, unless `forced`.
    pub fn have(&self, host: &impl AccountHost, forced: bool) -> Result<Have, UpstreamError> {
        let now = host.now();
        if self.state.borrow().unsaved {
            self.save(host)?;
        }
        let state = self.state.borrow();
        if let Some(flight) = state.flight.as_ref().filter(|flight| flight.is_under_way(now)) {
            return Ok(Have::Coming(flight.clone()));
        }
        let token = state.token.as_ref();
        if let Some(token) = token.filter(|token| token.lives(now, RENEW_EARLY)) {
            return Ok(Have::Token(token.clone()));
        }
        if now < state.sign_in_again_at && !forced {
            // Its end is near, but it is not there yet.
            if let Some(token) = token.filter(|token| token.lives(now, Duration::ZERO)) {
                return Ok(Have::Token(token.clone()));
            }
            let failed = state.sign_in_failed.clone().unwrap_or(UpstreamErrorKind::Other.into());
            let left = state.sign_in_again_at.since(now);
            return Err(UpstreamError { retry_after: Some(ceil_seconds(left)), ..failed });
        }
        Ok(Have::Nothing)
    }

    /// Somebody is getting a token.
    pub fn is_coming(&self, flight: SingleFlight) {
        self.state.borrow_mut().flight = Some(flight);
    }

    /// The refresh token for the next exchange, if one came.
    pub fn refresh(&self) -> Option<Secret> {
        self.state.borrow().refresh.clone()
    }

    /// New tokens. They are in the storage before anybody uses them: the ones before are dead.
    pub fn took(&self, host: &impl AccountHost, tokens: OpenTokens) -> Result<(), UpstreamError> {
        let had_failed = {
            let mut state = self.state.borrow_mut();
            let had_failed = state.sign_in_fails > 0;
            state.sign_in_fails = 0;
            state.sign_in_again_at = UnixMillis(0);
            state.sign_in_failed = None;
            if tokens.refresh.is_some() {
                state.refresh = tokens.refresh;
            }
            let ends_at = tokens.access.expires_at.map(UnixMillis::from);
            state.hold(tokens.access.secret, ends_at, host.now());
            state.unsaved = true;
            had_failed
        };
        if had_failed {
            self.save_breaker(host);
        }
        self.save(host)
    }

    fn save(&self, host: &impl AccountHost) -> Result<(), UpstreamError> {
        let stored = {
            let state = self.state.borrow();
            let token = state.token.as_ref();
            StoredToken {
                mark: self.token_mark.clone(),
                token: token.map(|token| token.secret.expose().to_owned()),
                ends: token.and_then(|token| token.ends_at),
                got: token.map(|token| token.got_at),
                refresh: state.refresh.as_ref().map(|refresh| refresh.expose().to_owned()),
            }
        };
        if !host.write(
            &StorageKey::Token(&self.key),
            &serde_json::to_string(&stored).unwrap_or_default(),
        ) {
            return Err(UpstreamError {
                said: Some("storage".to_owned()),
                ..UpstreamErrorKind::Other.into()
            });
        }
        self.state.borrow_mut().unsaved = false;
        Ok(())
    }

    /// Signing in failed. It is not tried again for a while, and if it would fail for ever, never.
    pub fn sign_in_failed(&self, host: &impl AccountHost, failed: &UpstreamError) {
        if failed.kind.stops_the_account() {
            self.stop(host, failed);
            return;
        }
        {
            let mut state = self.state.borrow_mut();
            let rest = SIGN_IN_REST * (1 << state.sign_in_fails.min(7));
            state.sign_in_fails = state.sign_in_fails.saturating_add(1);
            state.sign_in_again_at = host.now().after(rest.min(MAX_SIGN_IN_REST));
            state.sign_in_failed = Some(failed.clone());
        }
        self.save_breaker(host);
    }

    /// Further calls would only repeat this failure.
    pub fn stop(&self, host: &impl AccountHost, failed: &UpstreamError) {
        self.state.borrow_mut().breaker.stop(failed.clone(), host.now());
        self.save_breaker(host);
    }

    /// Its owner wants it tried once more, whatever failed.
    pub fn half_open(&self, host: &impl AccountHost) {
        let now = host.now();
        let is_news = {
            let mut state = self.state.borrow_mut();
            let rests = state.sign_in_again_at > now;
            state.sign_in_again_at = UnixMillis(0);
            state.breaker.half_open(now) || rests
        };
        if is_news {
            self.save_breaker(host);
        }
    }

    /// A call was refused for its token. Of many with the same, only the first counts.
    pub fn refused(&self, host: &impl AccountHost, generation: u64, failed: &UpstreamError) {
        let now = host.now();
        let is_pasted = self.login.pasted().is_some();
        {
            let mut state = self.state.borrow_mut();
            let Some(token) = state.token.as_mut() else { return };
            if token.generation != generation || token.refused {
                return;
            }
            // There is no other than a pasted one, and the vendor may be wrong once.
            token.refused = !is_pasted;
            if !is_pasted && now >= token.got_at.after(FRESH) {
                return;
            }
            state.breaker.record_failure(failed, now);
        }
        self.save_breaker(host);
    }

    /// Whether a token is good, whatever one endpoint says: it was issued lately, or accepted a moment
    /// ago.
    pub fn is_good(&self, generation: u64, now: UnixMillis) -> bool {
        let state = self.state.borrow();
        let is_issued = |token: &HeldToken| {
            self.login.pasted().is_none() && now < token.got_at.after(ISSUED_LATELY)
        };
        let token = state.token.as_ref().filter(|token| token.generation == generation);
        token.is_some_and(|token| is_issued(token) || now < state.accepted_at.after(FRESH))
    }

    /// A call went through. `forced`: although the account was stopped.
    pub fn went_through(&self, host: &impl AccountHost, endpoint: Endpoint, forced: bool) {
        self.works_again(endpoint);
        let news = {
            let mut state = self.state.borrow_mut();
            state.accepted_at = host.now();
            let is_stopped = state.breaker.stopped(host.now()).is_some();
            (forced || !is_stopped) && state.breaker.close()
        };
        if news {
            self.save_breaker(host);
        }
    }

    /// Remembers a failure for the account's owner.
    pub fn note(&self, endpoint: Endpoint, failed: &UpstreamError, now: UnixMillis) {
        self.state.borrow_mut().last = Some((endpoint, failed.clone(), now));
    }

    /// An endpoint answers as it should: its failure is over.
    pub fn works_again(&self, endpoint: Endpoint) {
        self.state.borrow_mut().last.take_if(|(of, ..)| *of == endpoint);
    }

    /// A breaker, or a rest, that can't be stored holds at least as long as this life does.
    fn save_breaker(&self, host: &impl AccountHost) {
        let stored = {
            let state = self.state.borrow();
            StoredBreaker {
                mark: self.mark.clone(),
                breaker: state.breaker.clone(),
                fails: state.sign_in_fails,
                again: state.sign_in_again_at,
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
    fn hold(&mut self, secret: Secret, ends_at: Option<UnixMillis>, got_at: UnixMillis) {
        self.generation += 1;
        self.accepted_at = UnixMillis(0);
        let generation = self.generation;
        self.token = Some(HeldToken { secret, generation, ends_at, got_at, refused: false });
    }
}

impl HeldToken {
    /// The empty token of calls that need none.
    pub fn anonymous() -> Self {
        let secret = Secret::new("");
        Self { secret, generation: 0, ends_at: None, got_at: UnixMillis(0), refused: false }
    }

    fn lives(&self, now: UnixMillis, early: Duration) -> bool {
        !self.refused
            && self.ends_at.is_none_or(|ends| {
                // Early is a matter of proportion: a short life is not spent on renewals.
                let early = early.min(ends.since(self.got_at) / 4);
                now.after(early) < ends
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
    ends: Option<UnixMillis>,
    got: Option<UnixMillis>,
    refresh: Option<String>,
}

/// A breaker and when to sign in again, as they are stored.
#[derive(Serialize, Deserialize)]
struct StoredBreaker {
    /// Of which credentials they are.
    #[serde(rename = "for")]
    mark: String,
    breaker: CircuitBreaker,
    fails: u32,
    again: UnixMillis,
    failed: Option<UpstreamError>,
}

/// What is stored under a key; `None` also where it is of another form.
fn read<T: serde::de::DeserializeOwned>(
    host: &impl AccountHost,
    key: &StorageKey<'_>,
) -> Option<T> {
    serde_json::from_str(&host.read(key)?).ok()
}
