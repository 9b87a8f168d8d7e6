//! The fields of mounts that several sources have in common.

use super::error::ConfigError;
use super::lookup::site_path;
use super::table::Table;
use crate::host::SignedHosts;
use crate::percent::is_escaped_path;
use crate::sign::PathForm;
use crate::time::ValidMinutes;

/// The maximum number of segments in a mount's path. Together with the levels of a tree they are as many
/// as a request's path may have.
const MAX_SEGMENTS: usize = 16;

/// Reads `path_form`: how the signature hashes the path.
pub fn path_form(table: &Table<'_>) -> Result<PathForm, ConfigError> {
    match table.text("path_form")?.as_deref() {
        None | Some("decoded") => Ok(PathForm::Decoded),
        Some("as_is") => Ok(PathForm::AsIs),
        Some(_) => Err(ConfigError::new(
            table.setting("path_form"),
            "there is no such form",
            "use \"decoded\" or \"as_is\"",
        )),
    }
}

/// Reads `valid_minutes`: the lifetime of a signed link.
pub fn valid_minutes(table: &Table<'_>) -> Result<ValidMinutes, ConfigError> {
    let Some(minutes) = table.number("valid_minutes")? else { return Ok(ValidMinutes::default()) };
    ValidMinutes::new(minutes).ok_or_else(|| {
        let message = format!("{minutes} minutes is not a lifetime for links");
        ConfigError::new(table.setting("valid_minutes"), message, "use 1 to 10080")
    })
}

/// Reads `hosts`: the hosts whose URLs are signed.
pub fn signed_hosts(table: &Table<'_>) -> Result<SignedHosts, ConfigError> {
    SignedHosts::with(&table.texts("hosts")?.unwrap_or_default()).map_err(|index| {
        let hint = "write host or host:port, without https:// and path";
        ConfigError::new(format!("{}[{index}]", table.setting("hosts")), "not a host", hint)
    })
}

/// Reads `path`: the required path of a mount in the site, as segments.
pub fn field_path(table: &Table<'_>) -> Result<Vec<String>, ConfigError> {
    checked_path(table, &table.required("path")?)
}

/// Parses the path of a mount in the site as its owner wrote it, into segments.
pub fn checked_path(table: &Table<'_>, written: &str) -> Result<Vec<String>, ConfigError> {
    let fault = |message: String, hint: &'static str| {
        ConfigError::new(table.setting("path"), message, hint)
    };
    let path = site_path(written).map_err(|(message, hint)| fault(message, hint))?;
    if is_escaped_path(&path) {
        let hint = "write it decoded, as it is to be shown, like /team files";
        return Err(fault("it holds an escape like %20".to_owned(), hint));
    }
    if path.len() > MAX_SEGMENTS {
        return Err(fault("too many folders".to_owned(), "use at most 16"));
    }
    Ok(path)
}
