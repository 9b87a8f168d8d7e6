//! The settings of a mount of the source `personal`: user name and password, or a token.

use std::rc::Rc;

use super::Personal;
use crate::config::error::ConfigError;
use crate::config::remote_mount::{Reader, digest};
use crate::sources::web_api::{WebAccount, WebCredentials, WebHosts};
use crate::sources::{SourceKind, Upstream};

/// The fields that a mount of a personal drive may have, besides those that all mounts of 123Pan's have.
pub const FIELDS: [&str; 4] = ["username", "password", "token", "login"];

const ONE_WAY: &str = "set username and password, or a token pasted from a browser";

/// Reads the settings of a mount of a personal drive.
///
/// # Errors
/// The field that is wrong, and how to correct it.
pub fn read<L: Fn(&str) -> Option<String>>(
    reader: &Reader<'_, L>,
) -> Result<Upstream, ConfigError> {
    let hosts = WebHosts::read(reader)?;
    let credentials = match (reader.secret("token")?, reader.secret("username")?) {
        (Some(_), None) if reader.table.value("password").is_some() => {
            return Err(reader.wrong("token", "an account signs in one way", ONE_WAY));
        }
        (Some(token), None) => WebCredentials::Token(token),
        (None, Some(username)) => {
            let password = reader.secret("password")?;
            let password = password.ok_or_else(|| reader.table.missing("password"))?;
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
    Ok(Upstream {
        settings: reader.settings(object, &["personal", &listed])?,
        kind: SourceKind::Personal(Personal { account }),
    })
}
