//! The account client: answers the commands that isolates send to an account object.

use std::rc::Rc;

use super::account_state::Account;
use super::api_client::ApiClient;
use super::command::{AccountRequest, AccountStatus, Command, Reply};
use super::credentials::ApiCredentials;
use super::find_path::find_path;
use super::host::AccountHost;
use super::links::DownloadLinks;
use super::listings::Listings;
use super::mount::Mount;
use super::own_place::OwnPlaceLinks;
use crate::error::upstream::UpstreamErrorKind;
use crate::sources::RemoteMountConfig;
use crate::sources::upstream::cdn_refusal::CDN;
use crate::time::UnixMillis;

/// The client of one 123Pan account, with the mounts whose entries the account lists.
#[derive(Debug)]
pub struct AccountClient<H> {
    mounts: Vec<Rc<Mount>>,
    api: Rc<ApiClient<H>>,
    listings: Rc<Listings<H>>,
    links: Rc<DownloadLinks<H>>,
    own_place: OwnPlaceLinks<H>,
}

/// Gives all mounts of the same folder the shortest freshness time of any of them: they share the folder's
/// listings.
fn share_freshness(mounts: &mut [RemoteMountConfig]) {
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

impl<H: AccountHost + 'static> AccountClient<H> {
    /// Creates the client for these mounts, and loads what the storage holds about their accounts.
    pub fn new(host: H, mut mounts: Vec<RemoteMountConfig>) -> Rc<Self> {
        share_freshness(&mut mounts);
        let mut accounts: Vec<Rc<Account>> = Vec::new();
        let mut account_of = |credentials: ApiCredentials, config: &RemoteMountConfig| {
            let key = credentials.key().unwrap_or(&config.settings.digest).to_owned();
            if let Some(account) = accounts.iter().find(|account| account.key() == key) {
                return Rc::clone(account);
            }
            let account = Rc::new(Account::load(&host, &config.settings.setting, credentials, key));
            accounts.push(Rc::clone(&account));
            account
        };
        let mut all = Vec::with_capacity(mounts.len());
        for config in mounts {
            let account = account_of(ApiCredentials(config.kind.api().account()), &config);
            let listing_account = if config.kind.api().is_listed_anonymously() {
                account_of(ApiCredentials(None), &config)
            } else {
                Rc::clone(&account)
            };
            all.push(Rc::new(Mount { index: all.len(), config, account, listing_account }));
        }
        let api = Rc::new(ApiClient::new(host));
        let listings = Rc::new(Listings::new(Rc::clone(&api)));
        let links = Rc::new(DownloadLinks::new(Rc::clone(&api)));
        let own_place = OwnPlaceLinks::new(Rc::clone(&api));
        Rc::new(Self { mounts: all, api, listings, links, own_place })
    }

    /// Whether the mount that a request is about is among those of the client.
    pub fn has_mount_of(&self, request: &AccountRequest) -> bool {
        self.mount(request).is_some()
    }

    fn mount(&self, request: &AccountRequest) -> Option<&Rc<Mount>> {
        let is_asked = |config: &RemoteMountConfig| {
            (&config.settings.account, &config.settings.digest)
                == (&request.account, &request.mount)
        };
        self.mounts.iter().find(|mount| is_asked(&mount.config))
    }

    /// Answers a command within 20 seconds. Concurrent commands for the same thing share one piece of work.
    pub async fn answer(&self, request: AccountRequest) -> Reply {
        let Some(mount) = self.mount(&request).map(Rc::clone) else {
            return Reply::Failed(UpstreamErrorKind::Other.into());
        };
        match request.command {
            Command::List { folder, known, force } => {
                self.listings.list(&mount, folder, known.as_deref(), force).await
            }
            Command::Path(path) => find_path(&self.listings, &mount, path).await,
            Command::Link { file, dead } => self.links.link(&mount, file, dead.as_deref()).await,
            Command::Token { asked, refused } => {
                self.own_place.token(&mount, asked, &refused).await
            }
            Command::OwnLink { asked, outcome } => {
                self.own_place.take_outcome(&mount, asked, outcome);
                Reply::Status(self.status(&mount))
            }
            Command::Status => Reply::Status(self.status(&mount)),
            Command::Report(failed) => {
                self.api.note(&mount.account, CDN, &failed);
                // An isolate's own call for a link found out what ends the account's calls as well.
                if failed.kind.stops_the_account() {
                    mount.account.stop(&self.api.host, &failed);
                }
                Reply::Status(self.status(&mount))
            }
        }
    }

    fn status(&self, mount: &Mount) -> AccountStatus {
        let now = self.api.host.now();
        let (account, listing_account) = (&mount.account, &mount.listing_account);
        let stopped = |account: &Account| {
            account.stopped(now).map(|failed| (failed, account.stopped_until()))
        };
        let (stopped, until) = stopped(account).or_else(|| stopped(listing_account)).unzip();
        let last = [account.last(now), listing_account.last(now)]
            .into_iter()
            .flatten()
            .max_by_key(|(_, at)| *at);
        AccountStatus {
            stopped,
            until: until.flatten().map(UnixMillis::to_seconds_up),
            last: last.map(|(failed, at)| (failed, at.to_seconds())),
            signed_in: account.is_signed_in(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::sources::config::{SourceConfig, read_mounts};

    #[test]
    fn mounts_of_one_folder_are_as_fresh_as_the_strictest() {
        const MOUNTS: &str = r#"[
            {"path":"/a","source":"open","access_token":"T"},
            {"path":"/b","source":"open","access_token":"T","fresh_minutes":1},
            {"path":"/c","source":"open","access_token":"T","fresh_minutes":9,"root":7}
        ]"#;
        let settings = [("T", "token"), ("ACCOUNTS", "{}")];
        let lookup = |name: &str| {
            settings.iter().find(|(have, _)| *have == name).map(|(_, value)| (*value).to_owned())
        };
        let mounts = read_mounts(MOUNTS, &lookup, &mut Vec::new()).into_iter();
        let mut configs = mounts
            .filter_map(|mount| match mount.source {
                SourceConfig::Remote(config) => Some(*config),
                SourceConfig::Links(_) => None,
            })
            .collect::<Vec<_>>();
        share_freshness(&mut configs);
        let fresh = configs.iter().map(|config| config.settings.fresh).collect::<Vec<_>>();
        assert_eq!(fresh, [1, 1, 9].map(Duration::from_mins));
    }
}
