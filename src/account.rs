//! The one hand that deals with the vendor for an account: it holds the tokens, keeps the pace, and
//! asks for each thing once, however many want it. It runs in the account object; tests run it on their
//! own [`host::Host`].
//!
//! It may be ended at any moment, and begins again with what it wrote. A request may be abandoned at
//! any moment too, so work that others share is spawned, and requests wait for it.
//!
//! What it keeps in its storage is listed in [`store`]. Listings that nobody asks for any more stay there:
//! a folder's costs what its text takes, and the vendor's folders are finite.

mod api_client;
mod circuit_breaker;
pub mod command;
mod folder;
pub mod host;
mod links;
mod listing_job;
mod listings;
mod login;
mod path;
mod publish;
mod rate_limiter;
mod single_flight;
pub mod store;
mod tokens;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::pin::pin;
use std::rc::Rc;

use futures_util::future::{Either, select};

use crate::sources::Upstream;
use crate::sources::upstream::call::Endpoint;
use crate::sources::upstream::trouble::{Failed, Trouble};
use command::{Ask, Job, Reply, Status};
use folder::Folder;
use host::Host;
use links::Slot;
use login::Login;
use publish::Spent;
use rate_limiter::Pace;
use single_flight::Flight;
use store::{FolderKey, StorageKey};
use tokens::Account;

/// Nobody waits longer than this for an answer; the work goes on.
const JOB_MS: u64 = 20_000;

/// Lines of the log in a minute, besides that each is written once: what fails in so many ways at
/// once is known by then.
const LOG_LINES: usize = 40;

/// The hand of an account.
#[derive(Debug)]
pub struct Desk<H> {
    host: H,
    mounts: Vec<Rc<Mount>>,
    pace: RefCell<Pace>,
    folders: RefCell<HashMap<(usize, u64), Folder>>,
    links: RefCell<HashMap<(usize, u64), Slot>>,
    spent: Cell<Option<Spent>>,
    /// The lines of this minute.
    logged: RefCell<(u64, Vec<String>)>,
}

/// Mounts of the same folder share its listings, so what is fresh to each is fresh to the strictest.
fn share_freshness(mounts: &mut [Upstream]) {
    let times = mounts
        .iter()
        .map(|mount| (mount.settings.digest.clone(), mount.settings.fresh))
        .collect::<Vec<_>>();
    for mount in mounts {
        let of_the_same = times.iter().filter(|(digest, _)| *digest == mount.settings.digest);
        let fresh = of_the_same.map(|(_, fresh)| *fresh).min();
        mount.settings.fresh = fresh.unwrap_or(mount.settings.fresh);
    }
}

/// A mount, and who calls for it.
#[derive(Debug)]
struct Mount {
    /// Its place among all.
    at: usize,
    upstream: Upstream,
    /// Whose token it takes.
    account: Rc<Account>,
    /// Who lists: nobody for a share.
    lister: Rc<Account>,
}

impl Mount {
    /// A folder of the mount, for the storage.
    fn key(&self, folder: u64) -> FolderKey<'_> {
        FolderKey { mount: &self.upstream.settings.digest, folder }
    }
}

