//! The settings of a mount of the source `personal`: user name and password, or a token.

use std::rc::Rc;

use serde::Deserialize;

use super::Personal;
use crate::config::error::ConfigError;
use crate::config::remote_mount::{Reader, RemoteSettings, digest};
use crate::config::secret_name::SecretName;
use crate::sources::upstream::direct_config::RawDirect;
use crate::sources::upstream::path_link::PathLinks;
use crate::sources::web_api::{WebAccount, WebCredentials, WebHosts};

/// The fields that a mount of a personal drive has besides those that all mounts of 123Pan's have, as its
/// owner wrote them.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub(crate) struct RawPersonal {
    username: Option<SecretName>,
    password: Option<SecretName>,
    token: Option<SecretName>,
    login: Option<String>,
}

const ONE_WAY: &str = "set username and password, or a token pasted from a browser";

/// Reads the settings of a mount of a personal drive.
///
/// # Errors
/// The field that is wrong, and how to correct it.
pub fn read<L: Fn(&str) -> Option<String>>(
    reader: &Reader<'_, L>,
    errors: &mut Vec<ConfigError>,
) -> Result<(RemoteSettings, Personal, Option<PathLinks>), ConfigError> {
    let raw: RawPersonal = reader.fields(&RawDirect::NAMES, errors);
    let direct = RawDirect::read(reader, errors);
    let base = direct.direct_base.as_deref();
    let path_links = base.map(|base| direct.of_paths(base, reader)).transpose()?;
    if path_links.is_none() {
        direct.require_unset(reader, "add direct_base, or remove it")?;
    }
    let hosts = WebHosts::read(reader, raw.login.as_deref())?;
    let secret = |field: &str, name: &Option<SecretName>| reader.secret(field, name.as_deref());
    let credentials = match (secret("token", &raw.token)?, secret("username", &raw.username)?) {
        (Some(_), None) if raw.password.is_some() => {
            return Err(reader.wrong("token", "an account signs in one way", ONE_WAY));
        }
        (Some(token), None) => WebCredentials::Token(token),
        (None, Some(username)) => {
            let password = secret("password", &raw.password)?;
            let password = password.ok_or_else(|| reader.missing("password"))?;
            WebCredentials::Password { username, password }
        }
        (Some(_), Some(_)) => {
            return Err(reader.wrong("token", "an account signs in one way", ONE_WAY));
        }
        (None, None) => return Err(reader.wrong("username", "nothing to sign in with", ONE_WAY)),
    };
    // The digest is over the password too: otherwise a phone number could be found by trying all of them.
    let (who, secret) = match &credentials {
        WebCredentials::Password { username, password } => (username.expose(), password.expose()),
        WebCredentials::Token(token) => (token.expose(), ""),
    };
    let object = digest(&["web", who, secret]);
    let listed = [hosts.api.as_str(), who, secret].join("\0");
    let account = Rc::new(WebAccount { digest: object.clone(), credentials, hosts });
    Ok((reader.settings(object, &["personal", &listed])?, Personal { account }, path_links))
}
