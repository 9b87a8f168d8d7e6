//! The setting `MOUNTS`: the mounts whose entries 123Pan lists.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::base_url::{self, base_url};
use super::error::ConfigError;
use super::lookup::{is_bound, no_such_secret};
use super::mount_fields::mount_path;
use super::read;
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
    /// read. Cache keys hold it.
    pub digest: String,
    /// The name of the account object that makes the mount's calls, so that one rate limit holds for all
    /// mounts of the account.
    pub account: String,
    /// The indexes in `MOUNTS` of all mounts of the account, this one's included: the account object reads
    /// their settings and no others.
    pub account_mounts: Vec<usize>,
    /// The id of the 123Pan folder that the mount shows; 0 is the root.
    pub root: u64,
    /// For how long a cached listing is fresh.
    pub fresh: Duration,
    /// For how long a cached listing may be served stale, counted from when it was read.
    pub stale: Duration,
}

/// The fields that every mount has whose entries 123Pan lists, as its owner wrote them.
#[derive(Default, Deserialize)]
#[serde(default, expecting = "a table")]
pub(crate) struct RawRemote {
    path: Option<String>,
    root: Option<u64>,
    api: Option<String>,
    fresh_minutes: Option<u64>,
    stale_hours: Option<u64>,
}

/// Reads the fields of one mount whose entries 123Pan lists, and looks up its secrets.
pub struct Reader<'r, L> {
    /// The mount's name in error reports: `MOUNTS[1]`.
    pub setting: &'r str,
    /// Looks up a secret or binding by its name.
    pub lookup: &'r L,
    value: &'r Value,
    common: RawRemote,
}

impl<'r, L: Fn(&str) -> Option<String>> Reader<'r, L> {
    /// A reader of a mount's JSON object.
    ///
    /// # Errors
    /// A missing binding `ACCOUNTS`, which such mounts need.
    pub fn new(
        setting: &'r str,
        value: &'r Value,
        lookup: &'r L,
        errors: &mut Vec<ConfigError>,
    ) -> Result<Self, ConfigError> {
        if !is_bound(lookup, "ACCOUNTS") {
            let message = "the Durable Object binding ACCOUNTS is missing, which calls 123Pan";
            let hint = "take [[durable_objects.bindings]] and [[migrations]] over from the wrangler.toml that comes with Signpost";
            return Err(ConfigError::new(format!("{setting}.source"), message, hint));
        }
        // The fields of the source are read, and unknown ones reported, by `Reader::fields`.
        let common = read::read(setting, &only(value, &COMMON), &["source"], errors);
        Ok(Self { setting, lookup, value, common })
    }

    /// Reads the fields that only mounts of this source have, but for `others`, and reports all that are unknown.
    pub fn fields<T: DeserializeOwned + Default>(
        &self,
        others: &[&str],
        errors: &mut Vec<ConfigError>,
    ) -> T {
        read::read(self.setting, self.value, &[&COMMON, others].concat(), errors)
    }

    /// Reads the fields of these names.
    pub fn fields_named<T: DeserializeOwned + Default>(
        &self,
        names: &[&str],
        errors: &mut Vec<ConfigError>,
    ) -> T {
        read::read(self.setting, &only(self.value, names), &[], errors)
    }

    /// Reads `path`: the mount's path in the site, as segments.
    pub fn path(&self) -> Result<Vec<String>, ConfigError> {
        mount_path(self.setting, self.common.path.as_deref())
    }

    /// The settings that every source has. `account` is the name of the account object, and `who` tells the
    /// folders that the mount lists from all others. The account's mounts are not known yet.
    ///
    /// # Errors
    /// A number that is too small or too large.
    pub fn settings(&self, account: String, who: &[&str]) -> Result<RemoteSettings, ConfigError> {
        let RawRemote { root, fresh_minutes, stale_hours, .. } = &self.common;
        let root = root.unwrap_or_default();
        let within = |field: &str, written: &Option<u64>, unit: Duration, default, most: u32| {
            let Some(written) = written else { return Ok(default) };
            let fitting = u32::try_from(*written).ok().filter(|units| (1..=most).contains(units));
            fitting.map(|units| unit * units).ok_or_else(|| {
                let message = format!("{written} is too few or too many");
                self.wrong(field, &message, &format!("use 1 to {most}"))
            })
        };
        let fresh = within("fresh_minutes", fresh_minutes, Duration::from_mins(1), FRESH, 1_440)?;
        let stale = within("stale_hours", stale_hours, Duration::from_hours(1), STALE, 720)?;
        Ok(RemoteSettings {
            setting: self.setting.to_owned(),
            digest: digest(&[who, &[&root.to_string()]].concat()),
            account,
            account_mounts: Vec::new(),
            root,
            fresh,
            stale: stale.max(fresh),
        })
    }

    /// Reads `api`: the API's base URL, or `default` if it is not set.
    pub fn api(&self, default: &str) -> Result<String, ConfigError> {
        self.common
            .api
            .as_deref()
            .map_or_else(|| Ok(default.to_owned()), |api| self.address("api", api))
    }

    /// Checks the base URL in a field: https, or http on this very machine, where a fake may run.
    pub fn address(&self, field: &str, written: &str) -> Result<String, ConfigError> {
        let url = base_url(written).filter(|url| {
            url.scheme() == "https" || matches!(url.host_str(), Some("127.0.0.1" | "localhost"))
        });
        if let Some(url) = url {
            return Ok(base_url::text(&url).to_owned());
        }
        Err(self.wrong(field, "not an address", "write it like https://yun.123pan.com/b/api"))
    }

    /// The secret whose name a field gives.
    pub fn secret(&self, field: &str, name: Option<&str>) -> Result<Option<Secret>, ConfigError> {
        let Some(name) = name else { return Ok(None) };
        let text = (self.lookup)(name).filter(|text| !text.trim().is_empty());
        let text = text.ok_or_else(|| no_such_secret(self.field(field)))?;
        Ok(Some(Secret::new(&text)))
    }

    /// The error for a field, with a message and a hint.
    pub fn wrong(&self, field: &str, message: &str, hint: &str) -> ConfigError {
        ConfigError::new(self.field(field), message, hint)
    }

    /// The error for a required field that is not set.
    pub fn missing(&self, field: &str) -> ConfigError {
        read::missing(self.setting, field)
    }

    fn field(&self, name: &str) -> String {
        format!("{}.{name}", self.setting)
    }
}

/// A table with its fields of these names alone.
fn only(table: &Value, names: &[&str]) -> Value {
    let fields = table.as_object().into_iter().flatten();
    let fields = fields.filter(|(name, _)| names.contains(&name.as_str()));
    Value::Object(fields.map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// A digest of these texts, from which they can't be read: the first 16 hex digits of their SHA-256.
pub fn digest(parts: &[&str]) -> String {
    hex::encode(Sha256::digest(parts.join("\0")).get(..8).unwrap_or_default())
}
