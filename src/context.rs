//! The context of one request: its access to the platform, and the outcomes of the calls it made there.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use elsa::FrozenVec;

use crate::access::authorize::Check;
use crate::access::check_outcomes::CheckOutcomes;
use crate::access::check_outcomes::{RateLimit, Verification};
use crate::access::password::PasswordAttempt;
use crate::access::revocation::RevocationList;
use crate::error::Error;
use crate::platform::Platform;
use crate::quota::{TicketReply, TicketRequest};
use crate::seed::RequestSeed;
use crate::sources::listing::Listing;
use crate::sources::remote::cache::ListingKey;
use crate::time::{UnixMillis, UnixSeconds};

/// The maximum number of folders whose listings one request loads: each may take two of the free plan's
/// 50 subrequests. The next request finds them in memory and goes on from there.
const MAX_FOLDERS: u32 = 20;
/// For how long a request goes on to load more listings.
const MAX_LOADING_TIME: Duration = Duration::from_secs(20);

/// The platform, time and random bytes of one request.
///
/// Each check is performed on the platform once, and its outcome is found again by all that it depends
/// on: it never stands for another policy's or client's.
#[derive(Debug)]
pub struct RequestContext<P> {
    /// The platform that the request runs on.
    pub platform: P,
    /// The time and the random bytes of the request.
    pub seed: RequestSeed,
    /// The outcomes of checks and the listings so far.
    pub state: RequestState,
    begun_at: UnixMillis,
    folders_left: Cell<u32>,
    /// Whether the request may still look for the file that took the place of one that is gone.
    may_follow: Cell<bool>,
}

/// The outcomes of one request's checks, and the listings that it read.
#[derive(Default)]
pub struct RequestState {
    /// The outcomes of checks.
    pub checks: CheckOutcomes,
    tickets: RefCell<Vec<(TicketRequest, Option<TicketReply>)>>,
    /// The listings kept until the request ends, so that entries and rows can borrow from them.
    listings: FrozenVec<Rc<Listing>>,
    /// The listings and excerpts that were loaded for this request, by mount and key: they are not loaded again,
    /// whatever becomes of them in the isolate's memory.
    loaded: RefCell<HashMap<(usize, ListingKey), Rc<Listing>>>,
}

impl std::fmt::Debug for RequestState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestState").finish_non_exhaustive()
    }
}

impl RequestState {
    /// The listing or excerpt that was loaded for this request; `mount` is the mount's index.
    pub fn loaded(&self, mount: usize, key: ListingKey) -> Option<Rc<Listing>> {
        self.loaded.borrow().get(&(mount, key)).map(Rc::clone)
    }

    /// Notes that a listing or excerpt was loaded for this request.
    pub fn note_loaded(&self, mount: usize, key: ListingKey, listing: Rc<Listing>) {
        self.loaded.borrow_mut().insert((mount, key), listing);
    }

    /// Keeps a listing until the request ends.
    pub fn keep(&self, listing: Rc<Listing>) -> &Listing {
        self.listings.push_get(listing)
    }
}

impl<P: Platform> RequestContext<P> {
    /// The context of a request that begins now.
    pub fn new(platform: P, seed: RequestSeed) -> Self {
        let (begun_at, folders_left) = (platform.now(), Cell::new(MAX_FOLDERS));
        let (state, may_follow) = (RequestState::default(), Cell::new(true));
        Self { platform, seed, state, begun_at, folders_left, may_follow }
    }

    /// The wall clock when the request came in.
    pub fn now(&self) -> UnixSeconds {
        self.seed.now
    }

    /// Performs a check on the platform, unless this request has done so already.
    pub(crate) async fn perform(&self, check: &Check) {
        match check {
            // A list that can't be read is an outcome, too.
            Check::Revocation(_) => drop(self.revoked_share_links().await),
            Check::Password(attempt) => {
                self.verify_password(attempt).await;
            }
            Check::Rate { binding, key, .. } => {
                self.rate_limit(binding, key).await;
            }
        }
    }

    /// Verifies a password attempt, once. A request has CPU time to derive one key: an attempt after another one is
    /// as good as wrong, and is not counted.
    pub async fn verify_password(&self, attempt: &PasswordAttempt) -> Verification {
        if let Some(known) = self.state.checks.verification(attempt) {
            return known;
        }
        let verification = if self.state.checks.has_verified_a_password() {
            Verification::Wrong
        } else {
            self.platform.verify_password(attempt).await
        };
        self.state.checks.note_verification(attempt, verification);
        verification
    }

    /// Counts the request for a key of a rate limiter, once.
    pub async fn rate_limit(&self, binding: &Rc<str>, key: &str) -> RateLimit {
        if let Some(known) = self.state.checks.rate_limit(binding, key) {
            return known;
        }
        let limit = self.platform.rate_limit(binding, key).await;
        self.state.checks.note_rate_limit(binding, key, limit);
        limit
    }

    /// The list of revoked share links, read once.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if it can't be read.
    pub async fn revoked_share_links(&self) -> Result<Rc<RevocationList>, Error> {
        if let Some(known) = self.state.checks.revoked_share_links() {
            return known;
        }
        let list = self.platform.revoked_share_links().await.ok_or(Error::Unavailable);
        self.state.checks.note_revoked_share_links(list.clone());
        list
    }

    /// Asks the quota object for a ticket, once; `None` if it can't be asked.
    pub async fn charge(&self, request: TicketRequest) -> Option<TicketReply> {
        let known = self.state.tickets.borrow().iter().find(|(of, _)| *of == request).cloned();
        if let Some((_, answer)) = known {
            return answer;
        }
        let answer = self.platform.charge(&request).await;
        self.state.tickets.borrow_mut().push((request, answer));
        answer
    }

    /// Counts one folder against the number whose listings the request may load.
    ///
    /// # Errors
    /// [`Error::StillLoading`] if the request has loaded that many, or for long enough.
    pub fn take_folder(&self) -> Result<(), Error> {
        self.check_patience()?;
        let left = self.folders_left.get().checked_sub(1).ok_or(Error::StillLoading)?;
        self.folders_left.set(left);
        Ok(())
    }

    /// Whether the request may look for the file that took the place of one that is gone: once.
    pub fn take_follow(&self) -> bool {
        self.may_follow.replace(false)
    }

    /// Checks that the request may wait for more listings.
    ///
    /// # Errors
    /// [`Error::StillLoading`] if the request has waited for long enough.
    pub fn check_patience(&self) -> Result<(), Error> {
        if self.platform.now().since(self.begun_at) > MAX_LOADING_TIME {
            Err(Error::StillLoading)
        } else {
            Ok(())
        }
    }
}
