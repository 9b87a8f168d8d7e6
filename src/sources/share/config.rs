//! The settings of a mount of the source `share`: the share's key and password, and the account for
//! downloads.

use std::rc::Rc;

use super::{Share, key};
use crate::config::error::ConfigError;
use crate::config::remote_mount::{Reader, digest};
use crate::secret::Secret;
use crate::sources::web_api::account::Accounts;
use crate::sources::web_api::{WebAccount, WebCredentials, WebHosts};
use crate::sources::{SourceKind, Upstream};

/// The fields that a mount of a share may have, besides those that all mounts of 123Pan's have.
pub const FIELDS: [&str; 4] = ["key", "password", "token", "account"];

const SHARE_ADDRESS: &str =
    "paste the share's whole address, like https://www.123pan.com/s/AbC1-xYz2?pwd=1234";

/// Reads the settings of a mount of a share, which may use one of these accounts.
///
/// # Errors
/// The field that is wrong, and how to correct it.
pub fn read<L: Fn(&str) -> Option<String>>(
    reader: &Reader<'_, L>,
    accounts: &Accounts,
) -> Result<Upstream, ConfigError> {
    let hosts = WebHosts::read(reader)?;
    let written = reader.table.required("key")?;
    let address = (reader.lookup)(&written).unwrap_or(written);
    let address = key::parse(&address)
        .map_err(|error| reader.wrong("key", &error.to_string(), SHARE_ADDRESS))?;
    let password = reader.secret("password")?.or(address.password.as_deref().map(Secret::new));
    let share_key = Secret::new(&address.key);
    let account = lender(reader, accounts, &hosts)?;
    // 123Pan counts anonymous calls by the address that they come from: one account object for all of them.
    let nobody = digest(&["share", &hosts.api]);
    let object = account.as_ref().map_or(nobody, |account| account.digest.clone());
    let password = password.unwrap_or_else(|| Secret::new(""));
    // Mounts of one share with different accounts have different digests, since each has its own account
    // object.
    let listed = [&hosts.api, share_key.expose(), password.expose(), &object].join("\0");
    let kind = SourceKind::Share(Share { key: share_key, password, hosts, account });
    Ok(Upstream { settings: reader.settings(object, &["share", &listed])?, kind })
}

/// Reads the account whose token downloads the share's files.
fn lender<L: Fn(&str) -> Option<String>>(
    reader: &Reader<'_, L>,
    accounts: &Accounts,
    hosts: &WebHosts,
) -> Result<Option<Rc<WebAccount>>, ConfigError> {
    let token = reader.secret("token")?;
    let Some(path) = reader.table.text("account")? else {
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
    let lender = accounts.iter().find(|(mounted, _)| *mounted == segments);
    lender.map(|(_, account)| Some(Rc::clone(account))).ok_or_else(|| {
        let hint = "write the path of a mount whose source is personal";
        reader.wrong("account", "no personal drive is mounted at this path", hint)
    })
}
