//! Fields that mounts of several sources have.

use super::error::Fault;
use super::lookup::site_path;
use super::table::Table;
use crate::host::SignedHosts;
use crate::percent::is_escaped_path;
use crate::sign::PathForm;
use crate::time::ValidMinutes;

/// With the levels of a tree they are as many as a request's path may have.
const MOST_SEGMENTS: usize = 16;

/// How the signature hashes the path.
pub fn path_form(table: &Table<'_>) -> Result<PathForm, Fault> {
    match table.text("path_form")?.as_deref() {
        None | Some("decoded") => Ok(PathForm::Decoded),
        Some("as_is") => Ok(PathForm::AsIs),
        Some(_) => Err(Fault::new(
            table.setting("path_form"),
            "there is no such form",
            "use \"decoded\" or \"as_is\"",
        )),
    }
}

/// The lifetime of a signed link.
pub fn valid_minutes(table: &Table<'_>) -> Result<ValidMinutes, Fault> {
    let Some(minutes) = table.number("valid_minutes")? else { return Ok(ValidMinutes::default()) };
    ValidMinutes::new(minutes).ok_or_else(|| {
        let message = format!("{minutes} minutes is not a lifetime for links");
        Fault::new(table.setting("valid_minutes"), message, "use 1 to 10080")
    })
}

/// The hosts to sign for.
pub fn signed_hosts(table: &Table<'_>) -> Result<SignedHosts, Fault> {
    SignedHosts::with(&table.texts("hosts")?.unwrap_or_default()).map_err(|index| {
        let mend = "write host or host:port, without https:// and path";
        Fault::new(format!("{}[{index}]", table.setting("hosts")), "not a host", mend)
    })
}

/// The place in the site.
pub fn field_path(table: &Table<'_>) -> Result<Vec<String>, Fault> {
    checked_path(table, &table.required("path")?)
}

/// The place in the site, as it is written.
pub fn checked_path(table: &Table<'_>, written: &str) -> Result<Vec<String>, Fault> {
    let fault =
        |message: String, mend: &'static str| Fault::new(table.setting("path"), message, mend);
    let path = site_path(written).map_err(|(message, mend)| fault(message, mend))?;
    if is_escaped_path(&path) {
        let mend = "write it decoded, as it is to be shown, like /team files";
        return Err(fault("it holds an escape like %20".to_owned(), mend));
    }
    if path.len() > MOST_SEGMENTS {
        return Err(fault("too many folders".to_owned(), "use at most 16"));
    }
    Ok(path)
}
