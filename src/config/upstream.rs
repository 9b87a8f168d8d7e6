//! `MOUNTS`: the mounts whose entries come from the vendor.

use std::rc::Rc;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::mount_fields::{field_path, path_form, signed_hosts, valid_minutes};
use super::table::Table;
use super::{is_bound, no_such_secret};
use crate::fault::Fault;
use crate::secret::Secret;
use crate::upstream::settings::{
    Direct, Kind, Open, OpenCredentials, RefreshClient, Share, Upstream, WebAccount,
    WebCredentials, WebHosts,
};
use crate::upstream::share_key;

/// What every mount of the vendor's may have.
const COMMON: [&str; 6] = ["path", "source", "root", "api", "fresh_minutes", "stale_hours"];
const PERSONAL: [&str; 4] = ["username", "password", "token", "login"];
const SHARE: [&str; 4] = ["key", "password", "token", "account"];
const OPEN: [&str; 11] = [
    "client_id",
    "client_secret",
    "access_token",
    "refresh_token",
    "renew_url",
    "direct_link",
    "private_key",
    "valid_minutes",
    "hosts",
    "path_form",
    "uid",
];

/// Where the web API was in 2026 (OpenList's pull request 2678), and where it signs in.
const WEB_API: &str = "https://yun.123pan.com/b/api";
const WEB_LOGIN: &str = "https://login.123pan.com/api/user/sign_in";
/// The open platform's address, from its documentation.
const OPEN_API: &str = "https://open-api.123pan.com";

/// Minutes for which a listing is as good as new, and hours for which it is better than nothing.
const FRESH_MINUTES: u64 = 5;
const STALE_HOURS: u64 = 24;

/// The personal accounts of a site, for the shares that borrow one: their mounts' paths.
pub(super) type Accounts = Vec<(Vec<String>, Rc<WebAccount>)>;

/// Reads one mount's fields, and looks up its secrets.
pub(super) struct Reader<'r, L> {
    table: Table<'r>,
    lookup: &'r L,
}

impl<'r, L: Fn(&str) -> Option<String>> Reader<'r, L> {
    /// The mount of a source that is not `links`.
    pub fn new(
        setting: &str,
        source: &str,
        value: &'r Value,
        lookup: &'r L,
    ) -> Result<Self, Fault> {
        let own: &[&str] = match source {
            "personal" => &PERSONAL,
            "share" => &SHARE,
            _ => &OPEN,
        };
        let table = Table::new(setting, value, &[&COMMON, own].concat())?;
        if !is_bound(lookup, "ACCOUNTS") {
            let message = "the Durable Object binding ACCOUNTS is missing, which calls 123Pan";
            let mend = "take [[durable_objects.bindings]] and [[migrations]] over from the wrangler.toml that comes with Signpost";
            return Err(Fault::new(table.setting("source"), message, mend));
        }
        Ok(Self { table, lookup })
    }

    /// The place in the site.
    pub fn path(&self) -> Result<Vec<String>, Fault> {
        field_path(&self.table)
    }

    /// A personal drive.
    pub fn personal(&self) -> Result<Upstream, Fault> {
        let hosts = self.web_hosts()?;
        let credentials = match (self.secret("token")?, self.secret("username")?) {
            (Some(_), None) if self.table.value("password").is_some() => {
                return Err(self.wrong("token", "an account signs in one way", ONE_WAY));
            }
            (Some(token), None) => WebCredentials::Token(token),
            (None, Some(username)) => {
                let password = self.secret("password")?;
                let password = password.ok_or_else(|| self.table.missing("password"))?;
                WebCredentials::Password { username, password }
            }
            (Some(_), Some(_)) => {
                return Err(self.wrong("token", "an account signs in one way", ONE_WAY));
            }
            (None, None) => return Err(self.wrong("username", "nothing to sign in with", ONE_WAY)),
        };
        // With the password, or a phone number could be found by trying all.
        let (who, secret) = match &credentials {
            WebCredentials::Password { username, password } => {
                (username.expose(), password.expose())
            }
            WebCredentials::Token(token) => (token.expose(), ""),
        };
        let desk = digest(&["web", who, secret]);
        let listed = [hosts.api.as_str(), who, secret].join("\0");
        let account = Rc::new(WebAccount { digest: desk.clone(), credentials, hosts });
        self.upstream(Kind::Personal(account), desk, &["personal", &listed])
    }

