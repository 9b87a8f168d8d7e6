//! The fields of mounts that several sources have in common.

use super::error::ConfigError;
use super::lookup::site_path;
use super::read::missing;
use crate::direct_host::{DirectHost, DirectHostError};
use crate::host::SignedHosts;
use crate::percent::is_escaped_path;
use crate::sign::PathForm;
use crate::time::ValidMinutes;

/// The maximum number of segments in a mount's path. Together with the levels of a tree they are as many
/// as a request's path may have.
const MAX_SEGMENTS: usize = 16;

/// Reads `path_form`: how the signature hashes the path.
pub fn path_form(setting: &str, written: Option<&str>) -> Result<PathForm, ConfigError> {
    match written {
        None | Some("decoded") => Ok(PathForm::Decoded),
        Some("as_is") => Ok(PathForm::AsIs),
        Some(_) => Err(ConfigError::new(
            format!("{setting}.path_form"),
            "there is no such form",
            "use \"decoded\" or \"as_is\"",
        )),
    }
}

/// Reads `valid_minutes`: the lifetime of a signed link.
pub fn valid_minutes(setting: &str, written: Option<u64>) -> Result<ValidMinutes, ConfigError> {
    let Some(minutes) = written else { return Ok(ValidMinutes::default()) };
    ValidMinutes::new(minutes).ok_or_else(|| {
        let message = format!("{minutes} minutes is not a lifetime for links");
        ConfigError::new(format!("{setting}.valid_minutes"), message, "use 1 to 10080")
    })
}

/// Reads `hosts`: the hosts whose URLs are signed, of which that of `host` is one.
pub fn signed_hosts(
    setting: &str,
    written: &[String],
    host: Option<&DirectHost>,
) -> Result<SignedHosts, ConfigError> {
    let hosts = SignedHosts::with(written).map_err(|index| {
        let hint = "write host or host:port, without https:// and path";
        ConfigError::new(format!("{setting}.hosts[{index}]"), "not a host", hint)
    })?;
    Ok(match host {
        Some(host) => hosts.and(host.host()),
        None => hosts,
    })
}

/// Reads `host`: the host that takes the place of the one in the URLs of the account `uid`'s direct links.
pub fn direct_host(
    setting: &str,
    written: Option<&str>,
    uid: Option<u64>,
) -> Result<Option<DirectHost>, ConfigError> {
    let Some(written) = written else { return Ok(None) };
    DirectHost::new(written, uid).map(Some).map_err(|error| {
        let (message, hint) = match error {
            DirectHostError::NotAHost => (
                "not a host".to_owned(),
                "write host or host:port, without https:// and path",
            ),
            DirectHostError::NoUid => (
                "it is not clear whose links move there".to_owned(),
                "add the account's uid: 123Pan's own hosts have it in the path, custom domains don't",
            ),
            DirectHostError::OtherAccount(named) => (
                format!("the host of the account {named}, and uid is another"),
                "write the host and the uid of one account",
            ),
        };
        ConfigError::new(format!("{setting}.host"), message, hint)
    })
}

/// Reads `path`: the required path of a mount in the site, as segments.
pub fn mount_path(setting: &str, written: Option<&str>) -> Result<Vec<String>, ConfigError> {
    let written = written.ok_or_else(|| missing(setting, "path"))?;
    let config_error = |message: String, hint: &'static str| {
        ConfigError::new(format!("{setting}.path"), message, hint)
    };
    let path = site_path(written).map_err(|(message, hint)| config_error(message, hint))?;
    if is_escaped_path(&path) {
        let hint = "write it decoded, as it is to be shown, like /team files";
        return Err(config_error("it holds an escape like %20".to_owned(), hint));
    }
    if path.len() > MAX_SEGMENTS {
        return Err(config_error("too many folders".to_owned(), "use at most 16"));
    }
    Ok(path)
}
