//! Links that isolates ask 123Pan for themselves, from their own places, with the account's token and rate
//! limit: one call at a time for a file and place, whose outcome is given to all that ask for the same.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use super::api_client::{ApiClient, COMMAND_TIMEOUT};
use super::call_budget::CallBudget;
use super::command::{LentToken, OwnPlaceFile, Reply, UPSTREAM_LINK_LIFETIME, UpstreamLink};
use super::host::AccountHost;
use super::mount::{Mount, MountEntry};
use super::single_flight::{Completion, SingleFlight};
use crate::error::upstream::{UpstreamError, UpstreamErrorKind};
use crate::sources::cache::Cache;
use crate::sources::call::ApiCall;
use crate::sources::failures::FailureCache;
use crate::sources::upstream::entry::FileRef;
use crate::time::UnixMillis;

/// Maximum number of calls for a token to lend: a sign-in with its retries.
const LEND_CALLS: u32 = 4;
/// The time within which an isolate says how its call went; after it the isolate counts as gone. Longer than
/// the call with its redirects usually takes.
const LOAN: Duration = Duration::from_secs(15);
/// For how long no second link is asked for from a place that refuses the first: it would be refused as well.
const SECOND_LINK: Duration = Duration::from_mins(1);
/// Maximum number of links in memory.
const LINKS: usize = 2_000;

/// A file of a mount, and the place from which its link is asked for.
type PlacedEntry = (MountEntry, String);

/// A turn that is waited for, or a token that is lent.
#[derive(Debug)]
struct Loan {
    flight: SingleFlight,
    /// The half of the flight for its outcome, once the token is lent.
    completion: Option<Completion>,
    sent_at: UnixMillis,
    /// The time at which the isolate counts as gone.
    until: UnixMillis,
}

/// The links that isolates asked for from their own places.
#[derive(Debug)]
pub struct OwnPlaceLinks<H> {
    api: Rc<ApiClient<H>>,
    links: RefCell<Cache<PlacedEntry, (UpstreamLink, UnixMillis)>>,
    failures: FailureCache<PlacedEntry>,
    loans: RefCell<HashMap<PlacedEntry, Loan>>,
}

impl<H: AccountHost + 'static> OwnPlaceLinks<H> {
    /// Without any links; tokens are lent by this client.
    pub fn new(api: Rc<ApiClient<H>>) -> Self {
        Self {
            api,
            links: RefCell::new(Cache::new(LINKS)),
            failures: FailureCache::new(LINKS),
            loans: RefCell::default(),
        }
    }

    /// Replies with the link that an isolate of the same place got, or with the token for one call, whose turn
    /// it is. `refused` is a link that does not work there. While another isolate makes the call, its outcome is
    /// waited for.
    pub async fn token(&self, mount: &Mount, asked: OwnPlaceFile, refused: &str) -> Reply {
        if mount.account.credentials.key().is_none() {
            return Reply::Failed(UpstreamErrorKind::LoginRequired.into());
        }
        let until = self.api.host.now().after(COMMAND_TIMEOUT);
        let key = (mount.entry(asked.file.id), asked.place);
        loop {
            let now = self.api.host.now();
            if let Some(reply) = self.known(&key, refused, now) {
                return reply;
            }
            if now >= until {
                return Reply::Failed(UpstreamErrorKind::TimedOut.into());
            }
            let Some((flight, ends)) = self.under_way(&key, now) else {
                return self.lend(mount, key, &asked.file, until).await;
            };
            if let Some(Err(failed)) = self.api.within(&flight, until.min(ends)).await {
                return Reply::Failed(failed);
            }
        }
    }

    /// The loan under way for a file and place, and when its isolate counts as gone.
    fn under_way(&self, key: &PlacedEntry, now: UnixMillis) -> Option<(SingleFlight, UnixMillis)> {
        let loans = self.loans.borrow();
        let loan = loans.get(key).filter(|loan| now < loan.until)?;
        loan.flight.is_under_way(now).then(|| (loan.flight.clone(), loan.until))
    }

    async fn lend(
        &self,
        mount: &Mount,
        key: PlacedEntry,
        file: &FileRef,
        until: UnixMillis,
    ) -> Reply {
        let now = self.api.host.now();
        let (flight, completion) = SingleFlight::new(now);
        let waiting = Loan { flight: flight.clone(), completion: None, sent_at: now, until };
        {
            let mut loans = self.loans.borrow_mut();
            loans.retain(|_, loan| now < loan.until);
            loans.insert(key.clone(), waiting);
        }
        let budget = CallBudget::new(LEND_CALLS, until, false);
        let call = ApiCall::Download { file, is_fallback: false };
        match self.api.lend(mount, call, &budget).await {
            Ok(token) => {
                let sent_at = self.api.host.now();
                let completion = Some(completion);
                let lent = Loan { flight, completion, sent_at, until: sent_at.after(LOAN) };
                self.loans.borrow_mut().insert(key, lent);
                Reply::Token(LentToken::new(&token))
            }
            Err(failed) => {
                self.loans.borrow_mut().remove(&key);
                completion.complete(Err(failed.clone()));
                Reply::Failed(failed)
            }
        }
    }

    /// Takes the outcome of an isolate's call, for all that wait for it and come later.
    pub fn take_outcome(
        &self,
        mount: &Mount,
        asked: OwnPlaceFile,
        outcome: Result<UpstreamLink, UpstreamError>,
    ) {
        let now = self.api.host.now();
        let key = (mount.entry(asked.file.id), asked.place);
        let result = match outcome {
            Ok(link) => {
                let ends = Some(now.after(UPSTREAM_LINK_LIFETIME));
                self.links.borrow_mut().put(key.clone(), (link, now), 1, ends, now);
                self.failures.remove(&key);
                Ok(())
            }
            Err(failed) => {
                self.failures.record(key.clone(), failed.clone(), now);
                Err(failed)
            }
        };
        let loan = self.loans.borrow_mut().remove(&key);
        let Some(Loan { completion: Some(completion), sent_at, .. }) = loan else { return };
        if let Err(failed) = &result {
            let call = ApiCall::Download { file: &asked.file, is_fallback: false };
            self.api.limited(mount.config.kind.api().endpoint(call), failed, sent_at);
        }
        completion.complete(result);
    }

    /// The reply that needs no call: a link from the same place, or why there was none, or none that works, a
    /// moment ago.
    fn known(&self, key: &PlacedEntry, refused: &str, now: UnixMillis) -> Option<Reply> {
        let links = self.links.borrow();
        if let Some((link, got_at)) = links.get(key, now) {
            let age = now.since(*got_at);
            if link.url != refused {
                return Some(Reply::Link(UpstreamLink { age, ..link.clone() }));
            }
            // 123Pan may give both places the same link, if it is asked within a second.
            if age < SECOND_LINK {
                return Some(Reply::Failed(UpstreamErrorKind::CityLocked.into()));
            }
        }
        self.failures.get(key, now).map(Reply::Failed)
    }
}