    /// A share.
    pub fn share(&self, accounts: &Accounts) -> Result<Upstream, Fault> {
        let hosts = self.web_hosts()?;
        let written = self.table.required("key")?;
        let address = (self.lookup)(&written).unwrap_or(written);
        let address = share_key::parse(&address)
            .map_err(|error| self.wrong("key", &error.to_string(), SHARE_ADDRESS))?;
        let password = self.secret("password")?.or(address.password.as_deref().map(Secret::new));
        let key = Secret::new(&address.key);
        let account = self.lender(accounts, &hosts)?;
        // The vendor counts calls without an account by where they come from: one hand for all.
        let nobody = digest(&["share", &hosts.api]);
        let desk = account.as_ref().map_or(nobody, |account| account.digest.clone());
        let password = password.unwrap_or_else(|| Secret::new(""));
        // The same share may be mounted with several accounts: each has a hand of its own.
        let listed = [&hosts.api, key.expose(), password.expose(), &desk].join("\0");
        let kind = Kind::Share(Share { key, password, hosts, account });
        self.upstream(kind, desk, &["share", &listed])
    }

    /// Whose token fetches a share's files.
    fn lender(
        &self,
        accounts: &Accounts,
        hosts: &WebHosts,
    ) -> Result<Option<Rc<WebAccount>>, Fault> {
        let token = self.secret("token")?;
        let Some(path) = self.table.text("account")? else {
            return Ok(token.map(|token| {
                let digest = digest(&["web", token.expose(), ""]);
                let credentials = WebCredentials::Token(token);
                Rc::new(WebAccount { digest, credentials, hosts: hosts.clone() })
            }));
        };
        if token.is_some() {
            return Err(self.wrong(
                "account",
                "a share borrows one account",
                "set account or token",
            ));
        }
        let segments = path.split('/').filter(|name| !name.is_empty()).collect::<Vec<_>>();
        let lender = accounts.iter().find(|(mounted, _)| *mounted == segments);
        lender.map(|(_, account)| Some(Rc::clone(account))).ok_or_else(|| {
            let mend = "write the path of a mount whose source is personal";
            self.wrong("account", "no personal drive is mounted at this path", mend)
        })
    }

    /// An account of the open platform.
    pub fn open(&self) -> Result<Upstream, Fault> {
        let api = self.address("api", OPEN_API)?;
        let credentials = self.open_credentials()?;
        let who = match &credentials {
            OpenCredentials::Client { id, .. } => id.expose(),
            OpenCredentials::AccessToken(token) | OpenCredentials::Refresh { token, .. } => {
                token.expose()
            }
        };
        let account = digest(&["open", who]);
        let direct = if self.table.flag("direct_link")?.unwrap_or(false) {
            Some(self.direct()?)
        } else if let Some(field) = ["private_key", "uid", "valid_minutes", "hosts", "path_form"]
            .iter()
            .find(|field| self.table.value(field).is_some())
        {
            let message = "is about direct links, which are off";
            return Err(self.wrong(field, message, "add direct_link = true, or remove it"));
        } else {
            None
        };
        // The same folder may be mounted in several ways: its links differ.
        let way = match &direct {
            None => String::new(),
            Some(Direct { private_key, uid, .. }) => {
                format!("direct {} {uid:?}", private_key.is_some())
            }
        };
        let listed = [api.as_str(), who, &way].join("\0");
        let kind = Kind::Open(Open { account: account.clone(), credentials, api, direct });
        self.upstream(kind, account, &["open", &listed])
    }

    fn open_credentials(&self) -> Result<OpenCredentials, Fault> {
        let client = match (self.secret("client_id")?, self.secret("client_secret")?) {
            (Some(id), Some(secret)) => Some((id, secret)),
            (None, None) => None,
            (Some(_), None) => return Err(self.table.missing("client_secret")),
            (None, Some(_)) => return Err(self.table.missing("client_id")),
        };
        let renew_url = match self.table.value("renew_url") {
            Some(_) => Some(self.address("renew_url", "")?),
            None => None,
        };
        match (client, self.secret("access_token")?, self.secret("refresh_token")?, renew_url) {
            (Some((id, secret)), None, None, None) => Ok(OpenCredentials::Client { id, secret }),
            (None, Some(token), None, None) => Ok(OpenCredentials::AccessToken(token)),
            (Some((id, secret)), None, Some(token), None) => {
                Ok(OpenCredentials::Refresh { token, client: RefreshClient::Own { id, secret } })
            }
            (None, None, Some(token), Some(url)) => {
                Ok(OpenCredentials::Refresh { token, client: RefreshClient::Elsewhere(url) })
            }
            _ => Err(self.wrong("client_id", "the account signs in one way", OPEN_WAYS)),
        }
    }

