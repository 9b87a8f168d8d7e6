//! The state of a 123Pan account: its token and its circuit breaker, in memory and in the storage.

use std::cell::RefCell;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::circuit_breaker::{CircuitBreaker, FRESH};
use super::credentials::ApiCredentials;
use super::held_token::HeldToken;
use super::host::AccountHost;
use super::last_failure::LastFailure;
use super::single_flight::SingleFlight;
use super::store::StorageKey;
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::secret::Secret;
use crate::sources::upstream::endpoint::Endpoint;
use crate::sources::upstream::sign_in::Tokens;
use crate::time::UnixMillis;

/// How long before its expiry a token is renewed.
const RENEW_EARLY: Duration = Duration::from_mins(5);

/// The pause after a sign-in that failed for reasons that may pass. It doubles with each further failure.
const SIGN_IN_REST: Duration = Duration::from_secs(30);

/// The longest pause after failed sign-ins.
const MAX_SIGN_IN_REST: Duration = Duration::from_hours(1);

/// A token that a share's download refuses within this time of its issue counts as good, and the file as
/// not available to this account: a new token would be refused too. So one such file causes few sign-ins.
const ISSUED_LATELY: Duration = Duration::from_hours(1);

/// A 123Pan account, or the anonymous one, with its token and its circuit breaker.
#[derive(Debug)]
pub struct Account {
    /// The setting that names the account in the log.
    pub setting: String,
    /// The credentials that the account signs in with.
    pub credentials: ApiCredentials,
    key: String,
    credentials_digest: String,
    token_digest: String,
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    token: Option<HeldToken>,
    /// The refresh token that came with the last access token; it is good for one exchange.
    refresh: Option<Secret>,
    /// Whether storing the tokens failed: that has to succeed before they are used.
    unsaved: bool,
    generation: u64,
    /// When 123Pan last accepted the token.
    accepted_at: UnixMillis,
    flight: Option<SingleFlight>,
    sign_in_failed: Option<UpstreamError>,
    sign_in_fails: u32,
    sign_in_again_at: UnixMillis,
    breaker: CircuitBreaker,
    last: LastFailure,
}

/// The state of an account's access token: usable, on its way, or missing.
#[derive(Debug)]
pub enum TokenState {
    /// A token that can be used.
    Token(HeldToken),
    /// A sign-in is under way.
    Coming(SingleFlight),
    /// No token: the account has to sign in.
    Nothing,
}

impl Account {
    /// Loads an account's state from the storage.
    pub fn load(
        host: &impl AccountHost,
        setting: &str,
        credentials: ApiCredentials,
        key: String,
    ) -> Self {
        let (credentials_digest, token_digest) =
            (credentials.credentials_digest(), credentials.token_digest());
        let mut state = State::default();
        if let Some(pasted) = credentials.pasted() {
            state.hold(pasted, None, host.now());
        } else if let Some(stored) = read::<StoredToken>(host, &StorageKey::Token(&key))
            && stored.credentials_digest == token_digest
            && let (Some(token), Some(got_at)) = (stored.token, stored.got)
        {
            let (secret, ends_at) = (Secret::new(&token), stored.ends);
            state.generation = 1;
            state.token =
                Some(HeldToken { secret, generation: 1, ends_at, got_at, refused: false });
            state.refresh = stored.refresh.as_deref().map(Secret::new);
        }
        if let Some(stored) = read::<StoredBreaker>(host, &StorageKey::Breaker(&key))
            && stored.credentials_digest == credentials_digest
        {
            state.breaker = stored.breaker;
            state.sign_in_fails = stored.fails;
            state.sign_in_again_at = stored.again;
            state.sign_in_failed = stored.failed;
        }
        Self {
            setting: setting.to_owned(),
            credentials,
            key,
            credentials_digest,
            token_digest,
            state: RefCell::new(state),
        }
    }

    /// The account's identifier in storage keys.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The failure for which the account makes no calls at present; `None` if it does.
    pub fn stopped(&self, now: UnixMillis) -> Option<UpstreamError> {
        let state = self.state.borrow();
        let mut failed = state.breaker.stopped(now)?.clone();
        let until = state.breaker.until();
        failed.retry_after = until.map(|until| until.since(now));
        Some(failed)
    }

    /// The time at which calls are allowed again without the owner doing anything, if that is known.
    pub fn stopped_until(&self) -> Option<UnixMillis> {
        self.state.borrow().breaker.until()
    }

    /// The failure that the account's owner is told of, and its time.
    pub fn last(&self, now: UnixMillis) -> Option<(UpstreamError, UnixMillis)> {
        self.state.borrow().last.told(now)
    }

    /// Whether the account holds a token that has neither expired nor been refused.
    pub fn is_signed_in(&self, now: UnixMillis) -> bool {
        self.state.borrow().token.as_ref().is_some_and(|token| token.is_usable(now, Duration::ZERO))
    }

