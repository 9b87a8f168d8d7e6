//! The settings of a mount of the source `share`: the share's key and password, and the account for
//! downloads.

use std::rc::Rc;

use serde::Deserialize;

use super::{Share, key};
use crate::config::error::ConfigError;
use crate::config::remote_mount::{Reader, RemoteSettings, digest};
use crate::config::secret_name::SecretName;
use crate::secret::Secret;
use crate::sources::web_api::account::Accounts;
use crate::sources::web_api::{WebAccount, WebCredentials, WebHosts};

/// The fields that a mount of a share has besides those that all mounts of 123Pan's have, as its owner
/// wrote them.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct RawShare {
    key: Option<SecretName>,
    password: Option<SecretName>,
    token: Option<SecretName>,
    account: Option<String>,
}

const SHARE_ADDRESS: &str =
    "paste the share's whole address, like https://www.123pan.com/s/AbC1-xYz2?pwd=1234";

/// Reads the settings of a mount of a share, which may use one of these accounts.
///
/// # Errors
/// The field that is wrong, and how to correct it.
pub fn read<L: Fn(&str) -> Option<String>>(
    reader: &Reader<'_, L>,
    accounts: &Accounts,
    errors: &mut Vec<ConfigError>,
) -> Result<(RemoteSettings, Share), ConfigError> {
    let raw: RawShare = reader.fields(&[], errors);
    let hosts = WebHosts::read(reader, None)?;
    let written = raw.key.as_deref().ok_or_else(|| reader.missing("key"))?;
    let address = (reader.lookup)(written).unwrap_or_else(|| written.to_owned());
    let address = key::parse(&address)
        .map_err(|error| reader.wrong("key", &error.to_string(), SHARE_ADDRESS))?;
    let password = reader
        .secret("password", raw.password.as_deref())?
        .or(address.password.as_deref().map(Secret::new));
    let share_key = Secret::new(&address.key);
    let account = download_account(reader, &raw, accounts, &hosts)?;
    // 123Pan counts anonymous calls by the address that they come from: one account object for all of them.
    let anonymous = digest(&["share", &hosts.api]);
    let object = account.as_ref().map_or(anonymous, |account| account.digest.clone());
    let password = password.unwrap_or_else(|| Secret::new(""));
    // Mounts of one share with different accounts have different digests, since each has its own account
    // object.
    let listed = [&hosts.api, share_key.expose(), password.expose(), &object].join("\0");
    let settings = reader.settings(object, &["share", &listed])?;
    Ok((settings, Share { key: share_key, password, hosts, account }))
}

/// Reads the account whose token downloads the share's files.
fn download_account<L: Fn(&str) -> Option<String>>(
    reader: &Reader<'_, L>,
    raw: &RawShare,
    accounts: &Accounts,
    hosts: &WebHosts,
) -> Result<Option<Rc<WebAccount>>, ConfigError> {
    let token = reader.secret("token", raw.token.as_deref())?;
    let Some(path) = &raw.account else {
        return Ok(token.map(|token| {
            let digest = digest(&["web", token.expose(), ""]);
            let credentials = WebCredentials::Token(token);
            Rc::new(WebAccount { digest, credentials, hosts: hosts.clone() })
        }));
    };
    if token.is_some() {
        return Err(reader.wrong("account", "a share borrows one account", "set account or token"));
    }
    let segments = path.split('/').filter(|name| !name.is_empty()).collect::<Vec<_>>();
    let account = accounts.iter().find(|(mounted, _)| *mounted == segments);
    account.map(|(_, account)| Some(Rc::clone(account))).ok_or_else(|| {
        let hint = "write the path of a mount whose source is personal";
        reader.wrong("account", "no personal drive is mounted at this path", hint)
    })
}
