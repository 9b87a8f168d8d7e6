//! The one way that calls leave by: breaker, token, pace, attempts.

use std::cell::Cell;
use std::rc::Rc;

use super::host::Host;
use super::rate_limiter::{self, QUEUE_MS};
use super::single_flight::{Flight, Landing};
use super::store::StorageKey;
use super::tokens::{Account, Have, Held};
use super::{Desk, Mount};
use crate::secret::Secret;
use crate::sources::call::{ApiCall, ApiResult};
use crate::sources::upstream::call::{Answer, Broken, Call, Endpoint};
use crate::sources::upstream::trouble::{Failed, Trouble};
use crate::sources::web_api::request_sign::Signing;
use crate::time::UnixSeconds;

/// One attempt is given up after this.
const ATTEMPT_MS: u64 = 8_000;

/// What one thing may take with all its attempts: whoever waits for it should hear why it failed.
const FETCH_MS: u64 = 18_000;

/// More of an answer than this is not read: 500 rows with long names are a third of it.
const ANSWER_BYTES: usize = 2 << 20;

/// A sign-in is not sent twice: the vendor may have made a token, of which an account has few, or
/// taken a refresh token that is good for one exchange. So it is waited for longer.
const EXCHANGE_MS: u64 = 18_000;

/// What a sign-in may take: a turn in the queue, and what was not sent at all once more.
const SIGN_IN_MS: u64 = 30_000;

/// What a piece of work may take.
#[derive(Debug)]
pub(super) struct Leash {
    /// Calls that it may still make.
    pub calls: Cell<u32>,
    /// When it has to be over, in Unix milliseconds.
    pub until_ms: u64,
    /// Its owner wants it although the account is stopped.
    pub forced: Cell<bool>,
}

impl Leash {
    /// So many calls until then.
    pub fn new(calls: u32, until_ms: u64, forced: bool) -> Self {
        Self { calls: Cell::new(calls), until_ms, forced: Cell::new(forced) }
    }
}

