//! The setting `MOUNTS`: each mount is read and checked, and its secrets are looked up.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value;

use super::links::config::{LinksConfig, TreeText};
use super::web_api::account::Accounts;
use super::{RemoteMountConfig, SourceKind, links};
use crate::config::error::ConfigError;
use crate::config::read::parse_list;
use crate::config::remote_mount::Reader;

/// A mount: a source, and the path in the site at which it appears.
#[derive(Debug)]
pub struct MountConfig {
    /// The mount's name in error reports: `MOUNTS[0]`; without `MOUNTS`, `the tree`.
    pub setting: String,
    /// The segments of the mount's path; none for the root.
    pub path: Vec<String>,
    /// The source that is mounted.
    pub source: SourceConfig,
}

impl MountConfig {
    /// The mount of a link tree that is the whole site.
    pub fn at_root(tree: LinksConfig) -> Self {
        let (setting, path) = ("the tree".to_owned(), Vec::new());
        Self { setting, path, source: SourceConfig::Links(tree) }
    }

    /// The name in error reports of the setting with the KV key of the mount's tree.
    pub(crate) fn kv_setting(&mut self) -> Option<&mut String> {
        match &mut self.source {
            SourceConfig::Links(LinksConfig { tree: TreeText::Kv { setting, .. }, .. }) => {
                Some(setting)
            }
            SourceConfig::Links(_) | SourceConfig::Remote(_) => None,
        }
    }
}

/// The source of a mount's entries.
#[derive(Debug)]
pub enum SourceConfig {
    /// A link tree that the owner wrote.
    Links(LinksConfig),
    /// A listing by 123Pan.
    Remote(Box<RemoteMountConfig>),
}

/// The mounts of one 123Pan account, by the name of its account object (`account` of its settings) and the
/// mounts' indexes in `MOUNTS`. No other setting and no other mount's secret is read. Mounts with errors,
/// and mounts that are not the account's, are left out: a site with a configuration error makes no calls to
/// 123Pan.
pub fn account_mounts(
    lookup: impl Fn(&str) -> Option<String>,
    account: &str,
    indexes: &[usize],
) -> Vec<RemoteMountConfig> {
    // The same code as for a site: see `Config::read`.
    let lookup: &dyn Fn(&str) -> Option<String> = &lookup;
    let Some(json) = lookup("MOUNTS") else { return Vec::new() };
    let is_wanted = |index: usize, source: &str| source != "links" && indexes.contains(&index);
    let mounts = read_mounts_of(&is_wanted, &json, &lookup, &mut Vec::new()).into_iter();
    let configs = mounts.filter_map(|mount| match mount.source {
        SourceConfig::Remote(config) => Some(*config),
        SourceConfig::Links(_) => None,
    });
    configs.filter(|config| config.settings.account == account).collect()
}

/// Reads the valid mounts; the errors of the others are added to `errors`.
pub(crate) fn read_mounts(
    json: &str,
    lookup: &impl Fn(&str) -> Option<String>,
    errors: &mut Vec<ConfigError>,
) -> Vec<MountConfig> {
    read_mounts_of(&|_, _| true, json, lookup, errors)
}

fn read_mounts_of(
    is_wanted: &dyn Fn(usize, &str) -> bool,
    json: &str,
    lookup: &impl Fn(&str) -> Option<String>,
    errors: &mut Vec<ConfigError>,
) -> Vec<MountConfig> {
    let raw = match parse_list("MOUNTS", json) {
        Ok(raw) => raw,
        Err(error) => {
            errors.push(error);
            return Vec::new();
        }
    };
    if raw.is_empty() {
        errors.push(ConfigError::new(
            "MOUNTS",
            "there is no mount in it",
            "add one, or remove MOUNTS",
        ));
    }
    let mut mounts: Vec<MountConfig> = Vec::new();
    let mut account_mounts: HashMap<String, Vec<usize>> = HashMap::new();
    let mut accounts = Accounts::new();
    let numbered = || raw.iter().enumerate().filter(|(at, raw)| is_wanted(*at, source_of(raw)));
    let borrows = |raw: &Value| SourceKind::can_use_other_account(source_of(raw));
    // Last come those that may use any of the others' accounts.
    let borrowers = numbered().filter(|(_, raw)| borrows(raw));
    for (index, raw) in numbered().filter(|(_, raw)| !borrows(raw)).chain(borrowers) {
        let setting = format!("MOUNTS[{index}]");
        let before = errors.len();
        let read = read_mount(&setting, raw, lookup, &accounts, errors);
        // What is said of a mount without the fields that were just reported may be wrong.
        if errors.len() > before {
            continue;
        }
        let mount = match read {
            Ok(mount) => mount,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        if let Some(other) = mounts.iter().find(|other| other.path == mount.path) {
            errors.push(ConfigError::new(
                format!("{setting}.path"),
                format!("{} has the same path", other.setting),
                "give each mount a path of its own",
            ));
            continue;
        }
        if let SourceConfig::Remote(config) = &mount.source {
            account_mounts.entry(config.settings.account.clone()).or_default().push(index);
            if let Some(account) = config.kind.shareable_account() {
                accounts.push((mount.path.clone(), Rc::clone(account)));
            }
        }
        mounts.push(mount);
    }
    for mount in &mut mounts {
        if let SourceConfig::Remote(config) = &mut mount.source {
            let settings = &mut config.settings;
            settings.account_mounts =
                account_mounts.get(&settings.account).cloned().unwrap_or_default();
        }
    }
    mounts
}

/// The source that a mount names; `links` if none.
fn source_of(mount: &Value) -> &str {
    mount.get("source").and_then(Value::as_str).unwrap_or("links")
}

fn read_mount(
    setting: &str,
    value: &Value,
    lookup: &impl Fn(&str) -> Option<String>,
    accounts: &Accounts,
    errors: &mut Vec<ConfigError>,
) -> Result<MountConfig, ConfigError> {
    let name = source_of(value);
    if name == "links" {
        let (path, links) = links::config::read(setting, value, lookup, errors)?;
        let (setting, source) = (setting.to_owned(), SourceConfig::Links(links));
        return Ok(MountConfig { setting, path, source });
    }
    let no_such_source = || {
        let others = SourceKind::NAMES.map(|name| format!(" or \"{name}\""));
        let hint = format!("use \"links\"{}", others.concat());
        let message = "there is no such source";
        ConfigError::new(format!("{setting}.source"), message, hint)
    };
    if !SourceKind::NAMES.contains(&name) {
        return Err(no_such_source());
    }
    let reader = Reader::new(setting, value, lookup, errors)?;
    let config = SourceKind::read(name, &reader, accounts, errors).ok_or_else(no_such_source)??;
    let source = SourceConfig::Remote(Box::new(config));
    Ok(MountConfig { setting: setting.to_owned(), path: reader.path()?, source })
}