impl<H: Host + 'static> Desk<H> {
    /// A desk for these mounts, with what the storage knows of them.
    pub fn new(host: H, mut mounts: Vec<Upstream>) -> Rc<Self> {
        share_freshness(&mut mounts);
        let mut accounts: Vec<Rc<Account>> = Vec::new();
        let mut account_of = |login: Login, upstream: &Upstream| {
            let key = login.key().unwrap_or(&upstream.settings.digest).to_owned();
            if let Some(account) = accounts.iter().find(|account| account.key() == key) {
                return Rc::clone(account);
            }
            let account = Rc::new(Account::load(&host, &upstream.settings.setting, login, key));
            accounts.push(Rc::clone(&account));
            account
        };
        let mut all = Vec::with_capacity(mounts.len());
        for upstream in mounts {
            let account = account_of(Login::of(&upstream.kind), &upstream);
            let lister = if upstream.kind.is_listed_by_nobody() {
                account_of(Login::Nobody, &upstream)
            } else {
                Rc::clone(&account)
            };
            all.push(Rc::new(Mount { at: all.len(), upstream, account, lister }));
        }
        let pace =
            host.read(&StorageKey::Pauses).map(|stored| Pace::parse(&stored)).unwrap_or_default();
        Rc::new(Self {
            host,
            mounts: all,
            pace: RefCell::new(pace),
            folders: RefCell::default(),
            links: RefCell::default(),
            spent: Cell::default(),
            logged: RefCell::default(),
        })
    }

    /// Does a job. However many ask for the same at once, it is done once; and nobody waits longer
    /// than 20 seconds.
    pub async fn answer(self: &Rc<Self>, ask: Ask) -> Reply {
        let is_asked = |upstream: &Upstream| {
            (&upstream.settings.desk, &upstream.settings.digest) == (&ask.desk, &ask.mount)
        };
        let mount = self.mounts.iter().find(|mount| is_asked(&mount.upstream));
        let Some(mount) = mount.map(Rc::clone) else {
            return Reply::Failed(Trouble::Other.into());
        };
        match ask.job {
            Job::List { folder, have, force } => {
                self.list(&mount, folder, have.as_deref(), force).await
            }
            Job::Path(path) => self.path(&mount, path).await,
            Job::Link { file, dead } => self.link(&mount, file, dead.as_deref()).await,
            Job::Status => Reply::Status(self.status(&mount)),
        }
    }

    fn status(&self, mount: &Mount) -> Status {
        let now = self.host.now_ms();
        let (account, lister) = (&mount.account, &mount.lister);
        let stopped = |account: &Account| {
            account.stopped(now).map(|failed| (failed, account.stopped_until_ms()))
        };
        let (stopped, until_ms) = stopped(account).or_else(|| stopped(lister)).unzip();
        Status {
            stopped,
            until: until_ms.flatten().map(|until| until.div_ceil(1_000)),
            last: [account.last(), lister.last()].into_iter().flatten().max_by_key(|(_, at)| *at),
            signed_in: account.is_signed_in(now),
        }
    }

    /// How a piece of work ended; `None` if that takes longer than until then.
    async fn within(&self, flight: &Flight, until_ms: u64) -> Option<Result<(), Failed>> {
        let left = until_ms.saturating_sub(self.host.now_ms());
        match select(flight.landed(), pin!(self.host.sleep(left))).await {
            Either::Left((landed, _)) => Some(landed),
            Either::Right(_) => None,
        }
    }

    /// Notes a failure for the owner: by its class only, and each class once a minute.
    fn note(&self, account: &Account, endpoint: Endpoint, failed: &Failed) {
        account.note(endpoint, failed, self.host.now_ms());
        let trouble = failed.trouble;
        let code = failed.code.map_or_else(String::new, |code| format!(" (code {code})"));
        self.log(format!("{}: {endpoint:?}: {trouble}{code}", account.setting));
    }

    fn log(&self, line: String) {
        let minute = self.host.now_ms() / 60_000;
        let mut logged = self.logged.borrow_mut();
        if logged.0 != minute {
            *logged = (minute, Vec::new());
        }
        if logged.1.len() < LOG_LINES && !logged.1.contains(&line) {
            self.host.log(&line);
            logged.1.push(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, SourceConfig};

    #[test]
    fn mounts_of_one_folder_are_as_fresh_as_the_strictest() {
        const MOUNTS: &str = r#"[
            {"path":"/a","source":"open","access_token":"T"},
            {"path":"/b","source":"open","access_token":"T","fresh_minutes":1},
            {"path":"/c","source":"open","access_token":"T","fresh_minutes":9,"root":7}
        ]"#;
        let settings = [("MOUNTS", MOUNTS), ("T", "token"), ("ACCOUNTS", "{}")];
        let lookup = |name: &str| {
            settings.iter().find(|(have, _)| *have == name).map(|(_, value)| (*value).to_owned())
        };
        let mounts = Config::from_lookup(lookup).unwrap().mounts.into_iter();
        let mut upstreams = mounts
            .filter_map(|mount| match mount.source {
                SourceConfig::Upstream(upstream) => Some(*upstream),
                SourceConfig::Links(_) => None,
            })
            .collect::<Vec<_>>();
        share_freshness(&mut upstreams);
        let fresh = upstreams.iter().map(|upstream| upstream.settings.fresh).collect::<Vec<_>>();
        assert_eq!(fresh, [60, 60, 540]);
    }
}
