//! Calls to 123Pan's APIs for one account: circuit breaker, token, rate limiter, retries.

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, select};

use super::account_state::{Account, TokenState};
use super::call_budget::CallBudget;
use super::host::AccountHost;
use super::mount::Mount;
use super::rate_limiter::{self, MAX_QUEUE_WAIT, RateLimiter};
use super::single_flight::SingleFlight;
use super::store::StorageKey;
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::secret::Secret;
use crate::sources::call::{ApiCall, ApiResult};
use crate::sources::upstream::call::{ApiResponse, Call, CallContext};
use crate::sources::upstream::endpoint::Endpoint;
use crate::time::{UnixMillis, UnixSeconds};

/// The longest time that a command waits for its reply; the work itself goes on after it.
pub const COMMAND_TIMEOUT: Duration = Duration::from_secs(20);

/// Maximum number of log lines per minute, each distinct line once: what fails in so many ways at once is
/// known by then.
const MAX_LOG_LINES: usize = 40;

/// The longest pause between two attempts of one call.
const MAX_PAUSE: Duration = Duration::from_secs(8);

/// The timeout of one attempt of a call.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(8);

/// The timeout of one call with all its attempts: shorter than [`COMMAND_TIMEOUT`], so that the command's
/// reply can say why it failed.
const CALL_TIMEOUT: Duration = Duration::from_secs(18);

/// Maximum number of bytes read of a response body: 500 rows with long names are a third of it.
pub(super) const MAX_RESPONSE_BYTES: usize = 2 << 20;

/// The timeout of one sign-in request. It is longer than that of other calls because a sign-in is not sent
/// twice: 123Pan may have made a token, of which an account has few, or taken a refresh token that is good
/// for one exchange.
const SIGN_IN_CALL_TIMEOUT: Duration = Duration::from_secs(18);

/// Sends all API calls of the accounts in one account object, through circuit breaker, token, rate limiter
/// and retries.
#[derive(Debug)]
pub struct ApiClient<H> {
    /// The clock, network and storage of the account object.
    pub host: H,
    rate_limiter: RefCell<RateLimiter>,
    logged: RefCell<LoggedLines>,
}

/// The lines that were logged in one minute of the clock.
#[derive(Debug, Default)]
struct LoggedLines {
    /// When the minute ends.
    until: UnixSeconds,
    lines: Vec<String>,
}

impl<H: AccountHost> ApiClient<H> {
    /// Creates a client, and loads the rate limiter's pauses from the storage.
    pub fn new(host: H) -> Self {
        let pauses = host.read(&StorageKey::Pauses);
        let rate_limiter = pauses.map(|stored| RateLimiter::parse(&stored)).unwrap_or_default();
        Self { host, rate_limiter: RefCell::new(rate_limiter), logged: RefCell::default() }
    }

    /// The host's clock in seconds.
    pub fn now(&self) -> UnixSeconds {
        self.host.now().to_seconds()
    }

    /// Waits for the result of a piece of work; `None` if it is not there by the deadline.
    pub async fn within(
        &self,
        flight: &SingleFlight,
        until: UnixMillis,
    ) -> Option<Result<(), UpstreamError>> {
        let left = until.since(self.host.now());
        match select(flight.outcome(), pin!(self.host.sleep(left))).await {
            Either::Left((result, _)) => Some(result),
            Either::Right(_) => None,
        }
    }

    /// Records a failure for the owner and logs it: by its class only, and each class once a minute.
    pub fn note(&self, account: &Account, endpoint: Endpoint, failed: &UpstreamError) {
        account.note(endpoint, failed, self.host.now());
        let kind = failed.kind;
        let code = failed.code.map_or_else(String::new, |code| format!(" (code {code})"));
        self.log(format!("{}: {endpoint:?}: {kind}{code}", account.setting));
    }

    /// Writes a line to the owner's log, each distinct line once a minute.
    pub fn log(&self, line: String) {
        let until = self.now().period_end(Duration::from_mins(1));
        let mut logged = self.logged.borrow_mut();
        if logged.until != until {
            *logged = LoggedLines { until, lines: Vec::new() };
        }
        if logged.lines.len() < MAX_LOG_LINES && !logged.lines.contains(&line) {
            self.host.log(&line);
            logged.lines.push(line);
        }
    }
}

