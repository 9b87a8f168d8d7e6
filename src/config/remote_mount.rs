//! The setting `MOUNTS`: the mounts whose entries 123Pan lists.

use std::time::Duration;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::error::ConfigError;
use super::lookup::{is_bound, no_such_secret};
use super::mount_fields::field_path;
use super::table::Table;
use crate::secret::Secret;

/// The fields that every mount whose entries 123Pan lists may have.
const COMMON: [&str; 6] = ["path", "source", "root", "api", "fresh_minutes", "stale_hours"];
/// For how long a cached listing is fresh by default.
const FRESH: Duration = Duration::from_mins(5);
/// For how long a cached listing may be served stale by default.
const STALE: Duration = Duration::from_hours(24);

/// The settings that every mount has whose entries 123Pan lists.
#[derive(Clone, Debug)]
pub struct RemoteSettings {
    /// The mount's name in error reports: `MOUNTS[1]`.
    pub setting: String,
    /// A digest of every setting that changes what is listed: 16 hex digits, from which no secret can be
    /// read. Cache keys begin with it.
    pub digest: String,
    /// The name of the account object that makes the mount's calls, so that one rate limit holds for all
    /// mounts of the account.
    pub account: String,
    /// The id of the 123Pan folder that the mount shows; 0 is the root.
    pub root: u64,
    /// For how long a cached listing is fresh.
    pub fresh: Duration,
    /// For how long a cached listing may be served stale, counted from when it was read.
    pub stale: Duration,
}

/// Reads the fields of one mount, and looks up its secrets.
pub struct Reader<'r, L> {
    /// The mount's JSON object.
    pub table: Table<'r>,
    /// Looks up a secret or binding by its name.
    pub lookup: &'r L,
}

impl<'r, L: Fn(&str) -> Option<String>> Reader<'r, L> {
    /// A reader of a mount's JSON object, which may have the fields that all such mounts have and
    /// `fields`.
    ///
    /// # Errors
    /// A field that is neither, or a missing binding `ACCOUNTS`, which such mounts need.
    pub fn new(
        setting: &str,
        fields: &[&str],
        value: &'r Value,
        lookup: &'r L,
    ) -> Result<Self, ConfigError> {
        let table = Table::new(setting, value, &[&COMMON, fields].concat())?;
        if !is_bound(lookup, "ACCOUNTS") {
            let message = "the Durable Object binding ACCOUNTS is missing, which calls 123Pan";
            let hint = "take [[durable_objects.bindings]] and [[migrations]] over from the wrangler.toml that comes with Signpost";
            return Err(ConfigError::new(table.setting("source"), message, hint));
        }
        Ok(Self { table, lookup })
    }

    /// Reads `path`: the mount's path in the site, as segments.
    pub fn path(&self) -> Result<Vec<String>, ConfigError> {
        field_path(&self.table)
    }

    /// The settings that every source has. `account` is the name of the account object, and `who` tells the
    /// folders that the mount lists from all others.
    ///
    /// # Errors
    /// A number that is too small or too large.
    pub fn settings(&self, account: String, who: &[&str]) -> Result<RemoteSettings, ConfigError> {
        let root: u64 = self.table.number("root")?.unwrap_or_default();
        let within = |field: &str, unit: Duration, default: Duration, most: u32| {
            let Some(written) = self.table.number::<u64>(field)? else { return Ok(default) };
            let fitting = u32::try_from(written).ok().filter(|units| (1..=most).contains(units));
            fitting.map(|units| unit * units).ok_or_else(|| {
                let message = format!("{written} is too few or too many");
                self.wrong(field, &message, &format!("use 1 to {most}"))
            })
        };
        let fresh = within("fresh_minutes", Duration::from_mins(1), FRESH, 1_440)?;
        let stale = within("stale_hours", Duration::from_hours(1), STALE, 720)?;
        Ok(RemoteSettings {
            setting: self.table.setting("").trim_end_matches('.').to_owned(),
            digest: digest(&[who, &[&root.to_string()]].concat()),
            account,
            root,
            fresh,
            stale: stale.max(fresh),
        })
    }

    /// Reads a field that holds a base URL, or `default` if it is not set: https, or http on this very
    /// machine, where a fake may run.
    pub fn address(&self, field: &str, default: &str) -> Result<String, ConfigError> {
        let Some(written) = self.table.text(field)? else { return Ok(default.to_owned()) };
        let address = written.trim_end_matches('/');
        let host = |rest: &str| rest.split('/').next().unwrap_or_default().to_owned();
        let is_address = match (address.strip_prefix("https://"), address.strip_prefix("http://")) {
            (Some(rest), _) => crate::host::is_host(&host(rest)),
            (None, Some(rest)) => {
                let host = host(rest);
                matches!(host.split(':').next(), Some("127.0.0.1" | "localhost"))
                    && crate::host::is_host(&host)
            }
            (None, None) => false,
        };
        let is_plain = address.bytes().all(|byte| byte.is_ascii_graphic());
        if is_address && is_plain && !address.contains(['?', '#', '\\', '@']) {
            return Ok(address.to_owned());
        }
        Err(self.wrong(field, "not an address", "write it like https://yun.123pan.com/b/api"))
    }

    /// The secret whose name a field gives.
    pub fn secret(&self, field: &str) -> Result<Option<Secret>, ConfigError> {
        let Some(name) = self.table.text(field)? else { return Ok(None) };
        let text = (self.lookup)(&name).filter(|text| !text.trim().is_empty());
        let text = text.ok_or_else(|| no_such_secret(self.table.setting(field)))?;
        Ok(Some(Secret::new(&text)))
    }

    /// The error for a field, with a message and a hint.
    pub fn wrong(&self, field: &str, message: &str, hint: &str) -> ConfigError {
        ConfigError::new(self.table.setting(field), message, hint)
    }
}

/// A digest of these texts, from which they can't be read: the first 16 hex digits of their SHA-256.
pub fn digest(parts: &[&str]) -> String {
    hex::encode(Sha256::digest(parts.join("\0")).get(..8).unwrap_or_default())
}
