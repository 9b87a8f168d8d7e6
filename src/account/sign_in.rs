//! Signs an account in for its first caller without a token; the others wait for that sign-in.

use std::rc::Rc;
use std::time::Duration;

use super::account_state::{Account, TokenState};
use super::api_client::{ApiClient, MAX_RESPONSE_BYTES};
use super::call_budget::CallBudget;
use super::held_token::HeldToken;
use super::host::AccountHost;
use super::rate_limiter::MAX_QUEUE_WAIT;
use super::single_flight::{Completion, SingleFlight};
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};

/// The timeout of a whole sign-in: waiting in the queue, and a second attempt if the first was never sent.
const SIGN_IN_TIMEOUT: Duration = Duration::from_secs(30);

impl<H: AccountHost + 'static> ApiClient<H> {
    /// The account's token, or an empty one for the anonymous account. The first caller without a token
    /// begins a sign-in, and all others wait for that one.
    pub(super) async fn token(
        self: &Rc<Self>,
        account: &Rc<Account>,
        budget: &CallBudget,
    ) -> Result<HeldToken, UpstreamError> {
        if account.credentials.key().is_none() {
            return Ok(HeldToken::anonymous());
        }
        // Twice, because a token that came for another caller may have ended when this one's turn comes.
        for _ in 0..2 {
            let flight = match account.token_state(&self.host, budget.forced.get())? {
                TokenState::Token(held) => return Ok(held),
                TokenState::Coming(flight) => flight,
                TokenState::Nothing if account.credentials.pasted().is_some() => {
                    return Err(UpstreamErrorKind::Auth.into());
                }
                TokenState::Nothing => self.begin_sign_in(account, budget.forced.get()),
            };
            let outcome = self.within(&flight, budget.until).await;
            if let Err(failed) = outcome.unwrap_or_else(|| Err(UpstreamErrorKind::TimedOut.into()))
            {
                if failed.kind.stops_the_account() {
                    budget.forced.set(false);
                }
                return Err(failed);
            }
        }
        Err(UpstreamErrorKind::Auth.into())
    }

    fn begin_sign_in(self: &Rc<Self>, account: &Rc<Account>, forced: bool) -> SingleFlight {
        let (flight, completion) = SingleFlight::new(self.host.now());
        account.note_sign_in_begun(flight.clone());
        let work = Rc::clone(self).sign_in(Rc::clone(account), forced, completion);
        self.host.spawn(Box::pin(work));
        flight
    }

    async fn sign_in(self: Rc<Self>, account: Rc<Account>, forced: bool, completion: Completion) {
        let budget = CallBudget::new(2, self.host.now().after(SIGN_IN_TIMEOUT), forced);
        let result = self.try_sign_in(&account, &budget).await.map_err(|failed| {
            account.sign_in_failed(&self.host, &failed);
            self.as_stopped(&account, failed)
        });
        completion.complete(result);
    }

    /// Makes one sign-in request, and a second one if the first can't have reached the server and repeating
    /// it is harmless.
    async fn try_sign_in(
        &self,
        account: &Account,
        budget: &CallBudget,
    ) -> Result<(), UpstreamError> {
        let mut may_repeat = account.credentials.may_repeat();
        loop {
            let refresh = account.refresh();
            let call = account.credentials.call(refresh.as_ref()).ok_or(UpstreamErrorKind::Auth)?;
            let sent_at = self.wait_for_turn(call.endpoint, MAX_QUEUE_WAIT, budget.until).await?;
            self.check_breaker(account, budget)?;
            let response = match self.send(&call, MAX_RESPONSE_BYTES, budget.until).await {
                Ok(response) => response,
                Err(failed) => {
                    self.note(account, call.endpoint, &failed);
                    if !may_repeat || failed.kind != UpstreamErrorKind::Unreachable {
                        return Err(failed);
                    }
                    may_repeat = false;
                    self.host.sleep(call.endpoint.first_pause).await;
                    continue;
                }
            };
            let failed = match account.credentials.read(&response, self.now()) {
                Ok(tokens) => {
                    account.clear_failure_of(call.endpoint);
                    return account.store_tokens(&self.host, tokens);
                }
                Err(failed) => refused_sign_in(failed),
            };
            self.note(account, call.endpoint, &failed);
            self.limited(call.endpoint, &failed, sent_at);
            return Err(failed);
        }
    }
}

/// Turns [`UpstreamErrorKind::Auth`] from a sign-in into [`UpstreamErrorKind::Credentials`]: no new token
/// can cure it.
fn refused_sign_in(failed: UpstreamError) -> UpstreamError {
    match failed.kind {
        UpstreamErrorKind::Auth => UpstreamError { kind: UpstreamErrorKind::Credentials, ..failed },
        _ => failed,
    }
}