    /// The account's token, the sign-in that will bring one, or that there is neither.
    ///
    /// # Errors
    /// The failure of a recent sign-in, unless `forced`, or that the tokens can't be stored.
    pub fn token_state(
        &self,
        host: &impl AccountHost,
        forced: bool,
    ) -> Result<TokenState, UpstreamError> {
        let now = host.now();
        if self.state.borrow().unsaved {
            self.save(host)?;
        }
        let state = self.state.borrow();
        if let Some(flight) = state.flight.as_ref().filter(|flight| flight.is_under_way(now)) {
            return Ok(TokenState::Coming(flight.clone()));
        }
        let token = state.token.as_ref();
        if let Some(token) = token.filter(|token| token.is_usable(now, RENEW_EARLY)) {
            return Ok(TokenState::Token(token.clone()));
        }
        if now < state.sign_in_again_at && !forced {
            // The token is about to expire, but has not yet.
            if let Some(token) = token.filter(|token| token.is_usable(now, Duration::ZERO)) {
                return Ok(TokenState::Token(token.clone()));
            }
            let failed = state.sign_in_failed.clone().unwrap_or(UpstreamErrorKind::Other.into());
            let left = state.sign_in_again_at.since(now);
            return Err(UpstreamError { retry_after: Some(left), ..failed });
        }
        Ok(TokenState::Nothing)
    }

    /// Records that a sign-in is under way.
    pub fn note_sign_in_begun(&self, flight: SingleFlight) {
        self.state.borrow_mut().flight = Some(flight);
    }

    /// The refresh token for the next exchange, if the last one brought one.
    pub fn refresh(&self) -> Option<Secret> {
        self.state.borrow().refresh.clone()
    }

    /// Stores the tokens that a sign-in brought. They are stored before they are used, because the ones
    /// before no longer work.
    pub fn store_tokens(
        &self,
        host: &impl AccountHost,
        tokens: Tokens,
    ) -> Result<(), UpstreamError> {
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
                credentials_digest: self.token_digest.clone(),
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

    /// Records that signing in failed. It is not tried again for a while, or not before the owner acts if
    /// it would always fail.
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

    /// Opens the circuit breaker for a failure that further calls would only repeat.
    pub fn stop(&self, host: &impl AccountHost, failed: &UpstreamError) {
        self.state.borrow_mut().breaker.stop(failed.clone(), host.now());
        self.save_breaker(host);
    }

    /// Lets one more call or sign-in through, whatever failed before: the owner asked for it.
    pub fn half_open(&self, host: &impl AccountHost) {
        let now = host.now();
        let is_news = {
            let mut state = self.state.borrow_mut();
            let is_paused = state.sign_in_again_at > now;
            state.sign_in_again_at = UnixMillis(0);
            state.breaker.half_open(now) || is_paused
        };
        if is_news {
            self.save_breaker(host);
        }
    }

    /// Records that 123Pan refused a token. Of many calls with the same token, only the first counts.
    pub fn refused(&self, host: &impl AccountHost, generation: u64, failed: &UpstreamError) {
        let now = host.now();
        let is_pasted = self.credentials.pasted().is_some();
        {
            let mut state = self.state.borrow_mut();
            let Some(token) = state.token.as_mut() else { return };
            if token.generation != generation || token.refused {
                return;
            }
            // A pasted token has no successor, and 123Pan may be wrong once.
            token.refused = !is_pasted;
            if !is_pasted && now >= token.got_at.after(FRESH) {
                return;
            }
            state.breaker.record_failure(failed, now);
        }
        self.save_breaker(host);
    }

    /// Whether a token is good, whatever one endpoint says: it was issued lately, or accepted a moment ago.
    pub fn is_good(&self, generation: u64, now: UnixMillis) -> bool {
        let state = self.state.borrow();
        let is_issued = |token: &HeldToken| {
            self.credentials.pasted().is_none() && now < token.got_at.after(ISSUED_LATELY)
        };
        let token = state.token.as_ref().filter(|token| token.generation == generation);
        token.is_some_and(|token| is_issued(token) || now < state.accepted_at.after(FRESH))
    }

    /// Records that a call went through. `forced`: it was made although the circuit breaker was open.
    pub fn went_through(&self, host: &impl AccountHost, endpoint: Endpoint, forced: bool) {
        self.clear_failure_of(endpoint);
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

    /// Records an endpoint's failure, to be shown to the account's owner.
    pub fn note(&self, endpoint: Endpoint, failed: &UpstreamError, now: UnixMillis) {
        self.state.borrow_mut().last.note(endpoint, failed, now);
    }

    /// Clears the last failure if it was this endpoint's, because the endpoint works again.
    pub fn clear_failure_of(&self, endpoint: Endpoint) {
        self.state.borrow_mut().last.clear(endpoint);
    }

    /// Stores the circuit breaker and the sign-in pause. If that fails, they hold as long as this instance
    /// lives.
    fn save_breaker(&self, host: &impl AccountHost) {
        let stored = {
            let state = self.state.borrow();
            StoredBreaker {
                credentials_digest: self.credentials_digest.clone(),
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

/// The stored form of an account's tokens.
#[derive(Serialize, Deserialize)]
struct StoredToken {
    /// Digest of the credentials that the token belongs to.
    #[serde(rename = "for")]
    credentials_digest: String,
    token: Option<String>,
    ends: Option<UnixMillis>,
    got: Option<UnixMillis>,
    refresh: Option<String>,
}

/// The stored form of a circuit breaker and the sign-in pause.
#[derive(Serialize, Deserialize)]
struct StoredBreaker {
    /// Digest of the credentials that the failures belong to.
    #[serde(rename = "for")]
    credentials_digest: String,
    breaker: CircuitBreaker,
    fails: u32,
    again: UnixMillis,
    failed: Option<UpstreamError>,
}

/// Reads a stored JSON value; `None` if there is none, or it is in another form.
fn read<T: serde::de::DeserializeOwned>(
    host: &impl AccountHost,
    key: &StorageKey<'_>,
) -> Option<T> {
    serde_json::from_str(&host.read(key)?).ok()
}
