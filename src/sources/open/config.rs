//! The settings of a mount of the source `open`: credentials, API address and direct links.

use serde::Deserialize;

use super::{Open, OpenCredentials, RefreshClient};
use crate::config::error::ConfigError;
use crate::config::remote_mount::{Reader, RemoteSettings, digest};
use crate::config::secret_name::SecretName;
use crate::sources::upstream::direct_config::RawDirect;
use crate::sources::upstream::direct_link::DirectLinks;
use crate::sources::upstream::path_link::PathLinks;

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
) -> Result<(RemoteSettings, Open, Option<PathLinks>), ConfigError> {
    let raw: RawOpen = reader.fields(&RawDirect::NAMES, errors);
    let api = reader.api(OPEN_API)?;
    let credentials = credentials(reader, &raw)?;
    let who = match &credentials {
        OpenCredentials::Client { id, .. } => id.expose(),
        OpenCredentials::AccessToken(token) | OpenCredentials::Refresh { token, .. } => {
            token.expose()
        }
    };
    let account = digest(&["open", who]);
    let raw_direct = RawDirect::read(reader, errors);
    let (direct, path_links) = match (raw.direct_link == Some(true), &raw_direct.direct_base) {
        (true, Some(_)) => {
            let message = "with direct_link = true each file's link is asked of 123Pan, with direct_base it is \
                           made of the file's path: a mount does one of the two";
            return Err(reader.wrong("direct_base", message, "remove one of the two"));
        }
        (true, None) => (Some(raw_direct.given(reader)?), None),
        (false, Some(base)) => (None, Some(raw_direct.of_paths(base, reader)?)),
        (false, None) => {
            let hint = "add direct_base or direct_link = true, or remove it";
            raw_direct.require_unset(reader, hint)?;
            (None, None)
        }
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
    Ok((settings, Open { account, credentials, api, direct }, path_links))
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
