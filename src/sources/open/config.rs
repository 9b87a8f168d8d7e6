//! The settings of a mount of the source `open`: credentials, API address and direct links.

use std::rc::Rc;

use super::{Open, OpenCredentials, RefreshClient};
use crate::config::error::ConfigError;
use crate::config::mount_fields::{path_form, signed_hosts, valid_minutes};
use crate::config::remote_mount::{Reader, digest};
use crate::sources::upstream::direct_link::DirectLinks;
use crate::sources::{SourceKind, Upstream};

/// The fields that a mount of the open platform may have, besides those that all mounts of 123Pan's have.
pub const FIELDS: [&str; 11] = [
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

/// The open platform's base URL, from its documentation.
const OPEN_API: &str = "https://open-api.123pan.com";

const OPEN_WAYS: &str = "set client_id and client_secret, or access_token, or refresh_token with either both of the former or renew_url";

/// Reads the settings of a mount of the open platform.
///
/// # Errors
/// The field that is wrong, and how to correct it.
pub fn read<L: Fn(&str) -> Option<String>>(
    reader: &Reader<'_, L>,
) -> Result<Upstream, ConfigError> {
    let api = reader.address("api", OPEN_API)?;
    let credentials = credentials(reader)?;
    let who = match &credentials {
        OpenCredentials::Client { id, .. } => id.expose(),
        OpenCredentials::AccessToken(token) | OpenCredentials::Refresh { token, .. } => {
            token.expose()
        }
    };
    let account = digest(&["open", who]);
    let direct = if reader.table.flag("direct_link")?.unwrap_or(false) {
        Some(direct_links(reader)?)
    } else if let Some(field) = ["private_key", "uid", "valid_minutes", "hosts", "path_form"]
        .iter()
        .find(|field| reader.table.value(field).is_some())
    {
        let message = "is about direct links, which are off";
        return Err(reader.wrong(field, message, "add direct_link = true, or remove it"));
    } else {
        None
    };
    // Mounts of one folder with and without direct links give different links, so their digests have to
    // differ.
    let way = match &direct {
        None => String::new(),
        Some(DirectLinks { private_key, uid, .. }) => {
            format!("direct {} {uid:?}", private_key.is_some())
        }
    };
    let listed = [api.as_str(), who, &way].join("\0");
    let kind =
        SourceKind::Open(Rc::new(Open { account: account.clone(), credentials, api, direct }));
    Ok(Upstream { settings: reader.settings(account, &["open", &listed])?, kind })
}

/// Reads the account's credentials.
fn credentials<L: Fn(&str) -> Option<String>>(
    reader: &Reader<'_, L>,
) -> Result<OpenCredentials, ConfigError> {
    let client = match (reader.secret("client_id")?, reader.secret("client_secret")?) {
        (Some(id), Some(secret)) => Some((id, secret)),
        (None, None) => None,
        (Some(_), None) => return Err(reader.table.missing("client_secret")),
        (None, Some(_)) => return Err(reader.table.missing("client_id")),
    };
    let renew_url = match reader.table.value("renew_url") {
        Some(_) => Some(reader.address("renew_url", "")?),
        None => None,
    };
    match (client, reader.secret("access_token")?, reader.secret("refresh_token")?, renew_url) {
        (Some((id, secret)), None, None, None) => Ok(OpenCredentials::Client { id, secret }),
        (None, Some(token), None, None) => Ok(OpenCredentials::AccessToken(token)),
        (Some((id, secret)), None, Some(token), None) => {
            Ok(OpenCredentials::Refresh { token, client: RefreshClient::Own { id, secret } })
        }
        (None, None, Some(token), Some(url)) => {
            Ok(OpenCredentials::Refresh { token, client: RefreshClient::Elsewhere(url) })
        }
        _ => Err(reader.wrong("client_id", "the account signs in one way", OPEN_WAYS)),
    }
}

/// Reads the settings of direct links and of their signatures.
fn direct_links<L: Fn(&str) -> Option<String>>(
    reader: &Reader<'_, L>,
) -> Result<DirectLinks, ConfigError> {
    let private_key = reader.secret("private_key")?;
    if private_key.as_ref().is_some_and(|key| key.expose().is_empty()) {
        let hint = "set it to the key of the account's console";
        return Err(reader.wrong("private_key", "the key is empty", hint));
    }
    Ok(DirectLinks {
        private_key,
        uid: reader.table.number("uid")?,
        form: path_form(&reader.table)?,
        valid: valid_minutes(&reader.table)?,
        hosts: signed_hosts(&reader.table)?,
    })
}