impl<H: Host + 'static> Desk<H> {
    /// Waits for this endpoint's turn, and says when it came.
    pub(super) async fn turn(
        &self,
        endpoint: Endpoint,
        patience_ms: u64,
        until_ms: u64,
    ) -> Result<u64, Failed> {
        loop {
            let now = self.host.now_ms();
            let patience = patience_ms.min(until_ms.saturating_sub(now));
            let at = self.pace.borrow_mut().reserve(endpoint, now, patience)?;
            if at > now {
                self.host.sleep(at - now).await;
            }
            loop {
                let now = self.host.now_ms();
                if self.pace.borrow_mut().is_paused(endpoint, now) {
                    break;
                }
                let left = self.pace.borrow_mut().leave(endpoint, now);
                match left {
                    Ok(()) => return Ok(now),
                    Err(wait) => self.host.sleep(wait).await,
                }
            }
        }
    }

    /// One attempt, read by the caller.
    pub(super) async fn send(
        &self,
        call: &Call,
        most: usize,
        until_ms: u64,
    ) -> Result<Answer, Failed> {
        let most_ms = match call.endpoint {
            Endpoint::SignIn | Endpoint::OpenToken => EXCHANGE_MS,
            _ => ATTEMPT_MS,
        };
        let left = until_ms.saturating_sub(self.host.now_ms()).min(most_ms);
        if left == 0 {
            return Err(Trouble::TimedOut.into());
        }
        self.host.send(call, most, left).await.map_err(broken)
    }

    /// Fetches something for a mount, whatever that takes within the leash.
    pub(super) async fn fetch(
        self: &Rc<Self>,
        mount: &Mount,
        errand: ApiCall<'_>,
        leash: &Leash,
    ) -> Result<ApiResult, Failed> {
        let kind = &mount.upstream.kind;
        let account = if errand.is_anonymous(kind) { &mount.lister } else { &mount.account };
        let until_ms = leash.until_ms.min(self.host.now_ms() + FETCH_MS);
        let mut tried = 0;
        let mut is_replay = false;
        loop {
            self.gate(account, leash)?;
            let mut held = self.token(account, leash).await?;
            let endpoint = errand.endpoint(kind);
            let patience = if tried == 0 { QUEUE_MS } else { u64::MAX };
            let sent_ms = self.turn(endpoint, patience, until_ms).await?;
            // While this waited, another may have run into a wall, or got a newer token.
            self.gate(account, leash)?;
            match account.have(&self.host, leash.forced.get())? {
                Have::Token(newer) => held = newer,
                Have::Nothing if account.login.key().is_none() => {}
                Have::Nothing | Have::Coming(_) => continue,
            }
            let calls = leash.calls.get().checked_sub(1).ok_or(Trouble::TimedOut)?;
            leash.calls.set(calls);
            let result = self.attempt(mount, errand, &held.secret, until_ms).await;
            let failed = match result {
                Ok(got) => {
                    if self.pace.borrow_mut().went_through(endpoint, sent_ms) {
                        self.save_pace();
                    }
                    account.went_through(&self.host, endpoint, leash.forced.get());
                    return Ok(got);
                }
                Err(failed) => failed,
            };
            let is_for_others = failed.trouble == Trouble::Auth
                && endpoint == Endpoint::ShareDownload
                && account.is_good(held.generation, self.host.now_ms());
            if is_for_others {
                return Err(Failed { trouble: Trouble::LoginRequired, ..failed });
            }
            self.note(account, endpoint, &failed);
            if failed.trouble == Trouble::Auth {
                account.refused(&self.host, held.generation, &failed);
                if is_replay || account.login.pasted().is_some() {
                    return Err(failed);
                }
                is_replay = true;
                continue;
            }
            if failed.trouble.stops_the_account() {
                leash.forced.set(false);
                account.stop(&self.host, &failed);
                return Err(self.as_stopped(account, failed));
            }
            tried += 1;
            self.pause(endpoint, failed, tried, sent_ms, until_ms).await?;
        }
    }

    async fn attempt(
        &self,
        mount: &Mount,
        errand: ApiCall<'_>,
        token: &Secret,
        until_ms: u64,
    ) -> Result<ApiResult, Failed> {
        let kind = &mount.upstream.kind;
        let signing = Signing::new(self.now(), self.host.random());
        let call = errand.call(kind, token, &signing).ok_or(Trouble::Other)?;
        let answer = self.send(&call, ANSWER_BYTES, until_ms).await?;
        let mut read = errand.read(kind, &answer);
        if let Err(failed) = &mut read {
            failed.retry_after = failed.retry_after.or(answer.retry_after);
        }
        read
    }

    /// Waits until the same call may be tried again.
    ///
    /// # Errors
    /// The failure itself if it is not worth that.
    async fn pause(
        &self,
        endpoint: Endpoint,
        failed: Failed,
        tried: u32,
        sent_ms: u64,
        until_ms: u64,
    ) -> Result<(), Failed> {
        let now = self.host.now_ms();
        let [chance, ..] = self.host.random();
        self.limited(endpoint, &failed, sent_ms);
        if !failed.trouble.is_passing() || tried >= rate_limiter::tries(endpoint) {
            return Err(failed);
        }
        if failed.trouble != Trouble::RateLimited {
            let pause = rate_limiter::backoff_ms(
                rate_limiter::first_pause_ms(endpoint),
                tried - 1,
                8_000,
                chance,
            );
            if now.saturating_add(pause) >= until_ms {
                return Err(failed);
            }
            self.host.sleep(pause).await;
        }
        Ok(())
    }

    /// Notes a call too many, if it was one.
    fn limited(&self, endpoint: Endpoint, failed: &Failed, sent_ms: u64) {
        if failed.trouble != Trouble::RateLimited {
            return;
        }
        let (now, [chance, ..]) = (self.host.now_ms(), self.host.random());
        let asked_ms = failed.retry_after.unwrap_or_default().saturating_mul(1_000);
        if self.pace.borrow_mut().limited(endpoint, sent_ms, now, asked_ms, chance) {
            self.save_pace();
        }
    }

    /// As with breakers, what can't be stored holds as long as this life does.
    fn save_pace(&self) {
        let _ = self.host.write(&StorageKey::Pauses, &self.pace.borrow().to_text());
    }

    /// Whether calls may be made.
    fn gate(&self, account: &Account, leash: &Leash) -> Result<(), Failed> {
        let stopped = account.stopped(self.host.now_ms()).filter(|_| !leash.forced.get());
        stopped.map_or(Ok(()), Err)
    }

    /// A token to call with; for nobody an empty one. Whoever comes first gets a new one for all.
    async fn token(self: &Rc<Self>, account: &Rc<Account>, leash: &Leash) -> Result<Held, Failed> {
        if account.login.key().is_none() {
            return Ok(Held::nobodys());
        }
        // Twice, because what came for another may be over when its turn comes.
        for _ in 0..2 {
            let flight = match account.have(&self.host, leash.forced.get())? {
                Have::Token(held) => return Ok(held),
                Have::Coming(flight) => flight,
                Have::Nothing if account.login.pasted().is_some() => {
                    return Err(Trouble::Auth.into());
                }
                Have::Nothing => self.begin_sign_in(account, leash.forced.get()),
            };
            let landed = self.within(&flight, leash.until_ms).await;
            if let Err(failed) = landed.unwrap_or_else(|| Err(Trouble::TimedOut.into())) {
                if failed.trouble.stops_the_account() {
                    leash.forced.set(false);
                }
                return Err(failed);
            }
        }
        Err(Trouble::Auth.into())
    }

    fn begin_sign_in(self: &Rc<Self>, account: &Rc<Account>, forced: bool) -> Flight {
        let (flight, landing) = Flight::new(self.host.now_ms());
        account.is_coming(flight.clone());
        let work = Rc::clone(self).sign_in(Rc::clone(account), forced, landing);
        self.host.spawn(Box::pin(work));
        flight
    }

    async fn sign_in(self: Rc<Self>, account: Rc<Account>, forced: bool, landing: Landing) {
        let leash = Leash::new(2, self.host.now_ms() + SIGN_IN_MS, forced);
        let result = self.try_sign_in(&account, &leash).await.map_err(|failed| {
            account.sign_in_failed(&self.host, &failed);
            self.as_stopped(&account, failed)
        });
        landing.land(result);
    }

    /// Who was waiting when the account was stopped is told what those are told who come later.
    fn as_stopped(&self, account: &Account, failed: Failed) -> Failed {
        account.stopped(self.host.now_ms()).unwrap_or(failed)
    }

    /// One exchange; if it can't have been answered, and brings the same however often it is made, one
    /// more.
    async fn try_sign_in(&self, account: &Account, leash: &Leash) -> Result<(), Failed> {
        let mut may_repeat = account.login.may_repeat();
        loop {
            let refresh = account.refresh();
            let call = account.login.call(refresh.as_ref()).ok_or(Trouble::Auth)?;
            let sent_ms = self.turn(call.endpoint, QUEUE_MS, leash.until_ms).await?;
            self.gate(account, leash)?;
            let answer = match self.send(&call, ANSWER_BYTES, leash.until_ms).await {
                Ok(answer) => answer,
                Err(failed) => {
                    self.note(account, call.endpoint, &failed);
                    if !may_repeat || failed.trouble != Trouble::Unreachable {
                        return Err(failed);
                    }
                    may_repeat = false;
                    self.host.sleep(rate_limiter::first_pause_ms(call.endpoint)).await;
                    continue;
                }
            };
            let failed = match account.login.read(&answer, self.now()) {
                Ok(tokens) => {
                    account.works_again(call.endpoint);
                    return account.took(&self.host, tokens);
                }
                Err(failed) => refused_sign_in(failed),
            };
            self.note(account, call.endpoint, &failed);
            self.limited(call.endpoint, &failed, sent_ms);
            return Err(failed);
        }
    }

    /// The clock in seconds.
    pub(super) fn now(&self) -> UnixSeconds {
        UnixSeconds(self.host.now_ms() / 1_000)
    }
}

/// A token can't help where one is fetched.
fn refused_sign_in(failed: Failed) -> Failed {
    match failed.trouble {
        Trouble::Auth => Failed { trouble: Trouble::Credentials, ..failed },
        _ => failed,
    }
}

/// No answer.
pub(super) fn broken(broken: Broken) -> Failed {
    match broken {
        Broken::TimedOut => Trouble::TimedOut.into(),
        Broken::Unreachable => Trouble::Unreachable.into(),
    }
}