    fn direct(&self) -> Result<Direct, Fault> {
        let private_key = self.secret("private_key")?;
        if private_key.as_ref().is_some_and(|key| key.expose().is_empty()) {
            let mend = "set it to the key of the account's console";
            return Err(self.wrong("private_key", "the key is empty", mend));
        }
        Ok(Direct {
            private_key,
            uid: self.table.number("uid")?,
            form: path_form(&self.table)?,
            valid: valid_minutes(&self.table)?,
            hosts: signed_hosts(&self.table)?,
        })
    }

    fn upstream(&self, kind: Kind, desk: String, who: &[&str]) -> Result<Upstream, Fault> {
        let root: u64 = self.table.number("root")?.unwrap_or_default();
        let within = |field: &str, default: u64, most: u64| {
            let written = self.table.number(field)?.unwrap_or(default);
            if (1..=most).contains(&written) {
                return Ok(written);
            }
            Err(self.wrong(
                field,
                &format!("{written} is too few or too many"),
                &format!("use 1 to {most}"),
            ))
        };
        let fresh = within("fresh_minutes", FRESH_MINUTES, 1_440)? * 60;
        let stale = within("stale_hours", STALE_HOURS, 720)? * 3_600;
        Ok(Upstream {
            setting: self.table.setting("").trim_end_matches('.').to_owned(),
            digest: digest(&[who, &[&root.to_string()]].concat()),
            desk,
            root,
            fresh,
            stale: stale.max(fresh),
            kind,
        })
    }

    fn web_hosts(&self) -> Result<WebHosts, Fault> {
        let api = self.address("api", WEB_API)?;
        let login = match self.table.value("login") {
            Some(_) => self.address("login", "")?,
            None => WEB_LOGIN.to_owned(),
        };
        Ok(WebHosts { api, login })
    }

    /// An address: https, or http on this very machine, where a stand-in may run.
    fn address(&self, field: &str, default: &str) -> Result<String, Fault> {
        let Some(written) = self.table.text(field)? else { return Ok(default.to_owned()) };
        let address = written.trim_end_matches('/');
        let host = |rest: &str| rest.split('/').next().unwrap_or_default().to_owned();
        let is_address = match (address.strip_prefix("https://"), address.strip_prefix("http://")) {
            (Some(rest), _) => crate::host::is_host(&host(rest)),
            (None, Some(rest)) => {
                let host = host(rest);
                matches!(host.split(':').next(), Some("127.0.0.1" | "localhost"))
                    && crate::host::is_host(&host)
            }
            (None, None) => false,
        };
        let is_plain = address.bytes().all(|byte| byte.is_ascii_graphic());
        if is_address && is_plain && !address.contains(['?', '#', '\\', '@']) {
            return Ok(address.to_owned());
        }
        Err(self.wrong(field, "not an address", "write it like https://yun.123pan.com/b/api"))
    }

    /// The secret whose name a field gives.
    fn secret(&self, field: &str) -> Result<Option<Secret>, Fault> {
        let Some(name) = self.table.text(field)? else { return Ok(None) };
        let text = (self.lookup)(&name).filter(|text| !text.trim().is_empty());
        let text = text.ok_or_else(|| no_such_secret(self.table.setting(field)))?;
        Ok(Some(Secret::new(&text)))
    }

    fn wrong(&self, field: &str, message: &str, mend: &str) -> Fault {
        Fault::new(self.table.setting(field), message, mend)
    }
}

const ONE_WAY: &str = "set username and password, or a token pasted from a browser";
const OPEN_WAYS: &str = "set client_id and client_secret, or access_token, or refresh_token with either both of the former or renew_url";
const SHARE_ADDRESS: &str =
    "paste the share's whole address, like https://www.123pan.com/s/AbC1-xYz2?pwd=1234";

/// 16 hex digits that stand for these texts, and from which they can't be read.
fn digest(parts: &[&str]) -> String {
    hex::encode(Sha256::digest(parts.join("\0")).get(..8).unwrap_or_default())
}