impl<H: AccountHost + 'static> ApiClient<H> {
    /// Waits until the rate limiter lets a call to this endpoint leave, and returns the time at which it
    /// did.
    pub async fn wait_for_turn(
        &self,
        endpoint: Endpoint,
        max_wait: Duration,
        until: UnixMillis,
    ) -> Result<UnixMillis, UpstreamError> {
        loop {
            let now = self.host.now();
            let max_wait = max_wait.min(until.since(now));
            let at = self.rate_limiter.borrow_mut().reserve(endpoint, now, max_wait)?;
            if at > now {
                self.host.sleep(at.since(now)).await;
            }
            loop {
                let now = self.host.now();
                if self.rate_limiter.borrow_mut().is_paused(endpoint, now) {
                    break;
                }
                let left = self.rate_limiter.borrow_mut().leave(endpoint, now);
                match left {
                    Ok(()) => return Ok(now),
                    Err(wait) => self.host.sleep(wait).await,
                }
            }
        }
    }

    /// Sends one attempt of a call and returns the response, which the caller reads.
    pub async fn send(
        &self,
        call: &Call,
        most: usize,
        until: UnixMillis,
    ) -> Result<ApiResponse, UpstreamError> {
        let longest = if call.endpoint.is_sign_in { SIGN_IN_CALL_TIMEOUT } else { ATTEMPT_TIMEOUT };
        let left = until.since(self.host.now()).min(longest);
        if left.is_zero() {
            return Err(UpstreamErrorKind::TimedOut.into());
        }
        self.host.send(call, most, left).await.map_err(UpstreamError::from)
    }

    /// Makes an API call for a mount, with sign-in and retries as far as the budget allows.
    pub async fn fetch(
        self: &Rc<Self>,
        mount: &Mount,
        api_call: ApiCall<'_>,
        budget: &CallBudget,
    ) -> Result<ApiResult, UpstreamError> {
        let api = mount.config.kind.api();
        let account = match api_call {
            ApiCall::List { .. } => &mount.listing_account,
            ApiCall::Download { .. } | ApiCall::DirectLink(_) | ApiCall::UserInfo => &mount.account,
        };
        let until = budget.until.min(self.host.now().after(CALL_TIMEOUT));
        let mut tried = 0;
        let mut is_replay = false;
        loop {
            self.check_breaker(account, budget)?;
            let mut held = self.token(account, budget).await?;
            let endpoint = api.endpoint(api_call);
            let max_wait = if tried == 0 { MAX_QUEUE_WAIT } else { Duration::MAX };
            let sent_at = self.wait_for_turn(endpoint, max_wait, until).await?;
            // During the wait, another call may have stopped the account or brought a newer token.
            self.check_breaker(account, budget)?;
            match account.token_state(&self.host, budget.forced.get())? {
                TokenState::Token(newer) => held = newer,
                TokenState::Nothing if account.credentials.key().is_none() => {}
                TokenState::Nothing | TokenState::Coming(_) => continue,
            }
            budget.take_call()?;
            let result = self.attempt(mount, api_call, &held.secret, until).await;
            let failed = match result {
                Ok(got) => {
                    if self.rate_limiter.borrow_mut().went_through(endpoint, sent_at) {
                        self.save_pauses();
                    }
                    account.went_through(&self.host, endpoint, budget.forced.get());
                    return Ok(got);
                }
                Err(failed) => failed,
            };
            let is_for_others = failed.kind == UpstreamErrorKind::Auth
                && endpoint.refuses_good_tokens
                && account.is_good(held.generation, self.host.now());
            if is_for_others {
                return Err(UpstreamError { kind: UpstreamErrorKind::LoginRequired, ..failed });
            }
            self.note(account, endpoint, &failed);
            if failed.kind == UpstreamErrorKind::Auth {
                account.refused(&self.host, held.generation, &failed);
                if is_replay || account.credentials.pasted().is_some() {
                    return Err(failed);
                }
                is_replay = true;
                continue;
            }
            if failed.kind.stops_the_account() {
                budget.forced.set(false);
                account.stop(&self.host, &failed);
                return Err(self.as_stopped(account, failed));
            }
            tried += 1;
            self.pause(endpoint, failed, tried, sent_at, until).await?;
        }
    }

    /// Waits for the turn of a call that somebody else makes with the account's token, and returns the token.
    pub async fn lend(
        self: &Rc<Self>,
        mount: &Mount,
        api_call: ApiCall<'_>,
        budget: &CallBudget,
    ) -> Result<Secret, UpstreamError> {
        let account = &mount.account;
        loop {
            self.check_breaker(account, budget)?;
            self.token(account, budget).await?;
            let endpoint = mount.config.kind.api().endpoint(api_call);
            self.wait_for_turn(endpoint, MAX_QUEUE_WAIT, budget.until).await?;
            // During the wait, another call may have stopped the account, or its token may have ended.
            self.check_breaker(account, budget)?;
            if let TokenState::Token(held) = account.token_state(&self.host, false)? {
                return Ok(held.secret);
            }
            budget.take_call()?;
        }
    }

    async fn attempt(
        &self,
        mount: &Mount,
        api_call: ApiCall<'_>,
        token: &Secret,
        until: UnixMillis,
    ) -> Result<ApiResult, UpstreamError> {
        let api = mount.config.kind.api();
        let context = CallContext { now: self.now(), random: self.host.random() };
        let call = api.call(api_call, token, context).ok_or(UpstreamErrorKind::Other)?;
        let response = self.send(&call, MAX_RESPONSE_BYTES, until).await?;
        let mut read = api.read(api_call, &response);
        if let Err(failed) = &mut read {
            failed.retry_after = failed.retry_after.or(response.retry_after);
        }
        read
    }

    /// Waits until the same call may be retried.
    ///
    /// # Errors
    /// The failure itself if it is not worth a retry.
    async fn pause(
        &self,
        endpoint: Endpoint,
        failed: UpstreamError,
        tried: u32,
        sent_at: UnixMillis,
        until: UnixMillis,
    ) -> Result<(), UpstreamError> {
        let now = self.host.now();
        let [chance, ..] = self.host.random();
        self.limited(endpoint, &failed, sent_at);
        if !failed.kind.is_passing() || tried >= endpoint.max_attempts {
            return Err(failed);
        }
        if failed.kind != UpstreamErrorKind::RateLimited {
            let first = endpoint.first_pause;
            let pause = rate_limiter::backoff(first, tried - 1, MAX_PAUSE, chance);
            if now.after(pause) >= until {
                return Err(failed);
            }
            self.host.sleep(pause).await;
        }
        Ok(())
    }

    /// Tells the rate limiter of a failure, if it is a [`UpstreamErrorKind::RateLimited`].
    pub(super) fn limited(&self, endpoint: Endpoint, failed: &UpstreamError, sent_at: UnixMillis) {
        if failed.kind != UpstreamErrorKind::RateLimited {
            return;
        }
        let (now, [chance, ..]) = (self.host.now(), self.host.random());
        let asked = failed.retry_after.unwrap_or_default();
        if self.rate_limiter.borrow_mut().limited(endpoint, sent_at, now, asked, chance) {
            self.save_pauses();
        }
    }

    /// Stores the rate limiter's pauses. As with breakers, pauses that can't be stored hold as long as this
    /// instance lives.
    fn save_pauses(&self) {
        let _ = self.host.write(&StorageKey::Pauses, &self.rate_limiter.borrow().to_text());
    }

    /// The account's failure if its circuit breaker is open, else this one: callers that were already
    /// waiting get the same error as those that come later.
    pub(super) fn as_stopped(&self, account: &Account, failed: UpstreamError) -> UpstreamError {
        account.stopped(self.host.now()).unwrap_or(failed)
    }

    /// Fails with the account's failure while its circuit breaker is open, unless the budget is forced.
    pub(super) fn check_breaker(
        &self,
        account: &Account,
        budget: &CallBudget,
    ) -> Result<(), UpstreamError> {
        let stopped = account.stopped(self.host.now()).filter(|_| !budget.forced.get());
        stopped.map_or(Ok(()), Err)
    }
}
