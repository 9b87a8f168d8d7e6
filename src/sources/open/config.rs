//! The settings of a mount of the source `open`: credentials, API address and direct links.

use serde::Deserialize;

use super::{Open, OpenCredentials, RefreshClient};
use crate::config::error::ConfigError;
use crate::config::mount_fields::{path_form, signed_hosts, valid_minutes};
use crate::config::remote_mount::{Reader, RemoteSettings, digest};
use crate::config::secret_name::SecretName;
use crate::sources::upstream::direct_link::DirectLinks;

/// The fields that a mount of the open platform has besides those that all mounts of 123Pan's have, as its
/// owner wrote them.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct RawOpen {
    client_id: Option<SecretName>,
    client_secret: Option<SecretName>,
    access_token: Option<SecretName>,
    refresh_token: Option<SecretName>,
    renew_url: Option<SecretName>,
    direct_link: Option<bool>,
    private_key: Option<SecretName>,
    valid_minutes: Option<u64>,
    hosts: Option<Vec<String>>,
    path_form: Option<String>,
    uid: Option<u64>,
}

impl RawOpen {
    /// The first field that is set and about direct links.
    fn field_of_direct_links(&self) -> Option<&'static str> {
        let fields = [
            ("private_key", self.private_key.is_some()),
            ("uid", self.uid.is_some()),
            ("valid_minutes", self.valid_minutes.is_some()),
            ("hosts", self.hosts.is_some()),
            ("path_form", self.path_form.is_some()),
        ];
        fields.into_iter().find(|(_, is_set)| *is_set).map(|(name, _)| name)
    }
}

/// The open platform's base URL, from its documentation.
const OPEN_API: &str = "https://open-api.123pan.com";

const OPEN_WAYS: &str = "set client_id and client_secret, or access_token, or refresh_token with either both of the former or renew_url";

/// Reads the settings of a mount of the open platform.
///
/// # Errors
/// The field that is wrong, and how to correct it.
pub fn read<L: Fn(&str) -> Option<String>>(
    reader: &Reader<'_, L>,
    errors: &mut Vec<ConfigError>,
) -> Result<(RemoteSettings, Open), ConfigError> {
    let raw: RawOpen = reader.fields(errors);
    let api = reader.api(OPEN_API)?;
    let credentials = credentials(reader, &raw)?;
    let who = match &credentials {
        OpenCredentials::Client { id, .. } => id.expose(),
        OpenCredentials::AccessToken(token) | OpenCredentials::Refresh { token, .. } => {
            token.expose()
        }
    };
    let account = digest(&["open", who]);
    let direct = if raw.direct_link == Some(true) {
        Some(direct_links(reader, &raw)?)
    } else if let Some(field) = raw.field_of_direct_links() {
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
    let settings = reader.settings(account.clone(), &["open", &listed])?;
    Ok((settings, Open { account, credentials, api, direct }))
}

/// Reads the account's credentials.
fn credentials<L: Fn(&str) -> Option<String>>(
    reader: &Reader<'_, L>,
    raw: &RawOpen,
) -> Result<OpenCredentials, ConfigError> {
    let secret = |field: &str, name: &Option<SecretName>| reader.secret(field, name.as_deref());
    let client = match (
        secret("client_id", &raw.client_id)?,
        secret("client_secret", &raw.client_secret)?,
    ) {
        (Some(id), Some(secret)) => Some((id, secret)),
        (None, None) => None,
        (Some(_), None) => return Err(reader.missing("client_secret")),
        (None, Some(_)) => return Err(reader.missing("client_id")),
    };
    let renew_url = raw.renew_url.as_deref();
    let renew_url = renew_url.map(|url| reader.address("renew_url", url)).transpose()?;
    let access_token = secret("access_token", &raw.access_token)?;
    match (client, access_token, secret("refresh_token", &raw.refresh_token)?, renew_url) {
        (Some((id, secret)), None, None, None) => Ok(OpenCredentials::Client { id, secret }),
        (None, Some(token), None, None) => Ok(OpenCredentials::AccessToken(token)),
        (Some((id, secret)), None, Some(token), None) => {
            Ok(OpenCredentials::Refresh { token, client: RefreshClient::Own { id, secret } })
        }
        (None, None, Some(token), Some(url)) => {
            Ok(OpenCredentials::Refresh { token, client: RefreshClient::RenewalService(url) })
        }
        _ => Err(reader.wrong("client_id", "the account signs in one way", OPEN_WAYS)),
    }
}

/// Reads the settings of direct links and of their signatures.
fn direct_links<L: Fn(&str) -> Option<String>>(
    reader: &Reader<'_, L>,
    raw: &RawOpen,
) -> Result<DirectLinks, ConfigError> {
    let private_key = reader.secret("private_key", raw.private_key.as_deref())?;
    if private_key.as_ref().is_some_and(|key| key.expose().is_empty()) {
        let hint = "set it to the key of the account's console";
        return Err(reader.wrong("private_key", "the key is empty", hint));
    }
    Ok(DirectLinks {
        private_key,
        uid: raw.uid,
        form: path_form(reader.setting, raw.path_form.as_deref())?,
        valid: valid_minutes(reader.setting, raw.valid_minutes)?,
        hosts: signed_hosts(reader.setting, raw.hosts.as_deref().unwrap_or_default())?,
    })
}
